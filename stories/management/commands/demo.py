"""`manage.py demo`: a company's worth of stories to try Retold with, or any number to measure."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from staff.models import Employee
from stories.demo.content import ROLE_OF, fill
from stories.demo.synthetic import make
from stories.models import Story

MOST_STORIES = 1_000_000


class Command(BaseCommand):
    help = (
        "Fill an empty database with the demo (its accounts have a well-known password, so only "
        "with DEBUG=1), or add synthetic stories for measuring with --stories N."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing, without complaint, when there is something already",
        )
        parser.add_argument(
            "--stories",
            type=int,
            metavar="N",
            help=f"add N synthetic stories, up to {MOST_STORIES:,}",
        )

    def handle(self, **options) -> None:
        quiet = options["verbosity"] == 0
        if options["stories"] is not None:
            self._make(options["stories"], quiet)
        elif Story.objects.exists() or Employee.objects.exists():
            if not options["if_empty"]:
                raise CommandError(
                    "There are people or stories here already; the demo is for an empty database."
                )
        elif not settings.DEBUG:
            raise CommandError("The demo’s accounts have a well-known password: only with DEBUG=1.")
        else:
            fill()
            if not quiet:
                accounts = ", ".join(ROLE_OF)
                self.stdout.write(f"{Story.objects.count()} stories; accounts: {accounts}.")

    def _make(self, count: int, quiet: bool) -> None:
        if not 1 <= count <= MOST_STORIES:
            raise CommandError(f"--stories takes a number from 1 to {MOST_STORIES:,}.")
        with tqdm(total=count, unit=" stories", disable=quiet) as progress:
            make(count, progress.update)

"""`manage.py demo`: a company's worth of stories to try Retold with, or any number to measure."""

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from retold.commands import TablesCommand
from staff.models import Employee
from staff.trying_out import trying_out
from stories.demo.content import ROLE_OF, fill
from stories.demo.hiring import somebody_real
from stories.demo.photos import make_waiting
from stories.demo.synthetic import make
from stories.models import Story

MOST_STORIES = 1_000_000


class Command(TablesCommand):
    help = (
        "Fill an empty database with the demo (its accounts have a well-known password, so only "
        "with DEMO=1 or DEBUG=1), or add synthetic stories for measuring with --stories N. Without "
        "DEMO or DEBUG the latter is refused where there are people or stories that it did not "
        "make, because nobody could take the synthetic ones out again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing, without complaint, when there is something already",
        )
        parser.add_argument(
            "--without-photos",
            action="store_true",
            help="leave the stories’ photos out, which is quicker",
        )
        parser.add_argument(
            "--stories",
            type=int,
            metavar="N",
            help=f"add N synthetic stories, up to {MOST_STORIES:,}",
        )
        parser.add_argument(
            "--among-real-ones",
            action="store_true",
            help="with --stories: add them to what is there, whatever it is",
        )

    def handle(self, **options) -> None:
        quiet = options["verbosity"] == 0
        if options["stories"] is not None:
            self._make(options["stories"], quiet, anywhere=options["among_real_ones"])
        elif Story.objects.exists() or Employee.objects.exists():
            if not options["if_empty"]:
                raise CommandError(
                    "There are people or stories here already; the demo is for an empty database."
                )
        elif not trying_out():
            raise CommandError(
                "The demo’s accounts have a well-known password: only with DEMO=1 or DEBUG=1."
            )
        else:
            fill(with_photos=not options["without_photos"])
            make_waiting()
            if not quiet:
                accounts = ", ".join(ROLE_OF)
                self.stdout.write(f"{Story.objects.count()} stories; accounts: {accounts}.")

    def _make(self, count: int, quiet: bool, *, anywhere: bool) -> None:
        if not 1 <= count <= MOST_STORIES:
            raise CommandError(f"--stories takes a number from 1 to {MOST_STORIES:,}.")
        if not (anywhere or trying_out()) and somebody_real():
            raise CommandError(
                "There are people or stories here that are not synthetic, and nobody could take "
                "synthetic ones out from among them again. Measure with a database of its own, by "
                "DATABASE_URL; --among-real-ones adds them all the same."
            )
        with tqdm(total=count, unit=" stories", disable=quiet) as progress:
            make(count, progress.update)

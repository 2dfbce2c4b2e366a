"""Prove that the search knows what the stories say."""

from itertools import islice
from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from retold.commands import TablesCommand
from stories.models import Story
from stories.search.checking import differences


class Command(TablesCommand):
    help = (
        "Compares what wall and search know with every published story: the entries, what is "
        "counted beside the filters, the words, and the database’s own index. Says what differs "
        "and ends with 1 if anything does; changes nothing. SQLite’s database is copied into the "
        "temporary folder for it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--most", type=int, default=20, help="say so many differences (20), then stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        quiet, most = not options["verbosity"], max(1, options["most"])
        number = Story.objects.published().count()
        with tqdm(total=number, unit=" stories", disable=quiet) as shown:
            found = list(islice(differences(shown.update), most))
        for difference in found:
            self.stderr.write(difference)
        if found:
            more = " at least" if len(found) == most else ""
            raise CommandError(
                f"The search differs in {len(found)} things{more}. "
                "Make it anew with manage.py rebuild_search."
            )
        self.stdout.write("The search knows what the stories say.")

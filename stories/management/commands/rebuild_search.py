"""Make the index of the wall and its search anew, for upgrades and repairs."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from retold.commands import TablesCommand
from stories.models import Entry, Story, WallVersion
from stories.search.rebuilding import reached, rebuild_index


class Command(TablesCommand):
    help = (
        "Makes anew what the wall’s filters and its search know of the stories: the entries, the "
        "words, and the database’s own index. Readers find everything meanwhile, and stories may "
        "come and go. When it is interrupted, it says how to go on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="PLACE",
            help="go on with the entries after this place, where an earlier run was interrupted",
        )

        parser.add_argument(
            "--if-missing",
            action="store_true",
            help="only if there are published stories that the index does not know, or knows in an "
            "older form, as after an upgrade",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = not options["verbosity"]
        if options["if_missing"] and not _is_missing():
            return
        self._entries(options["after"], quiet)
        with tqdm(
            total=Entry.objects.count(), initial=reached(), unit=" entries", disable=quiet
        ) as shown:
            try:
                rebuild_index(shown.update)
            except KeyboardInterrupt:
                last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
                raise CommandError(_go_on(last)) from None
        WallVersion.is_made_anew()
        self.stdout.write("The search is made anew.")

    def _entries(self, after: int, quiet: bool) -> None:
        place = after
        stories = Story.objects.published().filter(seq__gt=after).count()
        with tqdm(total=stories, unit=" stories", disable=quiet) as shown:

            def progress(number: int, last: int) -> None:
                nonlocal place
                place = last
                shown.update(number)

            try:
                Entry.objects.build_again(progress, after=after)
            except KeyboardInterrupt:
                raise CommandError(_go_on(place)) from None


def _is_missing() -> bool:
    unknown = Story.objects.published().filter(entry=None)
    return unknown.exists() or WallVersion.is_of_an_older_form()


def _go_on(place: int) -> str:
    return f"Interrupted. Go on with: manage.py rebuild_search --after {place}"

"""`manage.py collect_photos`: take away files that no photo has any more."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser

from stories.photos.collecting import nobodys


class Command(BaseCommand):
    help = (
        "Takes away files that no photo has any more: of discarded stories, of uploads that were "
        "cut off. Run it once a day; it may run while people upload."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would go and take nothing away"
        )
        parser.add_argument(
            "--hours", type=int, default=24, help="leave files that are younger than this (24)"
        )

    def handle(self, **options) -> None:
        count = 0
        for name in nobodys(timedelta(hours=max(0, options["hours"]))):
            count += 1
            if options["verbosity"] > 1 or options["dry_run"]:
                self.stdout.write(name)
            if not options["dry_run"]:
                default_storage.delete(name)
        if options["verbosity"] > 0:
            done = "would go" if options["dry_run"] else "taken away"
            self.stdout.write(f"{count} file{'' if count == 1 else 's'} {done}.")

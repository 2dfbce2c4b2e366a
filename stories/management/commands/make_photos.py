"""`manage.py make_photos`: make ready the photos that still wait for it."""

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from stories.models import Photo
from stories.photos.tasks import make, take


class Command(BaseCommand):
    help = (
        "Makes what pages and posters show of photos that still wait, because the process that "
        "had them was ended. With --failed, tries those again that could not be made; with --all, "
        "makes every photo anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--failed", action="store_true", help="those that failed as well")
        parser.add_argument("--all", action="store_true", help="every photo, ready or not")

    def handle(self, **options) -> None:
        again = Photo.objects.none()
        if options["all"]:
            again = Photo.objects.all()
        elif options["failed"]:
            again = Photo.objects.filter(state=Photo.State.FAILED)
        again.update(state=Photo.State.WAITING, attempts=0, tried_at=None)
        waiting = list(Photo.objects.waiting().order_by("created_at").values_list("pk", flat=True))
        quiet = options["verbosity"] == 0
        made = 0
        for pk in tqdm(waiting, unit=" photos", disable=quiet):
            photo = take(pk)
            made += photo is not None and make(photo)
        if not quiet:
            self.stdout.write(f"{made} of {len(waiting)} photos made.")

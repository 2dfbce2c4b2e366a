"""The demo's photos, brought in through the same door as anybody's.

They were drawn by stories.demo.pictures and lie ready in demo/photos/, because drawing them takes
longer than anybody wants to wait for a first look.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.conf import settings
from django.core.files.base import File

from staff.models import User
from stories.importing.rows import submission_for
from stories.models import Photo, Story
from stories.photos.checking import CheckedPicture, check
from stories.photos.tasks import make_photo

FOLDER = settings.BASE_DIR / "demo" / "photos"
LONGEST_WAIT = 30


def add(rows: Iterable[dict], *, by: User) -> None:
    """Give the stories of these rows the photos that the rows name."""
    for row in rows:
        given = row.get("photos", [])
        if not given:
            continue
        story = Story.objects.get(submission=submission_for(row["ref"]))
        pictures = [(_picture(one["picture"]), one["alt"]) for one in given]
        for photo, one in zip(story.add_photos(pictures, by=by), given, strict=True):
            across, down = one["focus"]
            Photo.objects.filter(pk=photo.pk).update(focus_x=across, focus_y=down)


def make_waiting() -> None:
    """Make what pages show of the photos before the command ends, and its queue with it.

    The queue's own thread may be at it too: each photo is taken by one of the two.
    """
    for pk in Photo.objects.waiting().values_list("pk", flat=True):
        make_photo.call(pk)
    until = time.monotonic() + LONGEST_WAIT
    while Photo.objects.waiting().exists() and time.monotonic() < until:
        time.sleep(0.1)


def _picture(name: str) -> CheckedPicture:
    with (FOLDER / f"{name}.webp").open("rb") as file:
        return check(File(file))

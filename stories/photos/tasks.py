"""Making what pages and posters show of a photo, outside the request."""

from __future__ import annotations

import datetime
import logging

from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from retold.errors import is_away
from retold.tasks import task
from stories.models import Photo

from .room import NoRoom
from .variants import forget, make_files

log = logging.getLogger(__name__)

MOST_ATTEMPTS, MOST_AT_ONCE = 3, 10
# Whoever took a photo has made it within this time, or is gone.
TAKEN_FOR = datetime.timedelta(minutes=5)


@task()
def make_photo(*pks: int) -> None:
    """Make everything of each of these photos, unless somebody else does or did.

    Those that come together are one task: a queue in the database is asked once for all of them.
    """
    any_taken = False
    for pk in pks:
        if (photo := take(pk)) is not None:
            make(photo)
            any_taken = True
    if any_taken:
        for left in left_behind()[:MOST_AT_ONCE]:
            take_up_again(left)


def left_behind() -> QuerySet[Photo]:
    """Photos that should long have been made: the process that had them was ended."""
    latest = timezone.now() - TAKEN_FOR
    since = Coalesce("tried_at", "created_at")
    return Photo.objects.waiting().annotate(since=since).filter(since__lt=latest).order_by("since")


def take_up_again(photo: Photo) -> None:
    """Queue a photo that was left behind; once, however often it is asked for."""
    long_ago = (photo.tried_at or photo.created_at) < timezone.now() - TAKEN_FOR
    if photo.state == Photo.State.WAITING and long_ago:
        seconds = int(TAKEN_FOR.total_seconds())
        if cache.add(f"photo-taken-up:{photo.key}", True, seconds):
            make_photo.enqueue(photo.pk)


def take(pk: int) -> Photo | None:
    """Take a photo that waits, so that nobody else makes it at the same time."""
    now = timezone.now()
    free = Q(tried_at=None) | Q(tried_at__lt=now - TAKEN_FOR)
    taken = (
        Photo.objects.waiting().filter(free, pk=pk).update(tried_at=now, attempts=F("attempts") + 1)
    )
    return Photo.objects.filter(pk=pk).first() if taken else None


def make(photo: Photo) -> bool:
    """Make everything of a photo that was taken; False if it could not be made."""
    if photo.attempts > MOST_ATTEMPTS:
        photo.failed("It was tried several times, and the process was ended each time.")
        return False
    try:
        files = make_files(photo)
    except NoRoom:
        log.warning("Photo %s waits: too much else is being decoded.", photo.pk)
        return False
    except Exception as error:
        if is_away(error):
            # That is no fault of the photo's: it has its turn later, and this one does not count.
            log.warning("Photo %s waits: the storage is away.", photo.pk, exc_info=True)
            Photo.objects.filter(pk=photo.pk).update(attempts=F("attempts") - 1)
            return False
        log.exception("Photo %s could not be made.", photo.pk)
        photo.failed(f"{type(error).__name__}: {error}")
        return False
    before = photo.files
    # If it was removed meanwhile, or turned, and will be made anew, nobody needs these.
    forget(before.values() if photo.made(files) else files.values())
    return True

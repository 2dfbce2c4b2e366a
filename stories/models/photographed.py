"""A story's photos as one: added, put in order, described and removed, on the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Protocol

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from retold.storing import store_together
from retold.together import hang
from staff.text import clean_text

from .photo import MOST_ALT, Photo
from .record import StoryEvent
from .vocabulary import Status

MOST_PHOTOS = 6
# In per cent of the width, and of the height: a tenth is left.
MOST_CUT_OFF = 90


class TooManyPhotos(ValueError):
    """A story has room for six."""


class Checked(Protocol):
    """A picture that was looked through; stories.photos.checking makes it."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def placeholder(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def kept_as(self) -> str: ...

    def file(self) -> File: ...


class Photographed(models.Model):
    """The photos of a story: added, ordered and removed as one, recorded once it is no draft."""

    photos: Any
    status: str
    version: int
    seq: int | None
    # What Transitions and Writing have.
    _follow_to: Any
    is_still_held: Any
    record: Any
    write: Any
    _photos_held_in: Any = None

    class Meta:
        abstract = True

    @property
    def leading_photo(self) -> Photo | None:
        """The first photo that is ready, from photos that were fetched before."""
        return next((photo for photo in self.photos.all() if photo.ready), None)

    @transaction.atomic
    def set_photos(
        self, wanted: Sequence[tuple[Photo | Checked, str]], *, by, reason: str = ""
    ) -> list[Photo]:
        """Have exactly these photos in this order, each with its words; the others are removed.

        Takes photos of this story and newly checked pictures alike. Raises TooManyPhotos; a photo
        that somebody removed meanwhile stays removed. Others who change the photos of this story
        wait.
        """
        if len(wanted) > MOST_PHOTOS:
            raise TooManyPhotos(_("A story has room for %(most)d photos.") % {"most": MOST_PHOTOS})
        held = {photo.pk: photo for photo in self.held_photos()}
        before = _as_recorded(*held.values())
        photos = self._placed(wanted, held)
        if gone := [photo for photo in held.values() if photo not in photos]:
            Photo.objects.filter(pk__in=[photo.pk for photo in gone]).delete()
            _forget_files_of(*gone)
        after = _as_recorded(*photos)
        if before != after or len(photos) != len(held):
            self._record_photos(by, {"photos": [before, after]}, reason)
        getattr(self, "_prefetched_objects_cache", {}).pop("photos", None)
        return photos

    def add_photos(self, pictures: Iterable[tuple[Checked, str]], *, by) -> list[Photo]:
        """Add newly checked pictures, each with its words, after those that are there."""
        with transaction.atomic():
            there = self.held_photos()
            photos = self.set_photos([*((photo, photo.alt) for photo in there), *pictures], by=by)
        return photos[len(there) :]

    def order_photos(self, keys: Sequence[str], *, by) -> list[Photo]:
        """Put the photos with these keys first, in this order; the others follow as they were."""
        place = {key: number for number, key in enumerate(keys)}
        photos = sorted(
            Photo.objects.filter(story_id=self.pk),
            key=lambda photo: place.get(photo.key, len(place)),
        )
        return self.set_photos([(photo, photo.alt) for photo in photos], by=by)

    @transaction.atomic
    def remove_photo(self, photo: Photo, *, by, reason: str = "") -> None:
        """Take one photo off the story; its files go too."""
        others = [other for other in self.held_photos() if other != photo]
        self.set_photos([(other, other.alt) for other in others], by=by, reason=reason)

    def forget_files(self) -> None:
        """Have the files of its photos go with the story, once that is gone for good."""
        _forget_files_of(*self.held_photos())

    @transaction.atomic
    def turn_photo(self, photo: Photo, *, by, clockwise: bool = True) -> None:
        """Turn a photo by a quarter; what it shows is made anew, its words and its place stay."""
        # Imported late: turning needs the models.
        from stories.photos.checking import turned

        self._hold()
        photo = Photo.objects.get(pk=photo.pk, story_id=self.pk)
        x, y = photo.focus_x, photo.focus_y
        photo.focus_x, photo.focus_y = (100 - y, x) if clockwise else (y, 100 - x)
        _put_in_its_place(photo, turned(photo.open_image(), clockwise=clockwise))
        side = _("right") if clockwise else _("left")
        self._record_photos(by, {"photo turned": [_as_recorded(photo), side]})

    @transaction.atomic
    def crop_photo(self, photo: Photo, *, by, off: tuple[int, int, int, int]) -> None:
        """Cut so many per cent off its left, top, right and bottom; they are gone for good.

        Raises ValueError where hardly anything would be left.
        """
        # Imported late: cutting needs the models.
        from stories.photos.checking import cut

        left, top, right, bottom = off
        if min(off) < 0 or max(left + right, top + bottom) > MOST_CUT_OFF:
            raise ValueError(_("Leave at least a tenth of the photo each way."))
        if not any(off):
            return
        self._hold()
        photo = Photo.objects.get(pk=photo.pk, story_id=self.pk)
        photo.focus_x = _inside(photo.focus_x, left, right)
        photo.focus_y = _inside(photo.focus_y, top, bottom)
        _put_in_its_place(photo, cut(photo.open_image(), off))
        words = ", ".join(f"{value} %" for value in off)
        self._record_photos(by, {"photo cut": [_as_recorded(photo), words]})

    @transaction.atomic
    def describe_photo(self, photo: Photo, *, by, alt: str, focus: tuple[int, int]) -> None:
        """Say what a photo shows, and which point of it a crop keeps, in % from the top left."""
        self._hold()
        photo = Photo.objects.get(pk=photo.pk, story_id=self.pk)
        before = _as_recorded(photo, focus=True)
        photo.alt = clean_text(alt)[:MOST_ALT]
        photo.focus_x, photo.focus_y = (min(max(value, 0), 100) for value in focus)
        after = _as_recorded(photo, focus=True)
        if before != after:
            photo.save(update_fields=["alt", "focus_x", "focus_y"])
            self._record_photos(by, {"photo": [before, after]})

    def held_photos(self) -> list[Photo]:
        """Its photos as they are; others who change them wait until the transaction ends."""
        if not self._photos_are_held():
            self._hold()
            self.photos_are(Photo.objects.filter(story_id=self.pk))
        return list(self.photos.all())

    def photos_are(self, photos: models.QuerySet[Photo]) -> None:
        """Say that it has these, and is kept from others in this transaction."""
        hang([self], photos=photos)
        self._photos_held_in = connection.atomic_blocks[-1]

    def _photos_are_held(self) -> bool:
        fetched = "photos" in getattr(self, "_prefetched_objects_cache", {})
        held = self.is_still_held or self._photos_held_in in connection.atomic_blocks
        return fetched and held

    def _hold(self) -> None:
        """Keep others from changing the photos of this story until we are done."""
        if not self.is_still_held:
            stored = type(self)._base_manager.select_for_update().get(pk=self.pk)
            self.status, self.version, self.seq = stored.status, stored.version, stored.seq

    def _record_photos(self, by, changes: dict[str, list], reason: str = "") -> None:
        """Once a story was sent in, who reads it has to know that it changed, and by whom.

        Photos of a draft are its teller's own affair.
        """
        getattr(self, "_prefetched_objects_cache", {}).pop("photos", None)
        if self.status == Status.DRAFT:
            return
        self.record(StoryEvent.Action.PHOTOS, by, reason=reason, changes=changes)
        self.version += 1
        self.write("version", "updated_at")
        if self.seq is not None:
            self._follow_to(counted=True)

    def _placed(
        self, wanted: Sequence[tuple[Photo | Checked, str]], held: dict[int, Photo]
    ) -> list[Photo]:
        """The wanted photos, stored with their place and words."""
        photos: list[Photo] = []
        new: list[Photo] = []
        changed: list[Photo] = []
        for picture, words in wanted:
            photo = held.get(picture.pk) if isinstance(picture, Photo) else self._new(picture)
            if photo is None or photo in photos:
                continue
            now = (len(photos), clean_text(words)[:MOST_ALT])
            if photo.pk is None:
                new.append(photo)
            elif (photo.position, photo.alt) != now:
                changed.append(photo)
            photo.position, photo.alt = now
            photos.append(photo)
        store_together([*new, *changed], ["position", "alt"])
        _make(*new)
        return photos

    def _new(self, picture: Checked) -> Photo:
        photo = Photo(story_id=self.pk, digest=picture.digest)
        _take_over(photo, picture)
        return photo


def _take_over(photo: Photo, picture: Checked) -> None:
    photo.width, photo.height = picture.width, picture.height
    photo.placeholder = picture.placeholder
    if picture.kept_as:
        photo.original.name = picture.kept_as
    else:
        photo.original.save("", picture.file(), save=False)


def _put_in_its_place(photo: Photo, picture: Checked) -> None:
    """The photo shows this from now on; all that was made of it before goes, and is made anew."""
    _forget_files_of(photo)
    _take_over(photo, picture)
    photo.state, photo.files, photo.attempts, photo.tried_at = Photo.State.WAITING, {}, 0, None
    photo.save()
    _make(photo)


def _inside(focus: int, before: int, after: int) -> int:
    """Where a focal point stands once so much was cut off on either side of it, in per cent."""
    return min(max(round(100 * (focus - before) / (100 - before - after)), 0), 100)


def _as_recorded(*photos: Photo, focus: bool = False) -> str:
    """Photos as the record speaks of them: by their words, else by the start of their key."""
    return " · ".join(
        (photo.alt or photo.key[:6]) + (f" ({photo.focus_x}, {photo.focus_y})" if focus else "")
        for photo in photos
    )


def _make(*photos: Photo) -> None:
    # Imported late: making needs the models.
    from stories.photos.tasks import make_photo

    if photos:
        make_photo.enqueue(*(photo.pk for photo in photos))


def _forget_files_of(*photos: Photo) -> None:
    """Take the files away once the rows are gone for good; what is left, collect_photos finds."""
    names = [name for photo in photos for name in photo.stored_names()]
    transaction.on_commit(partial(_delete, names), robust=True)


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)

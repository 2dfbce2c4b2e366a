"""Photos of a story that is being told: those that come with a form, and those that come alone.

Photos are kept apart from the words. A photo that is not right keeps no word back, and words that
are not right yet keep no photo back, as long as there is a story to keep it with.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Iterable, Sequence

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from staff.models import User
from staff.text import as_id, clean_text
from stories.models import MOST_PHOTOS, Photo, Story
from stories.photos.checking import CheckedPicture, check

log = logging.getLogger(__name__)

MOST_NAME = 60
HOUR, MOST_AN_HOUR = 3600, 120
# Why `check` refuses a file that will be the same when it is sent again.
FOR_GOOD = {"empty", "bytes", "format", "pixels", "small"}


@dataclasses.dataclass(frozen=True)
class Refused:
    """A file that was not taken, by the name its teller knows, and why in a sentence.

    `for_good` says that the same file will never be taken.
    """

    name: str
    why: str
    for_good: bool = False


@dataclasses.dataclass(frozen=True)
class Arranged:
    """What a form says of the photos that are there: their order, their words, what comes off.

    A photo the form does not speak of (another tab added it) stays, after the others.
    """

    order: Sequence[str] = ()
    words: dict[str, str] = dataclasses.field(default_factory=dict)
    off: frozenset[str] = frozenset()

    @classmethod
    def by(cls, data: QueryDict) -> Arranged:
        """Each `photo` is a key, in order; its words are `alt-<key>`, its place `place-<key>`."""
        keys = list(dict.fromkeys(data.getlist("photo")))[:MOST_PHOTOS]
        said = {key: clean_text(data[f"alt-{key}"]) for key in keys if f"alt-{key}" in data}
        return cls(_in_place(keys, data), said, frozenset(data.getlist("remove")))

    @property
    def speaks(self) -> bool:
        return bool(self.order or self.off)

    def of(self, photos: Iterable[Photo]) -> list[tuple[Photo, str]]:
        """These photos as they are wanted, each with its words."""
        place = {key: number for number, key in enumerate(self.order)}
        wanted = [photo for photo in photos if photo.key not in self.off]
        wanted.sort(key=lambda photo: place.get(photo.key, len(place)))
        return [(photo, self.words.get(photo.key, photo.alt)) for photo in wanted]


@dataclasses.dataclass
class Sent:
    """The photos of one posted form: looked through before anything is stored."""

    arranged: Arranged
    pictures: list[tuple[str, CheckedPicture]] = dataclasses.field(default_factory=list)
    refused: list[Refused] = dataclasses.field(default_factory=list)

    @classmethod
    def by(
        cls, data: QueryDict, files: Sequence[UploadedFile], story: Story | None, user: User
    ) -> Sent:
        """Looks through every file there is room for, unless the story has it already."""
        sent = cls(Arranged.by(data))
        there = list(story.photos.all()) if story and files else []
        have = {photo.digest for photo in there}
        room = MOST_PHOTOS - len(sent.arranged.of(there))
        for file in files:
            digest = digest_of(file)
            if digest in have:
                continue
            try:
                if len(sent.pictures) >= room:
                    raise ValidationError(no_room())
                _count(user)
                sent.pictures.append((name_of(file), looked_through(file, digest)))
                have.add(digest)
            except ValidationError as error:
                for_good = error.code in FOR_GOOD
                sent.refused.append(Refused(name_of(file), error.messages[0], for_good))
        return sent

    @property
    def changes(self) -> bool:
        """Is anything said of the photos of a story?"""
        return bool(self.pictures or self.arranged.speaks)

    @property
    def any(self) -> bool:
        """Did files come, good or bad?"""
        return bool(self.pictures or self.refused)

    def leave(self, why: str) -> None:
        """There is no story to keep the good ones with."""
        self.refused += [Refused(name, why) for name, _picture in self.pictures]
        self.pictures = []

    def put_away(self) -> None:
        """Store the files; what the storage does not take is refused, and the words go their way.

        To be called before the transaction in which they get their rows: nobody else waits for a
        storage that is slow. A file that gets none, collect_photos finds.
        """
        pictures, self.pictures = self.pictures, []
        for name, picture in pictures:
            try:
                self.pictures.append((name, picture if picture.kept_as else picture.put_away()))
            except OSError:
                log.exception("The storage did not take a photo.")
                self.refused.append(Refused(name, not_stored()))

    def store(self, story: Story, *, by: User) -> None:
        """Arrange the photos of this story and add the new ones, each once.

        If another tab has filled the story meanwhile, what finds no room is refused.
        """
        if not self.changes:
            return
        # A block of its own each time, not a decorator's: what it holds is not held in the next.
        with transaction.atomic():
            there = story.held_photos()
            wanted = self._wanted(there)
            if wanted != [(photo, photo.alt) for photo in there]:
                story.set_photos(wanted, by=by)

    def _wanted(self, there: list[Photo]) -> list:
        """The photos that are there as they are arranged, and the new ones there is room for."""
        wanted: list = list(self.arranged.of(there))
        have = {photo.digest for photo in there}
        for name, picture in self.pictures:
            if picture.digest in have:
                continue
            if len(wanted) < MOST_PHOTOS:
                wanted.append((picture, ""))
            elif (refused := Refused(name, no_room())) not in self.refused:
                self.refused.append(refused)
        return wanted


def arrange(story: Story, arranged: Arranged, *, by: User) -> None:
    """Keep order and words of the photos; nothing comes off before a button is pressed."""
    Sent(dataclasses.replace(arranged, off=frozenset())).store(story, by=by)


def looked_through(file: UploadedFile, digest: str) -> CheckedPicture:
    """The picture in this file; ValidationError says in a sentence why there is none."""
    return dataclasses.replace(check(file), digest=digest)


def digest_of(file: UploadedFile) -> str:
    """By what a file is known again; of one that was too large to keep, of what was kept."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in iter(lambda: file.read(256 * 1024), b""):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def name_of(file: UploadedFile) -> str:
    """What the teller calls the file."""
    name = clean_text(file.name)
    return name if len(name) <= MOST_NAME else f"…{name[-MOST_NAME:]}"


def _count(user: User) -> None:
    """Looking photos through takes its time; nobody has it done all day."""
    key = f"telling-photos:{user.pk}"
    cache.add(key, 0, HOUR)
    try:
        looked_at = cache.incr(key)
    except ValueError:
        # The hour ended in between.
        return
    if looked_at > MOST_AN_HOUR:
        raise ValidationError(_("That is a lot of photos within an hour. Try again in a while."))


def not_stored() -> str:
    return _("It could not be stored just now. Your words are kept; add it again.")


def no_room() -> str:
    return _("A story has room for six photos. Take one off to add this one.")


def _in_place(keys: list[str], data: QueryDict) -> list[str]:
    """The keys in the order of their places; of two at one place, the one that was moved there."""

    def place(numbered: tuple[int, str]) -> tuple[int, int]:
        number, key = numbered
        wanted = as_id(data.get(f"place-{key}", "")) or number
        return wanted, (wanted > number) - (wanted < number)

    return [key for _number, key in sorted(enumerate(keys, 1), key=place)]

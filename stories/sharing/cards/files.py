"""Cards that were drawn, kept until what they say changes.

A file is named for everything that is drawn in it. When a name is withheld or a word is changed the
next request asks for another file, and the old one is thrown away with it. When a story is taken
down or somebody asks not to be named, what is out of date goes at once; what else nobody asks for
again is thrown away by `manage.py collect_cards`.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from staff.audiences import PUBLIC
from staff.naming import Naming
from stories import palette
from stories.cards import Card, card
from stories.models import Photo, Story

from .content import Content, content_of
from .drawing import VERSION, draw_card
from .faces import fingerprint
from .layout import FORMATS, Format

log = logging.getLogger(__name__)

FOLDER = "cards"
KEPT = datetime.timedelta(days=30)
BATCH = 100
# Drawing keeps a processor busy for a tenth of a second: so many at once, the others wait.
AT_ONCE = max(1, min(4, (os.cpu_count() or 2) // 2))
PATIENCE = 20
_turns = threading.BoundedSemaphore(AT_ONCE)
PNG_END = b"IEND\xaeB`\x82"


class Busy(Exception):
    """So many cards are being drawn that this one would take too long."""


@dataclass(frozen=True)
class Order:
    """A card somebody asks for: whose it is, what it says, and what it is drawn from."""

    public_id: str
    form: Format
    content: Content
    photo: Photo | None

    @cached_property
    def digest(self) -> str:
        """A name for all that is drawn: the same card has the same, another one another."""
        pair = palette.BY_SLUG.get(self.content.hue, palette.BY_SLUG[palette.PLAIN])
        photo = self.photo
        drawn = (
            VERSION,
            self.form,
            dataclasses.asdict(self.content),
            (pair.ground.hex, pair.ink.hex),
            photo and (photo.original.name, photo.focus_x, photo.focus_y),
            fingerprint(),
        )
        return hashlib.sha256(json.dumps(drawn).encode()).hexdigest()[:32]

    @property
    def folder(self) -> str:
        return f"{FOLDER}/{self.public_id}"

    @property
    def slot(self) -> str:
        """There is one card of each kind; a new one takes the place of the old."""
        return f"{self.form.slug}{'' if self.photo else '-plain'}"

    @property
    def file(self) -> str:
        return f"{self.slot}-{self.digest}.png"

    def draw(self) -> bytes:
        """The PNG, drawn now."""
        if self.photo is None:
            return draw_card(self.content, self.form)
        image = self.photo.open_image(max(self.form.width, self.form.height))
        focus = (self.photo.focus_x, self.photo.focus_y)
        return draw_card(self.content, self.form, image, focus)


def order(story: Story, form: Format, naming: Naming, *, with_photo: bool = True) -> Order:
    """The card of a story that was fetched with `.for_cards()`, for the audience of `naming`."""
    shown = card(story, naming)
    return order_of(shown, form, story.leading_photo if with_photo else None)


def order_of(shown: Card, form: Format, photo: Photo | None) -> Order:
    return Order(shown.public_id, form, content_of(shown), photo)


def png(wanted: Order, *, keep: bool) -> bytes:
    """The card, from storage or drawn; `keep` it there for the next who asks."""
    stored = _stored(wanted)
    if stored is not None:
        return stored
    with _turn():
        # Somebody else may have drawn it while this one waited.
        stored = _stored(wanted)
        if stored is not None:
            return stored
        drawn = wanted.draw()
    if keep:
        try:
            _keep(wanted, drawn)
        except Exception:
            # A full disk is no reason to keep a card from its reader.
            log.exception("The card %s could not be kept.", wanted.file)
    return drawn


def collect(now: datetime.datetime | None = None, *, only: list[str] | None = None) -> int:
    """Throw away what is out of date or was not made lately; how many files that was.

    Of all stories, or `only` of some by their public ids.
    """
    oldest = (now or timezone.now()) - KEPT
    folders = _listed(FOLDER)[0] if only is None else only
    gone = 0
    for start in range(0, len(folders), BATCH):
        ids = folders[start : start + BATCH]
        current = _current(ids)
        for public_id in ids:
            folder = f"{FOLDER}/{public_id}"
            files = _listed(folder)[1]
            for file in files:
                path = f"{folder}/{file}"
                if file not in current or default_storage.get_modified_time(path) < oldest:
                    default_storage.delete(path)
                    gone += 1
            _tidy(folder)
    return gone


def _current(public_ids: list[str]) -> set[str]:
    """The files that would be served today, of these stories."""
    naming = Naming(PUBLIC)
    found: set[str] = set()
    for story in Story.objects.published().filter(public_id__in=public_ids).for_cards():
        shown = card(story, naming)
        for form in FORMATS.values():
            for photo in {story.leading_photo, None}:
                found.add(order_of(shown, form, photo).file)
    return found


def _stored(wanted: Order) -> bytes | None:
    try:
        with default_storage.open(f"{wanted.folder}/{wanted.file}") as file:
            content = file.read()
    except FileNotFoundError:
        return None
    # Another process may be in the middle of writing it.
    return content if content.endswith(PNG_END) else None


def _keep(wanted: Order, drawn: bytes) -> None:
    """Store the card and throw away the one it takes the place of."""
    path = f"{wanted.folder}/{wanted.file}"
    # Half a file that a process left when it was ended.
    default_storage.delete(path)
    saved = default_storage.save(path, ContentFile(drawn))
    if saved != path:
        # Another process was first.
        default_storage.delete(saved)
    for file in _listed(wanted.folder)[1]:
        if file != wanted.file and file.rpartition("-")[0] == wanted.slot:
            default_storage.delete(f"{wanted.folder}/{file}")


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return sorted(folders), sorted(files)


def _tidy(folder: str) -> None:
    """Take an empty folder away, where storage has folders at all."""
    if not _listed(folder)[1]:
        try:
            default_storage.delete(folder)
        except OSError:
            log.info("The folder %s is in use again.", folder)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        yield
    finally:
        _turns.release()

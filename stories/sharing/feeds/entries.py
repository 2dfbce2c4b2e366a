"""What a feed says of each story: named for its audience, with an id that never changes."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

from staff.naming import Naming
from staff.text import clean_text
from stories.cards import card
from stories.models import FeedEntry, Story
from stories.photos.serving import FULL

# Ids are made of this and the story's public id alone: they stay when Retold moves to another
# address, and when a database moves to another machine.
IDS = uuid.UUID("6f2f1c1e-5a0b-5e6c-9a53-2f6c8d1b7e90")
INLINE, WIDEST = "960.webp", 960


class Said(NamedTuple):
    """All that a reader sees of a story; whatever changes here makes the entry an updated one."""

    title: str
    line: str
    text: str
    author: str
    when: str
    traits: tuple[str, ...]
    # Each by its key, its words and its file, which is another one once it was turned.
    photos: tuple[tuple[str, str, str], ...]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(repr(tuple(self)).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Picture:
    """A photo at an address of the feed's own: small for the text, and true to life."""

    inline: str
    full: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Entry:
    """One story in a feed."""

    id: str
    url: str
    said: Said
    published: datetime.datetime
    updated: datetime.datetime
    pictures: list[Picture]

    @property
    def html(self) -> SafeString:
        """The line, the text, who did it, and the photos, as HTML that any reader shows."""
        said = self.said
        return mark_safe(  # noqa: S308 - each part of it is escaped
            (format_html("<blockquote><p>“{}”</p></blockquote>", said.line) if said.line else "")
            + linebreaks(said.text, autoescape=True)
            + format_html("<p>{}</p>", ", ".join(filter(None, (said.author, said.when))))
            + format_html_join(
                "", '<p><img src="{}" alt="{}" width="{}" height="{}"></p>', self._images()
            )
        )

    def _images(self) -> Iterable[tuple]:
        return ((p.inline, p.alt, p.width, p.height) for p in self.pictures)


def entries(stories: Iterable[Story], naming: Naming, token: str) -> list[Entry]:
    """Entries for stories that were fetched with `.for_cards()`."""
    said = {story: _said(story, naming) for story in stories}
    since = FeedEntry.say({story: what.fingerprint for story, what in said.items()})
    return [
        Entry(
            id=uuid.uuid5(IDS, story.public_id).urn,
            url=settings.SITE_URL + story.get_absolute_url(),
            said=what,
            published=story.published_at or story.created_at,
            updated=since[story.pk].since,
            pictures=_pictures(story, what, token),
        )
        for story, what in said.items()
    ]


def _said(story: Story, naming: Naming) -> Said:
    shown = card(story, naming)
    near = story.near
    return Said(
        title=clean_text(shown.title or shown.line),
        line=clean_text(shown.line),
        text=clean_text(naming.text(story.body, near)),
        author=clean_text(shown.credit),
        when=date_format(shown.when, "j F Y"),
        traits=tuple(trait.name for trait in shown.traits),
        photos=tuple(
            (photo.key, clean_text(naming.text(photo.alt, near)), photo.original.name or "")
            for photo in story.photos.all()
            if photo.ready
        ),
    )


def _pictures(story: Story, said: Said, token: str) -> list[Picture]:
    width_of = {photo.key: min(photo.width, WIDEST) for photo in story.photos.all()}
    height_of = {
        photo.key: round(photo.height * width_of[photo.key] / photo.width)
        for photo in story.photos.all()
    }

    def address(key: str, name: str) -> str:
        return settings.SITE_URL + reverse("feed_photo", args=[token, key, name])

    return [
        Picture(address(key, INLINE), address(key, FULL), alt, width_of[key], height_of[key])
        for key, alt, _file in said.photos
    ]

"""What stands on a sheet: a story's card, its text, its photo and its code, as plain data.

Every text is named for the organisation's readers before it comes here, and the press gets
nothing but this.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from PIL import Image

from staff.naming import Naming
from stories import lines, palette
from stories.cards import Card, card
from stories.models import Photo, Story, ToldTo
from stories.photos.halftone import halftone

from .words import Said, led, said, sentences

# More than a sheet holds in its smallest type, in any script.
MOST_TEXT = 4000
MOST_QUESTIONS, MOST_TRAITS_NAMED = 3, 4
WHITE = palette.Colour(1, 0, 0)
GOLD, GOLD_INK = palette.Colour(0.835, 0.115, 88), palette.Colour(0.24, 0.05, 60)
# The longest side of a printed photo, in dots; its steps of grey are few, so that it packs well.
DOTS, STEPS = 1500, 5


@dataclass(frozen=True)
class Sheet:
    """One page. `data` is all that is set on it; its pictures are made by the press.

    `address` is what its code says.
    """

    data: dict[str, Any]
    address: str
    photo: Photo | None = None
    ground: palette.Colour = WHITE
    ink: palette.Colour = GOLD_INK

    @property
    def identity(self) -> dict[str, Any]:
        """All that its looks depend on, for telling whether it has changed."""
        photo = self.photo
        held = [photo.key, photo.original.name, photo.focus_x, photo.focus_y] if photo else []
        return {**self.data, "photo": held, "address": self.address}

    def without_photo(self) -> Sheet:
        return replace(self, photo=None, data={**self.data, "size": [], "alt": ""})


def sheet(story: Story, naming: Naming, *, white: bool = False, huddle: bool = False) -> Sheet:
    """The sheet of a story that was fetched `.for_cards()`; with its questions for a huddle."""
    shown = card(story, naming)
    pair = palette.BY_SLUG.get(shown.hue, palette.BY_SLUG[palette.PLAIN])
    ground, ink = inks(pair, white=white)
    photo = story.leading_photo
    text, complete = sentences(naming.text(story.body, story.near), MOST_TEXT)
    address = settings.SITE_URL + story.get_absolute_url()
    traits = [tagging.tag for tagging in story.shown_traits()]
    return Sheet(
        data={
            **_led(shown),
            "ground": ground.hex,
            "ink": ink.hex,
            "paper": "white" if white else "ground",
            "traits": [said(trait.name) for trait in traits[:MOST_TRAITS_NAMED]],
            "credit": said(shown.credit),
            "when": said(
                _("Seen elsewhere") if shown.elsewhere else date_format(shown.when, "j F Y")
            ),
            "elsewhere": shown.elsewhere,
            "gold": shown.gold,
            "recovery": shown.recovery,
            "wrong": said(shown.went_wrong),
            "sentences": text,
            "complete": complete,
            "story": said(" ".join(sentence["text"] for sentence in text[:8])),
            "questions": _questions(traits) if huddle else [],
            "alt": _alt(photo, story, naming),
            "size": [photo.width, photo.height, photo.focus_x, photo.focus_y] if photo else [],
            "address": short(address),
            # The code counts who comes by the poster; what is read off it is the story's own.
            "code": _("Code that leads to this story: %(address)s") % {"address": address},
        },
        address=settings.SITE_URL + reverse("story_from", args=[story.public_id, ToldTo.POSTER]),
        photo=photo,
        ground=ground,
        ink=ink,
    )


def inks(pair: palette.Pair, *, white: bool = False) -> tuple[palette.Colour, palette.Colour]:
    """Ground and ink; on white paper the darker of the two is printed and the other saved."""
    if not white:
        return pair.ground, pair.ink
    return WHITE, min(pair.ground, pair.ink, key=lambda colour: colour.luminance)


def short(address: str) -> str:
    """An address as people copy it from a wall, with places where it may be broken."""
    return address.partition("://")[2].rstrip("/").replace("/", "/\u200b")


def code(address: str) -> bytes:
    """The QR code of an address, as one path without a margin: the sheet leaves the margin."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000", omitsize=True
    )
    return drawn.getvalue()


def printed(photo: Photo, ground: palette.Colour, ink: palette.Colour) -> bytes:
    """The photo as dots in the ink, on nothing."""
    image = photo.open_image(DOTS)
    scale = DOTS / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    dots = halftone(image, size, ink.rgb, lights=ink.luminance > ground.luminance)
    alpha = dots.getchannel("A").point(
        [(value * (STEPS - 1) + 127) // 255 * 255 // (STEPS - 1) for value in range(256)]
    )
    flat = Image.new("RGBA", size, (*ink.rgb, 0))
    flat.putalpha(alpha)
    file = io.BytesIO()
    flat.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _led(shown: Card) -> dict[str, Any]:
    """What leads, as on the wall: the line, or the title where the line is too long for it."""
    quoted = bool(shown.line) and not shown.wordy
    leading = shown.line if quoted else shown.title or shown.line or shown.excerpt
    below = ""
    if shown.line and shown.title:
        below = shown.title if quoted else f"“{shown.line}”"
    elif shown.line and not quoted:
        leading = f"“{shown.line}”"
    return {
        "lead": led(leading),
        "quoted": quoted,
        "long": lines.is_long(leading),
        "below": said(below),
        "title": leading if not quoted else f"“{leading}”",
    }


def _questions(traits: list) -> list[dict[str, Said]]:
    """The questions a huddle asks about a story with these traits."""
    asked = [trait for trait in traits if trait.question]
    return [
        {"trait": said(trait.name), "question": said(trait.question)}
        for trait in asked[:MOST_QUESTIONS]
    ]


def _alt(photo: Photo | None, story: Story, naming: Naming) -> str:
    if photo is None:
        return ""
    return naming.text(photo.alt, story.near) or _("A photo of that moment")

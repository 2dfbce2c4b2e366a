"""Cards as HTML, printed once and shown many times.

A card is printed by the template of every poster. What is another at each showing is left open with
a mark: where it hangs, whether its inks are swapped, how its day is said. Marks are made of
characters that no text of ours has; `filled` puts in their place what belongs there. What people
wrote stands in marks as well, so that a search can show what it found in it (`with_texts`).
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from stories.models.stored_card import Kept

from .cards import Card
from .templatetags.look import said
from .templatetags.moments import told_on

POSTER = "components/poster.html"
# Around a mark, and between its parts. `clean_text` leaves neither in what people write.
EDGE, BETWEEN = "\x1f", "\x1e"
UNMARKED = str.maketrans("", "", EDGE + BETWEEN)
# What people wrote that a card shows; and where its foot begins and ends.
TEXTS = ("line", "title", "went_wrong", "credit")
FOOT = f"{EDGE}foot{EDGE}"
# Whatever decides on how a card looks, and what it says.
MAKERS = (
    f"templates/{POSTER}",
    *("stories/cards.py", "stories/lines.py", "stories/printed.py", "stories/models/photo.py"),
    *("stories/languages.py", "stories/models/near.py"),
    *("staff/names.py", "staff/naming.py", "staff/spellings.py", "staff/unnamed.py"),
)


@cache
def look() -> str:
    """Changes when cards are drawn in another way than before, as after an update."""
    digest = hashlib.sha256(settings.LANGUAGE_CODE.encode())
    for name in MAKERS:
        digest.update((Path(settings.BASE_DIR) / name).read_bytes())
    return digest.hexdigest()[:12]


def printed(card: Card) -> Kept:
    """The card to be kept, or to be shown at once."""
    card = _unmarked(card)
    html = get_template(POSTER).render({"card": card, "marks": _marks(card)})
    return Kept(html, card.em, card.hue, card.has_photo)


@dataclass(frozen=True)
class Showing:
    """What is another each time a card is shown: where it hangs, on which day, told on how often.

    `place` are classes; the photo of an `eager` one is on the first screen.
    """

    today: datetime.date
    place: str = ""
    swap: bool = False
    eager: bool = False
    tag: str = "h2"
    retold: int = 0


def filled(html: str, showing: Showing) -> str:
    """A printed card as it is shown."""
    pieces = html.split(EDGE)
    for at in range(1, len(pieces), 2):
        kind, *parts = pieces[at].split(BETWEEN)
        match kind:
            case "place":
                pieces[at] = f" {showing.place}" if showing.place else ""
            case "tag":
                pieces[at] = showing.tag
            case "photo":
                pieces[at] = parts[showing.swap]
            case "lazily":
                pieces[at] = "" if showing.eager else ' loading="lazy"'
            case "day":
                pieces[at] = _said(parts[0], showing.today)
            case "told":
                pieces[at] = _told(showing.retold) if showing.retold else ""
            case "foot":
                pieces[at] = ""
            case _:
                pieces[at] = parts[0]
    return "".join(pieces)


def texts(html: str) -> dict[str, str]:
    """What people wrote of a printed card, by its names in TEXTS."""
    return {name: unescape(written) for name, written in _written(html.split(EDGE)).values()}


def with_texts(html: str, shown: Mapping[str, SafeString], found: str = "") -> str:
    """The same card with these in place of its texts, and what was found beyond them at its foot,
    if anything was."""
    pieces = html.split(EDGE)
    for at, (name, _text) in _written(pieces).items():
        pieces[at] = f"{name}{BETWEEN}{shown[name]}"
    html = EDGE.join(pieces)
    if not found:
        return html
    before, _usual, after = html.split(FOOT)
    return f'{before}<p class="poster-found" dir="auto">{found}</p>{after}'


def _written(pieces: list[str]) -> dict[int, tuple[str, str]]:
    """Where in a card that was split at its marks a text stands: its name, and itself as HTML."""
    marks = ((at, pieces[at].partition(BETWEEN)) for at in range(1, len(pieces), 2))
    return {at: (kind, written) for at, (kind, _between, written) in marks if kind in TEXTS}


def _marks(card: Card) -> dict[str, SafeString]:
    marks = {name: _mark(name) for name in ("place", "tag", "lazily", "told", "foot")}
    marks["day"] = _mark("day", card.when.isoformat())
    for name in TEXTS:
        if text := getattr(card, name):
            marks[name] = _mark(name, conditional_escape(text))
    if card.photo:
        marks["photo"] = _mark("photo", escape(card.photo.url), escape(card.photo.swapped))
    return marks


def _mark(*parts: str) -> SafeString:
    return mark_safe(f"{EDGE}{BETWEEN.join(parts)}{EDGE}")  # noqa: S308  # names, days, addresses


def _unmarked(card: Card) -> Card:
    """The card without characters that would be taken for a mark."""
    texts: dict[str, Any] = {
        field.name: _without_marks(text)
        for field in fields(card)
        if isinstance(text := getattr(card, field.name), str) and _has_marks(text)
    }
    if any(_has_marks(trait.name) for trait in card.traits):
        texts["traits"] = [replace(one, name=_without_marks(one.name)) for one in card.traits]
    if card.photo and _has_marks(card.photo.alt):
        texts["photo"] = replace(card.photo, alt=_without_marks(card.photo.alt))
    return replace(card, **texts) if texts else card


def _has_marks(text: str) -> bool:
    return EDGE in text or BETWEEN in text


def _without_marks(text: str) -> str:
    return type(text)(text.translate(UNMARKED))


@lru_cache(maxsize=256)
def _told(times: int) -> str:
    return f" <span>{escape(told_on(times))}</span>"


@lru_cache(maxsize=10_000)
def _said(day: str, today: datetime.date) -> str:
    return escape(said(datetime.date.fromisoformat(day)))

"""Cards of stories that were searched for, with the words marked in them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.conf import settings
from django.utils.translation import gettext as _

from staff.naming import Naming
from stories.cards import EXCERPT_LENGTH, Card
from stories.filtering.marking import Marker, excerpt
from stories.models import Story
from stories.terms import base

# What fits on a poster in two lines.
ON_A_POSTER = 72
SHOWN = ("line", "title", "went_wrong")


@dataclass(frozen=True)
class FoundCard(Card):
    """A card whose texts are safe HTML, with what was searched for in <mark>.

    `found` are words of the story around a place that the card would not show otherwise. The line
    is as long as it was, whatever the marks add to it.
    """

    found: str = ""
    was_wordy: bool = False

    @property
    def wordy(self) -> bool:
        return self.was_wordy


def found(card: Card, story: Story, naming: Naming, marker: Marker) -> FoundCard:
    """The card of a story that a search has found."""
    language = base(story.language or settings.LANGUAGE_CODE)

    def marked(text: str, told: str) -> str:
        # Where a name is withheld, other words stand in for it, which nobody told.
        instead = "" if text == told else _("a colleague")
        return marker.mark(text, language, instead) if text else ""

    shown = {name: marked(getattr(card, name), getattr(story, name)) for name in SHOWN}
    shown["credit"] = marked(card.credit, "")
    on_the_poster = any("<mark>" in text for text in shown.values())
    told = " ".join(story.body.split())
    body = " ".join(naming.text(story.body, story.near).split())
    place = marker.first(body, language)

    def around(length: int) -> str:
        piece = excerpt(body, length, place)
        return marked(piece, piece if body == told else "")

    return FoundCard(
        **{field.name: getattr(card, field.name) for field in fields(card)}
        | shown
        | {
            "excerpt": around(EXCERPT_LENGTH),
            "found": around(ON_A_POSTER) if place and not on_the_poster else "",
            "was_wordy": card.wordy,
        }
    )

"""Cards of stories that were searched for, with the words marked in them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from stories.cards import EXCERPT_LENGTH, Card
from stories.filtering.filters import FilterForm
from stories.models import Story

# What fits on a poster in two lines.
ON_A_POSTER = 72
SHOWN = ("line", "title", "credit", "went_wrong")


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


def found(card: Card, story: Story, form: FilterForm) -> FoundCard:
    """The card of a story that a search has found."""
    marker = form.search.marker
    texts = {name: getattr(card, name) for name in SHOWN}
    body = form.naming.text(story.body, story.near)
    hidden = marker.finds(body) and not any(map(marker.finds, texts.values()))
    return FoundCard(
        **{field.name: getattr(card, field.name) for field in fields(card)}
        | {name: marker.mark(text) if text else "" for name, text in texts.items()}
        | {
            "excerpt": marker.mark(marker.excerpt(body, EXCERPT_LENGTH)),
            "found": marker.mark(marker.excerpt(body, ON_A_POSTER)) if hidden else "",
            "was_wordy": card.wordy,
        }
    )

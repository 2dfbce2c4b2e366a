"""Stories that were searched for, as cards or posters with the words marked in them.

A poster is made of the card that is kept, as on any wall. Where readers see less than was told, or
nothing is kept that holds, its story is read with all that hangs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from django.conf import settings
from django.utils.translation import gettext as _

from staff.naming import Naming
from stories.cards import EXCERPT_LENGTH, Card, cards
from stories.filtering.marking import Marker, excerpt
from stories.filtering.searched import Searched
from stories.models import Story
from stories.models.stored_card import Told
from stories.posters import Poster, poster_of, told_at
from stories.printed import texts, with_texts
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


def found_posters(seqs: Sequence[int], meant: Searched, naming: Naming) -> list[Poster]:
    """The posters of these places, in their order; what is gone meanwhile is left out."""
    # In a credit, these words stand for somebody; said again for each, they would take a while.
    marker, somebody = meant.marker, _("a colleague")
    found = told_at(seqs, meant.index).items()
    posters = {seq: _marked(told, marker, somebody) for seq, told in found}
    missing = [seq for seq in seqs if seq not in posters]
    posters |= {seq: poster_of(card) for seq, card in found_at(missing, meant, naming).items()}
    return [posters[seq] for seq in seqs if seq in posters]


def found_cards(seqs: Sequence[int], meant: Searched, naming: Naming) -> list[FoundCard]:
    """The same as cards, for a list."""
    found = found_at(seqs, meant, naming)
    return [found[seq] for seq in seqs if seq in found]


def found_at(seqs: Sequence[int], meant: Searched, naming: Naming) -> dict[int, FoundCard]:
    """The cards of these places from their stories."""
    if not seqs:
        return {}
    stories = meant.stories(seqs).fetched_for_cards()
    both = zip(cards(stories, naming), stories, strict=True)
    return {
        story.seq: found(card, story, naming, meant.marker) for card, story in both if story.seq
    }


def _marked(told: Told, marker: Marker, somebody: str) -> Poster:
    """The poster of a kept card whose story is shown as it was told."""
    language, html = base(told.language or settings.LANGUAGE_CODE), told.kept.html
    shown = {
        name: marker.mark(text, language, somebody if name == "credit" else "")
        for name, text in texts(html).items()
    }
    piece = ""
    if not _are_marked(shown.values()):
        body = " ".join(told.body.split())
        place = marker.first(body, language)
        piece = marker.mark(excerpt(body, ON_A_POSTER, place), language) if place else ""
    kept = told.kept._replace(html=with_texts(html, shown, piece))
    return Poster(*kept, told.retold)


def found(card: Card, story: Story, naming: Naming, marker: Marker) -> FoundCard:
    """The card of a story that a search has found."""
    language = base(story.language or settings.LANGUAGE_CODE)

    def marked(text: str, told: str) -> str:
        # Where a name is withheld, other words stand in for it, which nobody told.
        instead = "" if text == told else _("a colleague")
        return marker.mark(text, language, instead) if text else ""

    shown = {name: marked(getattr(card, name), getattr(story, name)) for name in SHOWN}
    shown["credit"] = marked(card.credit, "")
    on_the_poster = _are_marked(shown.values())
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


def _are_marked(shown: Iterable[str]) -> bool:
    return any("<mark>" in text for text in shown)

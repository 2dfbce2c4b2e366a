"""The posters of a page: from what is kept of them where that holds, else drawn from the story."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString

from staff.naming import Naming

from .cards import Card
from .drawing import cards_at, draw_cards
from .models import Index, StoredCard
from .models.postings import STALE, UNSURE
from .models.stored_card import Kept, Told
from .printed import Showing, filled, look, printed

# Whoever comes upon a stale card has it drawn, in case nobody else does; but not each time.
SECONDS_BETWEEN = 30.0
_asked_at = -SECONDS_BETWEEN


@dataclass(frozen=True)
class Poster:
    """A printed card before it hangs, and how often its story was told on."""

    html: str
    em: float
    hue: str
    has_photo: bool
    retold: int

    def shown(self, place: str, *, swap: bool = False, eager: bool = False, tag: str = "h2") -> str:
        """As HTML where it hangs; see `Showing`."""
        today = timezone.localdate()
        showing = Showing(today, place, swap=swap, eager=eager, tag=tag, retold=self.retold)
        return SafeString(filled(self.html, showing))


def posters_at(seqs: Sequence[int], index: Index, naming: Naming) -> list[Poster]:
    """The posters of these places, in their order; what is gone meanwhile is left out.

    They are for readers who are signed in: what is kept names everybody who may be named to them.
    """
    in_doubt = index.under_any([STALE, UNSURE])
    certain = [seq for seq in seqs if seq not in in_doubt]
    kept = StoredCard.objects.shown(certain, look())
    if missing := [seq for seq in seqs if seq not in kept]:
        _have_them_drawn()
        kept |= {
            seq: (printed(card), card.told_on) for seq, card in cards_at(missing, naming).items()
        }
    return [_poster(*kept[seq]) for seq in seqs if seq in kept]


def told_at(seqs: Sequence[int], index: Index) -> dict[int, Told]:
    """What is kept of these places and holds, each with its story; but for those of which readers
    see less than was told."""
    in_doubt = index.under_any([STALE, UNSURE])
    return StoredCard.objects.as_told([seq for seq in seqs if seq not in in_doubt], look())


def poster_of(card: Card) -> Poster:
    """The poster of a card that is for this request alone."""
    return _poster(printed(card), card.told_on)


def _poster(kept: Kept, retold: int) -> Poster:
    return Poster(*kept, retold)


def _have_them_drawn() -> None:
    global _asked_at  # noqa: PLW0603  # for this process: how long ago it asked
    if time.monotonic() - _asked_at > SECONDS_BETWEEN:
        _asked_at = time.monotonic()
        draw_cards.enqueue()

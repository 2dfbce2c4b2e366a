"""Drawing stale cards anew, outside the request, in steps."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable

from django.db import transaction
from pyroaring import BitMap

from retold.tasks import task
from staff.audiences import ORGANISATION
from staff.naming import Naming

from .cards import Card, cards
from .models import CardClaim, Entry, Moves, StoredCard, Story, WallVersion
from .models.merging import merge_step
from .models.postings import UNSURE, places_under
from .models.stored_card import Kept
from .printed import look, printed

log = logging.getLogger(__name__)

# So many at once. A change that happens to a card while its step is drawn costs drawing it again.
STEP = 200
# While entries are made certain, whoever changes a story waits.
UNSURE_STEP = 50
# Others wait for the tasks of this process too: after so long they get their turn.
SECONDS = 2.0


@task()
def draw_cards() -> None:
    """Draw what is stale for a while, and leave the rest to the next turn.

    Pages are answered beside it, so it rests for as long as it has worked.
    """
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        begun = time.monotonic()
        if not draw_step():
            return
        time.sleep(min(time.monotonic() - begun, SECONDS) if begun < end else 0)
    draw_cards.enqueue()


def draw_all(progress: Callable[[int], object]) -> None:
    """Draw everything that is stale; `progress` is told of so many more."""
    while done := draw_step():
        progress(done)


def draw_step(most: int = STEP) -> int:
    """Draw some stale cards and keep them; how many were kept, or made ready to be drawn.

    What goes on in steps goes before: it makes cards stale.
    """
    if ready := make_certain() or merge_step():
        return ready
    claim = StoredCard.objects.claim(most, look())
    if claim is None:
        return 0
    return StoredCard.objects.keep(claim, drawn(claim), look())


def make_certain(most: int = UNSURE_STEP) -> int:
    """Let some entries follow their stories that a change of naming has left behind; how many."""
    # Mostly there are none, for which nobody else who writes has to wait.
    return _make_certain(most) if places_under([UNSURE]) else 0


@transaction.atomic
def _make_certain(most: int) -> int:
    WallVersion.hold()
    seqs = BitMap(places_under([UNSURE])[-most:])
    stories = Story.objects.published().filter(seq__in=list(seqs)).values_list("pk", flat=True)
    Entry.objects.follow(list(stories))
    moves = Moves()
    moves.out_of(UNSURE, seqs)
    if moves:
        moves.write()
    return len(seqs)


def drawn(claim: CardClaim) -> dict[int, Kept]:
    """The claimed cards as they are now, by place."""
    return {
        seq: printed(card) for seq, card in cards_at(claim.places, Naming(ORGANISATION)).items()
    }


def cards_at(seqs: Iterable[int], naming: Naming) -> dict[int, Card]:
    """The cards of published stories from their sources, by place."""
    stories = Story.objects.published().filter(seq__in=list(seqs)).fetched_for_cards()
    shown = cards(stories, naming)
    return {story.seq: card for story, card in zip(stories, shown, strict=True) if story.seq}

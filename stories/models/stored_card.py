"""What a story's card on the wall looks like, kept so that a page need not draw it each time.

A card is kept as HTML for signed-in readers, by the template that draws every card. Whatever it
shows may change: then its place stands under the facet `stale` from the same transaction on, and
whoever reads it draws it anew. Cards are made again by a task, from a claim: what changes while a
card is drawn leaves the claim, so that nothing is kept which was overtaken.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from pyroaring import BitMap

from staff.lengths import TextsFit

from .entry import Entry
from .postings import STALE, CardClaim, Moves, WallVersion, places_under

# Whoever claimed cards and did not come back for so long will not come back.
CLAIMED_FOR = datetime.timedelta(seconds=60)


class Kept(NamedTuple):
    """A card as it is kept: its HTML with marks in it, and what decides on its place in a row."""

    html: str
    em: float
    hue: str
    has_photo: bool


class Told(NamedTuple):
    """A card as it is kept, how often its story was told on, and the story itself."""

    kept: Kept
    retold: int
    body: str
    language: str


class StoredCardQuerySet(models.QuerySet["StoredCard"]):
    def of_another_look(self, look: str) -> StoredCardQuerySet:
        """Those that were drawn when cards looked otherwise."""
        return self.filter(Q(look__lt=look) | Q(look__gt=look))

    @transaction.atomic
    def claim(self, most: int, look: str) -> CardClaim | None:
        """Some cards that are to be drawn, the newest first; None if there is nothing to do."""
        WallVersion.hold()
        CardClaim.objects.filter(since__lt=timezone.now() - CLAIMED_FOR).delete()
        claimed = BitMap.union(BitMap(), *(claim.places for claim in CardClaim.objects.all()))
        stale = places_under([STALE]) - claimed
        if stale:
            chosen = BitMap(stale[-most:])
        else:
            old = self.of_another_look(look).values_list("pk", flat=True)[: most + len(claimed)]
            chosen = BitMap(BitMap(BitMap(old) - claimed)[:most])
        return CardClaim.objects.create(seqs=chosen.serialize()) if chosen else None

    @transaction.atomic
    def keep(self, claim: CardClaim, drawn: Mapping[int, Kept], look: str) -> int:
        """Keep what was drawn of a claim, but for what has changed meanwhile; how many."""
        WallVersion.hold()
        mine = CardClaim.objects.filter(pk=claim.pk).first()
        if mine is None:
            return 0
        there = Entry.objects.filter(pk__in=mine.places & BitMap(drawn)).values_list(
            "pk", flat=True
        )
        cards = [StoredCard(entry_id=seq, look=look, **drawn[seq]._asdict()) for seq in there]
        StoredCard.objects.bulk_create(
            cards,
            update_conflicts=True,
            unique_fields=["entry"],
            update_fields=["look", *Kept._fields],
        )
        mine.delete()
        moves = Moves()
        moves.out_of(STALE, (card.entry_id for card in cards))
        if moves:
            moves.write()
        return len(cards)

    @transaction.atomic
    def miss(self) -> int:
        """Let published stories without a card be stale; how many there were."""
        WallVersion.hold()
        without = Entry.objects.filter(card=None).order_by().values_list("pk", flat=True)
        missing = BitMap(without.iterator()) - places_under([STALE])
        moves = Moves()
        moves.into(STALE, missing)
        if moves:
            moves.write()
        return len(missing)

    def shown(self, seqs: Iterable[int], look: str) -> dict[int, tuple[Kept, int]]:
        """The cards of these places, with how often their stories were told on."""
        # Asked for its look as well, SQLite would read all that look alike to find these few.
        found = self.filter(pk__in=list(seqs)).values_list(
            "pk", "look", "entry__retold", *Kept._fields
        )
        return {seq: (Kept(*kept), retold) for seq, its, retold, *kept in found if its == look}

    def as_told(self, seqs: Iterable[int], look: str) -> dict[int, Told]:
        """Those of them from whose stories no name is withheld, with what is told in these."""
        of_story = ("entry__retold", "entry__story__body", "entry__story__language")
        found = self.filter(pk__in=list(seqs)).values_list(
            "pk", "look", "entry__withheld", *of_story, *Kept._fields
        )
        return {
            seq: Told(Kept(*kept), retold, body, language)
            for seq, its, withheld, retold, body, language, *kept in found
            if its == look and not withheld
        }


class StoredCard(models.Model):
    """The card of one published story; `look` says how cards looked when it was drawn."""

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, primary_key=True, db_column="seq", related_name="card"
    )
    em = models.FloatField()
    hue = models.CharField(max_length=20)
    has_photo = models.BooleanField()
    look = models.CharField(max_length=12)
    html = models.TextField()

    objects = StoredCardQuerySet.as_manager()

    class Meta:
        db_table = "stories_stored_card"
        indexes = [models.Index(fields=["look"], name="stored_card_look")]
        constraints = [TextsFit(name="stored_card_texts_fit", most={"hue": 20, "look": 12})]

    def __str__(self) -> str:
        return str(self.pk)

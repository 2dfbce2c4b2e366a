"""A trait that leaves its stories, for another or for none, in steps: people read and write on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from staff.acting import acting

from .postings import draw_when_committed
from .retagging import Retag, retag
from .trait import StoryTrait, Trait

# Whoever changes a story waits for a step: a fifth of a second.
STEP = 100


class TraitMergeQuerySet(models.QuerySet["TraitMerge"]):
    def about(self, *traits: Trait) -> TraitMergeQuerySet:
        """Those by which one of these leaves its stories, or another goes into it."""
        return self.filter(Q(trait__in=traits) | Q(into__in=traits))


class TraitMerge(models.Model):
    """A merge that goes on: `trait` is taken off its stories, which carry `into` from then on, or
    nothing in its place if the trait is dropped.

    Every step leaves each story with one trait or the other, in its record, in the index and on its
    card, so that a wall is right at any time. Both stand as before until the last step. Nothing
    else can be done with either meanwhile. The row goes with the last step; what is left of its
    stories says how far it is, also for whoever goes on with it after the process has ended.
    """

    trait = models.OneToOneField(Trait, on_delete=models.CASCADE, related_name="merge")
    into = models.ForeignKey(Trait, null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    began_at = models.DateTimeField(default=timezone.now)

    objects = TraitMergeQuerySet.as_manager()

    class Meta:
        db_table = "stories_trait_merge"

    def __str__(self) -> str:
        return f"{self.trait} → {self.into or '∅'}"

    @classmethod
    def begin(cls, trait: Trait, into: Trait | None, *, by: Any) -> TraitMerge:
        """Have it done in steps, once this transaction is committed."""
        draw_when_committed()
        return cls.objects.create(trait=trait, into=into, by=by)

    def refusal(self) -> str:
        """Why nothing else is done with either."""
        said = _("“%(trait)s” is still being dropped. Wait until that is done.")
        if self.into:
            said = _("“%(trait)s” is still being merged into “%(other)s”. Wait until that is done.")
        return said % {"trait": self.trait, "other": self.into}


def merge_step(most: int = STEP) -> int:
    """Let so many stories follow the first merge that goes on, unless somebody else is at it; how
    many there were."""
    # Mostly there is none, for which nobody else who writes has to wait.
    return _merge_step(most) if TraitMerge.objects.exists() else 0


@transaction.atomic
def _merge_step(most: int) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    merge = TraitMerge.objects.order_by("pk").select_for_update(skip_locked=skip).first()
    if merge is None:
        return 0
    found = Trait.objects.locked(merge.trait_id, merge.into_id or merge.trait_id)
    trait, into = found[merge.trait_id], found[merge.into_id] if merge.into_id else None
    with acting(by=merge.by):
        how = _merged(trait, into, merge.by) if into else _dropped(trait, merge.by)
        followed = retag(trait, how, most)
        if followed < most:
            merge.delete()
            trait.has_left_its_stories(into)
    return followed


def _dropped(trait: Trait, by: Any) -> Retag:
    said = _("“%(trait)s” was not taken up.") % {"trait": trait.name}
    return Retag(lambda held: held.filter(tag=trait).delete(), by, said)


def _merged(trait: Trait, into: Trait, by: Any) -> Retag:
    """What becomes of what stories hold, and what their record says of it."""

    def change(held: models.QuerySet[StoryTrait]) -> None:
        mine, theirs = held.filter(tag=trait), held.filter(tag=into)
        on_same_story = mine.filter(content_object=models.OuterRef("content_object"))
        theirs.filter(
            evidence="", content_object__in=mine.exclude(evidence="").values("content_object")
        ).update(evidence=models.Subquery(on_same_story.values("evidence")[:1]))
        mine.filter(content_object__in=theirs.values("content_object")).delete()
        mine.update(tag=into)

    words = _("“%(trait)s” was merged into “%(other)s”.")
    said = words % {"trait": trait.name, "other": into.name}
    # A form of a draft that still says this trait is read as if it said the other.
    return Retag(change, by, said, drafts_follow=True)

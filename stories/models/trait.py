"""Traits: what made a story memorable, and the words of a story that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from staff.lengths import TextsFit
from staff.models import Recorded, RecordedQuerySet
from staff.text import says_something
from stories import palette

from .postings import STALE, Moves, WallVersion, places_under

# Of a story, to show one trait.
MOST_EVIDENCE = 1000


class TraitQuerySet(RecordedQuerySet["Trait"]):
    def curated(self) -> TraitQuerySet:
        """The vocabulary as tellers and readers see it."""
        return self.filter(standing=Trait.Standing.CURATED)

    def proposed(self) -> TraitQuerySet:
        return self.filter(standing=Trait.Standing.PROPOSED)

    def locked(self, *keys: int) -> dict[int, Trait]:
        """The traits with these keys as they are until the transaction ends, by key."""
        # Their keys stay free: a story that is saved meanwhile may refer to them without waiting.
        found = self.filter(pk__in=keys).select_for_update(no_key=True)
        return {one.pk: one for one in found}

    @transaction.atomic
    def move(self, *traits: Trait) -> None:
        """Store where these stand among the others, as every wall lists them."""
        if traits:
            self.bulk_update(traits, ["position"])
            WallVersion.bump()

    def of_name(self, word: str) -> TraitQuerySet:
        """The trait of this name, in whatever letters, with the one that it was merged into."""
        return self.filter(name__iexact=word).select_related("merged_into")

    def propose(self, word: str, *, by, called: Iterable[Trait] | None = None) -> Trait:
        """The trait for a teller's own word: one we have by that name, or a new proposal.

        `called` is what we have by that name, if it was fetched in this transaction.
        """
        trait = next(iter(self.of_name(word)[:1] if called is None else called), None)
        if trait is None:
            return self.create(
                name=word, standing=Trait.Standing.PROPOSED, proposed_by=by, position=200
            )
        if trait.standing == Trait.Standing.DROPPED:
            trait.standing, trait.proposed_by = Trait.Standing.PROPOSED, by
            trait.save(update_fields=["standing", "proposed_by"])
        return trait.merged_into or trait


# The plugin can't see a relation that comes through taggit's base class.
class Trait(Recorded, TagBase):  # type: ignore[django-manager-missing]
    """What can make a service moment memorable: a curated word with a meaning.

    A proposed trait is a teller's own word, seen by moderators only until they accept it. A
    retired trait stays on the stories that carry it but is offered no more; a merged one points
    to the trait that took its stories, so that old addresses lead there.
    """

    class Standing(models.TextChoices):
        CURATED = "curated", _("In use")
        PROPOSED = "proposed", _("Proposed by a teller")
        RETIRED = "retired", _("Retired")
        MERGED = "merged", _("Merged into another")
        DROPPED = "dropped", _("Not taken up")

    meaning = models.CharField(_("meaning"), max_length=200, blank=True)
    question = models.CharField(_("question for the huddle"), max_length=200, blank=True)
    hue = models.CharField(_("inks"), max_length=20, choices=palette.CHOICES, default="plain")
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.CURATED
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    proposed_by = models.ForeignKey(
        "staff.Employee", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    objects = TraitQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("trait")
        verbose_name_plural = _("traits")
        constraints = [
            TextsFit(
                name="trait_texts_fit",
                most={
                    "name": 100,
                    "slug": 100,
                    "meaning": 200,
                    "question": 200,
                },
                said=["name"],
                known={"hue": list(palette.BY_SLUG)},
            ),
            models.CheckConstraint(condition=~Q(name=""), name="trait_has_a_name"),
            models.UniqueConstraint(
                Lower("name"),
                name="trait_name_once",
                violation_error_message=_("There is a trait of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(standing__in=("curated", "proposed", "retired", "merged", "dropped")),
                name="trait_standing_known",
            ),
            models.CheckConstraint(
                condition=(Q(standing="merged") & Q(merged_into__isnull=False))
                | (~Q(standing="merged") & Q(merged_into__isnull=True)),
                name="trait_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="trait_not_merged_into_itself",
            ),
        ]

    def is_to_be_saved(self, before: Trait | None, names: Sequence[str]) -> None:
        """Wait for the wall before the row is changed: another name or slug locks its key, which
        PostgreSQL looks at when a story that carries it commits, with the wall held already."""
        if before is not None and (before.name, before.slug) != (self.name, self.slug):
            WallVersion.hold()

    def was_saved(self, before: Trait | None) -> None:
        """Cards that show its word or wear its inks follow."""
        if before is None and self.standing == self.Standing.PROPOSED:
            # No wall knows of it yet.
            return
        version = WallVersion.bump()
        if before is not None and before._on_cards() != self._on_cards():
            # Its cards say another word now, or wear other inks.
            moves = Moves()
            moves.into(STALE, places_under([f"trait:{self.pk}"], moves))
            moves.write(version)

    def get_absolute_url(self) -> str:
        return reverse("trait", args=[self.slug])

    @property
    def is_shown(self) -> bool:
        """Whether readers see it on its stories; proposed words wait for a moderator."""
        return self.standing in (self.Standing.CURATED, self.Standing.RETIRED)

    def _on_cards(self) -> tuple[str, str] | None:
        return (self.name, self.hue) if self.is_shown else None

    @transaction.atomic
    def merge_into(self, other: Trait, *, by) -> None:
        """Let every story that carries this trait carry the other, in steps (`TraitMerge`).

        A story that has both keeps the other's place, and this one's evidence if it had none.
        Raises ValueError for a trait merged into itself or into one no longer in use. Each story
        keeps a record of it; `by` is the account that acts.
        """
        # Imported late: merging is built on traits.
        from .merging import TraitMerge

        found = Trait.objects.locked(self.pk, other.pk)
        self._is_as(found[self.pk])
        target = found.get(other.pk)
        if target is None or target.pk == self.pk or target.standing != self.Standing.CURATED:
            raise ValueError(_("A trait can only be merged into another one that is in use."))
        if self.standing == self.Standing.MERGED:
            raise ValueError(self._refusal())
        self._require_rest(self, target)
        TraitMerge.begin(self, target, by=by)

    @transaction.atomic
    def drop(self, *, by) -> None:
        """Decline a proposed trait; the stories lose the word, in steps as for a merge, and keep
        everything else."""
        from .merging import TraitMerge

        self._require(self.Standing.PROPOSED)
        TraitMerge.begin(self, None, by=by)

    def has_left_its_stories(self, into: Trait | None) -> None:
        """What leads to it leads to the trait that took them; without one it is dropped."""
        if into:
            self.merged_from.update(merged_into=into)
        self.standing = self.Standing.MERGED if into else self.Standing.DROPPED
        self.merged_into = into
        self.save(update_fields=["standing", "merged_into"])

    def accept(self) -> None:
        """Take a proposed trait into the vocabulary."""
        self._move(self.Standing.CURATED, self.Standing.PROPOSED)

    def save_accepted(self) -> None:
        """Take a proposed trait that is held into the vocabulary as it was edited just now, in one
        change. Raises ValueError, with nothing saved, if it can't be."""
        if self.standing != self.Standing.PROPOSED:
            raise ValueError(self._refusal())
        self._require_rest(self)
        self._require_meaning()
        self.standing = self.Standing.CURATED
        self.save()

    def retire(self) -> None:
        """Offer this trait no more; the stories that carry it keep it, and are not touched."""
        self._move(self.Standing.RETIRED, self.Standing.CURATED)

    def bring_back(self) -> None:
        """Offer a retired trait, or one that was not taken up, again."""
        self._move(self.Standing.CURATED, self.Standing.RETIRED, self.Standing.DROPPED)

    @transaction.atomic
    def _move(self, standing: str, *expected: str) -> None:
        """Change the standing from one of the expected ones; ValueError says what it is now.

        What is in use is shown with what it means.
        """
        self._require(*expected)
        if standing == self.Standing.CURATED:
            self._require_meaning()
        self.standing = standing
        self.save(update_fields=["standing"])

    def _require_meaning(self) -> None:
        if not says_something(self.meaning):
            said = _("Write down first what “%(trait)s” means, in one sentence.")
            raise ValueError(said % {"trait": self.name})

    def _require(self, *expected: str) -> None:
        """Lock it, and raise ValueError unless it stands so and its stories stay with it."""
        self._is_as(Trait.objects.locked(self.pk)[self.pk])
        if self.standing not in expected:
            raise ValueError(self._refusal())
        self._require_rest(self)

    def _is_as(self, fresh: Trait) -> None:
        self.standing, self.merged_into = fresh.standing, fresh.merged_into
        self.meaning = fresh.meaning

    def _require_rest(self, *traits: Trait) -> None:
        """Raise ValueError while one of these, which are locked, goes into another, or another
        into it."""
        # Imported late: merging is built on traits.
        from .merging import TraitMerge

        for merge in TraitMerge.objects.about(*traits).select_related("trait", "into"):
            raise ValueError(merge.refusal())

    def _refusal(self) -> str:
        return _("“%(trait)s” has changed in the meantime: %(standing)s.") % {
            "trait": self.name,
            "standing": self.get_standing_display().lower(),
        }


class StoryTrait(ItemBase):
    """One trait of one story, with its evidence: the sentence of the story that shows it.

    `position` 0 is the leading trait, whose inks the poster wears. `seq` is the story's place in
    the order of publication, empty while unpublished: a trait's stories come from one index.
    """

    content_object = models.ForeignKey(
        "stories.Story",
        verbose_name=_("story"),
        on_delete=models.CASCADE,
        related_name="story_traits",
    )
    tag = models.ForeignKey(
        Trait, verbose_name=_("trait"), on_delete=models.PROTECT, related_name="on_stories"
    )
    evidence = models.TextField(_("words that show it"), blank=True, max_length=MOST_EVIDENCE)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    seq = models.BigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("trait of a story")
        verbose_name_plural = _("traits of a story")
        indexes = [
            models.Index(fields=["tag", "-seq"], name="storytrait_trait_seq"),
            # The newest sentences that show a trait, among many stories that tagged it without.
            models.Index(
                fields=["tag", "-seq"],
                condition=~Q(evidence="") & Q(seq__isnull=False),
                name="storytrait_evidence",
            ),
        ]
        constraints = [
            TextsFit(name="storytrait_texts_fit", most={"evidence": MOST_EVIDENCE}),
            models.UniqueConstraint(fields=["content_object", "tag"], name="storytrait_once"),
        ]

    def __str__(self) -> str:
        return self.tag.name

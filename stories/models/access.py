"""Which stories there are to find, and who may see which: one rule, for many and for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from retold.together import Whole, fetch_beside, together
from staff import roles
from staff.models import Credit

from .near import CREDITS, credited, teller_team
from .postings import WallVersion
from .trait import StoryTrait, Trait
from .vocabulary import EDITABLE, Status, Visibility

if TYPE_CHECKING:
    from .story import Story


class StoryQuerySet(models.QuerySet["Story"]):
    def published(self) -> StoryQuerySet:
        return self.filter(status=Status.PUBLISHED)

    def pending(self) -> StoryQuerySet:
        """Waiting for a moderator, the one that waits longest first."""
        return self.filter(status=Status.PENDING).order_by("submitted_at", "pk")

    def hold(self) -> Story | None:
        """The first of these with its teller and its entry, to be moved: kept from others until the
        transaction ends."""
        story = self.to_be_held().first()
        if story is not None:
            story.is_held()
        return story

    def to_be_held(self) -> StoryQuerySet:
        """These as `hold` reads them, for those who read something else with them."""
        return self.select_related("teller", "entry").select_for_update(of=("self",))

    def hold_all(self, *beside: models.QuerySet, going_up: bool = False) -> list[Story]:
        """All of these with their tellers and entries, to be moved: kept from others until the
        transaction ends, always in the same order, or two could wait for each other. Fetches what
        is needed `beside`.

        Of those that are `going_up` the database carries the places to what hangs on them, one
        after the other: only then is the wall to be held.
        """
        stories = self.to_be_held()
        if going_up:
            stories = stories.annotate(wall_counted=WallVersion.counting_later())
        stories = stories.order_by("pk")
        if beside:
            together(stories, *beside)
        held: list[Story] = list(stories)
        for story in held:
            story.is_held()
        return held

    def told_by(self, person) -> StoryQuerySet:
        return self.filter(teller=person)

    def visible_to(self, user) -> StoryQuerySet:
        """The stories this account may read; `Story.is_visible_to` says the same of one story.

        Everyone who can sign in reads what is published, and their own in any state; moderators
        read all but other people's drafts. Visitors without an account read public stories.
        """
        if not roles.is_staff(user):
            return self.published().filter(visibility=Visibility.PUBLIC)
        seen = Q(status=Status.PUBLISHED) | Q(teller__account=user)
        if roles.is_moderator(user):
            seen |= ~Q(status=Status.DRAFT)
        return self.filter(seen)

    def newest_first(self) -> StoryQuerySet:
        return self.order_by("-seq")

    def crediting(self, person) -> StoryQuerySet:
        return self.filter(pk__in=Credit.objects.filter(employee=person).values("story"))

    def credited_to_teams(self, team_ids: Iterable[int]) -> StoryQuerySet:
        return self.filter(pk__in=Credit.objects.filter(team__in=list(team_ids)).values("story"))

    def with_trait(self, trait: Trait) -> StoryQuerySet:
        return self.filter(pk__in=StoryTrait.objects.filter(tag=trait).values("content_object"))

    def for_cards(self) -> StoryQuerySet:
        """With all that a card shows, in a fixed number of queries."""
        tagged = models.Prefetch("story_traits", StoryTrait.objects.select_related("tag"))
        return self.select_related("teller").prefetch_related(tagged, "photos").for_naming()

    def fetched_for_cards(self) -> list[Story]:
        """The same with all that hangs on them in one question."""
        whole = self.to_fetch_for_cards()
        together(*whole.questions)
        return whole.objects

    def to_fetch_for_cards(self) -> Whole:
        """The same for those who ask for something else with it."""
        return Whole(self.select_related("teller").with_teller_team(), **_on_cards())

    def for_naming(self) -> StoryQuerySet:
        """With what `Story.near` takes."""
        return self.with_teller_team().prefetch_related(credited())

    def with_teller_team(self) -> StoryQuerySet:
        """Each with `.teller_team`, for those who fetch the credits themselves."""
        return self.annotate(teller_team=teller_team())


def fetch_for_cards(stories: Iterable[Story]) -> None:
    """What `.for_cards()` fetches of each story, for all of these in one question."""
    fetch_beside(stories, **_on_cards())


def _on_cards() -> dict[str, models.QuerySet]:
    # Imported late: a photo is one of a story.
    from .photo import Photo

    return {
        "story_traits": StoryTrait.objects.select_related("tag"),
        "credits": CREDITS.all(),
        "photos": Photo.objects.all(),
    }


class Access(models.Model):
    """What an account may do with one story."""

    class Meta:
        abstract = True

    def is_visible_to(self, user) -> bool:
        """May this account read it? The twin of `StoryQuerySet.visible_to`."""
        if not roles.is_staff(user):
            return self.is_published and self.visibility == Visibility.PUBLIC
        if self.is_published or self.teller.account_id == user.pk:
            return True
        return roles.is_moderator(user) and self.status != Status.DRAFT

    def is_editable_by(self, user) -> bool:
        """Tellers edit their own story while it is neither on the wall nor turned down."""
        return self.teller.account_id == user.pk and self.status in EDITABLE

    def teller_is_shown_to(self, user) -> bool:
        """Who told it is everyone's to know, unless it was told anonymously."""
        return not self.anonymous or roles.is_moderator(user) or self.teller.account_id == user.pk

"""The traits, colleagues and teams that a form names, as far as they are there."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from django.db.models import QuerySet

from retold.together import hang
from staff.models import Employee, Membership, Team
from stories.models import Story, Trait


class Named:
    """Traits and teams by their addresses, colleagues by their ids, a trait by the word that is
    proposed, and the story that inspired this one.

    Its `questions` may be asked together, and with others; each is asked by itself if they are not.
    """

    def __init__(
        self,
        *,
        traits: Collection[str],
        word: str,
        people: Collection[int],
        team: str,
        inspiring: QuerySet[Story] | None,
    ) -> None:
        self._traits, self._by_word = Trait.objects.none(), Trait.objects.none()
        self._people, self._memberships = Employee.objects.none(), Membership.objects.none()
        self._teams = Team.objects.none()
        self._inspiring = Story.objects.none() if inspiring is None else inspiring
        # What nothing is named of is not asked for: to put the question takes longer than to ask.
        if traits:
            self._traits = Trait.objects.filter(slug__in=traits).select_related("merged_into")
        if word:
            self._by_word = Trait.objects.filter(name__iexact=word)
        if people:
            self._people = Employee.objects.filter(pk__in=people)
            theirs = Membership.objects.filter(employee__in=people)
            self._memberships = theirs.select_related("team")
        if team:
            self._teams = Team.objects.filter(slug=team)

    @property
    def questions(self) -> list[QuerySet]:
        every: list[QuerySet] = [self._traits, self._by_word, self._people, self._teams]
        every += [self._memberships, self._inspiring]
        return [one for one in every if not one.query.is_empty()]

    @cached_property
    def traits(self) -> dict[str, Trait]:
        return {trait.slug: trait for trait in self._traits}

    @property
    def by_word(self) -> Trait | None:
        return next(iter(self._by_word), None)

    def people(self, held: Collection[int]) -> dict[int, Employee]:
        """Each with the teams they were in, for the day of the story decides. Those whom the story
        has `held` already stay although they are offered no more."""
        hang(self._people, memberships=self._memberships)
        return {
            person.pk: person
            for person in self._people
            if person.pk in held or (person.active and not person.unnamed)
        }

    @cached_property
    def teams(self) -> dict[str, Team]:
        return {team.slug: team for team in self._teams}

    @property
    def inspiring(self) -> Story | None:
        return next(iter(self._inspiring), None)

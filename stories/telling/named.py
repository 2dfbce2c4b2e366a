"""The traits, colleagues and teams that a form names, as far as they are there."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from django.db.models import Q, QuerySet

from retold.together import hang
from staff.models import Employee, Membership, Team
from stories.models import Trait


class Named:
    """Traits and teams by their addresses, colleagues by their ids, and a trait by the word that is
    proposed; those who are `held` by the story already stay although they are offered no more.

    Its `questions` may be asked together, and with others; each is asked by itself if they are not.
    """

    def __init__(
        self,
        *,
        traits: Collection[str],
        word: str,
        people: Collection[int],
        team: str,
        held: Collection[int],
    ) -> None:
        self._traits, self._by_word = Trait.objects.none(), Trait.objects.none()
        self._people, self._memberships = Employee.objects.none(), Membership.objects.none()
        self._teams = Team.objects.none()
        # What nothing is named of is not asked for: to put the question takes longer than to ask.
        if traits:
            self._traits = Trait.objects.filter(slug__in=traits).select_related("merged_into")
        if word:
            self._by_word = Trait.objects.filter(name__iexact=word)
        if people:
            offered = Q(active=True, unnamed=False) | Q(pk__in=held)
            self._people = Employee.objects.filter(offered, pk__in=people)
            theirs = Membership.objects.filter(employee__in=people)
            self._memberships = theirs.select_related("team")
        if team:
            self._teams = Team.objects.filter(slug=team)

    @property
    def questions(self) -> list[QuerySet]:
        every = (self._traits, self._by_word, self._people, self._teams, self._memberships)
        return [one for one in every if not one.query.is_empty()]

    @cached_property
    def traits(self) -> dict[str, Trait]:
        return {trait.slug: trait for trait in self._traits}

    @property
    def by_word(self) -> Trait | None:
        return next(iter(self._by_word), None)

    @cached_property
    def people(self) -> dict[int, Employee]:
        """Each with the teams they were in, for the day of the story decides."""
        hang(self._people, memberships=self._memberships)
        return {person.pk: person for person in self._people}

    @cached_property
    def teams(self) -> dict[str, Team]:
        return {team.slug: team for team in self._teams}

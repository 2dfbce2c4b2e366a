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
        offered = Q(active=True, unnamed=False) | Q(pk__in=held)
        self._traits = Trait.objects.filter(slug__in=traits).select_related("merged_into")
        self._by_word = Trait.objects.filter(name__iexact=word) if word else Trait.objects.none()
        self._people = Employee.objects.filter(offered, pk__in=people)
        self._teams = Team.objects.filter(slug__in=[team] if team else [])
        self._memberships = Membership.objects.filter(employee__in=people).select_related("team")

    @property
    def questions(self) -> tuple[QuerySet, ...]:
        return self._traits, self._by_word, self._people, self._teams, self._memberships

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

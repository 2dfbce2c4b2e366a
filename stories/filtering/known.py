"""What filters speak of: traits, teams and people, asked for once for all filters one reads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet

from staff.models import Employee, Team
from staff.models.team import in_tree
from staff.searching import tokens
from staff.unnamed import unnamed, unnamed_rows
from stories.models import Trait
from stories.models.held import Remembered
from stories.models.postings import Version
from stories.search import Names
from stories.terms import words

from .words import stand_in

# Of more people than this, none is meant.
MOST_CALLED = 50


def _shown_traits() -> QuerySet[Trait]:
    return Trait.objects.exclude(standing__in=(Trait.Standing.PROPOSED, Trait.Standing.DROPPED))


def _vocabulary(traits: Iterable[Trait]) -> dict[str, Trait]:
    return {trait.slug: trait for trait in traits}


class Tree(NamedTuple):
    """All teams, each below the one it is part of, the ids of each with all below it, and those
    right below each, or below none."""

    teams: list[Team]
    below: dict[int, list[int]]
    right_below: dict[int | None, list[Team]]


def _tree(found: Iterable[Team]) -> Tree:
    teams = in_tree(found)
    below: dict[int, list[int]] = {team.pk: [] for team in teams}
    for team in teams:
        for above in team.tree_path:
            below[above].append(team.pk)
    right_below: dict[int | None, list[Team]] = {}
    for team in teams:
        right_below.setdefault(team.parent_id, []).append(team)
    return Tree(teams, below, right_below)


# Whatever changes in a trait or a team counts the wall's version up.
VOCABULARY, TREE = Remembered(_shown_traits, _vocabulary), Remembered(Team.objects.all, _tree)
# So does whoever asks not to be named.
UNNAMED = Remembered(unnamed_rows, unnamed)
# What reading a filter takes.
READ: tuple[Remembered[Any], ...] = (UNNAMED, VOCABULARY, TREE)


class Known:
    """The traits, teams and people that filters may name.

    `people` are the numbers that the filters of a list are going to name: they are then looked up
    in one question. With the wall's version, what a process has read for it is not read again.
    """

    def __init__(self, people: Iterable[int] = (), as_of: Version | None = None):
        self._expected = frozenset(people)
        self.as_of = as_of
        self._people: dict[int, Employee | None] = {}

    @cached_property
    def vocabulary(self) -> dict[str, Trait]:
        """Every trait that readers may know of, by its slug."""
        return VOCABULARY.now() if self.as_of is None else VOCABULARY.at(self.as_of)

    @property
    def teams(self) -> list[Team]:
        """All teams, each below the one it is part of, with `tree_path`."""
        return self._tree.teams

    @property
    def below(self) -> dict[int, list[int]]:
        """The ids of each team and of all below it, by the team's id."""
        return self._tree.below

    def right_below(self, team: Team | None) -> list[Team]:
        """The teams that are part of this one and of none between; without one, of no other."""
        return self._tree.right_below.get(team.pk if team else None, [])

    @cached_property
    def _tree(self) -> Tree:
        return TREE.now() if self.as_of is None else TREE.at(self.as_of)

    def under_names(self, text: str, beginning: bool) -> frozenset[str]:
        """The facets of the traits and teams in whose name these words stand together."""
        asked = tuple(tokens(text))
        return frozenset(
            facet for facet, name in self._names.items() if stand_in(asked, name, beginning)
        )

    @property
    def names(self) -> Names:
        """The names of traits and teams, for words that were mistyped."""
        said = {word for name in self._names.values() for word in words(name)}
        return Names(said, lambda text: self.under_names(text, False))

    @cached_property
    def _names(self) -> dict[str, str]:
        """What traits and teams are called, by their facets."""
        return {f"trait:{trait.pk}": trait.name for trait in self.traits_shown} | {
            f"team:{team.pk}": team.name for team in self.teams
        }

    @property
    def traits_shown(self) -> list[Trait]:
        """The traits that stories are shown with."""
        shown = (Trait.Standing.CURATED, Trait.Standing.RETIRED)
        return [trait for trait in self.vocabulary.values() if trait.standing in shown]

    def person(self, pk: int) -> Employee | None:
        """Somebody who may be named; anyone else is as unknown as a number nobody has."""
        if pk not in self._people:
            asked = self._expected | {pk}
            found = Employee.objects.nameable().in_bulk(asked)
            self._people |= {each: found.get(each) for each in asked}
        return self._people[pk]

    def people_called(self, text: str) -> list[Employee]:
        """Those who may be named and whose name has all these words, or their beginnings."""
        return list(Employee.objects.nameable().matching(text)[:MOST_CALLED])

"""Those who asked not to be named, and what their names are found by in texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import cached_property

from .models import Employee
from .models.employee import EmployeeQuerySet
from .names import WORD, Names, fold
from .spellings import whole_names

NAMES = ("pk", "first_name", "last_name", "known_as", "former_names")
# Somebody, and a team they are or were in.
Row = tuple[Employee, int | None]


class Unnamed:
    """People whose names are withheld, each once for each team they are or were in.

    What is made of their names is made once. Requests share it: nobody may change it.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = list(rows)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def and_these(self, people: EmployeeQuerySet) -> Unnamed:
        """With others besides, as if they had asked too."""
        return Unnamed([*self._rows, *_read(with_teams(people))])

    @cached_property
    def people(self) -> dict[int, Employee]:
        """All of them, by id."""
        return {person.pk: person for person, _team in self._rows}

    @cached_property
    def in_team(self) -> dict[int, set[int]]:
        """Those of each team, those of former days with it, by id."""
        members = defaultdict(set)
        for person, team in self._rows:
            if team is not None:
                members[team].add(person.pk)
        return dict(members)

    @cached_property
    def beyond_doubt(self) -> Names:
        """The names that mean one of them whoever else a text speaks of."""
        return Names(form for person in self.people.values() for form in whole_names(person))

    @cached_property
    def by_word(self) -> dict[str, set[int]]:
        """Who of them has this word in a name, however it is spelled; but for initials."""
        people = defaultdict(set)
        for pk, person in self.people.items():
            for word in WORD.findall(fold(" ".join(whole_names(person)))):
                if len(word) > 1:
                    people[word].add(pk)
        return dict(people)


def unnamed_rows() -> QuerySet[Any, tuple]:
    """The question for everybody who asked not to be named, for `unnamed`."""
    return with_teams(Employee.objects.unnamed())


def unnamed(rows: Iterable[tuple]) -> Unnamed:
    """The people that such rows tell of."""
    return Unnamed(_read(rows))


def with_teams(people: EmployeeQuerySet) -> QuerySet[Any, tuple]:
    """People with the teams they are or were in, as such rows."""
    return people.order_by().values_list(*NAMES, "memberships__team")


def _read(rows: Iterable[tuple]) -> list[Row]:
    return [(Employee(**dict(zip(NAMES, row, strict=False))), row[-1]) for row in rows]

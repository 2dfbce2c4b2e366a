"""The directory as it is now, read once and kept small, for comparing a file with it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models

from ..models import Employee, Membership, Team, User

# The columns of a file that are fields of an employee under the same name.
FIELDS = ("first_name", "last_name", "known_as", "job_title", "email")


class Known(NamedTuple):
    """An employee as the directory has them."""

    pk: int
    number: str | None
    first_name: str
    last_name: str
    known_as: str
    job_title: str
    email: str
    manager_id: int | None
    account_id: int | None
    unnamed: bool
    active: bool

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class Belonging(NamedTuple):
    """The team somebody belongs to today."""

    team: str
    since: datetime.date
    leads: bool


@dataclass
class Present:
    """People by key, their teams by slug, and the accounts a file names."""

    people: dict[int, Known] = field(default_factory=dict)
    belongings: dict[int, Belonging] = field(default_factory=dict)
    # When somebody who is in no team now left the last.
    left: dict[int, datetime.date] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Present:
        people = Employee.objects.order_by("pk").values_list(*Known._fields)
        memberships = (
            Membership.objects.filter(until__isnull=True)
            .order_by()
            .values_list("employee_id", "team__slug", "since", "leads")
        )
        ended = Membership.objects.filter(until__isnull=False).order_by()
        left = ended.values_list("employee_id").annotate(models.Max("until"))
        return cls(
            people={row[0]: Known(*row) for row in people.iterator(5000)},
            belongings={row[0]: Belonging(*row[1:]) for row in memberships.iterator(5000)},
            left=dict(left.iterator(5000)),
            teams={team.slug: team for team in Team.objects.select_related("parent")},
        )


def accounts(names: set[str]) -> dict[str, int]:
    """Accounts by user name, in lower case, of those that a file names."""
    if not names:
        return {}
    every = User.objects.order_by().values_list("username", "pk")
    return {name.lower(): pk for name, pk in every.iterator(5000) if name.lower() in names}

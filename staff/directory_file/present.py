"""The directory as it is now, read once and kept small, for comparing a file with it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import models

from retold.together import together

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
    """People by key, their teams by slug, and the accounts a file names, in small letters."""

    people: dict[int, Known] = field(default_factory=dict)
    belongings: dict[int, Belonging] = field(default_factory=dict)
    # When somebody who is in no team now left the last.
    left: dict[int, datetime.date] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    accounts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, accounts: set[str]) -> Present:
        """The directory, with the accounts of these user names, in lower case."""
        teams, users = Team.objects.select_related("parent"), _users(accounts)
        together(teams, users)
        present = cls(
            teams={team.slug: team for team in teams},
            accounts={name.lower(): pk for name, pk in users if name.lower() in accounts},
        )
        for row in _people().iterator(5000):
            *about, team, since, leads, left = row
            known = present.people[row[0]] = Known(*about)
            if team:
                present.belongings[known.pk] = Belonging(team, since, leads)
            elif left:
                present.left[known.pk] = left
        return present


def _people() -> models.QuerySet:
    """Those there are, the team of each today, and when they left the last."""
    ended = Membership.objects.filter(employee=models.OuterRef("pk"), until__isnull=False)
    last = ended.order_by().values("employee").values(last=models.Max("until"))
    today = models.Q(memberships__until__isnull=True)
    people = Employee.objects.order_by("pk").annotate(
        today=models.FilteredRelation("memberships", condition=today)
    )
    return people.values_list(
        *Known._fields,
        "today__team__slug",
        "today__since",
        "today__leads",
        models.Subquery(last),
    )


def _users(names: set[str]) -> models.QuerySet:
    every = User.objects.order_by().values_list("username", "pk")
    # Which are the same in small letters, the database may not know.
    return every if names else every.none()

"""What the words that are typed on the page of a person mean in the directory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import BooleanField, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from .models import Employee, Team, User
from .text import as_id, clean_text

LONGEST = 254
# Whether somebody is among a person and all who are above that person.
IS_BELOW = """
    EXISTS (
        WITH RECURSIVE above(id) AS (
            SELECT staff_employee.id
            UNION SELECT held.manager_id FROM staff_employee held JOIN above ON held.id = above.id
        ) SELECT 1 FROM above WHERE above.id = %s
    )
"""


class Typed(NamedTuple):
    """What a form about somebody says of other rows."""

    number: str
    email: str
    manager: str
    account: str
    team: int

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Typed:
        number, email, manager, account = (
            clean_text(said.get(name) or "")[:LONGEST]
            for name in ("number", "email", "manager", "account")
        )
        return cls(number, email, manager, account, as_id(str(said.get("team") or "")) or 0)


class Found:
    """Which rows these words mean, and who has already what nobody shares: for those who fetch
    what is `asked` with something else."""

    def __init__(self, person: int | None, typed: Typed) -> None:
        self.typed = typed
        others = Employee.objects.exclude(pk=person or 0)
        # Who has this person above them, or is this person, can't be above this person.
        whether = BooleanField()
        is_below = RawSQL(IS_BELOW, [person or 0], whether)  # noqa: S611  # a parameter
        everybody = Employee.objects.annotate(is_below=is_below)
        first, _space, last = typed.manager.partition(" ")
        whole = Q(first_name__iexact=first, last_name__iexact=last)
        told = typed.manager.rpartition("(")[2].removesuffix(")").strip()
        self._by_number = everybody.filter(number=told)
        self._in_words = everybody.filter(Q(email__iexact=typed.manager) | whole)[:2]
        self._accounts = User.objects.filter(username__iexact=typed.account)[:1]
        self._holders = others.filter(account__username__iexact=typed.account)[:1]
        self._same_number = others.filter(number=typed.number)[:1]
        same_email = Exact(Lower("email"), Lower(Value(typed.email)))
        self._same_email = others.filter(same_email)[:1]
        self._teams = Team.objects.filter(pk=typed.team)

    @property
    def asked(self) -> list[QuerySet]:
        """The questions to which there may be an answer."""
        return [
            question
            for said, questions in (
                (self.typed.manager, (self._by_number, self._in_words)),
                (self.typed.account, (self._accounts, self._holders)),
                (self.typed.number, (self._same_number,)),
                (self.typed.email, (self._same_email,)),
                (self.typed.team, (self._teams,)),
            )
            if said
            for question in questions
        ]

    def shared(self) -> list[str]:
        """What somebody else has already."""
        numbered = self.typed.number and [*self._same_number]
        written_to = self.typed.email and [*self._same_email]
        return ["number"] * bool(numbered) + ["email"] * bool(written_to)

    def manager(self) -> Employee | None:
        """The one employee of this number, e-mail or full name."""
        people = [*self._by_number] or [*self._in_words]
        return people[0] if len(people) == 1 else None

    def account(self) -> User | None:
        return next(iter(self._accounts), None)

    def holder(self) -> Employee | None:
        """Somebody else whose account it is."""
        return next(iter(self._holders), None)

    def team(self) -> Team | None:
        return next(iter(self._teams), None)


def employee_said(person: Employee | None) -> str:
    if person is None:
        return ""
    key = person.number or person.email
    return f"{person.full_name} ({key})" if person.number else (key or person.full_name)

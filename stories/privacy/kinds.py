"""How the list of what is known of people is written: what a model knows, what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from staff.models import Employee, User


class Then(Enum):
    """What an erasure does with the rows that lead to somebody."""

    GOES = "goes"
    STAYS = "stays, and leads to a person of whom nothing is known"
    EMPTIED = "stays, and leads to nobody"


GOES, STAYS, EMPTIED = Then


class Written(Enum):
    """How names stand in a column."""

    TEXT = "as people write"
    DATA = "in the texts of a JSON value"
    JSON = "in JSON that is kept as text"
    QUERY = "in the query of an address"
    SLUG = "in an address made of words"


TEXT, DATA, JSON, QUERY, SLUG = Written


@dataclass(frozen=True)
class Known:
    """What one model knows of a person.

    `people` are its relations to them or their account; the first is whose a row is, and `told`
    says what an export tells of those, in the file of this name. `texts` are columns that may name
    anybody, and `story` is the way to the story that they are about. `accounts` are columns that
    keep an account's name beside a relation to it. `heard` are those of `told` in which others
    speak to them, who may name anybody. `label` is what an admin reads it is.
    """

    model: str
    label: Any
    people: Mapping[str, Then] = field(default_factory=dict)
    file: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    heard: tuple[str, ...] = ()
    texts: Mapping[str, Written] = field(default_factory=dict)
    story: str = ""
    author: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)
    plain: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> type[Model]:
        return apps.get_model(self.model)

    def rows(self) -> QuerySet[Any]:
        return self.kind._base_manager.all()

    def of(self, person: Employee, relation: str) -> QuerySet[Any]:
        """The rows that lead to them by this relation."""
        return self.rows().filter(leading(self.kind, relation, person))


def leading(kind: type[Model], relation: str, person: Employee) -> Q:
    """Whether a row leads to this person, or to their account."""
    to: Any = kind
    for step in relation.split("__"):
        to = to._meta.get_field(step).related_model
    if issubclass(to, User):
        return Q(**{relation: person.account_id}) if person.account_id else Q(pk__in=[])
    return Q(**{relation: person.pk})

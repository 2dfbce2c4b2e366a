"""Which rows of the history speak of one person, so that they can be emptied."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from retold.together import together

from .forgetting import Forgetting
from .models import Credit, Employee, Membership
from .models.history import Row
from .naming import NOBODY, Near


@dataclass(frozen=True)
class Traces:
    """By what a row of the history is known to be about one person.

    Made while they are known still; `History.objects.forget` then empties what it finds by it, also
    what an erasure itself has added.
    """

    person: int
    account: int | None
    things: frozenset[tuple[str, int]]
    # Things whose texts speak of them: there a first or a last name alone means them.
    near: frozenset[tuple[str, int]]
    forgetting: Forgetting

    @classmethod
    def of(
        cls,
        person: Employee,
        forgetting: Forgetting | None = None,
        near: Iterable[tuple[str, int]] = (),
        things: Iterable[tuple[str, int]] = (),
    ) -> Traces:
        """What is known of them now.

        `near` and `things` are given as (kind, number): `near` such as stories, and `things` of
        theirs that the directory knows nothing of.
        """
        held = Membership.objects.filter(employee=person).values_list("pk", flat=True)
        told = Credit.objects.filter(employee=person).values_list("story", flat=True)
        together(held, told)
        theirs = {("staff.employee", person.pk), *(("staff.membership", pk) for pk in held)}
        if person.account_id:
            theirs.add(("staff.user", person.account_id))
        return cls(
            person=person.pk,
            account=person.account_id,
            things=frozenset({*theirs, *things}),
            near=frozenset({*near, *(("stories.story", pk) for pk in told)}),
            forgetting=forgetting or Forgetting(person),
        )

    def likely(self) -> Q:
        """Which rows are worth reading; `text` is what they changed, as a text."""
        found = self.forgetting.likely(["by_name", "label", "why", "text"])
        if self.account is not None:
            found |= Q(account=self.account)
        numbers: dict[str, list[int]] = defaultdict(list)
        for kind, number in self.things:
            numbers[kind].append(number)
        for kind, of_kind in numbers.items():
            found |= Q(kind=kind, number__in=of_kind)
        return found

    def are_in(self, row: Row) -> bool:
        """Whether this row is of theirs, was done by them, or says their name."""
        thing = row.kind, row.number
        if (row.account is not None and row.account == self.account) or thing in self.things:
            return True
        near = Near(people=frozenset({self.person})) if thing in self.near else NOBODY
        said = (row.by_name, row.label, row.why, *_texts(json.loads(row.changes)))
        return bool(self.forgetting.find("\n".join(said), near))


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)

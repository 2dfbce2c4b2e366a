"""What leads to somebody who is erased, asked for at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retold.together import together
from staff.models import Employee
from stories.models import Consent, Status, Story

from .kinds import STAYS, Known
from .known import KNOWN


@dataclass(frozen=True)
class Theirs:
    """What leads to somebody, as it is while they are held and nothing can be added.

    `consents` are what they said of being named, by number; `led` are the relations by which there
    is anything that goes, or is to lead to nobody. `has_told` is whether they told more than
    drafts.
    """

    drafts: Sequence[Story]
    consents: Sequence[int]
    led: Sequence[tuple[Known, str]]
    has_told: bool

    @classmethod
    def of(cls, person: Employee) -> Theirs:
        stories = Story.objects.told_by(person).order_by("pk")
        told = stories.exclude(status=Status.DRAFT).values_list("pk")[:1]
        drafts = stories.filter(status=Status.DRAFT)
        consents = Consent.objects.filter(employee=person).values_list("pk", flat=True)
        asked = [
            (known, relation, known.of(person, relation).order_by("pk").values_list("pk")[:1])
            for known in KNOWN
            for relation, then in known.people.items()
            if then is not STAYS
        ]
        together(drafts, consents, told, *(rows for _known, _relation, rows in asked))
        led = [(known, relation) for known, relation, rows in asked if rows]
        return cls(list(drafts), list(consents), led, bool(told))

"""What a plan holds of one person."""

from __future__ import annotations

from dataclasses import dataclass, field

from .present import Known
from .rows import PersonRow

Someone = int  # an employee's key, or minus the row of somebody who is new


@dataclass(slots=True)
class PersonPlan:
    """What becomes of one person: the fields to set, and the team to join."""

    row: PersonRow
    known: Known | None
    set: dict[str, object] = field(default_factory=dict)
    manager: Someone | None = None
    sets_manager: bool = False
    team: str = ""
    leads: bool = False
    says: list[str] = field(default_factory=list)

    @property
    def someone(self) -> Someone:
        return self.known.pk if self.known else -self.row.row

    def __str__(self) -> str:
        return f"{self.row.full_name} ({self.row.number}): {'; '.join(self.says)}"

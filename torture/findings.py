"""What a scenario found: what was tried, what had to hold, and what did not."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Finding:
    """One scenario on one database. Whatever did not hold stands in `broken`, a sentence each."""

    name: str
    kind: str
    figures: dict[str, float | str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        return not self.broken

    def expect(self, holds: bool, otherwise: str) -> None:
        # The first few say what is wrong; a thousand more say no more.
        if not holds and len(self.broken) < 10:
            self.broken.append(otherwise)

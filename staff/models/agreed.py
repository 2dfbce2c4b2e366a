"""How somebody who is credited agreed to be named in this one story, audience by audience."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.audiences import (
    FULL,
    ORGANISATION,
    PUBLIC,
    SCREENS,
    TEAM,
    Audience,
    NamedAs,
    named_at_first,
)

FIELDS: dict[Audience, str] = {
    TEAM: "in_team",
    ORGANISATION: "in_organisation",
    SCREENS: "on_screens",
    PUBLIC: "in_public",
}


def _named(audience: Any) -> models.CharField:
    return models.CharField(
        audience, max_length=9, choices=NamedAs.choices, default=named_at_first, editable=False
    )


class Agreed(models.Model):
    """What holds now, where every page has it at hand; how it came about is in the ledger."""

    employee_id: int | None
    team_id: int | None

    in_team = _named(_("named in the team"))
    in_organisation = _named(_("named here"))
    on_screens = _named(_("named on screens"))
    in_public = _named(_("named outside"))

    class Meta:
        abstract = True

    @property
    def agreed(self) -> dict[Audience, NamedAs]:
        """How this person is named to each audience."""
        return {audience: NamedAs(getattr(self, name)) for audience, name in FIELDS.items()}

    @agreed.setter
    def agreed(self, chosen: Mapping[Audience, NamedAs]) -> None:
        for audience, named in chosen.items():
            setattr(self, FIELDS[audience], named)

    def agree_at_first(self) -> None:
        """As for somebody who has not said anything yet."""
        self.agreed = dict.fromkeys(Audience, NamedAs(named_at_first()))

    @property
    def is_narrowed(self) -> bool:
        """Whether there is anybody who does not hear the whole name."""
        return any(getattr(self, name) != FULL for name in FIELDS.values())

    def named_to(self, audience: Audience, teams: Collection[int] = ()) -> NamedAs:
        """How this person is named to an audience; whoever is of one of `teams`, their own, hears
        what the team does."""
        differs = self.in_team != self.in_organisation
        if differs and audience == ORGANISATION and self.team_id in teams:
            audience = TEAM
        return NamedAs(getattr(self, FIELDS[audience]))


def narrowing(chosen: Mapping[Audience, NamedAs]) -> dict[Audience, NamedAs]:
    """The choice for every audience, none of which hears more than one that is closer."""
    found, least = {}, FULL
    for audience in Audience:
        least = max(least, chosen.get(audience, least), key=lambda named: named.extent)
        found[audience] = least
    return found

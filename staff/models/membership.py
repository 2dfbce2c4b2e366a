"""Which team somebody belongs to, over time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from retold.storing import store_together
from staff.changes import changing

from .history import History
from .recorded import Recorded, RecordedQuerySet, delete_together

if TYPE_CHECKING:
    from .employee import Employee
    from .team import Team


class Membership(Recorded):
    """Someone belongs to a team from a day on, until another (not included) or still."""

    employee = models.ForeignKey(
        "staff.Employee",
        verbose_name=_("employee"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    team = models.ForeignKey(
        "staff.Team", verbose_name=_("team"), on_delete=models.PROTECT, related_name="memberships"
    )
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    leads = models.BooleanField(_("leads the team"), default=False)

    objects = RecordedQuerySet["Membership"].as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="membership_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=["employee"],
                condition=Q(until__isnull=True),
                name="membership_one_team_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.team}"

    def save(self, *args, **kwargs) -> None:
        with changing() as changes:
            super().save(*args, **kwargs)
            changes.membership(self.employee_id, self.team_id)

    def delete(self, *args, **kwargs):
        with changing() as changes:
            changes.membership(self.employee_id, self.team_id)
            return super().delete(*args, **kwargs)

    def label(self) -> str:
        """Person and team are in what is kept, by their keys."""
        return ""


class Move(NamedTuple):
    """Somebody joins a team from a day on, leaving the present one.

    `held` is where they have been, as it is stored. Nobody else moves them meanwhile.
    """

    person: Employee
    team: Team
    on: datetime.date
    leads: bool
    held: Sequence[Membership]

    def steps(self) -> list[tuple[Membership | None, Membership]]:
        """What is to be stored, each beside what it takes the place of. Raises ValueError."""
        now = next((one for one in self.held if one.until is None), None)
        joined = Membership(employee=self.person, team=self.team, since=self.on, leads=self.leads)
        if now is None:
            left = last_left(self.held)
            if left and self.on < left:
                said = f"{self.on} lies before {left}, until when {self.person} was in a team."
                raise ValueError(said)
            return [(None, joined)]
        if now.team_id == self.team.pk:
            return [] if now.leads == self.leads else [(now, now.but(leads=self.leads))]
        if self.on < now.since:
            raise ValueError(f"{self.on} lies before {now.since}, when {now} began.")
        if self.on == now.since:
            # What lasted no day becomes the other.
            return [(now, now.but(team=self.team, leads=self.leads))]
        return [(now, now.but(until=self.on)), (None, joined)]


def move_together(moves: Iterable[Move]) -> None:
    """Everybody of these moves, nobody twice, all in one statement.

    Raises ValueError, with nothing changed, when a day lies before the present membership began,
    or the last ended.
    """
    steps = [step for move in moves for step in move.steps()]
    with changing() as changes:
        # What ends comes first: nobody is in two teams, not for a moment.
        rows = sorted((row for _before, row in steps), key=lambda row: row.until is None)
        store_together(rows, ["team", "until", "leads"])
        History.objects.record(*(row.change(before) for before, row in steps))
        for one in (row for step in steps for row in step if row):
            changes.membership(one.employee_id, one.team_id)


def last_left(memberships: Iterable[Membership]) -> datetime.date | None:
    """Up to when those of them that ended go."""
    return max((one.until for one in memberships if one.until), default=None)


def take_away(memberships: Sequence[Membership]) -> None:
    """Delete rows that were a mistake, all at once."""
    with changing() as changes:
        for one in memberships:
            changes.membership(one.employee_id, one.team_id)
        delete_together(memberships)


def teams_on(people: Iterable[Employee], day: datetime.date | None) -> dict[int, Team]:
    """`Employee.team_on` for several people in one query: {employee id: team}.

    In none where their memberships are at hand, with the teams.
    """
    people = list(people)
    day = day or timezone.localdate()
    teams: dict[int, Team] = {}
    if all("memberships" in getattr(one, "_prefetched_objects_cache", {}) for one in people):
        memberships = [membership for one in people for membership in one.memberships.all()]
    else:
        memberships = list(Membership.objects.filter(employee__in=people).select_related("team"))
    for membership in sorted(memberships, key=lambda one: one.since):
        held = membership.since <= day and (membership.until is None or membership.until > day)
        if held or (membership.until is None and membership.employee_id not in teams):
            teams[membership.employee_id] = membership.team
    return teams

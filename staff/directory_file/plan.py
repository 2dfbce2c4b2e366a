"""What a file would change in the directory, or why it can't: worked out, and nothing written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import checks
from .people import PersonPlan, Someone
from .present import FIELDS, Known, Present
from .rows import File, PersonRow, Problem
from .teams import TeamPlan, plan_teams


@dataclass
class Plan:
    """Every change and every problem of a file, by row."""

    teams: TeamPlan
    new: list[PersonPlan] = field(default_factory=list)
    changed: list[PersonPlan] = field(default_factory=list)
    same: int = 0
    missing: list[Known] = field(default_factory=list)
    leavers: bool = False
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @cached_property
    def changes(self) -> list[str]:
        """Every change in a sentence, by row."""
        people = sorted([*self.new, *self.changed], key=lambda person: person.row.row)
        row, left = _("Row"), _("has left")
        said = [f"{row} {person.row.row}, {person}" for person in people]
        gone = self.missing if self.leavers else []
        return (
            self.teams.changes + said + [f"{who.full_name} ({who.number}) {left}" for who in gone]
        )

    @property
    def summary(self) -> str:
        """The plan in a line."""
        if self.problems:
            return ngettext("%d problem.", "%d problems.", len(self.problems)) % len(self.problems)
        counts = {
            _("%d new"): len(self.new),
            _("%d changed"): len(self.changed),
            _("%d left"): len(self.missing) if self.leavers else 0,
            _("teams new or changed: %d"): len(self.teams.changes),
        }
        if not any(counts.values()):
            return _("No changes.")
        counts[_("%d as before")] = self.same
        return ", ".join(what % count for what, count in counts.items() if count) + "."

    @property
    def digest(self) -> str:
        """Two plans with the same digest do the same, and say the same of it."""
        people = [
            (row.row, row.since, who.someone, who.set, who.sets_manager, who.manager, who.team)
            for who in [*self.new, *self.changed]
            for row in (who.row,)
        ]
        teams = [(row.slug, row.name, row.parent) for row in [*self.teams.new, *self.teams.changed]]
        gone = [who.pk for who in self.missing] if self.leavers else []
        return hashlib.sha256(repr((self.changes, people, teams, gone)).encode()).hexdigest()


def plan(
    people: File, teams: File | None = None, *, create_teams: bool = False, leavers: bool = False
) -> Plan:
    """Compare a file with the directory. Without problems, the plan can be carried out."""
    present = Present.read({row.account.lower() for row in people.rows if row.account})
    planned = Plan(teams=plan_teams(teams, present), leavers=leavers)
    planned.remarks = people.remarks + (teams.remarks if teams else [])
    planned.problems = planned.teams.problems + people.problems
    _Comparison(people, present, planned, create_teams).run()
    planned.problems.sort(key=lambda problem: (not problem.in_teams, problem.row))
    return planned


class _Comparison:
    """The work of `plan`, with what it needs to know on the way."""

    def __init__(self, file: File, present: Present, planned: Plan, create_teams: bool) -> None:
        self.rows, self.given = file.rows, file.given
        self.present, self.planned, self.create_teams = present, planned, create_teams
        self.today, self.new = timezone.localdate(), _("new")
        self.by_number = {who.number: who for who in present.people.values() if who.number}
        self.unnumbered = {
            who.email.lower(): who
            for who in present.people.values()
            if who.email and not who.number
        }
        self.keys: dict[str, Someone] = {}
        self.names: dict[Someone, str] = {}

    def run(self) -> None:
        people = [self._person(row) for row in self._once(self.rows)]
        self._learn_keys(people)
        for person in people:
            self._compare(person)
        self.planned.problems += [
            *checks.emails(people, self.present),
            *checks.accounts(people, self.present),
            *checks.managers(people, self.present, self.names),
        ]
        self._sort_out(people)

    def problem(self, row: PersonRow, column: str, message: str) -> None:
        self.planned.problems.append(Problem(row.row, column, message))

    def _once(self, rows: Iterable[PersonRow]) -> list[PersonRow]:
        first: dict[str, int] = {}
        kept = []
        for row in rows:
            if row.number and row.number in first:
                self.problem(row, "number", _("The same as in row %s.") % first[row.number])
                continue
            first[row.number] = row.row
            kept.append(row)
        return kept

    def _person(self, row: PersonRow) -> PersonPlan:
        known = self.by_number.get(row.number)
        if known is None and row.email:
            # Somebody who signed in before the directory knew their number.
            known = self.unnumbered.pop(row.email, None)
        return PersonPlan(row, known)

    def _learn_keys(self, people: list[PersonPlan]) -> None:
        """How a file may speak of a manager: by number or e-mail, in the file or the directory."""
        for who in self.present.people.values():
            self.names[who.pk] = who.full_name
            for key in (who.number, who.email):
                if key:
                    self.keys[key.lower()] = who.pk
        for person in people:
            self.names[person.someone] = person.row.full_name
            for key in (person.row.email, person.row.number):
                if key:
                    self.keys[key.lower()] = person.someone

    def _compare(self, person: PersonPlan) -> None:
        row, known = person.row, person.known
        for name in FIELDS:
            if name not in self.given:
                continue
            after = getattr(row, name)
            if known is None or getattr(known, name) != after:
                person.set[name] = after
                if known:
                    self._say(person, name, getattr(known, name), after)
        if known and known.number != row.number:
            person.set["number"] = row.number
            self._say(person, "number", known.number, row.number)
        if known and not known.active:
            person.set["active"] = True
            person.says.append(_("works here again"))
        # A file can say that somebody asked not to be named; only they can take it back.
        if row.unnamed and not (known and known.unnamed):
            person.set["unnamed"] = True
            person.says.append(_("asked not to be named"))
        self._compare_account(person)
        self._compare_manager(person)
        self._compare_team(person)

    def _compare_account(self, person: PersonPlan) -> None:
        row, known = person.row, person.known
        if not row.account:
            return
        account = self.present.accounts.get(row.account.lower())
        if account is None:
            self.problem(row, "account", _("There is no account “%s”.") % row.account)
        elif known is None or known.account_id != account:
            person.set["account_id"] = account
            person.says.append(_("signs in as %s") % row.account)

    def _compare_manager(self, person: PersonPlan) -> None:
        if "manager" not in self.given:
            return
        row, known = person.row, person.known
        before = known.manager_id if known else None
        after = self.keys.get(row.manager.lower()) if row.manager else None
        if row.manager and after is None:
            self.problem(row, "manager", _("Nobody has the number or e-mail “%s”.") % row.manager)
        elif after == person.someone:
            self.problem(row, "manager", _("Nobody is their own manager."))
        elif after != before:
            person.sets_manager, person.manager = True, after
            if known:
                self._say(person, "manager", self._name(before), self._name(after))

    def _name(self, someone: Someone | None) -> str:
        return "" if someone is None else self.names[someone]

    def _compare_team(self, person: PersonPlan) -> None:
        row = person.row
        now = self.present.belongings.get(person.known.pk) if person.known else None
        slug = self._team(row) if row.team else (now.team if now else "")
        leads = row.leads if "leads" in self.given else bool(now and now.leads and now.team == slug)
        if not slug or (now and (now.team, now.leads) == (slug, leads)):
            return
        moves = now is None or now.team != slug
        left = self.present.left.get(person.known.pk) if person.known and now is None else None
        if left and (row.since or self.today) < left:
            said = _("%(name)s was in another team until %(day)s.")
            about = {"name": row.full_name, "day": date_format(left, "j F Y")}
            self.problem(row, "since", said % about)
            return
        if moves and now and row.since and row.since < now.since:
            since = date_format(now.since, "j F Y")
            said = _("It lies before %(day)s, when %(name)s came to %(team)s.")
            team = self.planned.teams.name(now.team)
            self.problem(row, "since", said % {"day": since, "name": row.full_name, "team": team})
            return
        person.team, person.leads = slug, leads
        if person.known and moves:
            before = self.planned.teams.name(now.team) if now else ""
            day = date_format(row.since or self.today, "j F Y")
            self._say(person, "team", before, self.planned.teams.name(slug))
            person.says.append(_("from %s") % day)
        if person.known and leads != bool(now and now.leads):
            person.says.append(_("leads the team") if leads else _("no longer leads the team"))

    def _team(self, row: PersonRow) -> str:
        found = self.planned.teams.find(row.team)
        if not found and self.create_teams:
            return self.planned.teams.create(row.team)
        if len(found) != 1:
            self.problem(row, "team", self._no_team(row.team, len(found)))
            return ""
        return next(iter(found))

    def _no_team(self, name: str, found: int) -> str:
        if found:
            return _(
                "%(count)s teams are called “%(name)s”; write the address of the right one."
            ) % {
                "count": found,
                "name": name,
            }
        return _("There is no team “%s”.") % name

    @staticmethod
    def _say(person: PersonPlan, name: str, before: object, after: object) -> None:
        label = name.replace("_", " ")
        if before and after:
            person.says.append(f"{label}: {before} → {after}")
        else:
            person.says.append(f"{label}: {after}" if after else _("%s: nothing") % label)

    def _sort_out(self, people: list[PersonPlan]) -> None:
        planned = self.planned
        for person in people:
            if person.known is None:
                person.says.insert(0, self._introduction(person))
                planned.new.append(person)
            elif person.set or person.sets_manager or person.team:
                planned.changed.append(person)
            else:
                planned.same += 1
        in_file = {person.known.pk for person in people if person.known}
        planned.missing = [
            who for who in self.by_number.values() if who.active and who.pk not in in_file
        ]

    def _introduction(self, person: PersonPlan) -> str:
        team = self.planned.teams.name(person.team) if person.team else ""
        return ", ".join(part for part in (self.new, person.row.job_title, team) if part)

"""The teams a file brings or changes, and how people's rows find them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.text import slugify
from django.utils.translation import gettext as _

from ..models import Team
from .present import Present
from .rows import File, Problem, TeamRow
from .trees import circles


@dataclass
class TeamPlan:
    """Teams to make and to change, and those that are there already by their address."""

    new: list[TeamRow] = field(default_factory=list)
    changed: list[TeamRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    present: dict[str, Team] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _found: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def find(self, text: str) -> set[str]:
        """The addresses of the teams of this address or name; an address wins over a name."""
        key = text.lower()
        return {key} if key in self._names else self._found.get(key, set())

    def name(self, slug: str) -> str:
        return self._names.get(slug, slug)

    def create(self, name: str) -> str:
        """Plan a team that a person's row names and nobody has described."""
        base = slugify(name)[:110] or "team"
        slug, number = base, 2
        while slug in self._names:
            slug, number = f"{base}-{number}", number + 1
        self.new.append(TeamRow(0, slug, name))
        self.changes.append(_("New team: %s") % name)
        self.learn(slug, name)
        return slug

    def learn(self, slug: str, name: str) -> None:
        self._names[slug] = name
        self._found[name.lower()].add(slug)


def plan_teams(file: File | None, present: Present) -> TeamPlan:
    """Compare a file of teams (there need be none) with the teams there are."""
    problems = list(file.problems) if file else []
    planned = TeamPlan(problems=problems, present=present.teams)
    rows = _once(file.rows, planned) if file else {}
    for slug, team in present.teams.items():
        if slug not in rows:
            planned.learn(slug, team.name)
    for slug, row in rows.items():
        planned.learn(slug, row.name)
    parents = {
        slug: team.parent.slug if team.parent else None for slug, team in present.teams.items()
    }
    for slug, row in rows.items():
        if file and "parent" not in file.given:
            row.parent = parents.get(slug) or ""
        row.parent = _parent(row, planned)
        parents[slug] = row.parent or None
        _compare(row, present, planned)
    for circle in circles(parents):
        names = " → ".join(planned.name(slug) for slug in [*circle[:10], circle[0]])
        for slug in circle:
            if slug in rows:
                said = _("A circle of teams: %s.") % names
                planned.problems.append(Problem(rows[slug].row, "parent", said, in_teams=True))
    return planned


def _once(rows: list[TeamRow], planned: TeamPlan) -> dict[str, TeamRow]:
    found: dict[str, TeamRow] = {}
    for row in rows:
        if row.slug in found:
            said = _("The same as in row %s.") % found[row.slug].row
            planned.problems.append(Problem(row.row, "slug", said, in_teams=True))
        elif row.slug:
            found[row.slug] = row
    return found


def _parent(row: TeamRow, planned: TeamPlan) -> str:
    if not row.parent:
        return ""
    found = planned.find(row.parent)
    if len(found) == 1:
        return next(iter(found))
    said = (
        _("%(count)s teams are called “%(name)s”; write the address of the right one.")
        if found
        else _("There is no team “%(name)s”.")
    )
    about = {"count": len(found), "name": row.parent}
    planned.problems.append(Problem(row.row, "parent", said % about, in_teams=True))
    return ""


def _compare(row: TeamRow, present: Present, planned: TeamPlan) -> None:
    above = planned.name(row.parent) if row.parent else _("no other team")
    team = present.teams.get(row.slug)
    if team is None:
        planned.new.append(row)
        said = _("Row %(row)s, new team: %(name)s, part of %(above)s")
    elif (team.name, team.parent.slug if team.parent else "") != (row.name, row.parent):
        planned.changed.append(row)
        said = _("Row %(row)s, team %(before)s: now %(name)s, part of %(above)s")
    else:
        return
    about = {"row": row.row, "name": row.name, "above": above, "before": team and team.name}
    planned.changes.append(said % about)

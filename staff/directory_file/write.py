"""Carry a plan out: all of it or nothing, in as few statements for a thousand people as for two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

from retold.storing import store_together
from retold.together import together
from staff.acting import Way, acting
from staff.changes import Changes, changing

from ..models import Employee, History, Membership, Team
from ..models.membership import Move, move_together
from ..models.recorded import to_hold
from .people import PersonPlan, Someone
from .plan import Plan
from .teams import TeamPlan

BATCH = 1000
# What a file may change of somebody, and what follows from it.
PERSON = (
    "number", "first_name", "last_name", "known_as", "job_title", "email", "manager", "account",
    "unnamed", "active", "left_on", "words", "former_names",
)  # fmt: skip
# What one person hands to another, and what there is if neither has it.
HANDED_ON = {"email": "", "account_id": None, "manager_id": None}
T = TypeVar("T")


def carry_out(plan: Plan, *, progress: Callable[[int], object] | None = None) -> None:
    """Write what the plan says. Raises ValueError if the plan has problems, or what it changes is
    there no longer."""
    if plan.problems:
        raise ValueError("A plan with problems can't be carried out.")
    tell = progress or (lambda count: None)
    with acting(way=Way.IMPORT), changing() as changes:
        held = _Held.of(plan)
        teams = _write_teams(plan.teams, held.teams, changes)
        people = _write_people([*plan.new, *plan.changed], held.people, tell, changes)
        _join_teams([*plan.new, *plan.changed], people, teams, held)
        if plan.leavers:
            for batch in _batches(plan.missing):
                Employee.objects.filter(pk__in=[who.pk for who in batch]).leave()


def hold_still() -> None:
    """Keep the directory as it is for everyone else until this transaction ends.

    SQLite lets one write at a time anyway, and a transaction of ours begins by writing.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(model._meta.db_table for model in (Team, Employee, Membership))
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")


@dataclass
class _Held:
    """What a plan changes as it is stored by now, kept from others: it may have changed since the
    plan was made."""

    teams: dict[int, Team] = field(default_factory=dict)
    people: dict[int, Employee] = field(default_factory=dict)
    memberships: dict[int, list[Membership]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, plan: Plan) -> _Held:
        held = cls()
        keys = [plan.teams.present[row.slug].pk for row in plan.teams.changed]
        changed = [person.someone for person in plan.changed]
        for some_teams, some in zip_longest(_batches(keys), _batches(changed), fillvalue=()):
            teams, people = to_hold(Team, some_teams), to_hold(Employee, some)
            memberships = Membership.objects.filter(employee__in=some)
            memberships = memberships.select_for_update(no_key=True)
            together(teams, people, memberships)
            held.teams |= {team.pk: team for team in teams}
            held.people |= {person.pk: person for person in people}
            for one in memberships:
                held.memberships[one.employee_id].append(one)
        if len(held.teams) < len(keys) or len(held.people) < len(changed):
            raise ValueError("Somebody or some team is there no longer.")
        return held


def _write_teams(plan: TeamPlan, held: dict[int, Team], changes: Changes) -> dict[str, Team]:
    """Make and change teams. Returns all by their address."""
    made = {row.slug: Team(slug=row.slug) for row in plan.new}
    changed = {row.slug: held[plan.present[row.slug].pk] for row in plan.changed}
    teams = plan.present | made | changed
    before = {slug: copy(team) for slug, team in changed.items()}
    for row in (*plan.new, *plan.changed):
        teams[row.slug].name = row.name
    # Two that change places would be above each other for a moment in between.
    free = [team.but(parent_id=None) for team in before.values() if team.parent_id]
    _store([*free, *made.values()], ["parent"])
    for row in (*plan.new, *plan.changed):
        teams[row.slug].parent = teams[row.parent] if row.parent else None
    below = [team for team in made.values() if team.parent_id]
    _store([*below, *changed.values()], ["name", "parent"])
    changes.renamed_teams |= {team.pk for team in changed.values()}
    rows = (made | changed).items()
    History.objects.record(*(team.change(before.get(slug)) for slug, team in rows))
    return teams


def _write_people(
    plans: list[PersonPlan],
    held: dict[int, Employee],
    tell: Callable[[int], object],
    changes: Changes,
) -> dict[Someone, Employee]:
    """Make and change people. Returns them by what the plan calls them."""
    made = {person.someone: _new(person) for person in plans if person.known is None}
    # What one hands to another is free for a moment in between, and so is the place below somebody
    # whom they are put above.
    free = [without for person in plans if (without := _handing_on(person, held))]
    _store([*free, *made.values()], [name.removesuffix("_id") for name in HANDED_ON])
    people = held | made
    for batch in _batches(plans):
        changed = []
        for person in batch:
            employee = people[person.someone]
            stored = copy(employee)
            _be_as_planned(employee, person, people)
            change = employee.change(stored)
            if change.changes:
                changed.append(employee)
            before = stored if person.known else None
            changes.person(before, employee)
            History.objects.record(change if before else employee.change(None))
        _store(changed, PERSON)
        tell(len(batch))
    return people


def _new(person: PersonPlan) -> Employee:
    """Somebody as the plan has them, but below no other who is made only now."""
    above = person.manager if person.manager and person.manager > 0 else None
    return Employee(number=person.row.number, manager_id=above, **person.set)


def _handing_on(person: PersonPlan, held: dict[int, Employee]) -> Employee | None:
    """Somebody without what they have and get otherwise, or None if there is none of it."""
    if person.known is None:
        return None
    employee = held[person.someone]
    names = {*person.set, *(["manager_id"] if person.sets_manager else [])}
    given = {name: nothing for name, nothing in HANDED_ON.items() if name in names}
    return employee.but(**given) if any(getattr(employee, name) for name in given) else None


def _be_as_planned(employee: Employee, person: PersonPlan, people: dict[Someone, Employee]) -> None:
    before = copy(employee)
    for name, value in person.set.items():
        setattr(employee, name, value)
    if person.sets_manager:
        manager = person.manager
        employee.manager_id = people[manager].pk if manager in people else manager
    employee.note_leaving()
    employee.keep_name_of(before)


def _join_teams(
    plans: list[PersonPlan],
    people: dict[Someone, Employee],
    teams: dict[str, Team],
    held: _Held,
) -> None:
    today = timezone.localdate()
    for batch in _batches(person for person in plans if person.team):
        move_together(
            Move(
                people[person.someone],
                teams[person.team],
                person.row.since or today,
                person.leads,
                held.memberships.get(person.someone, ()),
            )
            for person in batch
        )


def _store(rows: Iterable[Any], names: Iterable[str]) -> None:
    for batch in _batches(rows):
        store_together(batch, list(names))


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = list(items)
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))

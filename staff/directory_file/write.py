"""Carry a plan out: all of it or nothing, in few statements however many people it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import TypeVar

from django.db import connection
from django.utils import timezone

from staff.acting import Way, acting
from staff.changes import NAMES, Changes, changing

from ..models import Employee, Membership, Team
from .people import PersonPlan, Someone
from .plan import Plan
from .teams import TeamPlan

BATCH = 1000
T = TypeVar("T")


def carry_out(plan: Plan, *, progress: Callable[[int], object] | None = None) -> None:
    """Write what the plan says. Raises ValueError if the plan has problems."""
    if plan.problems:
        raise ValueError("A plan with problems can't be carried out.")
    tell = progress or (lambda count: None)
    with acting(way=Way.IMPORT), changing() as changes:
        teams = _write_teams(plan.teams, changes)
        people = _make_people(plan.new, tell, changes)
        _change_people(plan.changed, people, tell, changes)
        _join_teams([*plan.new, *plan.changed], people, teams, changes)
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


def _write_teams(plan: TeamPlan, changes: Changes) -> dict[str, Team]:
    Team.objects.bulk_create(
        (Team(slug=row.slug, name=row.name) for row in plan.new), batch_size=BATCH
    )
    teams = {team.slug: team for team in Team.objects.all()}
    rows = [*plan.new, *plan.changed]
    for row in rows:
        team = teams[row.slug]
        team.name, team.parent = row.name, teams[row.parent] if row.parent else None
    changes.renamed_teams |= {teams[row.slug].pk for row in plan.changed}
    # Two that change places would be above each other for a moment in between.
    for batch in _batches(plan.changed):
        Team.objects.filter(pk__in=[teams[row.slug].pk for row in batch]).update(parent=None)
    Team.objects.bulk_update(
        [teams[row.slug] for row in rows], ["name", "parent"], batch_size=BATCH
    )
    return teams


def _make_people(
    plans: list[PersonPlan], tell: Callable[[int], object], changes: Changes
) -> dict[int, int]:
    """Make those who are new. Returns their keys by what the plan called them."""
    keys: dict[int, int] = {}
    batch: list[PersonPlan] = []

    def make() -> None:
        made = Employee.objects.bulk_create(
            Employee(
                number=person.row.number,
                manager_id=_key(person.manager, keys),
                **person.set,
            )
            for person in batch
        )
        for person in made:
            changes.person(None, person)
        keys.update(
            zip((person.someone for person in batch), (one.pk for one in made), strict=True)
        )
        tell(len(batch))
        batch.clear()

    for person in _managers_first(plans):
        is_too_early = (
            person.manager is not None and person.manager < 0 and person.manager not in keys
        )
        if is_too_early or len(batch) == BATCH:
            make()
        batch.append(person)
    make()
    return keys


def _managers_first(plans: list[PersonPlan]) -> Iterator[PersonPlan]:
    """Those who are new, level by level from the top."""
    reports = defaultdict(list)
    for person in plans:
        reports[person.manager if _is_new(person.manager) else None].append(person)
    level = reports[None]
    while level:
        yield from level
        level = [report for person in level for report in reports[person.someone]]


def _is_new(someone: Someone | None) -> bool:
    return someone is not None and someone < 0


def _key(someone: Someone | None, keys: dict[int, int]) -> int | None:
    return None if someone is None else keys.get(someone, someone)


def _change_people(
    plans: list[PersonPlan],
    keys: dict[int, int],
    tell: Callable[[int], object],
    changes: Changes,
) -> None:
    # An address or an account that one person hands to another is free for a moment in between.
    for name, nothing in (("email", ""), ("account_id", None)):
        for batch in _batches([person for person in plans if name in person.set]):
            Employee.objects.filter(pk__in=[p.someone for p in batch]).update(**{name: nothing})
    # So is the place below somebody whom they are put above.
    for batch in _batches([person for person in plans if person.sets_manager]):
        Employee.objects.filter(pk__in=[p.someone for p in batch]).update(manager=None)
    for batch in _batches(plans):
        names = {name.removesuffix("_id") for person in batch for name in person.set}
        names |= {"manager"} if any(person.sets_manager for person in batch) else set()
        if names & {*NAMES}:
            names |= {"words", "former_names"}
        if names:
            _save(batch, keys, sorted(names), changes)
        tell(len(batch))


def _save(
    batch: list[PersonPlan], keys: dict[int, int], names: list[str], changes: Changes
) -> None:
    """Write the same fields of many people in one statement."""
    # Somebody may have been called otherwise since the plan was made.
    held = Employee.objects.select_for_update(of=("self",))
    employees = held.in_bulk([person.someone for person in batch])
    for person in batch:
        employee = employees[person.someone]
        before = copy(employee)
        for name, value in person.set.items():
            setattr(employee, name, value)
        if person.sets_manager:
            employee.manager_id = _key(person.manager, keys)
        employee.keep_name_of(before)
        changes.person(before, employee)
    Employee.objects.bulk_create(
        employees.values(), update_conflicts=True, unique_fields=["id"], update_fields=names
    )


def _join_teams(
    plans: list[PersonPlan], keys: dict[int, int], teams: dict[str, Team], changes: Changes
) -> None:
    today = timezone.localdate()
    joining = [person for person in plans if person.team]
    for batch in _batches([person for person in joining if person.known is None]):
        Membership.objects.bulk_create(
            Membership(
                employee_id=keys[person.someone],
                team=teams[person.team],
                since=person.row.since or today,
                leads=person.leads,
            )
            for person in batch
        )
        for person in batch:
            changes.membership(keys[person.someone], teams[person.team].pk)
    for batch in _batches([person for person in joining if person.known]):
        employees = Employee.objects.in_bulk([person.someone for person in batch])
        for person in batch:
            employees[person.someone].move_to(
                teams[person.team], on=person.row.since, leads=person.leads
            )


def _batches(items: Iterable[T]) -> Iterable[list[T]]:
    items = list(items)
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))

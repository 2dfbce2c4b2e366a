"""What no row can tell by itself: whose address it is already, and who is above whom."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from django.utils.translation import gettext as _

from .people import PersonPlan, Someone
from .present import Known, Present
from .rows import Problem
from .trees import circles


def emails(people: list[PersonPlan], present: Present) -> Iterator[Problem]:
    """An address belongs to one person, in the file and in the directory."""
    return _one_owner(people, present, "email", "email", lambda who: who.email.lower())


def accounts(people: list[PersonPlan], present: Present) -> Iterator[Problem]:
    """An account belongs to one person, in the file and in the directory."""
    return _one_owner(people, present, "account", "account_id", lambda who: who.account_id)


def _one_owner(
    people: list[PersonPlan],
    present: Present,
    column: str,
    name: str,
    now: Callable[[Known], Hashable],
) -> Iterator[Problem]:
    owners: dict[object, PersonPlan] = {}
    for person in people:
        value = person.set.get(name, now(person.known) if person.known else None)
        if value and value in owners:
            said = _("The same as in row %s.") % owners[value].row.row
            yield Problem(person.row.row, column, said)
        elif value:
            owners[value] = person
    in_file = {person.known.pk for person in people if person.known}
    for who in present.people.values():
        if who.pk not in in_file and now(who) and (owner := owners.get(now(who))):
            said = _("It belongs to %(name)s (%(number)s), who is not in the file.")
            about = {"name": who.full_name, "number": who.number or _("no number")}
            yield Problem(owner.row.row, column, said % about)


def managers(
    people: list[PersonPlan], present: Present, names: dict[Someone, str]
) -> Iterator[Problem]:
    """Nobody is above themselves, however many are in between."""
    # Whoever gets another manager comes first, for a circle to be told from the first of them.
    above: dict[Someone, Someone | None]
    above = {person.someone: person.manager for person in people if person.sets_manager}
    for known in present.people.values():
        above.setdefault(known.pk, known.manager_id)
    rows = {person.someone: person.row.row for person in people}
    for circle in circles(above):
        said = _("A circle of managers: %s.")
        around = " → ".join(names[who] for who in [*circle[:10], circle[0]])
        for who in circle:
            if who in rows:
                yield Problem(rows[who], "manager", said % around)

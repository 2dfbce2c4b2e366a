"""What becomes different in the directory, told to those who show names, in its transaction.

The directory knows nothing of them: settings.WHEN_DIRECTORY_CHANGES says who is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from .models import Employee

NAMES = ("first_name", "last_name", "known_as")


@dataclass
class Changes:
    """People by id who are called otherwise, teams that are; `moved` joined or left their `teams`.

    `withheld` are people who are not to be named, or were not until now: each as they were and as
    they are, for their old names have to be looked for as well as the new ones. `hides` says that
    there is a name that nobody gets to see from now on. `saved` are those who were saved just now,
    by id: as they are if they are not to be named, so that nobody has to ask for that. `shown` says
    that something changed of which a page tells, as no page does of whose an account is.
    """

    renamed: set[int] = field(default_factory=set)
    renamed_teams: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)
    withheld: list[Employee] = field(default_factory=list)
    hides: bool = False
    shown: bool = False
    saved: dict[int, Employee | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.renamed, self.renamed_teams, self.moved, self.withheld))

    def person(self, before: Employee | None, after: Employee | None) -> None:
        """Somebody as the directory had them, and as it has them now."""
        if after is not None:
            self.saved[after.pk] = after if after.unnamed else None
        if _shown(before) == _shown(after):
            return
        if before is not None:
            self.renamed.add(before.pk)
        self.withheld += [one for one in (before, after) if one is not None and one.unnamed]
        self.hides |= after is not None and after.unnamed

    def membership(self, person: int, team: int) -> None:
        self.moved.add(person)
        self.teams.add(team)


def _shown(person: Employee | None) -> tuple | None:
    if person is None:
        return None
    return person.unnamed, *person.names


_gathering: ContextVar[Changes | None] = ContextVar("changes", default=None)


@contextmanager
def changing(*, shown: bool = True) -> Iterator[Changes]:
    """Change the directory in here and say what; it is told once, however much there is of it, if
    anything is `shown` on a page.

    All of it is one transaction, and for each person and team one change in the history.
    """
    # Imported late: models tell of their changes here.
    from .models.history import History

    gathered = _gathering.get()
    if gathered is not None:
        gathered.shown |= shown
        yield gathered
        return
    with transaction.atomic(), History.objects.together():
        changes = Changes(shown=shown)
        token = _gathering.set(changes)
        try:
            yield changes
        finally:
            _gathering.reset(token)
        if changes.shown:
            import_string(settings.WHEN_DIRECTORY_CHANGES)(changes)
        if changes.hides:
            # Pictures that were drawn with the name are thrown away.
            transaction.on_commit(import_string(settings.WHEN_UNNAMED).enqueue, robust=True)

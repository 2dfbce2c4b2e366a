"""The names somebody had before: texts that were written then say them still."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from staff.changes import NAMES
from staff.names import fold

# First name, last name and what colleagues call them, as NAMES.
Name = tuple[str, str, str]
# Of one person; of more the oldest go.
MOST = 20


def as_called(of: str = "") -> Coalesce:
    """What colleagues call somebody, as a database sorts by it; `of` leads to them.

    Written out, as an index has it: SQLite finds nothing there by an expression with a value in it.
    """
    known_as = models.Func(f"{of}known_as", template="NULLIF(%(expressions)s, '')")
    return Coalesce(known_as, f"{of}first_name")


class Called(models.Model):
    """Somebody who is called otherwise in time, and meant by every name they ever had."""

    first_name: Any
    last_name: Any
    known_as: Any
    # Each as a Name, the oldest first. Empty for none: adding a column that is full would make the
    # table, and its triggers, anew.
    former_names = models.JSONField(_("earlier names"), null=True, editable=False)
    # Which of them were none, such as a slip of the pen: they go once this is saved.
    never_theirs: Collection[Name] = ()

    class Meta:
        abstract = True

    @property
    def name(self) -> Name:
        """What they are called, in its parts."""
        return self.first_name, self.last_name, self.known_as

    @property
    def earlier(self) -> list[Name]:
        """What they were called before."""
        return [(first, last, known) for first, last, known in self.former_names or ()]

    @property
    def names(self) -> list[Name]:
        """All that means them, first of all what they are called."""
        return [self.name, *self.earlier]

    def is_to_be_saved(self, before: Any, names: Sequence[str]) -> None:
        """Whoever saves another name keeps the one it takes the place of."""
        if before is not None and {*NAMES} & {*names}:
            self.keep_name_of(before, names)

    def keep_name_of(self, before: Any, saved: Collection[str] = NAMES) -> None:
        """Keep what they were called `before` these fields are saved."""
        first, last, known = (getattr(self if name in saved else before, name) for name in NAMES)
        former = former_after(before.earlier, before.name, (first, last, known))
        left = [list(name) for name in former if name not in self.never_theirs]
        self.former_names = left or None


def former_after(former: Iterable[Name], before: Name, now: Name) -> list[Name]:
    """The names somebody had, the oldest first, once they are called `now` and no longer `before`.

    Only those that say more than the present one: a name that is given back is a former no longer.
    """
    names = {_folded(name): name for name in (*former, before) if not _is_said_by(now, name)}
    return list(names.values())[-MOST:]


def _is_said_by(now: Name, name: Name) -> bool:
    """Whether whatever a text may say of the one name, it may say of the other."""
    (*whole, called), (*also_whole, also_called) = _folded(name), _folded(now)
    return whole == also_whole and called in ("", also_called)


def _folded(name: Name) -> Name:
    first_name, last_name, known_as = map(fold, name)
    return first_name, last_name, known_as

"""Cells become facts about a person or a team, or problems in words."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.db.models import Model
from django.utils.translation import gettext as _

from ..days import as_iso, has_been
from ..models import Employee, Team
from ..text import clean_text
from .tables import Layout, Table, TooManyRows, UnreadableFile, read_table

PEOPLE = Layout(
    required=("number", "first_name"),
    optional=(
        "last_name",
        "known_as",
        "job_title",
        "email",
        "team",
        "manager",
        "since",
        "leads",
        "account",
        "unnamed",
    ),
    aliases={
        "e_mail": "email",
        "e_mail_address": "email",
        "email_address": "email",
        "job": "job_title",
        "surname": "last_name",
        "staff_number": "number",
        "employee_number": "number",
        "user_name": "account",
        "username": "account",
    },
)
TEAMS = Layout(
    required=("slug", "name"),
    optional=("parent",),
    aliases={"address": "slug", "part_of": "parent"},
)
YES = frozenset(("yes", "y", "true", "1", "x"))
NO = frozenset(("", "no", "n", "false", "0"))
MOST_ROWS = 200_000


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row of the file, said so that it can be mended there."""

    row: int
    column: str
    message: str
    in_teams: bool = False

    def __str__(self) -> str:
        where = f"{self.place}, {self.column}" if self.column else self.place
        return f"{where}: {self.message}"

    @property
    def place(self) -> str:
        """Which row, and of which file where it is not that of the people."""
        said = _("Teams, row %s") if self.in_teams else _("Row %s")
        return said % self.row


@dataclass(slots=True)
class PersonRow:
    """What one row says of a person."""

    row: int
    number: str = ""
    first_name: str = ""
    last_name: str = ""
    known_as: str = ""
    job_title: str = ""
    email: str = ""
    team: str = ""
    manager: str = ""
    since: datetime.date | None = None
    leads: bool = False
    account: str = ""
    unnamed: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class TeamRow:
    """What one row says of a team."""

    row: int
    slug: str = ""
    name: str = ""
    parent: str = ""


@dataclass
class File:
    """A file as read: its rows, its columns, and what is wrong with it."""

    rows: list[Any] = field(default_factory=list)
    given: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read_people(content: bytes, *, most: int = MOST_ROWS) -> File:
    """A file of people. Raises UnreadableFile if its heading makes no sense or it is too long."""
    return _read(read_table(content, PEOPLE), PersonRow, _PERSON_CELLS, most)


def read_teams(content: bytes, *, most: int = MOST_ROWS) -> File:
    """A file of teams. Raises UnreadableFile if its heading makes no sense or it is too long."""
    return _read(read_table(content, TEAMS), TeamRow, _TEAM_CELLS, most)


def _read(table: Table, kind: type, cells: dict[str, Callable[[str], Any]], most: int) -> File:
    file = File(given=table.given)
    if not table.is_utf8:
        file.remarks.append(_("It is not UTF-8 and was read as Western European (Windows)."))
    if table.unused:
        file.remarks.append(_("These columns are not used: %s.") % ", ".join(table.unused)[:400])
    for count, (number, values, wrong) in enumerate(table.rows()):
        if count == most:
            raise TooManyRows(_("It has more than %s rows. Bring it in by parts.") % f"{most:,}")
        if wrong:
            file.problems.append(Problem(number, "", wrong, kind is TeamRow))
            continue
        row = kind(number)
        for column, value in values.items():
            try:
                setattr(row, column, cells[column](value))
            except ValidationError as error:
                said = " ".join(error.messages)
                file.problems.append(Problem(number, column, said, kind is TeamRow))
        file.rows.append(row)
    if not file.rows and not file.problems:
        # Else everybody would be missing from it.
        raise UnreadableFile(_("The file has a heading and no rows."))
    return file


def _text(most: int, *, required: bool = False) -> Callable[[str], str]:
    def clean(value: str) -> str:
        if "\x00" in value:
            raise ValidationError(_("It holds a NUL character, which no text may."))
        value = " ".join(clean_text(value).split())
        if required and not value:
            raise ValidationError(_("It is empty."))
        if len(value) > most:
            raise ValidationError(
                _("It has %(length)s characters and may have %(most)s.")
                % {"length": len(value), "most": most}
            )
        return value

    return clean


def _email(value: str) -> str:
    value = _text(254)(value).lower()
    if value:
        try:
            validate_email(value)
        except ValidationError:
            raise ValidationError(_("“%s” is no e-mail address.") % value[:80]) from None
    return value


def _day(value: str) -> datetime.date | None:
    value = _text(40)(value)
    if not value:
        return None
    try:
        found = datetime.date.fromisoformat(as_iso(value))
    except ValueError:
        raise ValidationError(_("“%s” is no date; write 2024-03-31.") % value) from None
    if not has_been(found):
        raise ValidationError(_("“%s” does not lie between 1900 and today.") % value)
    return found


def _yes_or_no(value: str) -> bool:
    value = _text(40)(value).lower()
    if value not in YES | NO:
        raise ValidationError(_("“%s” is neither yes nor no.") % value)
    return value in YES


def _slug(value: str) -> str:
    value = _text(_most(Team, "slug"), required=True)(value).lower()
    try:
        validate_slug(value)
    except ValidationError:
        raise ValidationError(
            _("“%s” may only have letters without accents, figures and hyphens.") % value
        ) from None
    return value


def _most(model: type[Model], name: str) -> int:
    return getattr(model._meta.get_field(name), "max_length", 0)


_PERSON_CELLS: dict[str, Callable[[str], Any]] = {
    "number": _text(_most(Employee, "number"), required=True),
    "first_name": _text(_most(Employee, "first_name"), required=True),
    "last_name": _text(_most(Employee, "last_name")),
    "known_as": _text(_most(Employee, "known_as")),
    "job_title": _text(_most(Employee, "job_title")),
    "email": _email,
    "team": _text(_most(Team, "name")),
    "manager": _text(254),
    "since": _day,
    "leads": _yes_or_no,
    "account": _text(150),
    "unnamed": _yes_or_no,
}
_TEAM_CELLS: dict[str, Callable[[str], Any]] = {
    "slug": _slug,
    "name": _text(_most(Team, "name"), required=True),
    "parent": _text(_most(Team, "name")),
}

"""What texts may be, held by the database itself and not only by the forms they come through.

PostgreSQL holds to the length of a varchar and knows none of a text; SQLite holds to neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext as _

from .text import BLANKS, says_something


class Characters(Length):
    """How many characters a text has, as Python counts them."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # SQLite counts up to a NUL, behind which anything could stand: such a text fits nowhere.
        template = (
            "CASE WHEN INSTR(%(expressions)s, CHAR(0)) THEN 2147483647"
            " ELSE LENGTH(%(expressions)s) END"
        )
        return self.as_sql(compiler, connection, template=template, **context)


class Says(models.Func):
    """Whether a text holds anything but blanks."""

    output_field = models.BooleanField()
    conditional = True

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        ranges = ", ".join(f"{first}, 45, {last}" for first, last in BLANKS)
        template = f"(%(expressions)s GLOB '*[^' || CHAR({ranges}) || ']*')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        ranges = "".join(rf"\U{first:08X}-\U{last:08X}" for first, last in BLANKS)
        template = f"(%(expressions)s ~ '[^{ranges}]')"
        return self.as_sql(compiler, connection, template=template, **context)


class TextsFit(models.CheckConstraint):
    """Every text of a row is one that its field takes, whoever wrote it.

    It has no more characters than there is room for (`most`), is more than blanks or empty
    (`said`), and one of those there are to choose from (`known`).

    One constraint for all texts of a table, as SQLite makes the table anew to have one more.
    """

    def __init__(
        self,
        *,
        name: str,
        most: Mapping[str, int],
        said: Collection[str] = (),
        known: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        # In one order, as migrations keep it.
        self.most = dict(sorted(most.items()))
        self.said = sorted(said)
        self.known = {field: list(values) for field, values in sorted((known or {}).items())}
        super().__init__(
            condition=models.Q(*(condition for _field, _rule, condition in self.rules())), name=name
        )

    def rules(self) -> Iterator[tuple[str, str, models.Q]]:
        """Each field with what is asked of it, in words for who migrates and for the database."""
        for field, most in self.most.items():
            fits = models.Q(LessThanOrEqual(Characters(field), most))
            yield field, f"at most {most:,} characters", fits
        for field in self.said:
            yield field, "not blank", models.Q((field, "")) | models.Q(Says(field))
        for field, values in self.known.items():
            named = ", ".join(repr(value) for value in values)
            yield field, f"one of {named}", models.Q((f"{field}__in", values))

    def deconstruct(self) -> Any:
        path, _args, _condition_too = super().deconstruct()
        more = {"said": self.said, "known": self.known}
        given = {name: value for name, value in more.items() if value}
        return path, (), {"name": self.name, "most": self.most, **given}

    def validate(
        self,
        model: Any,
        instance: Any,
        exclude: Collection[str] | None = None,
        using: str = "default",
    ) -> None:
        """Say at each text what is wrong, without asking the database.

        What a field found wrong itself comes in `exclude`, so nothing is said twice.
        """
        fields = {*self.most, *self.said, *self.known} - {*(exclude or ())}
        texts = {field: getattr(instance, field) or "" for field in sorted(fields)}
        wrong = {field: said for field, text in texts.items() if (said := self._wrong(field, text))}
        if wrong:
            raise ValidationError(wrong)

    def _wrong(self, field: str, text: str) -> str:
        most = self.most.get(field, len(text))
        if len(text) > most:
            said = _("That is %(length)s characters, and there is room for %(most)s.")
            return said % {"length": f"{len(text):,}", "most": f"{most:,}"}
        if field in self.said and text and not says_something(text):
            return _("There is nothing in it that can be read.")
        if field in self.known and text not in self.known[field]:
            return _("That is none of those there are to choose from.")
        return ""

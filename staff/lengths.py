"""How long texts may be, held by the database itself and not only by the forms they come through.

PostgreSQL holds to the length of a varchar and knows none of a text; SQLite holds to neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _


class Characters(Length):
    """How many characters a text has, as Python counts them."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # SQLite counts up to a NUL, behind which anything could stand: such a text fits nowhere.
        template = (
            "CASE WHEN INSTR(%(expressions)s, CHAR(0)) THEN 2147483647"
            " ELSE LENGTH(%(expressions)s) END"
        )
        return self.as_sql(compiler, connection, template=template, **context)


class TextsFit(models.CheckConstraint):
    """No text of a row has more characters than there is room for, whoever wrote it.

    One constraint for all texts of a table, as SQLite makes the table anew to have one more.
    """

    def __init__(self, *, name: str, most: Mapping[str, int]) -> None:
        # In one order, as migrations keep it.
        self.most = dict(sorted(most.items()))
        fit = (LessThanOrEqual(Characters(field), number) for field, number in self.most.items())
        super().__init__(condition=models.Q(*fit), name=name)

    def deconstruct(self) -> Any:
        path, _args, _condition_too = super().deconstruct()
        return path, (), {"name": self.name, "most": self.most}

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
        said = _("That is %(length)s characters, and there is room for %(most)s.")
        lengths = {
            field: len(getattr(instance, field) or "")
            for field in self.most
            if field not in (exclude or ())
        }
        wrong = {
            field: said % {"length": f"{length:,}", "most": f"{self.most[field]:,}"}
            for field, length in lengths.items()
            if length > self.most[field]
        }
        if wrong:
            raise ValidationError(wrong)

"""What a row may be is told from its values, where they tell it, and not asked of the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models.constants import LOOKUP_SEP


class ToldByItsValues(models.Model):
    """A model whose checks cost no question where its values alone say that they hold; Django asks
    one for each.

    The others, and which one is broken, are asked for as ever.
    """

    _held_to: Collection[models.BaseConstraint] = ()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        fields = (one for one in self._meta.concrete_fields if one.name not in (exclude or ()))
        values = {field.name: getattr(self, field.attname) for field in fields}
        self._held_to = [
            one
            for one in self._meta.constraints
            # Those of ours that are more know how to be told without the database.
            if type(one) is models.CheckConstraint and holds(one.condition, values)
        ]
        super().validate_constraints(exclude)

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Those that are left to be validated."""
        return [
            (model, [one for one in constraints if one not in self._held_to])
            for model, constraints in super().get_constraints()
        ]


def holds(condition: Any, values: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds of a row with these values; None if they alone don't tell.

    Understood are values that are compared with others given (`=`, `in`) or with nothing
    (`isnull`), and whatever joins them.
    """
    if isinstance(condition, tuple):
        asked, given = condition
        return _compares(asked, given, values)
    if not isinstance(condition, models.Q):
        return None
    told = {holds(one, values) for one in condition.children}
    if condition.connector == models.Q.AND:
        all_of_it = False if False in told else None if None in told else True
    elif condition.connector == models.Q.OR:
        all_of_it = True if True in told else None if None in told else False
    else:
        return None
    return all_of_it if all_of_it is None or not condition.negated else not all_of_it


def _compares(asked: str, given: Any, values: Mapping[str, Any]) -> bool | None:
    name, _separator, lookup = asked.partition(LOOKUP_SEP)
    value = values.get(name)
    if lookup == "isnull" and name in values:
        return (value is None) is given
    # To a database, nothing is neither equal nor unequal; an expression it has to work out.
    if value is None or hasattr(given, "resolve_expression"):
        return None
    if lookup in ("", "exact"):
        return bool(value == given)
    return value in given if lookup == "in" else None

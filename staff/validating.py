"""What a row may be is asked of the database at once, not rule by rule."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_
from typing import Any

from django.db import models


class CheckedAtOnce(models.Model):
    """A model whose checks are validated in one question, where Django asks one for each.

    Which of them is broken is asked for only if one is.
    """

    _held_to: Collection[models.BaseConstraint] = ()

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        known: dict[str, Any] = self._get_field_expression_map(self._meta, exclude)  # type: ignore
        checks = [
            one
            for one in self._meta.constraints
            # Those of ours that are more know how to be told without the database.
            if type(one) is models.CheckConstraint
            and known.keys() >= one.condition.referenced_base_fields  # type: ignore[union-attr]
        ]
        holds = not checks or reduce(and_, (models.Q(one.condition) for one in checks)).check(known)
        self._held_to = checks if holds else ()
        super().validate_constraints(exclude)

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Those that are left to be validated."""
        return [
            (model, [one for one in constraints if one not in self._held_to])
            for model, constraints in super().get_constraints()
        ]

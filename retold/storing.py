"""Rows stored with one statement, new ones and changed ones alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models
from django.db.models.constants import OnConflict


def store_together(rows: Sequence[Any], changed: Collection[str]) -> None:
    """Store a few rows of a model: new ones, which have their keys from then on, and of those that
    are there what is named here. Django would store these and those apart."""
    if not rows:
        return
    model = type(rows[0])
    meta = model._meta
    for row in rows:
        if row.pk is None:
            row.pk = _FreeKey(model)
    stored = model._base_manager._insert(
        rows,
        fields=meta.concrete_fields,
        returning_fields=[meta.pk],
        on_conflict=OnConflict.UPDATE,
        update_fields=[meta.get_field(name) for name in changed],
        unique_fields=[meta.pk],
    )
    for row, (key,) in zip(rows, stored, strict=True):
        row.pk, row._state.adding = key, False


class _FreeKey(models.Expression):
    """A key that the database gives, where other rows have one."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(output_field=models.BigIntegerField())
        self._of = [model._meta.db_table, model._meta.pk.column]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if connection.vendor == "postgresql":
            return "nextval(pg_get_serial_sequence(%s, %s))", self._of
        return "NULL", []

"""Rows that hang on something, written in the place of those that go, in few statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models


def replace(model: type[models.Model], gone: Iterable[Any], rows: Iterable[Any]) -> None:
    """Store these rows, new ones and changed ones, and have those that go go.

    Whatever is new takes the place of what goes, key and all, so that it is one statement unless
    more go than come. Nothing new may be what the database has once, and a row that goes still is.
    The keys of new rows are not known after it.
    """
    gone, rows = list(gone), list(rows)
    new = [row for row in rows if row.pk is None]
    for row, free in zip(new, gone, strict=False):
        row.pk = free.pk
    for row in new[len(gone) :]:
        row.pk = _FreeKey(model)
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._base_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=[model._meta.pk.name], update_fields=fields
    )
    if left := [row.pk for row in gone[len(new) :]]:
        model._base_manager.filter(pk__in=left).delete()


class _FreeKey(models.Expression):
    """A key that the database gives, also among rows that have one: Django would store those and
    these apart."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__(output_field=models.BigIntegerField())
        self._of = [model._meta.db_table, model._meta.pk.column]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        if connection.vendor == "postgresql":
            return "nextval(pg_get_serial_sequence(%s, %s))", self._of
        return "NULL", []

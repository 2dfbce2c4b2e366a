"""Rows that hang on something, written in the place of those that go, in few statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from retold.storing import store_together


def replace(model: type[models.Model], gone: Iterable[Any], rows: Iterable[Any]) -> None:
    """Store these rows, new ones and changed ones, and have those that go go.

    Whatever is new takes the place of what goes, key and all, so that it is one statement unless
    more go than come. Nothing new may be what the database has once, and a row that goes still is.
    """
    gone, rows = list(gone), list(rows)
    new = [row for row in rows if row.pk is None]
    for row, free in zip(new, gone, strict=False):
        row.pk = free.pk
    fields = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    store_together(rows, fields)
    if left := [row.pk for row in gone[len(new) :]]:
        model._base_manager.filter(pk__in=left).delete()

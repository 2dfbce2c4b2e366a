"""Many rows at once: what `bulk_create` does, several times as quickly.

PostgreSQL takes them by COPY; SQLite prepares one statement and runs it for each. Constraints,
indexes and triggers do their work as ever.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

POSTGRES = "postgresql"


def insert(model: type[models.Model], rows: Iterable[models.Model], *, with_keys=False) -> None:
    """Store these instances; unless they come `with_keys`, the database gives them theirs."""
    fields = [
        field for field in model._meta.concrete_fields if with_keys or not _given_by_database(field)
    ]
    steps: list[tuple[Any, Callable | None]] = [(field, _preparation(field)) for field in fields]
    _store(
        model,
        fields,
        (
            [
                prepare(field.pre_save(row, True)) if prepare else field.pre_save(row, True)
                for field, prepare in steps
            ]
            for row in rows
        ),
    )


def insert_values(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Store rows of values of these fields, for what is made too often to make instances of it."""
    fields = [model._meta.get_field(name) for name in names]
    steps = [_preparation(field) for field in fields]
    _store(
        model,
        fields,
        (
            [
                prepare(value) if prepare else value
                for prepare, value in zip(steps, row, strict=True)
            ]
            for row in rows
        ),
    )


def _store(model: type[models.Model], fields: Sequence[Any], values: Iterator[list]) -> None:
    table, columns = _quoted(model), ", ".join(_quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == POSTGRES:
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(sql, list(values))


def new_keys(model: type[models.Model], number: int) -> Sequence[int]:
    """So many keys that nobody has and nobody else will get; inside of a transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == POSTGRES:
            key = model._meta.pk
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quoted(model), key.column, number],
            )
            return [key for (key,) in cursor.fetchall()]
        # The table is ours until the transaction ends, so nobody comes in between.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        (last,) = cursor.fetchone() or (0,)
        return range(last + 1, last + 1 + number)


def _preparation(field: Any) -> Callable[[Any], Any] | None:
    """What a value has to go through for this field; most are stored as they are."""
    kind = field.get_internal_type()
    if kind == "JSONField" and connection.vendor == POSTGRES:
        return lambda value: None if value is None else Jsonb(value)
    if kind == "DateTimeField":
        return _moment
    if kind in {"DateField", "UUIDField", "JSONField"}:
        return lambda value: field.get_db_prep_save(value, connection)
    return None


@lru_cache(maxsize=1_000)
def _moment(value: datetime.datetime | None) -> Any:
    """A moment as the database takes it; what is made at once shares its own."""
    return connection.ops.adapt_datetimefield_value(value)


def _given_by_database(field: Any) -> bool:
    return bool(field.primary_key and isinstance(field, models.AutoField))


def _quoted(model: type[models.Model]) -> str:
    return _quote(model._meta.db_table)


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)

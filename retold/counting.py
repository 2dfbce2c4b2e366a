"""Numbers of one row that are counted up, and read again, in one question."""

from __future__ import annotations

from django.db import connection, models, transaction


def counted_up(model: type[models.Model], pk: int, **steps: int) -> dict[str, int] | None:
    """Add these steps to numbers of the row with this key; what they are then, None without it.

    Holds the row until the transaction ends, as every change of it does.
    """
    quoted, table = connection.ops.quote_name, model._meta.db_table
    columns = [quoted(name) for name in steps]
    added = ", ".join(f"{column} = {column} + %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quoted(table)} SET {added} "  # noqa: S608  # our own names
            f"WHERE {quoted('id')} = %s RETURNING {', '.join(columns)}",
            [*steps.values(), pk],
        )
        found = cursor.fetchone()
    return dict(zip(steps, found, strict=True)) if found else None


def counted_up_in_the_one_row(model: type[models.Model], **steps: int) -> dict[str, int]:
    """The same of a table that has one row only, with the key 1; it is made if it is not there."""
    with transaction.atomic(savepoint=False):
        if found := counted_up(model, 1, **steps):
            return found
        model._default_manager.get_or_create(pk=1)
        return counted_up(model, 1, **steps) or {}

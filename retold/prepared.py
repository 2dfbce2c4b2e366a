"""Questions that are asked over and over: their SQL is made once, not each time.

Making the SQL of a small question costs many times what the database needs to answer it, and so
does planning how to answer it: SQLite keeps that with the connection, PostgreSQL if it is told to.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence, Set
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

# Stand where the values go; nothing that is asked for is ever one of these.
INSTEAD: tuple[Any, ...] = (-7_350_046_021, -7_350_046_022)
# A word of ours, which means the same to every database.
CONSTANT = re.compile(r"[a-z_]+")


class _Made(NamedTuple):
    queryset: QuerySet
    compiler: Any
    sql: str
    parameters: list[Any]
    # Where among them the first value stands, or the second.
    places: list[tuple[int, int]]
    converters: dict[int, Any]


class Prepared:
    """What a question finds for one value or two, numbers or texts, that differ each time.

    `make` is given what stands for the values, and must not do more with it than compare it.
    """

    def __init__(self, make: Callable[..., QuerySet]) -> None:
        self._make = make
        self._of_thread = threading.local()

    def objects(self, *values: Any) -> list[Any]:
        """What is found as objects, together with whatever was selected with them."""
        made, rows = self._answered(values)
        found: Any = made.queryset
        # A queryset that is run through asks its query for a compiler, and that one for chunks.
        found.query.get_compiler = lambda *_args, **_options: made.compiler
        made.compiler.execute_sql = lambda *_args, **_options: [rows]
        return list(found._iterable_class(found))

    def rows(self, *values: Any) -> list[tuple]:
        """The rows of a `values_list`."""
        return self.converted(self.raw(*values))

    def raw(self, *values: Any) -> list[tuple]:
        """The same as the database has them: two that are equal mean the same."""
        return self._answered(values)[1]

    def converted(self, rows: list[tuple]) -> list[tuple]:
        """What `raw` found in this thread, as the rows of a `values_list`."""
        made: _Made = self._of_thread.made
        if made.converters:
            rows = made.compiler.apply_converters(rows, made.converters)
        return [tuple(row) for row in rows]

    def _answered(self, values: tuple[Any, ...]) -> tuple[_Made, list[Any]]:
        # Looked up once: each look takes as long as a tenth of a small answer.
        connection: Any = connections[DEFAULT_DB_ALIAS]
        made = self._made(INSTEAD[: len(values)], connection)
        parameters = made.parameters.copy()
        for place, which in made.places:
            parameters[place] = values[which]
        # PostgreSQL keeps plans where it is told to, SQLite those of whatever it was asked.
        postgresql = connection.vendor == "postgresql"
        with connection.planned_cursor() if postgresql else connection.cursor() as cursor:
            cursor.execute(made.sql, parameters)
            return made, cursor.fetchall()

    def _made(self, stand: tuple[Any, ...], connection: Any) -> _Made:
        # Each thread talks to the database by itself; what it has made goes with its connection.
        made: _Made | None = getattr(self._of_thread, "made", None)
        if made is None or connection is not made.compiler.connection:
            queryset = self._make(*stand)
            compiler = queryset.query.get_compiler(connection.alias)
            sql, parameters = compiler.as_sql()
            converters = compiler.get_converters([column for column, _, _ in compiler.select])
            meant = {str(one): which for which, one in enumerate(stand)}
            sql, left = with_constants(sql, parameters, meant.keys())
            places = [(at, meant[str(one)]) for at, one in enumerate(left) if str(one) in meant]
            made = _Made(queryset, compiler, sql, left, places, converters)
            self._of_thread.made = made
        return made


def with_constants(
    sql: str, parameters: Sequence[Any], stand: Set[str] = frozenset()
) -> tuple[str, list[Any]]:
    """The SQL with what is the same each time written out, and what is left to be given with it.

    SQLite plans a statement anew each time for a value that a partial index may depend on, as on
    the status of a story; that takes several times what the answer does.
    """
    first, *rest = sql.split("%s")
    if len(rest) != len(parameters):
        return sql, list(parameters)
    pieces, left = [first], []
    for one, after in zip(parameters, rest, strict=True):
        if str(one) not in stand and isinstance(one, str) and CONSTANT.fullmatch(one):
            pieces.append(f"'{one}'")
        else:
            pieces.append("%s")
            left.append(one)
        pieces.append(after)
    return "".join(pieces), left

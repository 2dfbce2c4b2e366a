"""Questions that nearly every request asks: their SQL is made once, not each time.

Making the SQL of a small question costs many times what the database needs to answer it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

# Stands where the value goes; nothing that is asked for is ever this.
INSTEAD: Any = -7_350_046_021
STANDS = str(INSTEAD)


class _Made(NamedTuple):
    compiler: Any
    sql: str
    parameters: list[Any]
    converters: dict[int, Any]


class Prepared:
    """The rows of a `values_list` for one value, a number or a text, that differs each time.

    `make` is given what stands for the value, and must not do more with it than compare it.
    """

    def __init__(self, make: Callable[[Any], QuerySet]) -> None:
        self._make = make
        self._of_thread = threading.local()

    def rows(self, value: Any = None) -> list[tuple]:
        made = self._made()
        parameters = [value if str(one) == STANDS else one for one in made.parameters]
        with connection.cursor() as cursor:
            cursor.execute(made.sql, parameters)
            rows = cursor.fetchall()
        if made.converters:
            rows = made.compiler.apply_converters(rows, made.converters)
        return [tuple(row) for row in rows]

    def _made(self) -> _Made:
        # Each thread talks to the database by itself; what it has made goes with its connection.
        made: _Made | None = getattr(self._of_thread, "made", None)
        if made is None or connection != made.compiler.connection:
            compiler = self._make(INSTEAD).query.get_compiler(connection.alias)
            sql, parameters = compiler.as_sql()
            converters = compiler.get_converters([column for column, _, _ in compiler.select])
            made = self._of_thread.made = _Made(compiler, sql, list(parameters), converters)
        return made

"""How a story begins and ends, by which its copies are found among any number of stories.

The databases index both, so they have to be said in the same words, without parameters, wherever
they are asked for. Spaces, line breaks and capitals do not count.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func

# So many characters of each end, of a piece that is long enough for the spaces in it.
KEPT, READ = 32, 80
PLAIN = "lower(replace(replace(%s, ' ', ''), '\n', ''))"
FIRST = f"substr({PLAIN % f'substr(%(expressions)s, 1, {READ})'}, 1, {KEPT})"
LAST = f"right({PLAIN % f'right(%(expressions)s, {READ})'}, {KEPT})"
# The same where no function is called `right`.
LAST_OF_SQLITE = f"substr({PLAIN % f'substr(%(expressions)s, -{READ})'}, -{KEPT})"


class Part(Func):
    """Some letters of a text, the same whichever database is asked."""

    arity, output_field = 1, models.TextField()
    of_sqlite: str

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template=self.of_sqlite, **context)


class Beginning(Part):
    """The first letters of a text."""

    template = of_sqlite = FIRST


class Ending(Part):
    """The last letters of a text."""

    template, of_sqlite = LAST, LAST_OF_SQLITE


class Ends(Part):
    """The first letters of a text and the last."""

    template, of_sqlite = f"({FIRST} || {LAST})", f"({FIRST} || {LAST_OF_SQLITE})"

    def as_sql(self, *asked: Any, **context: Any) -> tuple[str, Any]:
        """The text stands in it twice."""
        sql, values = super().as_sql(*asked, **context)
        return sql, (*values, *values)


def both_ends(text: str) -> str:
    """As much of a text as says what its ends are."""
    return text if len(text) <= 2 * READ else text[:READ] + text[-READ:]

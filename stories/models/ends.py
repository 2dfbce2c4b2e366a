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
FIRST, LAST = f"substr(%(expressions)s, 1, {READ})", f"substr(%(expressions)s, -{READ})"


class Beginning(Func):
    """The first letters of a text."""

    arity, output_field = 1, models.TextField()
    template = f"substr({PLAIN % FIRST}, 1, {KEPT})"


class Ending(Func):
    """The last letters of a text."""

    arity, output_field = 1, models.TextField()
    template = f"right({PLAIN % f'right(%(expressions)s, {READ})'}, {KEPT})"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """The same where no function is called `right`."""
        template = f"substr({PLAIN % LAST}, -{KEPT})"
        return self.as_sql(compiler, connection, template=template, **context)

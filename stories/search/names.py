"""Which stories have to be looked at again once somebody is named otherwise, or no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from pyroaring import BitMap

from . import postgresql, sqlite
from .plan import Plan, some
from .query import Part, Query, Where
from .tables import INDEX, TABLE, WITHHELD
from .understanding import Understood

AT_ONCE = 100


def saying(words: Iterable[str]) -> BitMap:
    """The places of stories that say one of these folded words, or from which one is withheld."""
    words, found = list(words), BitMap()
    for start in range(0, len(words), AT_ONCE):
        found |= _saying(words[start : start + AT_ONCE])
    return found


def _saying(words: Sequence[str]) -> BitMap:
    asked = Understood(Query(parts=tuple(Part((word,)) for word in words)))
    seen = [asked._said(part, Where.ANYWHERE) for part in asked.parts]
    ways = [_withheld(words)]
    if connection.vendor == "postgresql":
        ways += [postgresql.written(Plan(some(seen)))] if seen else []
        sql, parameter = f"SELECT seq FROM {TABLE} WHERE search @@ %s::tsquery", " | ".join(ways)
    else:
        ways += [sqlite.expression(Plan(some(seen)))] if seen else []
        sql, parameter = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s", " OR ".join(ways)
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter])
        return BitMap(seq for (seq,) in cursor.fetchall())


def _withheld(words: Sequence[str]) -> str:
    """Names that are withheld stand in a column that no reader's search looks through."""
    plain = [word.replace('"', "").replace("'", "").replace("\\", "") for word in words]
    if connection.vendor == "postgresql":
        return " | ".join(f"'{WITHHELD}{word}':*" for word in plain)
    return "withheld : (" + " OR ".join(f'"{word}" *' for word in plain) + ")"

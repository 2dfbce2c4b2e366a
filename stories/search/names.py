"""Which stories have to be looked at again once somebody is named otherwise, or no longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection
from pyroaring import BitMap

from . import postgresql, sqlite
from .plan import Asked, Plan, some
from .query import Part, Query, Where
from .tables import INDEX, TABLE, WITHHELD
from .understanding import Understood

AT_ONCE = 100
ALL = 2**31


def saying(words: Iterable[str]) -> BitMap:
    """The places of stories that say one of these folded words, or from which one is withheld."""
    words, found = list(words), BitMap()
    for start in range(0, len(words), AT_ONCE):
        batch = words[start : start + AT_ONCE]
        found |= _seen(batch)
        found |= _withheld(batch)
    return found


def _seen(words: Sequence[str]) -> BitMap:
    asked = Understood(Query(parts=tuple(Part((word,)) for word in words)))
    said = [asked._said(part, Where.ANYWHERE) for part in asked.parts]
    if not said:
        return BitMap()
    database = postgresql if connection.vendor == "postgresql" else sqlite
    return BitMap(database.newest(Asked(0, Plan(some(said))), ALL))


def _withheld(words: Sequence[str]) -> BitMap:
    """Names that are withheld stand in a column that no reader's search looks through."""
    plain = [word.replace('"', "").replace("'", "").replace("\\", "") for word in words]
    if connection.vendor == "postgresql":
        sql = f"SELECT seq FROM {TABLE} WHERE search @@ %s::tsquery"
        asked = " | ".join(f"'{WITHHELD}{word}':*" for word in plain)
    else:
        sql = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"
        asked = "withheld : (" + " OR ".join(f'"{word}" *' for word in plain) + ")"
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked])
        return BitMap(seq for (seq,) in cursor.fetchall())

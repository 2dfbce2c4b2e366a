"""Which stories have to be looked at again once somebody is named otherwise, or no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from retold.together import together
from stories.models import Entry

from . import postgresql, sqlite
from .plan import Plan, some
from .query import Part, Query, Where
from .tables import INDEX, TABLE, WITHHELD
from .understanding import Known, OfWords, Understood

# Of so many words one question is made, and so many are looked for at once, by several.
A_QUESTION, AT_ONCE = 100, 5000


def saying(words: Iterable[str]) -> BitMap:
    """The places of stories that say one of these folded words, or from which one is withheld."""
    found = BitMap()
    for some_words in _batches(list(words), AT_ONCE):
        asked = said(some_words)
        together(*asked)
        found |= BitMap(chain.from_iterable(asked))
    return found


def said(
    words: Sequence[str], vocabulary: Collection[Known] | None = None
) -> list[QuerySet[Any, int]]:
    """The questions for the same, of at most so many words `AT_ONCE`, to be asked with something
    else; by what the vocabulary knows of them (`OfWords.rows`), which is asked for where that is
    None."""
    if vocabulary is None:
        known = OfWords(words)
        together(*known.questions)
        vocabulary = known.rows()
    return [_said(some_words, vocabulary) for some_words in _batches(words, A_QUESTION)]


def _batches(words: Sequence[str], size: int) -> list[Sequence[str]]:
    return [words[start : start + size] for start in range(0, len(words), size)]


def _said(words: Sequence[str], vocabulary: Collection[Known]) -> QuerySet[Any, int]:
    parts = tuple(Part((word,)) for word in words)
    asked = Understood(Query(parts=parts), vocabulary=vocabulary)
    seen = [asked._said(part, Where.ANYWHERE) for part in asked.parts]
    ways = [_withheld(words)]
    if connection.vendor == "postgresql":
        ways += [postgresql.written(Plan(some(seen)))] if seen else []
        sql, parameter = f"SELECT seq FROM {TABLE} WHERE search @@ %s::tsquery", " | ".join(ways)
    else:
        ways += [sqlite.expression(Plan(some(seen)))] if seen else []
        sql, parameter = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s", " OR ".join(ways)
    found = Entry.objects.filter(seq__in=RawSQL(sql, [parameter]))  # noqa: S611  # a parameter
    return found.order_by().values_list("seq", flat=True)


def _withheld(words: Sequence[str]) -> str:
    """Names that are withheld stand in a column that no reader's search looks through."""
    plain = [word.replace('"', "").replace("'", "").replace("\\", "") for word in words]
    if connection.vendor == "postgresql":
        return " | ".join(f"'{WITHHELD}{word}':*" for word in plain)
    return "withheld : (" + " OR ".join(f'"{word}" *' for word in plain) + ")"

"""From what was asked to what is looked up: each word with the stems it has in our stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import replace
from itertools import islice, product

from django.db import connection
from django.db.models import Q

from staff.names import SPACELESS
from stories.models import Word
from stories.models.postings import PUBLISHED
from stories.terms import terms, words

from .plan import Node, Plan, Says, Under, every, some
from .query import Part, Query, Where

# The ways in which one part may be said; words in many languages have some, phrases multiply them.
MOST_WAYS = 32
# A beginning of more words than these is looked up as it stands.
MOST_BEGUN = 60
NOTHING = Under("nothing")  # no story stands under it


class Understood:
    """A query with what the vocabulary knows of its words."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.parts = [_Asked(part) for part in query.parts if words(" ".join(part.words))]
        self.not_parts = [_Asked(part) for part in query.not_parts if words(" ".join(part.words))]
        self._look_up([*self.parts, *self.not_parts])

    def among(
        self, facets: tuple[frozenset[str], ...], without: frozenset[str] = frozenset()
    ) -> Understood:
        """The same words among other stories, without looking them up again."""
        other = copy(self)
        other.query = replace(self.query, facets=facets, without=without)
        return other

    def with_all(self) -> Understood:
        """The same without leaving anything out, for those who read what is found."""
        other = copy(self)
        other.not_parts = []
        return other

    def plan(self, where: Where | None = None) -> Plan:
        """All that is found; with `where`, what of it says every word there and not before it."""
        query = self.query
        yes = [self._part(asked, query.where) for asked in self.parts]
        no = [self._part(asked, query.where) for asked in self.not_parts]
        if where is not None:
            if where < query.where:
                yes += [self._said(asked, where) for asked in self.parts]
            if where and self.parts:
                before = Where(where - 1)
                no.append(every(self._said(asked, before) for asked in self.parts))
        yes += [some(map(Under, sorted(group))) if group else NOTHING for group in query.facets]
        no += map(Under, sorted(query.without))
        return Plan(every(yes or [Under(PUBLISHED)]), some(no) if no else None)

    def _part(self, asked: _Asked, where: Where) -> Node:
        facets = map(Under, sorted(asked.part.or_facets))
        return some([self._said(asked, where), *facets])

    def _said(self, asked: _Asked, where: Where) -> Node:
        return some(Says(ways, where, beginning) for ways, beginning in asked.ways)

    def _look_up(self, asked: list[_Asked]) -> None:
        if not asked:
            return
        languages = _languages()
        known = _stems({word for one in asked for word in one.words})
        for one in asked:
            begun = _begun(one.words[-1]) if one.beginning else None
            one.ways = list(
                islice(dict.fromkeys(_ways(one, languages, known, begun)), MOST_BEGUN * 2)
            )


class _Asked:
    """One part in words, and then in the terms by which stories may say it."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.text = " ".join(part.words)
        self.words = words(self.text)
        last = self.words[-1]
        # Signs begin nothing, and in scripts without spaces every character is a word.
        self.beginning = part.beginning and last[0].isalnum() and not SPACELESS.match(last)
        self.ways: list[tuple[tuple[str, ...], bool]] = []


Stems = dict[tuple[str, str], set[str]]


def _ways(
    asked: _Asked, languages: list[str], known: Stems, begun: _Begun | None
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The terms of a part in each language, and whether the last of them is a beginning."""
    for language in languages or [""]:
        usual = terms(asked.text, language)
        options = [
            sorted({stem, *known.get((word, language), ())})
            for word, stem in zip(asked.words, usual, strict=True)
        ]
        for way in islice(product(*options), MOST_WAYS):
            yield way, False
        if begun is None:
            continue
        last = sorted(begun.stems.get(language, ()))
        for way in islice(product(*options[:-1], last), MOST_BEGUN):
            yield way, False
        if begun.is_many:
            for way in islice(product(*options[:-1]), MOST_WAYS):
                yield (*way, asked.words[-1]), True


class _Begun:
    """The words that begin so: their stems by language, or that they are many."""

    def __init__(self, rows: Iterable[tuple[str, str]], is_many: bool) -> None:
        self.is_many = is_many
        self.stems: dict[str, set[str]] = defaultdict(set)
        for language, stem in rows:
            self.stems[language].add(stem)


def _begun(start: str) -> _Begun:
    found = Word.objects.filter(begins("word", start)).order_by()
    stems = found.values_list("language", "stem").distinct()
    rows = list(stems[: MOST_BEGUN + 1])
    if len(rows) <= MOST_BEGUN:
        return _Begun(rows, is_many=False)
    # Their stems begin alike, but for some: “skis” and “skies” are said as “ski” and “sky”.
    others = stems.exclude(begins("stem", start)) if len(start) > 1 else stems.none()
    return _Begun(others[:MOST_BEGUN], is_many=True)


def begins(column: str, start: str) -> Q:
    """Rows whose text begins so, by the index that each database has for it."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": start})
    return Q(**{f"{column}__gte": start, f"{column}__lt": start + chr(0x10FFFF)})


def _stems(asked: set[str]) -> Stems:
    found: Stems = defaultdict(set)
    rows = Word.objects.filter(word__in=asked).order_by()
    for word, language, stem in rows.values_list("word", "language", "stem"):
        found[word, language].add(stem)
    return found


def _languages() -> list[str]:
    """The languages that stories are told in: one look into the index for each."""
    table = connection.ops.quote_name(Word._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE used(language) AS (SELECT min(language) FROM {table} UNION ALL "
            f"SELECT (SELECT min(language) FROM {table} WHERE language > used.language) "
            "FROM used WHERE used.language IS NOT NULL) "
            "SELECT language FROM used WHERE language IS NOT NULL"
        )
        return [language for (language,) in cursor.fetchall()]

"""From what was asked to what is looked up: each word with the stems it has in our stories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from copy import copy
from dataclasses import replace
from functools import reduce
from itertools import islice, product
from operator import or_
from typing import Literal

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from staff.names import SPACELESS
from stories.models import Word
from stories.models.postings import PUBLISHED
from stories.terms import WITH_FIRST_LETTERS, stems, terms, words

from .plan import Node, Plan, Says, Under, every, some
from .query import IN_TITLE, Part, Query, Where
from .tables import READY

# The ways in which one part may be said; words in many languages have some, phrases multiply them.
MOST_WAYS = 32
# A beginning of more words than these is looked up as it stands. SQLite has those of few letters
# ready; of longer ones it would read all that any of the words stands in.
MOST_BEGUN, MOST_BEGUN_LONG = 60, 180
NOTHING = Under("nothing")  # no story stands under it
# What a row of the vocabulary tells; other numbers are those of a beginning.
LANGUAGE, WORD = -1, -2
# Such a number, a word, its language and its stem.
Known = tuple[int, str, str, str]


class Understood:
    """A query with what the vocabulary knows of its words."""

    def __init__(
        self, query: Query, *, look_up: bool = True, vocabulary: Iterable[Known] | None = None
    ) -> None:
        self.query = query
        self.parts = [_Asked(part) for part in query.parts if words(" ".join(part.words))]
        self.not_parts = [_Asked(part) for part in query.not_parts if words(" ".join(part.words))]
        if look_up:
            _look_up_all([*self.parts, *self.not_parts], vocabulary)

    def among(
        self, facets: tuple[frozenset[str], ...], without: frozenset[str] = frozenset()
    ) -> Understood:
        """The same words among other stories, without looking them up again."""
        other = copy(self)
        other.query = replace(self.query, facets=facets, without=without)
        return other

    def by_words(self) -> Understood:
        """The same without what is found by the name that it stands under alone."""
        other = copy(self)
        other.parts = [asked.by_words() for asked in self.parts]
        return other

    def saying(self, query: Query) -> Understood:
        """Another query of the same words, or of some, without looking them up again."""
        other = copy(self)
        other.query = query
        other.parts = [asked for asked in self.parts if asked.part in query.parts]
        other.not_parts = [asked for asked in self.not_parts if asked.part in query.not_parts]
        return other

    def stems(self) -> dict[Part, tuple[frozenset[str], ...]]:
        """Each part that is asked for, with the terms that its words are looked for by."""
        return {asked.part: asked.stems for asked in self.parts}

    def has_phrase(self) -> bool:
        """Whether it is asked where words stand, which takes longer to tell than that they do."""
        return any(len(part.words) > 1 for part in (*self.parts, *self.not_parts))

    def strange(self) -> list[str]:
        """Words that are asked for and that the vocabulary does not know, nor any they begin."""
        return list(dict.fromkeys(word for part in self.parts for word in part.strange))

    def with_all(self) -> Understood:
        """The same without leaving anything out, for those who read what is found."""
        other = copy(self)
        other.not_parts = []
        return other

    def plan(self, where: Where | None = None) -> Plan:
        """All that is found; with `where`, what of it says every word there and not before it."""
        query = self.query
        if where is not None and where < query.where:
            # What is said in the line is said anywhere: nothing else has to be asked for.
            yes = [self._said(asked, where) for asked in self.parts]
            if where == Where.HEAD and self.parts:
                # Not all of it is in the line, so some is in the title: what only lines say, and
                # perhaps thousands of them, need not be looked at to be left out.
                yes.append(some(self._said(asked, IN_TITLE) for asked in self.parts))
        else:
            yes = [self._part(asked, query.where) for asked in self.parts]
        no = [self._part(asked, query.where) for asked in self.not_parts]
        if where and self.parts:
            before = Where(where - 1)
            no.append(every(self._said(asked, before) for asked in self.parts))
        yes += [some(map(Under, sorted(group))) if group else NOTHING for group in query.facets]
        no += map(Under, sorted(query.without))
        return Plan(every(yes or [Under(PUBLISHED)]), some(no) if no else None)

    def _part(self, asked: _Asked, where: Where) -> Node:
        facets = map(Under, sorted(asked.part.or_facets))
        return some([self._said(asked, where), *facets])

    def _said(self, asked: _Asked, where: Where | Literal["title"]) -> Node:
        return some(Says(ways, where, beginning) for ways, beginning in asked.wide_ways)


def understood_together(queries: Iterable[Query | Understood]) -> list[Understood]:
    """Several questions, the words of all that are not understood yet looked up at once."""
    queries = list(queries)
    found = [
        one if isinstance(one, Understood) else Understood(one, look_up=False) for one in queries
    ]
    new = [one for one, query in zip(found, queries, strict=True) if one is not query]
    _look_up_all([part for one in new for part in (*one.parts, *one.not_parts)])
    return found


def _look_up_all(asked: list[_Asked], vocabulary: Iterable[Known] | None = None) -> None:
    if not asked:
        return
    starts = sorted({one.words[-1] for one in asked if one.beginning})
    if vocabulary is None:
        vocabulary = _look_up({word for one in asked for word in one.words}, starts)
    known = _Known(vocabulary, starts)
    known.look_for([one for one in asked if len(one.words) > 1])
    for one in asked:
        one.ways = list(islice(dict.fromkeys(_ways(one, known)), MOST_BEGUN_LONG * 2))
        begun = one.beginning and known.begun[one.words[-1]].stems
        asked_whole = one.words[:-1] if begun else one.words
        one.strange = [word for word in asked_whole if word not in known.words]


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
        self.strange: list[str] = []

    def by_words(self) -> _Asked:
        other = copy(self)
        other.part = replace(self.part, or_facets=frozenset())
        return other

    @property
    def wide_ways(self) -> list[tuple[tuple[str, ...], bool]]:
        """Those of the ways that find all: what a beginning finds is not looked for once more."""
        begun = [way for way, beginning in self.ways if beginning]
        return [
            (way, beginning)
            for way, beginning in self.ways
            if beginning
            or not any(way[:-1] == one[:-1] and way[-1].startswith(one[-1]) for one in begun)
        ]

    @property
    def stems(self) -> tuple[frozenset[str], ...]:
        """The terms that each of its words is looked for by, in whichever language."""
        whole = zip(*(way for way, beginning in self.ways if not beginning), strict=True)
        return tuple(map(frozenset, whole))


def _ways(asked: _Asked, known: _Known) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The terms of a part in each language, and whether the last of them is a beginning."""
    begun = known.begun[asked.words[-1]] if asked.beginning else None
    for language in known.languages_of(asked):
        usual = terms(asked.text, language)
        options = [
            sorted({stem, *known.stems.get((word, language), ())})
            for word, stem in zip(asked.words, usual, strict=True)
        ]
        for way in islice(product(*options), MOST_WAYS):
            yield way, False
        if begun is None:
            continue
        last = sorted(begun.stems.get(language, ()))
        for way in islice(product(*options[:-1], last), _most_begun(asked.words[-1])):
            yield way, False
        if begun.is_many:
            for way in islice(product(*options[:-1]), MOST_WAYS):
                yield (*way, asked.words[-1]), True


class _Known:
    """What the vocabulary knows of some words and beginnings, and the languages it is in."""

    def __init__(self, vocabulary: Iterable[Known], starts: list[str]) -> None:
        self.languages: list[str] = []
        self.words: set[str] = set()
        self.stems: dict[tuple[str, str], set[str]] = defaultdict(set)
        found: dict[str, list[tuple[str, str]]] = {start: [] for start in starts}
        for kind, word, language, stem in vocabulary:
            if kind == LANGUAGE:
                self.languages.append(language)
            elif kind == WORD:
                self.words.add(word)
                self.stems[word, language].add(stem)
            else:
                found[starts[kind]].append((language, stem))
        self.begun = {start: _Begun(start, rows) for start, rows in found.items()}
        # Stems that no word has which stories in a language say.
        self._unsaid: set[tuple[str, str]] = set()

    def look_for(self, phrases: Iterable[_Asked]) -> None:
        """See which of the phrases cannot be said in some language: by the other stems they would
        have in it, a database may go through all stories that say the rest, and find none."""
        asked = {pair for one in phrases for pair in self._telling(one).items()}
        self._unsaid = asked - _said(asked)

    def languages_of(self, asked: _Asked) -> list[str]:
        """Those in which something may be said."""
        unsaid = self._telling(asked).items() & self._unsaid if self._unsaid else set()
        without = {language for language, _stem in unsaid}
        left = [language for language in self.languages if language not in without]
        return left or self.languages or [""]

    def _telling(self, phrase: _Asked) -> dict[str, str]:
        """By language the longest stem of a phrase among those of which it is not known already
        that stories in it say such a word."""
        whole = phrase.words[:-1] if phrase.beginning else phrase.words
        telling = {}
        for language in WITH_FIRST_LETTERS.intersection(self.languages):
            both = zip(whole, stems(phrase.text, language), strict=False)
            new = [stem for word, stem in both if (word, language) not in self.stems]
            plain = [stem for stem in new if stem.isalpha() and stem.isascii()]
            if plain:
                telling[language] = max(plain, key=len)
        return telling


class _Begun:
    """The words that begin so: their stems by language, or that they are many."""

    def __init__(self, start: str, rows: list[tuple[str, str]]) -> None:
        self.is_many = len(rows) > _most_begun(start)
        self.stems: dict[str, set[str]] = defaultdict(set)
        for language, stem in self._others(start) if self.is_many else rows:
            self.stems[language].add(stem)

    def _others(self, start: str) -> Iterable[tuple[str, str]]:
        """Stems that begin differently: “skis” and “skies” are said as “ski” and “sky”."""
        if len(start) < 2:
            return ()
        return _beginning(start).exclude(begins("stem", start))[:MOST_BEGUN]


def _most_begun(start: str) -> int:
    long = connection.vendor == "sqlite" and len(start) > max(READY)
    return MOST_BEGUN_LONG if long else MOST_BEGUN


def _beginning(start: str) -> QuerySet[Word, tuple[str, str]]:
    found = Word.objects.filter(begins("word", start)).order_by()
    return found.values_list("language", "stem").distinct()


class OfWords:
    """What the vocabulary knows of some words, for those who ask it with something else."""

    def __init__(self, words: Collection[str]) -> None:
        self._words = words
        rows = Word.objects.order_by().values_list("word", "language", "stem")
        table = _table()
        one_of_each = (
            f"{_used()} SELECT (SELECT id FROM {table} WHERE language = used.language LIMIT 1) "
            "FROM used"
        )
        self._said = rows.filter(word__in=words)
        self._of_languages = rows.filter(pk__in=RawSQL(one_of_each, []))  # noqa: S611  # all ours

    @property
    def questions(self) -> list[QuerySet]:
        return [self._said, self._of_languages] if self._words else []

    def rows(self) -> list[Known]:
        """The answers, as `Understood` takes them."""
        if not self._words:
            return []
        languages = sorted({language for _word, language, _stem in self._of_languages})
        known = [(LANGUAGE, "", language, "") for language in languages]
        return [*known, *((WORD, *row) for row in self._said)]


def _table() -> str:
    return connection.ops.quote_name(Word._meta.db_table)


def _used() -> str:
    """SQL that finds the languages there are, with one look into the index for each."""
    table = _table()
    return (
        f"WITH RECURSIVE used(language) AS (SELECT min(language) FROM {table} UNION ALL "
        f"SELECT (SELECT min(language) FROM {table} WHERE language > used.language) "
        "FROM used WHERE used.language IS NOT NULL)"
    )


def _look_up(asked: set[str], starts: list[str]) -> list[Known]:
    words = Word.objects.filter(word__in=asked).order_by().values_list("word", "language", "stem")
    sql, parameters = words.query.sql_with_params()
    sql = (
        f"{_used()} SELECT {LANGUAGE}, '', language, '' FROM used WHERE language IS NOT NULL "
        f"UNION ALL SELECT {WORD}, said.* FROM ({sql}) AS said"
    )
    for number, start in enumerate(starts):
        begun, more = _beginning(start)[: _most_begun(start) + 1].query.sql_with_params()
        sql += f" UNION ALL SELECT {number}, '', begun{number}.* FROM ({begun}) AS begun{number}"
        parameters += more
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _said(stems: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the stems, each with its language, that stories in it say in any form."""
    if not stems:
        return set()
    each = (
        begins("word", stem[0]) & Q(language=language, stem=stem)
        for language, stem in sorted(stems)
    )
    said = Word.objects.filter(reduce(or_, each)).order_by()
    return set(said.values_list("language", "stem").distinct())


def begins(column: str, start: str) -> Q:
    """Rows whose text begins so, by the index that each database has for it."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": start})
    return Q(**{f"{column}__gte": start, f"{column}__lt": start + chr(0x10FFFF)})

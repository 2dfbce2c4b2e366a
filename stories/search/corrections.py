"""“Did you mean”: the words of the stories that are most like what somebody typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from staff.names import SPACELESS
from stories.models import Word
from stories.terms import words

from .engine import counts
from .query import Part, Query
from .understanding import begins

# Fewer stories than these may be a mistake that somebody else made as well.
FEW = 3
# Shorter words are like too many others.
SHORTEST, LONG = 4, 6
# So many likely words are asked for; among those found as often, the likeliest wins.
MOST_LIKELY, MOST_COUNTED = 6, 200
MOST_WRONG, MOST_WAYS = 2, 8
# A vocabulary has no more words than these that begin so and are as long.
MOST_READ = 20_000


def correction(query: Query) -> dict[str, str]:
    """Other words for those that hardly any story says, if the stories say those; {} if not.

    What was typed is given folded, as `stories.terms.words` has it. Only offered where the query
    finds more with them, so nobody learns of a word that their search would not find.
    """
    found, wrong = _wrong(query)
    likely = {word: nearest for word in wrong[:MOST_WRONG] if (nearest := _nearest(word))}
    ways = [dict(zip(likely, way, strict=True)) for way in product(*likely.values())]
    ways = ways[:MOST_WAYS] if likely else []
    corrected = counts([_corrected(query, way) for way in ways], MOST_COUNTED)
    # Among those found as often, the likeliest.
    best = max(range(len(ways)), key=lambda at: corrected[at], default=None)
    return {} if best is None or corrected[best] <= found else ways[best]


def _wrong(query: Query) -> tuple[int, list[str]]:
    """How many stories are found, and the words that hardly any of them may be found by."""
    parts = {part: words(" ".join(part.words)) for part in query.parts}
    alone = [
        Part((word,), beginning=part.beginning and word == said[-1])
        for part, said in parts.items()
        for word in said
    ]
    asked = [query.parts, *((part,) for part in parts), *((part,) for part in alone)]
    number, *others = counts([replace(query, parts=tuple(one)) for one in asked], FEW)
    few = {part for part, number in zip((*parts, *alone), others, strict=True) if number < FEW}
    wrong = [
        word
        for part, said in parts.items()
        if part in few
        for word in said
        if few & {Part((word,)), Part((word,), beginning=True)}
    ]
    return number, list(dict.fromkeys(wrong))


def _corrected(query: Query, meant: dict[str, str]) -> Query:
    """The query with other words; those that hold such a word are not still being typed."""
    parts = []
    for part in query.parts:
        said = tuple(meant.get(word, word) for word in words(" ".join(part.words)))
        changed = any(word in meant for word in words(" ".join(part.words)))
        parts.append(replace(part, words=said, beginning=False) if changed else part)
    return replace(query, parts=tuple(parts))


def _nearest(word: str) -> list[str]:
    """Of the words that are likely, those that are as like this one as any."""
    likely = _likely(word)
    return [one for one, distance in likely if distance == likely[0][1]]


def _likely(word: str) -> list[tuple[str, int]]:
    """The words that differ from this one by a letter or two, the likeliest first."""
    if len(word) < SHORTEST or SPACELESS.search(word) or not word.isalpha():
        return []
    far = 2 if len(word) >= LONG else 1
    for known in _known(word, far):
        alike = process.extract(
            word, known, scorer=OSA.distance, score_cutoff=far, limit=MOST_LIKELY + 1
        )
        if found := [(one, int(distance)) for one, distance, _at in alike if one != word]:
            return found[:MOST_LIKELY]
    return []


def _known(word: str, far: int) -> Iterator[list[str]]:
    """Words to compare with: those that begin alike, then those that begin with either letter."""
    lengths = Q(length__range=(len(word) - far, len(word) + far))
    alike = Word.objects.annotate(length=Length("word")).filter(lengths).order_by()
    known = alike.values_list("word", flat=True).distinct()
    yield list(known.filter(begins("word", word[:2]))[:MOST_READ])
    yield list(known.filter(begins("word", word[0]) | begins("word", word[1]))[:MOST_READ])

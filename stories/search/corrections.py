"""“Did you mean”: the words of the stories that are most like what somebody typed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from staff.names import SPACELESS
from stories.models import Word
from stories.terms import words

from .engine import counts
from .query import Part, Query
from .understanding import Understood, begins

# Fewer stories than these may be a mistake that somebody else made as well.
FEW = 3
# Shorter words are like too many others.
SHORTEST, LONG = 4, 6
# So many likely words are asked for; among those found as often, the likeliest wins.
MOST_LIKELY, MOST_COUNTED = 6, 200
MOST_WRONG, MOST_WAYS = 2, 8
# A vocabulary has no more words than these that begin so and are as long.
MOST_READ = 20_000


class Names(NamedTuple):
    """Names that stories are found by without saying them: their words, folded, and the facets of
    those in whose name some words stand."""

    words: Collection[str] = ()
    under: Callable[[str], frozenset[str]] = lambda _text: frozenset()


NO_NAMES = Names()


def correction(query: Query | Understood, names: Names = NO_NAMES) -> dict[str, str]:
    """Other words for those that hardly any story says, if the stories say those; {} if not.

    What was typed is given folded, as `stories.terms.words` has it. Only offered where the query
    finds more with them, so nobody learns of a word that their search would not find.
    """
    asked = query if isinstance(query, Understood) else Understood(query)
    # What the vocabulary does not know was mistyped; without such words, the rare ones may be.
    wrong = asked.strange() or _wrong(asked)
    likely = _nearest(wrong[:MOST_WRONG], names)
    ways = [dict(zip(likely, way, strict=True)) for way in product(*likely.values())]
    ways = ways[:MOST_WAYS] if likely else []
    if not ways:
        return {}
    found, *corrected = counts(
        [asked, *(_corrected(asked.query, way, names) for way in ways)], MOST_COUNTED
    )
    # Among those found as often, the likeliest.
    best = max(range(len(ways)), key=lambda at: corrected[at])
    return {} if corrected[best] <= found else ways[best]


def nearest_name(typed: str, names: Iterable[str]) -> str:
    """Of a few names the one most like what was typed, given folded; '' if none is like it."""
    if len(typed) < SHORTEST:
        return ""
    found = process.extractOne(typed, list(names), scorer=OSA.distance, score_cutoff=_far(typed))
    return found[0] if found else ""


def _wrong(question: Understood) -> list[str]:
    """The words that hardly any story says."""
    query = question.query
    parts = {part: words(" ".join(part.words)) for part in query.parts}
    alone = [
        Part((word,), beginning=part.beginning and word == said[-1])
        for part, said in parts.items()
        for word in said
    ]
    asked = (*parts, *alone)
    # Whatever else is asked for: a word that stories say elsewhere is not mistyped.
    each = [Query(parts=(part,)) for part in asked]
    # What was asked for so itself was looked up already.
    known = [question.saying(one) if {*one.parts} <= {*query.parts} else one for one in each]
    numbers = counts(known, FEW)
    few = {part for part, number in zip(asked, numbers, strict=True) if number < FEW}
    wrong = [
        word
        for part, said in parts.items()
        if part in few
        for word in said
        if few & {Part((word,)), Part((word,), beginning=True)}
    ]
    return list(dict.fromkeys(wrong))


def _corrected(query: Query, meant: dict[str, str], names: Names) -> Query:
    """The query with other words; those that hold such a word are not still being typed."""
    parts = []
    for part in query.parts:
        said = tuple(meant.get(word, word) for word in words(" ".join(part.words)))
        changed = said != tuple(words(" ".join(part.words)))
        other = replace(part, words=said, beginning=False, or_facets=names.under(" ".join(said)))
        parts.append(other if changed else part)
    return replace(query, parts=tuple(parts))


def _nearest(typed: list[str], names: Names) -> dict[str, list[str]]:
    """For each word those that differ from it by a letter or two, as few as may be."""
    words = [word for word in typed if _is_like_others(word)]
    found: dict[str, list[str]] = {}
    for beginnings in (_same_beginning, _either_letter):
        missing = [word for word in words if word not in found]
        said = _known({word: beginnings(word) for word in missing})
        known = list(dict.fromkeys([*said, *names.words]))
        for word in missing:
            if alike := _alike(word, known, beginnings(word)):
                found[word] = alike
    return {word: found[word] for word in words if word in found}


def _is_like_others(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not SPACELESS.search(word)


def _same_beginning(word: str) -> tuple[str, ...]:
    return (word[:2],)


def _either_letter(word: str) -> tuple[str, ...]:
    return (word[0], word[1])


def _far(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _alike(word: str, known: list[str], beginnings: tuple[str, ...]) -> list[str]:
    """Of the known words with such a beginning, those that are as like it as any."""
    candidates = [one for one in known if one.startswith(beginnings) and one != word]
    alike = process.extract(
        word, candidates, scorer=OSA.distance, score_cutoff=_far(word), limit=MOST_LIKELY
    )
    return [one for one, distance, _at in alike if distance == alike[0][1]]


def _known(wanted: dict[str, tuple[str, ...]]) -> list[str]:
    """The words of the vocabulary that begin as wanted and are about as long."""
    condition = Q()
    for word, beginnings in wanted.items():
        far = _far(word)
        for start in beginnings:
            condition |= Q(length__range=(len(word) - far, len(word) + far)) & begins("word", start)
    if not wanted:
        return []
    known = Word.objects.annotate(length=Length("word")).filter(condition).order_by()
    return list(known.values_list("word", flat=True).distinct()[:MOST_READ])

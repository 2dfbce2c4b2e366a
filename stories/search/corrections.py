"""“Did you mean”: the words of the stories that are most like what somebody typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from staff.names import SPACELESS
from stories.models import Word
from stories.terms import words

from .engine import count
from .query import Part, Query
from .understanding import begins

# Fewer stories than these may be a mistake that somebody else made as well.
FEW = 3
# Shorter words are like too many others.
SHORTEST, LONG = 4, 6
# So many likely words are asked for; among those found as often, the likeliest wins.
MOST_LIKELY, MOST_COUNTED = 6, 200
# A vocabulary has no more words than these that begin so and are as long.
MOST_READ = 20_000


def correction(query: Query) -> dict[str, str]:
    """Other words for those that hardly any story says, if the stories say those; {} if not.

    What was typed is given folded, as `stories.terms.words` has it. Only offered where the query
    finds more with them, so nobody learns of a word that their search would not find.
    """
    better: dict[str, str] = {}
    parts = []
    for part in query.parts:
        changed = _corrected(query, part)
        parts.append(
            replace(part, words=tuple(changed.values()), beginning=False) if changed else part
        )
        better |= {typed: meant for typed, meant in changed.items() if typed != meant}
    corrected = replace(query, parts=tuple(parts))
    if not better or count(corrected, FEW) <= count(query, FEW):
        return {}
    return better


def _corrected(query: Query, part: Part) -> dict[str, str]:
    """Each word of the part with what may be meant by it; {} if the part is all right."""
    if count(replace(query, parts=(part,)), FEW) >= FEW:
        return {}
    meant = {}
    for word in words(" ".join(part.words)):
        alone = Part((word,), beginning=part.beginning)
        is_said = count(replace(query, parts=(alone,)), FEW) >= FEW
        meant[word] = word if is_said else _most_said(query, word)
    return meant


def _most_said(query: Query, word: str) -> str:
    """Of the words that are as like this one as any, the one most stories say."""
    likely = _likely(word)
    nearest = [one for one, distance in likely if distance == likely[0][1]]
    found = {one: count(replace(query, parts=(Part((one,)),)), MOST_COUNTED) for one in nearest}
    best = max(found, key=lambda one: found[one], default=word)
    return best if found.get(best) else word


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
    known = Word.objects.annotate(length=Length("word")).filter(lengths).order_by()
    known = known.values_list("word", flat=True).distinct()
    yield list(known.filter(begins("word", word[:2]))[:MOST_READ])
    yield list(known.filter(begins("word", word[0]) | begins("word", word[1]))[:MOST_READ])

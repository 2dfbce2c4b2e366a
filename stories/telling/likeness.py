"""Which traits a text may show: those of published stories that share its words.

A small count of words, no more: for every trait, the words that its stories, their evidence and
its own meaning use more often than other stories do. It suggests; the teller decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils.functional import cached_property

from retold.together import together
from stories.models import Story, StoryTrait, Trait
from stories.models.story import MOST_BODY

# What is learned from: the newest stories, and of each only its beginning.
STORIES, CHARACTERS = 400, 1_200
MOST_SUGGESTED = 4
# A word counts for a trait if it tells that trait from the others and isn't in every story.
TELLING, COMMON = 0.5, 0.35
STRONGEST = 8
ENOUGH = 1.6
KEPT_AS, KEPT_SECONDS = "telling:likeness", 600

WORD = re.compile(r"[^\W\d_]{3,}")
ENDINGS = ("ingly", "edly", "ing", "ed", "es", "s")


class Told(NamedTuple):
    """A story as far as it teaches: its text, and each of its traits with the evidence."""

    text: str
    traits: dict[str, str]


class Likeness(NamedTuple):
    """What the words say: {trait: {word: how much it speaks for it}}."""

    weights: dict[str, dict[str, float]]

    def suggest(self, text: str, most: int = MOST_SUGGESTED) -> list[str]:
        """The slugs of the traits that the text may show, the likeliest first."""
        words = words_of(text)
        scores = {
            slug: sum(
                sorted((weights[w] for w in words & weights.keys()), reverse=True)[:STRONGEST]
            )
            for slug, weights in self.weights.items()
        }
        likely = [slug for slug, score in scores.items() if score >= ENOUGH]
        return sorted(likely, key=lambda slug: -scores[slug])[:most]


def words_of(text: str) -> frozenset[str]:
    """The words of a text, each once, without what grammar hangs on their ends."""
    return frozenset(_stem(word) for word in WORD.findall(text.casefold()))


def learn(stories: Iterable[Told], meanings: dict[str, str]) -> Likeness:
    """Count the words of these stories; `meanings` has the trait's own name and meaning by slug."""
    everywhere: Counter[str] = Counter()
    with_trait: dict[str, Counter[str]] = {slug: Counter() for slug in meanings}
    told: Counter[str] = Counter()
    total = 0
    for story in stories:
        words = words_of(story.text)
        everywhere.update(words)
        total += 1
        for slug in story.traits.keys() & meanings.keys():
            told[slug] += 1
            with_trait[slug].update(words)
            # The words that were pointed at count twice.
            with_trait[slug].update(words_of(story.traits[slug]) & words)
    return Likeness(
        {
            slug: _weights(with_trait[slug], told[slug], everywhere, total)
            | dict.fromkeys(words_of(meaning), 1.0)
            for slug, meaning in meanings.items()
        }
    )


class Taught:
    """What the published stories teach; learned anew every ten minutes at most. Its `questions` may
    be asked with others; each is asked by itself if they are not."""

    def __init__(self) -> None:
        self._weights = cache.get(KEPT_AS)
        stories = Story.objects.published().newest_first()
        newest = stories.annotate(beginning=Left("body", CHARACTERS))
        self._newest = newest.values_list("pk", "beginning")[:STORIES]
        held = StoryTrait.objects.filter(content_object__in=stories.values("pk")[:STORIES])
        self._evidence = held.order_by("position", "pk").values_list(
            "content_object", "tag__slug", "evidence"
        )
        self._curated = Trait.objects.curated().values_list("slug", "name", "meaning")

    @property
    def questions(self) -> list[QuerySet]:
        if self._weights is not None:
            return []
        return [self._newest, self._evidence, self._curated]

    @cached_property
    def likeness(self) -> Likeness:
        weights = self._weights
        if weights is None:
            weights = self._learned().weights
            cache.set(KEPT_AS, weights, KEPT_SECONDS)
        return Likeness(weights)

    def _learned(self) -> Likeness:
        """From the newest stories, and what each trait means by its slug."""
        told = {pk: Told(text, {}) for pk, text in self._newest}
        for pk, slug, words in self._evidence:
            told[pk].traits[slug] = words
        curated = {slug: f"{name} {meaning}" for slug, name, meaning in self._curated}
        return learn(told.values(), curated)


def suggest_traits(body: str, taught: Taught | None = None) -> list[str]:
    """The slugs of up to four curated traits that the text may show, the likeliest first."""
    if taught is None:
        taught = Taught()
        together(*taught.questions)
    return taught.likeness.suggest(body[:MOST_BODY])


def _weights(
    counts: Counter[str], stories: int, everywhere: Counter[str], total: int
) -> dict[str, float]:
    weights = {}
    for word, count in counts.items():
        if count < 2 or everywhere[word] > max(COMMON * total, 3):
            continue
        here = (count + 0.5) / (stories + 1)
        elsewhere = (everywhere[word] - min(count, everywhere[word]) + 0.5) / (total - stories + 1)
        weight = math.log(here / elsewhere)
        if weight > TELLING:
            weights[word] = round(min(weight, 2.0), 3)
    return weights


def _stem(word: str) -> str:
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word

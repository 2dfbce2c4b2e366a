"""Stories like a story: by what made it memorable, by its telling words, and by whom it served.

Only so many of the newest are looked at, which the indexes find, and of these only the words of
the most promising are read, so that the question takes a few milliseconds at a million stories as
at ten. A word is telling if few stories say it; the most telling are those that hardly any says,
however long ago that one was told.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable
from heapq import nlargest
from itertools import combinations
from typing import NamedTuple

from pyroaring import BitMap

from retold.prepared import Prepared
from staff.naming import Naming
from stories import search
from stories.filtering.meant import Meant
from stories.models import Entry, Index, Story
from stories.models.postings import PUBLISHED, Version
from stories.posters import Poster, posters_at

from .kin import beside
from .page import fetch_of_one

# Which words are telling is learnt from so many stories, and again when so much has changed.
LEARNT_FROM, LEARN_AGAIN = 1_500, 2_000
MOST_TELLING, SHORTEST = 8, 3
# Most of what none of those says is a name or a slip, that nobody says at all.
MOST_UNHEARD = 8
# Said by more of the stories than this, a word tells nothing.
TOO_OFTEN = 0.1

SAYING, SAYING_UNHEARD, SHARING_TWO, SHARING_ONE, NEWEST = 40, 10, 30, 30, 20
# Of those that share something, the words of so many are read; each may be a look at the disk.
PROMISING = 40
LEADING_TRAITS = 4
TRAIT, WORDS, SERVED, SETTING, INITIATIVE = 1.0, 2.0, 0.5, 0.25, 0.2


# What of an entry are the story’s own words.
SAID_IN = ("line", "title", "body")


class Told(NamedTuple):
    """What likeness is judged by, of one published story."""

    seq: int
    story: int
    terms: frozenset[str]


class Rarity:
    """How rare each word is among the newest stories."""

    def __init__(self, texts: Iterable[frozenset[str]]) -> None:
        texts = list(texts)
        self.stories = len(texts)
        self._said_by = Counter(term for terms in texts for term in terms)

    def telling(self, terms: Iterable[str]) -> dict[str, float]:
        """The most telling of these words, each with how much it tells."""
        most = max(2, self.stories * TOO_OFTEN)
        worth = {
            term: math.log(1 + self.stories / self._said_by[term])
            for term in terms
            if len(term) >= SHORTEST and term.isalpha() and 1 <= self._said_by[term] <= most
        }
        chosen = sorted(worth, key=lambda term: (-worth[term], term))[:MOST_TELLING]
        return {term: worth[term] for term in chosen}

    def unheard(self, terms: Iterable[str]) -> dict[str, float]:
        """The longest of the words that none of them says, each with what it tells if others do.

        Where all stories were learnt from, no older one says them: they are newer, and may be on
        everybody's lips.
        """
        if self.stories < LEARNT_FROM:
            return {}
        new = {term for term in terms if len(term) >= SHORTEST and term.isalpha()}
        new -= self._said_by.keys()
        chosen = sorted(new, key=lambda term: (-len(term), term))[:MOST_UNHEARD]
        return dict.fromkeys(chosen, math.log(1 + self.stories))


class Learnt:
    """The rarity that a process has learnt, until the wall has changed much."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._as_of = Version("", -1)
        self._rarity = Rarity([])

    def rarity(self, version: Version) -> Rarity:
        with self._lock:
            known = self._as_of
            if known.era != version.era or version.number > known.number + LEARN_AGAIN:
                self._rarity, self._as_of = _learn(), version
            return self._rarity


OF_THE_PROCESS = Learnt()


_published = Prepared(
    lambda public_id: (
        Story.objects.published()
        .filter(public_id=public_id)
        .select_related("entry")
        .with_teller_team()
    )
)


def published_with_entry(public_id: str) -> Story | None:
    """A story on the wall with what its likeness is judged by; None if there is none."""
    for story in _published.objects(public_id):
        fetch_of_one(story, "story_traits", "credits")
        return story
    return None


def posters_alike(story: Story, readable: Meant, naming: Naming, *, most: int) -> list[Poster]:
    """The posters of the stories most like this one, the likest first, without its family."""
    family = beside(story)
    found = alike(story, readable, but_not=[*family.inspired, *family.before], most=most)
    return posters_at(found, readable.index, naming)


def alike(story: Story, readable: Meant, *, but_not: Iterable[int], most: int) -> list[int]:
    """The places of the stories most like this one, of those that somebody may read.

    The likest first. It is fetched with its entry. `but_not` are ids of stories.
    """
    index = readable.index
    traits = [tagging.tag_id for tagging in story.shown_traits()]
    facets = [f"trait:{pk}" for pk in traits[:LEADING_TRAITS]]
    own = getattr(story, "entry", None)
    said = f"{own.line} {own.title} {own.body}".split() if own else []
    rarity = OF_THE_PROCESS.rarity(index.version)
    telling, unheard = rarity.telling(said), rarity.unheard(said)
    wanted = {f"served:{story.served}": SERVED, f"setting:{story.setting}": SETTING}
    wanted |= {f"initiative:{story.initiative}": INITIATIVE}
    wanted |= dict.fromkeys(facets, TRAIT)
    often, seldom = search.saying_any_of(telling, unheard, limit=SAYING)
    saying = BitMap(often) | BitMap(seldom[:SAYING_UNHEARD])
    places = (saying | _sharing(facets, index)) & readable.seqs
    shared = _shared(wanted, places, index)
    promising = nlargest(PROMISING, places, key=lambda seq: (shared[seq], seq))
    read = [*_read(Entry.objects.filter(seq__in=[*(places & saying | BitMap(promising))]))]
    left_out = {story.pk, *but_not}
    # What nobody else says would make all other words tell less.
    others = frozenset().union(*(told.terms for told in read if told.story not in left_out))
    telling |= {term: worth for term, worth in unheard.items() if term in others}
    all_told = sum(telling.values()) or 1
    scores = {
        told: shared[told.seq]
        + WORDS * sum(worth for term, worth in telling.items() if term in told.terms) / all_told
        for told in read
    }
    best = sorted(scores, key=lambda told: (-scores[told], -told.seq))
    return [told.seq for told in best if told.story not in left_out][:most]


def _sharing(facets: list[str], index: Index) -> BitMap:
    """The newest places of those that share two of the traits, or one, and the newest of all."""
    held = index.all_under([*facets, PUBLISHED])
    found = BitMap(held[PUBLISHED][-NEWEST:])
    for one, other in combinations(facets, 2):
        found |= BitMap((held[one] & held[other])[-SHARING_TWO:])
    for facet in facets:
        found |= BitMap(held[facet][-SHARING_ONE:])
    return found


def _shared(wanted: dict[str, float], places: BitMap, index: Index) -> dict[int, float]:
    """How much each of the places has of what is wanted."""
    shared = dict.fromkeys(places, 0.0)
    for facet, held in index.all_under(wanted).items():
        for seq in places & held:
            shared[seq] += wanted[facet]
    return shared


def _learn() -> Rarity:
    # Whose words they are is nothing to it, and takes the driver as long as the words.
    texts = Entry.objects.order_by("-seq")[:LEARNT_FROM].values_list(*SAID_IN)
    return Rarity(map(_terms, texts))


def _read(entries) -> Iterable[Told]:
    for seq, story, *texts in entries.values_list("seq", "story_id", *SAID_IN):
        yield Told(seq, story, _terms(texts))


def _terms(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(texts).split())

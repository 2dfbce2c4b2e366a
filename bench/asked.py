"""What is asked of the wall: many different addresses of each kind, the same for every database.

One address asked over and over would flatter whatever remembers its answer. Words, traits, teams,
people and months are drawn with a seed, frequent ones and rare ones alike.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone

from staff.models import Credit, Employee, Team
from stories.demo.hiring import SLUG
from stories.demo.parts import PARTS
from stories.demo.synthetic import ONE_HAS_A_RARE_WORD, STORIES_A_RARE_WORD
from stories.demo.vocabulary import rare_word, vocabulary
from stories.demo.words import MOMENTS
from stories.models import Initiative, Served, Setting, Story, StoryTrait

SEED, MANY = 7, 100
# Of so many stories there are some left that nobody has read while it is measured.
ENOUGH = 20_000
Query = list[tuple[str, Any]]


class Asker:
    """Draws what is asked for from what there is."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)  # noqa: S311  # to be repeatable, not secret
        used = StoryTrait.objects.values("tag__slug").annotate(n=Count("pk")).order_by("-n")
        # From the one on every second story to the one on one in two hundred.
        self.traits = [row["tag__slug"] for row in used]
        teams = Team.objects.filter(slug__startswith=f"{SLUG}-").order_by("pk")
        slugs = list(teams.values_list("slug", flat=True))
        self.teams = [slug for slug in slugs if "-team-" in slug]
        self.branches = [slug for slug in slugs if "-team-" not in slug]
        credited = Credit.objects.filter(employee__unnamed=False, seq__isnull=False)
        self.people = sorted(
            set(credited.order_by("-seq").values_list("employee", flat=True)[:400])
        )
        published = Story.objects.published().order_by("seq")
        self.first, self.last = (row.seq or 0 for row in (published[0], published.reverse()[0]))
        self.stories = self.last - self.first + 1
        newest = timezone.localdate().year
        self.years = [str(newest - back) for back in range(1, 9)]
        self.months = [f"{year}-{month:02}" for year in self.years for month in range(1, 13)]
        self.frequent = vocabulary("en").words[:4]
        self.usual = vocabulary("en").words[20:2_000]
        self.seldom = vocabulary("en").words[5_000:]
        rare = max(self.stories // ONE_HAS_A_RARE_WORD // STORIES_A_RARE_WORD, 1)
        self.rare = [rare_word(number) for number in self.random.sample(range(rare), min(rare, 50))]

    def mixes(self, each: int) -> dict[str, list[str]]:
        """Addresses of the filtered wall, `each` of them for every kind of mix."""
        pick, some = self.random.choice, self.random.sample
        kinds: dict[str, Callable[[], Query]] = {
            "one trait": lambda: [("trait", pick(self.traits))],
            "two traits": lambda: [("trait", slug) for slug in some(self.traits, 2)],
            "three traits": lambda: [("trait", slug) for slug in some(self.traits, 3)],
            "a team": lambda: [("team", pick(self.teams))],
            "a region or site": lambda: [("team", pick(self.branches))],
            "trait and team": lambda: [
                ("trait", pick(self.traits)),
                ("team", pick(self.teams + self.branches)),
            ],
            "a person": lambda: [("person", pick(self.people))],
            "a month": lambda: [("month", pick(self.months))],
            "any mix": self._any,
        }
        return {kind: [_address(make()) for _ in range(each)] for kind, make in kinds.items()}

    def sorted_mixes(self, each: int) -> list[str]:
        """Filtered walls in another order than the newest first."""
        queries: list[Query] = [[], *(self._any() for _ in range(each - 1))]
        return [
            _address([*query, ("sort", self.random.choice(("retold", "saluted")))])
            for query in queries
        ]

    def deep(self, addresses: Sequence[str]) -> list[str]:
        """A page from the middle or the far end of each of these walls."""
        return [f"{address}{_glue(address)}after={self._place()}" for address in addresses]

    def searches(self, each: int) -> dict[str, list[str]]:
        """Searches of each kind, newest first."""
        kinds: dict[str, Callable[[], Query]] = {
            "a frequent word": lambda: [("q", self._frequent())],
            "a usual word": lambda: [("q", self.random.choice(self.usual))],
            "a seldom word": lambda: [("q", self.random.choice(self.seldom))],
            "a word in five stories": lambda: [("q", self.random.choice(self.rare))],
            "words": lambda: [("q", f"{self._frequent()} {self._word()}")],
            "a phrase": lambda: [("q", f"“{self._phrase()}”")],
            "a beginning": lambda: [("q", self._beginning())],
            "words and filters": lambda: [*self._any(), ("q", self._word())],
        }
        return {kind: [_address(make()) for _ in range(each)] for kind, make in kinds.items()}

    def best_first(self, each: int) -> list[str]:
        return [
            _address([("q", f"{self._frequent()} {self._word()}"), ("sort", "relevance")])
            for _ in range(each)
        ]

    def story_pages(self, number: int) -> list[str]:
        seqs = [self._place() for _ in range(number)]
        found = Story.objects.published().filter(seq__in=seqs).order_by("seq")
        return [story.get_absolute_url() for story in found]

    def readers(self, number: int) -> list[Employee]:
        """Some who work here, to sign in as."""
        return list(Employee.objects.filter(pk__in=self.people).order_by("pk")[:number])

    def kinds(self, each: int) -> dict[str, list[str]]:
        """What is asked for inside of a process, by kind."""
        mixes, searches = self.mixes(each), self.searches(each)
        filtered = [address for addresses in mixes.values() for address in addresses]
        return {
            "wall": ["/"],
            **{f"filtered: {kind}": addresses for kind, addresses in mixes.items()},
            "page deep in": self.deep(["/", *filtered]),
            "another order": self.sorted_mixes(2 * each),
            **{f"search: {kind}": addresses for kind, addresses in searches.items()},
            "search: best first": self.best_first(each),
            "story": self.story_pages(4 * each),
            "like a story": [f"{page}alike/" for page in self.story_pages(2 * each)],
        }

    def courses(self) -> dict[str, list[str]]:
        """What is asked for over HTTP: more addresses of each kind than any process remembers."""
        filtered = [one for mix in self.mixes(MANY).values() for one in dict.fromkeys(mix)]
        found = [one for kind in self.searches(MANY).values() for one in dict.fromkeys(kind)]
        newest = (f"/?after={self.last + number}" for number in range(1, 10 * MANY))
        courses = {
            "wall": ["/"],
            "wall, made anew": list(newest),
            "filtered": filtered,
            "page deep in": self.deep(filtered),
            "another order": self.sorted_mixes(8 * MANY),
            "search": [*found, *self.best_first(MANY)],
            "story": self.story_pages(4 * MANY),
        }
        if self.stories > ENOUGH:
            courses["story, made anew"] = self.story_pages(80 * MANY)
        for addresses in courses.values():
            self.random.shuffle(addresses)
        return courses

    def _any(self) -> Query:
        """Two to four things at once, of any kind."""
        pick = self.random.choice
        things: dict[str, Callable[[], Any]] = {
            "trait": lambda: pick(self.traits),
            "team": lambda: pick(self.teams + self.branches),
            "served": lambda: pick(Served.values),
            "setting": lambda: pick(Setting.values),
            "initiative": lambda: pick(Initiative.values),
            "recovery": lambda: 1,
            "gold": lambda: 1,
            "year": lambda: pick(self.years),
        }
        names = self.random.sample(list(things), self.random.choice((2, 2, 3, 4)))
        return [(name, things[name]()) for name in names]

    def _place(self) -> int:
        return self.random.randint(self.first, self.first + self.stories * 4 // 5)

    def _frequent(self) -> str:
        said = [word for moment in MOMENTS for word in moment.strip(".").split() if len(word) > 4]
        return self.random.choice((*self.frequent, self.random.choice(said))).strip(",’")

    def _word(self) -> str:
        return self.random.choice((self._frequent(), self.random.choice(self.usual)))

    def _phrase(self) -> str:
        words = self.random.choice(MOMENTS + PARTS["de"].moments).strip(".").split()
        start = self.random.randrange(len(words) - 2)
        return " ".join(words[start : start + self.random.choice((2, 3))])

    def _beginning(self) -> str:
        return self._word()[: self.random.choice((2, 3, 4, 5))]


def _address(query: Query) -> str:
    return f"/?{urlencode(query)}"


def _glue(address: str) -> str:
    return "&" if "?" in address else "?"

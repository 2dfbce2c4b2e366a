"""Stories that may tell the same moment as another one.

Two people who saw the same thing choose different words, and one person who sends a story twice
chooses nearly the same. So the words are compared, and people, place and day in common raise the
score. Only stories of about the same time are looked at, so the work has a bound.

A copy is pointed at however old the other is: it begins or ends in the same letters, which the
databases have an index of.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Substr
from rapidfuzz import fuzz, utils

from retold.together import together
from staff.text import beginning
from stories.models import Status, Story
from stories.models.ends import Beginning, Ending, Ends, both_ends

WINDOW = datetime.timedelta(days=60)
MOST_CANDIDATES, MOST_ROWS = 300, 900
MOST_SHOWN = 5
# Enough of a long text to know it again.
COMPARED = 1500

# Measured on stories that people wrote: the same moment told by two of them scores 65 and more,
# two moments of the same people at the same place on different days stay below 57.
LIKELY = 60
SAME_DAY, SAME_PERSON, SAME_PLACE = 8, 6, 4
# Below this share of common words nothing else could lift a story to LIKELY.
WORTH_COMPARING = 0.2
FEW_WORDS = 12
WORD = re.compile(r"[^\W_]{4,}")

# Of all that begin and end alike, and of those that do one of both; a copy has so much in common.
# Asked for several stories, up to so many times as many.
MOST_COPIES, MOST_ALIKE, MOST_TIMES = 100, 50, 10
A_COPY = 80

COLUMNS = ("pk", "public_id", "title", "line", "status", "happened_on", "place", "organisation")
NOBODY = (None, "")
START = Substr("body", 1, COMPARED)
OPEN = (Status.PENDING, Status.PUBLISHED)


@dataclass(frozen=True)
class Twin:
    """Another story that may tell the same moment; `score` runs from 0 to 100."""

    pk: int
    public_id: str
    title: str
    status: str
    happened_on: datetime.date | None
    score: int

    def get_status_display(self) -> str:
        return str(Status(self.status).label)


@dataclass(frozen=True)
class _Told:
    """What is compared of a story."""

    row: dict
    text: str
    body: str
    words: frozenset[str]
    people: frozenset


def probable_duplicates(story: Story) -> list[Twin]:
    """Other stories, waiting or published, that probably tell the same moment; likeliest first."""
    return duplicates_for([story])[story.pk]


def duplicates_for(stories: Iterable[Story]) -> dict[int, list[Twin]]:
    """The probable duplicates of several stories by their id, in two queries whatever the number.

    The stories should come with their credits. The window is that of all stories together; of
    what lies in it, the newest are looked at.
    """
    stories = list(stories)
    if not stories:
        return {}
    others, alike = _others(_around(stories)), copies(stories)
    return {story.pk: _twins(_own(story), others, alike) for story in stories}


def copies(stories: list[Story]) -> list[_Told]:
    """Stories of any time that begin or end as one of these, those that do both first.

    Many may begin alike, as forms do: those that do both are bounded by themselves, and those that
    are asked for several stories are more.
    """
    bodies = [Value(both_ends(story.body)) for story in stories]
    others = Story.objects.filter(status__in=OPEN).exclude(pk__in=[story.pk for story in stories])
    times = min(len(stories), MOST_TIMES)
    parts = [
        others.alias(part=part("body"))
        .filter(part__in=[part(body) for body in bodies])
        .order_by()
        .values(*COLUMNS, start=START)[: times * most]
        for part, most in ((Ends, MOST_COPIES), (Beginning, MOST_ALIKE), (Ending, MOST_ALIKE))
    ]
    together(*parts)
    once = {row["pk"]: row for row in chain.from_iterable(parts)}
    return [*map(_own, stories), *(_prepared(row, set()) for row in once.values())]


def _around(stories: list[Story]) -> list[QuerySet]:
    """The stories of about the same time, in parts that each have an index; the newest first."""
    days = [day for story in stories for day in (story.happened_on, _sent(story)) if day]
    since, until = min(days) - WINDOW, max(days) + WINDOW
    start = datetime.datetime.combine(since, datetime.time.min, datetime.UTC)
    end = datetime.datetime.combine(until, datetime.time.max, datetime.UTC)
    happened, sent = Q(happened_on__range=(since, until)), Q(submitted_at__range=(start, end))
    waiting = Story.objects.filter(status=Status.PENDING)
    published = Story.objects.filter(status=Status.PUBLISHED)
    return [
        waiting.filter(happened | sent).order_by("-submitted_at", "pk"),
        published.filter(sent).order_by("-submitted_at", "pk"),
        published.filter(happened).order_by("-happened_on", "pk"),
    ]


def _sent(story: Story) -> datetime.date:
    return (story.submitted_at or story.created_at).date()


def _own(story: Story) -> _Told:
    row = {column: getattr(story, column) for column in COLUMNS}
    people = {(c.employee_id, c.name_text) for c in story.credits.all() if not c.is_whole_team}
    return _prepared({**row, "start": story.body[:COMPARED]}, people)


def _others(parts: Iterable[QuerySet]) -> list[_Told]:
    """A row for each person credited, so that stories and people come in one query."""
    credited = ("credits__employee_id", "credits__name_text")
    found = [part.values(*COLUMNS, *credited, start=START)[:MOST_ROWS] for part in parts]
    together(*found)
    texts: dict[int, dict] = {}
    people: dict[int, set] = defaultdict(set)
    # From each part in turn, so that none keeps the newest of another out.
    for row in filter(None, chain.from_iterable(zip_longest(*found))):
        texts[row["pk"]] = row
        person = (row.pop("credits__employee_id"), row.pop("credits__name_text") or "")
        people[row["pk"]] |= {person} - {NOBODY}
    return [_prepared(row, people[pk]) for pk, row in texts.items()][:MOST_CANDIDATES]


def _prepared(row: dict, people: set) -> _Told:
    text = utils.default_process(f"{row['title']} {row['line']} {row['start']}")
    body = utils.default_process(row["start"])
    return _Told(row, text, body, frozenset(WORD.findall(text)), frozenset(people))


def _twins(own: _Told, others: list[_Told], alike: list[_Told]) -> list[Twin]:
    scored = {other.row["pk"]: (_score(own, other), other.row) for other in others}
    for other in alike:
        copied = round(fuzz.ratio(own.body, other.body, score_cutoff=A_COPY))
        best = max(copied, scored.get(other.row["pk"], (0, {}))[0])
        scored[other.row["pk"]] = (best, other.row)
    scored.pop(own.row["pk"], None)
    likely = sorted(
        (pair for pair in scored.values() if pair[0] >= LIKELY), key=lambda pair: -pair[0]
    )
    return [
        Twin(
            pk=row["pk"],
            public_id=row["public_id"],
            title=row["title"] or row["line"] or beginning(row["start"], 60),
            status=row["status"],
            happened_on=row["happened_on"],
            score=score,
        )
        for score, row in likely[:MOST_SHOWN]
    ]


def _score(own: _Told, other: _Told) -> int:
    fewer = min(len(own.words), len(other.words))
    common = len(own.words & other.words) / fewer if fewer else 0
    if common < WORTH_COMPARING:
        return 0
    if fewer < FEW_WORDS:
        # A few words are soon found in a long text, so a seed is compared as it stands.
        score = fuzz.token_sort_ratio(own.text, other.text)
    else:
        score = (fuzz.token_set_ratio(own.text, other.text) + 100 * common) / 2
    score += SAME_DAY * _same(own, other, "happened_on")
    score += SAME_PERSON * bool(own.people & other.people)
    score += SAME_PLACE * (_same(own, other, "place") or _same(own, other, "organisation"))
    return min(100, round(score))


def _same(own: _Told, other: _Told, column: str) -> bool:
    mine, theirs = own.row[column], other.row[column]
    if isinstance(mine, str) and isinstance(theirs, str):
        mine, theirs = mine.casefold().strip(), theirs.casefold().strip()
    return bool(mine) and mine == theirs

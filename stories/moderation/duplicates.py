"""Stories that may tell the same moment as another one.

Two people who saw the same thing choose different words, and one person who sends a story twice
chooses nearly the same. So the words are compared, and people, place and day in common raise the
score. Only stories of about the same time are looked at, so the work has a bound.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Substr
from rapidfuzz import fuzz, utils

from staff.text import beginning
from stories.models import Status, Story

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

COLUMNS = ("pk", "public_id", "title", "line", "status", "happened_on", "place", "organisation")
NOBODY = (None, "")


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
    words: frozenset[str]
    people: frozenset


def probable_duplicates(story: Story) -> list[Twin]:
    """Other stories, waiting or published, that probably tell the same moment; likeliest first."""
    return duplicates_for([story])[story.pk]


def duplicates_for(stories: Iterable[Story]) -> dict[int, list[Twin]]:
    """The probable duplicates of several stories by their id, in one query whatever the number.

    The stories should come with their credits. The window is that of all stories together; of
    what lies in it, the newest are looked at.
    """
    stories = list(stories)
    if not stories:
        return {}
    others = _others(_around(stories))
    return {story.pk: _twins(_own(story), others) for story in stories}


def _around(stories: list[Story]):
    days = [day for story in stories for day in (story.happened_on, _sent(story)) if day]
    since, until = min(days) - WINDOW, max(days) + WINDOW
    start = datetime.datetime.combine(since, datetime.time.min, datetime.UTC)
    end = datetime.datetime.combine(until, datetime.time.max, datetime.UTC)
    return Story.objects.filter(
        Q(happened_on__range=(since, until)) | Q(submitted_at__range=(start, end)),
        status__in=(Status.PENDING, Status.PUBLISHED),
    ).order_by("-submitted_at", "pk")


def _sent(story: Story) -> datetime.date:
    return (story.submitted_at or story.created_at).date()


def _own(story: Story) -> _Told:
    row = {column: getattr(story, column) for column in COLUMNS}
    people = {(c.employee_id, c.name_text) for c in story.credits.all() if not c.is_whole_team}
    return _prepared({**row, "start": story.body[:COMPARED]}, people)


def _others(stories) -> list[_Told]:
    """A row for each person credited, so that stories and people come in one query."""
    rows = stories.values(
        *COLUMNS, "credits__employee_id", "credits__name_text", start=Substr("body", 1, COMPARED)
    )
    texts: dict[int, dict] = {}
    people: dict[int, set] = defaultdict(set)
    for row in rows[:MOST_ROWS]:
        texts[row["pk"]] = row
        person = (row.pop("credits__employee_id"), row.pop("credits__name_text") or "")
        people[row["pk"]] |= {person} - {NOBODY}
    return [_prepared(row, people[pk]) for pk, row in texts.items()][:MOST_CANDIDATES]


def _prepared(row: dict, people: set) -> _Told:
    text = utils.default_process(f"{row['title']} {row['line']} {row['start']}")
    return _Told(row, text, frozenset(WORD.findall(text)), frozenset(people))


def _twins(own: _Told, others: list[_Told]) -> list[Twin]:
    scored = [
        (_score(own, other), other.row) for other in others if other.row["pk"] != own.row["pk"]
    ]
    likely = sorted((pair for pair in scored if pair[0] >= LIKELY), key=lambda pair: -pair[0])
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

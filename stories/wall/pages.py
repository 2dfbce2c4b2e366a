"""Pages of a wall by the place where the last one ended, so that a story which comes or goes in
the meantime is neither shown twice nor makes another one vanish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import F, Q

from stories.filtering.fields import Sort
from stories.filtering.filters import FilterForm
from stories.models import Story
from stories.models.access import StoryQuerySet

PAGE = 24
CURSOR = re.compile(r"(?:([0-9]{1,9})\.)?([0-9]{1,18})")
MEASURES: dict[str, str] = {
    Sort.RETOLD: "retelling_count",
    Sort.SALUTED: "salute_count",
    Sort.RELEVANCE: "found",
}


class Cursor(NamedTuple):
    """The last story that was shown: its place in the order of publication, and its measure."""

    seq: int
    measure: int | None = None

    def __str__(self) -> str:
        return str(self.seq) if self.measure is None else f"{self.measure}.{self.seq}"

    @classmethod
    def read(cls, text: str, sort: str) -> Cursor | None:
        """The cursor that an address names, or None if it makes no sense in this order."""
        found = CURSOR.fullmatch(text)
        if not found or (found[1] is None) != (sort not in MEASURES):
            return None
        return cls(int(found[2]), int(found[1]) if found[1] else None)


@dataclass(frozen=True)
class Page:
    stories: list[Story]
    # Where the next page begins; None at the end of the wall.
    next: Cursor | None


def page(stories: StoryQuerySet, form: FilterForm, after: Cursor | None) -> Page:
    """The stories that come after the cursor, in the order the form asks for."""
    found = list(following(ordered(stories, form), form, after).for_cards()[: PAGE + 1])
    if len(found) <= PAGE:
        return Page(found, None)
    last = found[PAGE - 1]
    measure = MEASURES.get(form.sort_chosen)
    # What is published has its place.
    seq = last.seq or 0
    return Page(found[:PAGE], Cursor(seq, getattr(last, measure) if measure else None))


def ordered(stories: StoryQuerySet, form: FilterForm) -> StoryQuerySet:
    measure = MEASURES.get(form.sort_chosen)
    if measure is None:
        return stories.newest_first()
    if form.sort_chosen == Sort.RELEVANCE:
        stories = stories.annotate(found=form.search.rank())
    return stories.order_by(F(measure).desc(), F("seq").desc())


def following(stories: StoryQuerySet, form: FilterForm, after: Cursor | None) -> StoryQuerySet:
    """Those of the ordered stories that stand after the cursor."""
    if after is None:
        return stories
    measure = MEASURES.get(form.sort_chosen)
    if measure is None:
        return stories.filter(seq__lt=after.seq)
    return stories.filter(
        Q(**{f"{measure}__lt": after.measure}) | Q(**{measure: after.measure}, seq__lt=after.seq)
    )

"""The family of a story: what it was inspired by, and what it inspired."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet, Value

from retold.prepared import Prepared
from stories.models import Story

# Of what a story inspired, at first and when somebody asks for all of it.
MOST_INSPIRED, MOST_OF_ALL = 6, 60

# Up to three stories back, and two generations on.
INSPIRED, INSPIRED_NEXT, BEFORE = "inspired", "inspired next", "before"


class Beside(NamedTuple):
    """The ids of a story's family. `inspired` has the children before their own, each in the order
    to show it; `before` are the forebears in no order.
    """

    inspired: list[int]
    before: list[int]


def beside(story: Story, *, inspired: int = MOST_INSPIRED) -> Beside:
    """The published family of a story; one question to the database.

    At most so many that it `inspired`, and as many that those did.
    """
    family: dict[str, dict[int, int]] = {INSPIRED: {}, INSPIRED_NEXT: {}, BEFORE: {}}
    usual = not story.inspired_by_id and inspired == MOST_INSPIRED
    for why, pk, seq in _usual.rows(story.pk) if usual else _family(story, inspired):
        family[why][pk] = seq
    children, theirs = (
        sorted(family[generation], key=lambda pk: -family[generation][pk])
        for generation in (INSPIRED, INSPIRED_NEXT)
    )
    return Beside([*children, *theirs], list(family[BEFORE]))


def _family(story: Story, inspired: int) -> QuerySet:
    """Rows of (why, story, seq); each branch is bounded before it is joined."""
    branches = _branches(story.pk, inspired)
    if story.inspired_by_id:
        published = Story.objects.published()
        branches += [
            _stories(BEFORE, published.filter(pk=story.inspired_by_id)),
            _stories(BEFORE, published.filter(inspired=story.inspired_by_id)),
            _stories(BEFORE, published.filter(inspired__inspired=story.inspired_by_id)),
        ]
    return _joined(branches)


def _branches(story: int, inspired: int) -> list[QuerySet]:
    newest = Story.objects.published().newest_first()
    return [
        _stories(INSPIRED, newest.filter(inspired_by=story)[:inspired]),
        _stories(INSPIRED_NEXT, newest.filter(inspired_by__inspired_by=story)[:inspired]),
    ]


def _joined(branches: list[QuerySet]) -> QuerySet:
    # Django 6 gives a union the model's own order again, by columns that are not asked for here.
    return branches[0].union(*branches[1:], all=True).order_by()


# Most stories were inspired by none.
_usual = Prepared(lambda story: _joined(_branches(story, MOST_INSPIRED)))


def _stories(why: str, stories: QuerySet) -> QuerySet:
    found = Story.objects.filter(pk__in=stories.values("pk")).order_by()
    return found.values_list(Value(why), "pk", "seq")

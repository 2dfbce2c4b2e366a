"""Which stories stand beside a story: those of its family, and those that are like it.

Alike are stories that share its traits and then whom they served and where they happened. Only
the newest few of each of its leading traits are looked at, and the newest of all, so that the
question stays as quick at a million stories as at ten.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet, Subquery, Value

from stories.models import Story, StoryTrait, Trait

CANDIDATES = 60
LEADING_TRAITS = 4
MOST_ALIKE = 3
# Of what a story inspired, at first and when somebody asks for all of it.
MOST_INSPIRED, MOST_OF_ALL = 6, 60

TRAIT, NEWEST = "trait", "newest"
# Up to three stories back, and two generations on.
INSPIRED, INSPIRED_NEXT, BEFORE = "inspired", "inspired next", "before"
SAME_SERVED, SAME_SETTING = 0.5, 0.25


class Beside(NamedTuple):
    """The ids of the stories that stand beside one, each group in the order to show it.

    `inspired` has the children before their own; `before` are the forebears in no order.
    """

    inspired: list[int]
    before: list[int]
    alike: list[int]


def beside(story: Story, *, inspired: int = MOST_INSPIRED) -> Beside:
    """The published stories to show beside this one; one question to the database.

    At most so many that it `inspired`, and as many that those did.
    """
    scores: dict[int, float] = {}
    order: dict[int, int] = {}
    family: dict[str, set[int]] = {INSPIRED: set(), INSPIRED_NEXT: set(), BEFORE: set()}
    for why, pk, seq, served, setting in _candidates(story, inspired):
        order[pk] = seq
        if why in family:
            family[why].add(pk)
        base = SAME_SERVED * (served == story.served) + SAME_SETTING * (setting == story.setting)
        scores[pk] = scores.get(pk, base) + (why == TRAIT)
    related = set().union(*family.values()) | {story.pk}
    alike = sorted(scores.keys() - related, key=lambda pk: (-scores[pk], -order[pk]))
    children, theirs = (
        sorted(family[generation], key=lambda pk: -order[pk])
        for generation in (INSPIRED, INSPIRED_NEXT)
    )
    return Beside([*children, *theirs], list(family[BEFORE]), alike[:MOST_ALIKE])


def _candidates(story: Story, inspired: int) -> QuerySet:
    """Rows of (why, story, seq, served, setting); each branch is bounded before it is joined."""
    newest = Story.objects.published().newest_first()
    branches = [
        _stories(NEWEST, newest[:CANDIDATES]),
        _stories(INSPIRED, newest.filter(inspired_by=story)[:inspired]),
        _stories(INSPIRED_NEXT, newest.filter(inspired_by__inspired_by=story)[:inspired]),
    ]
    if story.inspired_by_id:
        published = Story.objects.published()
        branches += [
            _stories(BEFORE, published.filter(pk=story.inspired_by_id)),
            _stories(BEFORE, published.filter(inspired=story.inspired_by_id)),
            _stories(BEFORE, published.filter(inspired__inspired=story.inspired_by_id)),
        ]
    for position in range(LEADING_TRAITS):
        branches.append(_sharing_the_trait_at(position, story))
    # Django 6 gives a union the model's own order again, by columns that are not asked for here.
    return branches[0].union(*branches[1:], all=True).order_by()


def _stories(why: str, stories: QuerySet) -> QuerySet:
    return (
        Story.objects.filter(pk__in=stories.values("pk"))
        .order_by()
        .values_list(Value(why), "pk", "seq", "served", "setting")
    )


def _sharing_the_trait_at(position: int, story: Story) -> QuerySet:
    shown = (Trait.Standing.CURATED, Trait.Standing.RETIRED)
    of_story = StoryTrait.objects.filter(content_object=story, tag__standing__in=shown)
    tag = of_story.order_by("position", "pk").values("tag")[position : position + 1]
    sharing = StoryTrait.objects.filter(tag=Subquery(tag), seq__isnull=False).order_by("-seq")
    return (
        StoryTrait.objects.filter(pk__in=sharing.values("pk")[:CANDIDATES])
        .order_by()
        .values_list(
            Value(TRAIT),
            "content_object_id",
            "seq",
            "content_object__served",
            "content_object__setting",
        )
    )

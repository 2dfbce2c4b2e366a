"""Which stories stand beside a story: those it inspired, and those that are like it.

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
MOST_INSPIRED = 6

TRAIT, NEWEST, INSPIRED = "trait", "newest", "inspired"
SAME_SERVED, SAME_SETTING = 0.5, 0.25


class Beside(NamedTuple):
    """The ids of the stories that stand beside one, each group in the order to show it."""

    inspired: list[int]
    alike: list[int]


def beside(story: Story) -> Beside:
    """The published stories to show beside this one; one question to the database."""
    scores: dict[int, float] = {}
    order: dict[int, int] = {}
    inspired: set[int] = set()
    for why, pk, seq, served, setting in _candidates(story):
        order[pk] = seq
        if why == INSPIRED:
            inspired.add(pk)
        base = SAME_SERVED * (served == story.served) + SAME_SETTING * (setting == story.setting)
        scores[pk] = scores.get(pk, base) + (why == TRAIT)
    shown_elsewhere = inspired | {story.pk, story.inspired_by_id}
    alike = sorted(scores.keys() - shown_elsewhere, key=lambda pk: (-scores[pk], -order[pk]))
    newest_first = sorted(inspired, key=lambda pk: -order[pk])
    return Beside(newest_first[:MOST_INSPIRED], alike[:MOST_ALIKE])


def _candidates(story: Story) -> QuerySet:
    """Rows of (why, story, seq, served, setting); each branch is bounded before it is joined."""
    newest = Story.objects.published().newest_first()
    branches = [
        _stories(NEWEST, newest[:CANDIDATES]),
        _stories(INSPIRED, newest.filter(inspired_by=story)[:MOST_INSPIRED]),
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

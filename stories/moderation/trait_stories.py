"""The stories of a trait, for whoever decides about it: what a word means stands in them."""

from __future__ import annotations

from typing import NamedTuple

from django.urls import reverse

from retold.together import fetched_with
from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.text import beginning
from stories.models import Status, Story, StoryTrait, Trait
from stories.models.near import CREDITS

from .lists import ALL

MOST_STORIES = 5
# Enough of a story without title and line to be known by.
SHORT = 60


class Told(NamedTuple):
    """A story that carries the trait, and its words that show it, or ''."""

    address: str
    title: str
    words: str
    standing: str


class Carriers(NamedTuple):
    """The first few stories of a trait, and the address of all where there are more, or ''."""

    stories: list[Told]
    more: str


def carriers(trait: Trait, user) -> Carriers:
    """The stories that took the trait up last, in one question; drafts are their tellers' own."""
    naming = Naming(ORGANISATION)
    # By the row that ties them, the newest few of very many are found without looking at the rest.
    stories = (
        Story.objects.visible_to(user)
        .exclude(status=Status.DRAFT)
        .filter(story_traits__tag=trait)
        .with_teller_team()
        .order_by("-story_traits__pk")[: MOST_STORIES + 1]
    )
    tagged = StoryTrait.objects.filter(tag=trait)
    beside = {"story_traits": tagged, "credits": CREDITS.all()}
    found = fetched_with(stories, naming.question, **beside)
    every = f"{reverse('admin:stories_story_changelist')}?status={ALL}&trait={trait.slug}"
    told = [_told(story, naming) for story in found[:MOST_STORIES]]
    return Carriers(told, every if len(found) > MOST_STORIES else "")


def _told(story: Story, naming: Naming) -> Told:
    near = story.near
    title = naming.text(story.title or story.line, near)
    [tagging] = story.story_traits.all()
    return Told(
        reverse("admin:stories_story_change", args=[story.pk]),
        title or beginning(naming.text(story.body, near), SHORT),
        naming.text(tagging.evidence, near),
        story.get_status_display(),
    )

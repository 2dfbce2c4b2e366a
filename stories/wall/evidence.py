"""The sentences that prove a trait, gathered from the stories that carry it."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from staff.naming import Naming
from stories.filtering.meant import Meant
from stories.models import Story, StoryTrait, Trait
from stories.models.near import credited, teller_team

from .counts import Counts
from .saying import counted

MOST_SENTENCES = 8
QUOTATION_MARKS = frozenset('“”„«»"')
MOST_TRAITS = 200
OF_STORY = "content_object__"


class Sentence(NamedTuple):
    """Words of a story that show a trait, fit for their readers."""

    words: str
    url: str
    title: str

    @property
    def speaks(self) -> bool:
        """Whether there are quotation marks in it, so that it needs none around it."""
        return not QUOTATION_MARKS.isdisjoint(self.words)


class Tile(NamedTuple):
    """A trait with how many stories carry it, and a sentence that shows it if there is one."""

    trait: Trait
    stories: str
    sentence: Sentence | None


def collage(trait: Trait, user, naming: Naming) -> list[Sentence]:
    """The newest sentences that show the trait."""
    shown = _shown_to(user).filter(tag=trait).exclude(evidence="").order_by("-seq")
    return [_sentence(tagging, naming) for tagging in _with_people(shown)[:MOST_SENTENCES]]


def vocabulary(user, naming: Naming) -> list[Tile]:
    """Every trait in use."""
    shown = _shown_to(user)
    with_words = shown.filter(tag=OuterRef("pk")).exclude(evidence="").order_by("-seq")
    sample = Subquery(with_words.values("pk")[:1])
    traits = list(Trait.objects.curated().annotate(sample=sample)[:MOST_TRAITS])
    samples = StoryTrait.objects.filter(pk__in=[trait.sample for trait in traits if trait.sample])
    sentences = {tagging.tag_id: _sentence(tagging, naming) for tagging in _with_people(samples)}
    counts = Counts(Meant(user, {}))
    return [Tile(trait, counted(counts.trait(trait)), sentences.get(trait.pk)) for trait in traits]


def _shown_to(user) -> QuerySet[StoryTrait]:
    readable = Story.objects.published().visible_to(user)
    return StoryTrait.objects.filter(seq__isnull=False, content_object__in=readable)


def _with_people(taggings: QuerySet[StoryTrait]) -> QuerySet[StoryTrait]:
    """With what it takes to name the people of each story."""
    taggings = taggings.select_related("content_object").prefetch_related(credited(OF_STORY))
    return taggings.annotate(teller_team=teller_team(OF_STORY))


def _sentence(tagging: StoryTrait, naming: Naming) -> Sentence:
    story = tagging.content_object
    story.teller_team = tagging.teller_team
    near = story.near
    return Sentence(
        naming.text(tagging.evidence, near),
        story.get_absolute_url(),
        naming.text(story.title or story.line, near),
    )

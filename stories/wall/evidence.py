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
    newest = _newest().filter(tag=trait).values("pk")[:MOST_SENTENCES]
    found = _with_people(StoryTrait.objects.filter(pk__in=newest), user).order_by("-seq")
    return [_sentence(tagging, naming) for tagging in found]


def vocabulary(user, naming: Naming) -> list[Tile]:
    """Every trait in use."""
    sample = Subquery(_newest().filter(tag=OuterRef("pk")).values("pk")[:1])
    traits = list(Trait.objects.curated().annotate(sample=sample)[:MOST_TRAITS])
    samples = StoryTrait.objects.filter(pk__in=[trait.sample for trait in traits if trait.sample])
    with_people = _with_people(samples, user)
    sentences = {tagging.tag_id: _sentence(tagging, naming) for tagging in with_people}
    counts = Counts(Meant(user, {}))
    return [Tile(trait, counted(counts.trait(trait)), sentences.get(trait.pk)) for trait in traits]


def _newest() -> QuerySet[StoryTrait]:
    """What shows a trait in stories that are on the wall, the newest first, from its index."""
    return StoryTrait.objects.filter(seq__isnull=False).exclude(evidence="").order_by("-seq")


def _with_people(taggings: QuerySet[StoryTrait], user) -> QuerySet[StoryTrait]:
    """Those that the account may read, with what it takes to name the people of each story."""
    readable = Story.objects.published().visible_to(user)
    readable = readable.filter(pk__in=taggings.values("content_object"))
    taggings = taggings.filter(content_object__in=readable).select_related("content_object")
    return taggings.prefetch_related(credited(OF_STORY)).annotate(teller_team=teller_team(OF_STORY))


def _sentence(tagging: StoryTrait, naming: Naming) -> Sentence:
    story = tagging.content_object
    story.teller_team = tagging.teller_team
    near = story.near
    return Sentence(
        naming.text(tagging.evidence, near),
        story.get_absolute_url(),
        naming.text(story.title or story.line, near),
    )

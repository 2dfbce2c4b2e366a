"""What the moderation page shows of a story, fetched in a fixed number of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from retold.together import fetch_beside, fetched_with, hang, together
from staff.audiences import ORGANISATION
from staff.models import Credit, Employee, Team
from staff.naming import Naming
from stories import hints
from stories.cards import card
from stories.evidence import marked
from stories.models import (
    Consent,
    Initiative,
    Photo,
    Setting,
    Status,
    Story,
    StoryEvent,
    StoryTrait,
    Trait,
    Visibility,
)
from stories.models.near import CREDITS

from . import agreed, duplicates, people, queue, record

HINT_HUE = "hint"


@dataclass(frozen=True)
class Fact:
    label: str
    value: str | SafeString


@dataclass(frozen=True)
class NameTold:
    """A name as told, and the employees it may belong to."""

    pk: int
    name: str
    suggestions: list[people.Suggestion]


def fetched(stories: Sequence[Story]) -> None:
    """Give stories their traits and credits, as cards need them, in one question."""
    fetch_beside(stories, **_on_page())


def found(stories: QuerySet[Story]) -> Story | None:
    """The one that is found with all that, its photos and the newest of its record, in one
    question."""
    done = StoryEvent.objects.filter(story__in=stories.values("pk"))
    events = done.select_related("actor__employee")[: record.MOST_EVENTS]
    for story in fetched_with(stories, events, **_on_page(), photos=Photo.objects.all()):
        story.latest_events = list(events)
        return story
    return None


def held(
    stories: QuerySet[Story], pk: int, people: QuerySet[Employee], *beside: QuerySet
) -> Story | None:
    """The one of these that is to be edited, kept from others, with its traits and credits and what
    these people have said of being named in it; and what is needed `beside` it.

    Where this waits for somebody, the story is as they have left it, and what hangs on it may be as
    it was before. Whoever changes any of that which a form shows counts the version up, so that a
    form from before stores nothing; and how those are named who stay in it, no edit stores.
    """
    said = Consent.objects.filter(story=pk).said_by(people)
    found = stories.filter(pk=pk).select_for_update(of=("self",))
    traits = StoryTrait.objects.select_related("tag").filter(content_object=pk)
    credits = CREDITS.filter(story=pk)
    together(found, traits, credits, said, *beside)
    for story in found:
        hang([story], story_traits=traits, credits=credits)
        story.was_asked_for(people, said)
        story.is_held_to_be_edited()
        return story
    return None


def _on_page() -> dict[str, QuerySet]:
    tagged = StoryTrait.objects.select_related("tag")
    return {"story_traits": tagged, "credits": CREDITS.all()}


def moderation_page(story: Story, teams: list[Team], traits: list[Trait]) -> dict[str, Any]:
    """The context of the page: the story as readers will see it, and all that helps to decide.

    It takes a story that was `found`.
    """
    naming = Naming(ORGANISATION)
    for event in story.latest_events:
        event.naming = naming
    ids = record.people_ids(story.latest_events)
    told = names_told(story)
    also = people.wanted(credit.name_text for credit in told) or Q()
    looked = hints.look([story], also=also | Q(pk__in=ids), teams=teams)
    found = looked.hints[story.pk]
    staff = looked.directory.people
    names = record.Names(
        people={person.pk: person.full_name for person in staff if person.pk in ids},
        teams={team.pk: team.name for team in teams},
        traits={trait.slug: trait.name for trait in [*traits, *_held(story)]},
    )
    return {
        "story": story,
        "card": card(story, naming),
        "paragraphs": paragraphs(story, naming, found),
        "hints": found,
        "twins": duplicates.probable_duplicates(story),
        "facts": facts(story),
        "credits": [credit for credit in story.credits.all() if not credit.is_whole_team],
        "teams": list(dict.fromkeys(c.team for c in story.credits.all() if c.team)),
        "proposed": [trait for trait in _held(story) if trait.standing == Trait.Standing.PROPOSED],
        **_names(told, staff),
        "photos": list(story.photos.all()),
        "record": record.entries(story.latest_events, names),
        "agreed": agreed.agreed(story),
        "age": queue.age(story.submitted_at) if story.status == Status.PENDING else "",
        "is_late": story.status == Status.PENDING and queue.is_late(story.submitted_at),
        "may_be_public": story.may_be_public,
        "is_public": story.visibility == Visibility.PUBLIC,
    }


def _names(told: list[Credit], staff: list[Employee]) -> dict[str, Any]:
    """Those that are to be matched, and those that are left as told."""
    waiting = [credit for credit in told if credit.as_told_at is None]
    return {
        "names_told": [
            NameTold(c.pk, c.name_text, people.suggest(c.name_text, staff)) for c in waiting
        ],
        "names_left": [credit for credit in told if credit.as_told_at],
    }


def names_told(story: Story) -> list[Credit]:
    """Names that may belong to somebody of ours: those of a story that happened here."""
    if story.setting != Setting.HERE:
        return []
    return [credit for credit in story.credits.all() if credit.name_text]


def paragraphs(story: Story, naming: Naming, found: list[hints.Hint]) -> list:
    """The text with its evidence marked as for readers, and the hints in a hue of their own."""
    looked_at = [
        StoryTrait(tag=Trait(name=hint.label, slug=hint.kind, hue=HINT_HUE), evidence=hint.text)
        for hint in {hint.text: hint for hint in found if hint.field == "body"}.values()
    ]
    return marked(story.body, [*story.shown_traits(), *looked_at], naming, story.near)


def facts(story: Story) -> list[Fact]:
    """What the teller said about the moment, leaving out what was not said."""
    took = (
        story.get_took_time_display(),
        story.get_took_money_display(),
        story.get_took_permission_display(),
    )
    decided = "" if story.initiative == Initiative.UNKNOWN else story.get_initiative_display()
    day = date_format(story.happened_on, "l j F Y") if story.happened_on else ""
    recovery = (story.went_wrong or _("Yes")) if story.recovery else ""
    outside = _("The teller agrees") if story.may_show_outside else ""
    if story.customer_agreed:
        outside = _("Teller and customer agree") if outside else _("Only the customer agrees")
    inspired = str(story.inspired_by) if story.inspired_by else ""
    rows = (
        (_("When"), day),
        (_("Where"), story.place),
        (_("Setting"), story.organisation or story.get_setting_display()),
        (_("Served"), story.get_served_display()),
        (_("Decided"), decided),
        (_("What it took"), capfirst(", ".join(words.lower() for words in took if words))),
        (_("Went wrong first"), recovery),
        (_("Shown outside"), outside),
        (_("Inspired by"), inspired),
    )
    return [Fact(label, value) for label, value in rows if value]


def _held(story: Story) -> list[Trait]:
    return [tagging.tag for tagging in story.story_traits.all()]

"""Everything a story's page shows, fetched in a fixed number of questions and named for readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils.text import capfirst

from retold.prepared import Prepared
from staff.audiences import FULL
from staff.models import Credit, User
from staff.naming import Naming, Near
from stories.cards import card, cards, credit_name
from stories.evidence import marked
from stories.models import Initiative, Note, Photo, Salute, Status, Story, StoryTrait
from stories.models.access import StoryQuerySet, fetch_for_cards
from stories.models.near import CREDITS
from stories.models.vocabulary import WITHDRAWABLE

from .asked import AS_IT_IS, MOST_PAGES, Asked
from .family import family
from .forms import NoteForm, RetellForm
from .kin import MOST_INSPIRED, MOST_OF_ALL, Beside, beside
from .photos import photos
from .rights import may_hold_up, may_remove
from .route import route
from .unchanged import Standing

NOTES_A_PAGE = 12


@dataclass(frozen=True)
class Person:
    """Someone credited, as a name badge; without an address when they are not to be named."""

    name: str
    url: str = ""
    team: str = ""


@dataclass(frozen=True)
class NoteShown:
    pk: int
    text: str
    author: str
    at: datetime
    removable: bool


def readable_by(user: User) -> StoryQuerySet:
    """The stories this account may read, each knowing whether it saluted it, and how many stories
    it inspired that it may read, too."""
    saluted = Salute.objects.filter(story=OuterRef("pk"), reader__account=user)
    inspired = Story.objects.published().visible_to(user)
    stories = _for_page(Story.objects.visible_to(user), inspired)
    return stories.annotate(saluted=Exists(saluted))  # type: ignore[no-redef]  # fills it


def published(pk: int, *, saluted: bool) -> Story | None:
    """The same story for somebody signed in, who may read it if it is on the wall; None if not.

    `saluted` is whether they did.
    """
    for story in _published.objects(pk):
        story.saluted = saluted
        return story
    return None


def _for_page(stories: StoryQuerySet, inspired: StoryQuerySet) -> StoryQuerySet:
    theirs = inspired.filter(inspired_by=OuterRef("pk")).order_by().values("inspired_by")
    number = Coalesce(Subquery(theirs.annotate(number=Count("pk")).values("number")), 0)
    found = stories.select_related("teller").with_teller_team()
    return found.annotate(inspired_count=number)  # type: ignore[no-redef]  # fills it


_published = Prepared(
    lambda pk: _for_page(Story.objects.published().filter(pk=pk), Story.objects.published())
)


def story_page(
    story: Story,
    user: User,
    *,
    asked: Asked = AS_IT_IS,
    standing: Standing | None = None,
    **refused: forms.Form,
) -> dict[str, Any]:
    """The context of the page; forms that were `refused` come back with their messages.

    With `standing`, what is known of page and reader is not asked for again.
    """
    naming = standing.naming() if standing else Naming.for_reader(user)
    if story.is_published:
        context = _among_others(story, user, naming, asked.whole_family)
        context |= notes(story, user, naming, asked.notes_page)
        led, as_of = (standing.led, standing.known.as_of) if standing else (None, None)
        holds_up = may_hold_up(story, user, led=led, as_of=as_of)
        context |= {"others": others_who_saluted(story), "may_hold_up": holds_up}
    else:
        context = _alone(story, user, naming)
    return context | {"note_form": NoteForm(), "retell_form": RetellForm(), **refused}


def _notes(story: int) -> QuerySet[Note]:
    shown = Note.objects.shown().filter(story=story)
    return shown.select_related("author").order_by("-created_at", "-pk")


_newest_notes = Prepared(lambda story: _notes(story)[: NOTES_A_PAGE + 1])


def notes(story: Story, user: User, naming: Naming, page: int = 1) -> dict[str, Any]:
    """One page of notes, the newest page first and each page in the order they were written."""
    start = (page - 1) * NOTES_A_PAGE
    if page == 1:
        rows = _newest_notes.objects(story.pk)
    else:
        rows = list(_notes(story.pk)[start : start + NOTES_A_PAGE + 1])
    near = story.near
    shown = [_note(note, near, user, naming) for note in rows[:NOTES_A_PAGE]]
    return {
        "notes": shown[::-1],
        "earlier_notes": page + 1 if len(rows) > NOTES_A_PAGE and page < MOST_PAGES else None,
        "later_notes": page - 1 if page > 1 else None,
    }


def _among_others(story: Story, user: User, naming: Naming, whole_family: bool) -> dict[str, Any]:
    has_family = story.inspired_by_id or story.inspired_count
    most = MOST_OF_ALL if whole_family else MOST_INSPIRED
    near = beside(story, inspired=most) if has_family else Beside([], [])
    readable = Story.objects.published().visible_to(user)
    wanted = {*near.inspired, *near.before}
    others = readable.with_teller_team().in_bulk(wanted) if wanted else {}
    _fetch_for_cards([story, *others.values()])
    shown = dict(zip(others, cards(others.values(), naming), strict=True))
    related = {pk: others[pk] for pk in (*near.inspired, *near.before) if pk in others}
    itself = family(story, related, near.inspired, shown)
    children = sum(related[pk].inspired_by_id == story.pk for pk in near.inspired if pk in related)
    return _told(story, user, naming) | {
        "family": itself,
        "more_inspired": max(0, story.inspired_count - children),
        "whole_family": whole_family,
    }


def _alone(story: Story, user: User, naming: Naming) -> dict[str, Any]:
    """A story that is not on the wall: itself, and where it stands."""
    _fetch_for_cards([story])
    decision = story.last_decision() if story.status != Status.DRAFT else None
    return _told(story, user, naming) | {
        "is_editable": story.is_editable_by(user),
        "reason": naming.text(decision.reason, story.near) if decision else "",
        "moderation_hours": settings.MODERATION_HOURS,
    }


# What `.for_cards()` fetches of each story, by the relation that holds it.
_of_one = {
    "story_traits": Prepared(
        lambda story: StoryTrait.objects.select_related("tag").filter(content_object=story)
    ),
    "credits": Prepared(lambda story: CREDITS.filter(story=story)),
    "photos": Prepared(lambda story: Photo.objects.filter(story=story)),
}


def _fetch_for_cards(stories: list[Story]) -> None:
    """Fetch it for the story and those beside it at once; mostly there are none."""
    if len(stories) > 1:
        fetch_for_cards(stories)
        return
    for story in stories:
        fetch_of_one(story, *_of_one)


def fetch_of_one(story: Story, *names: str) -> None:
    """Fetch some of what `.for_cards()` does, by the names of the relations."""
    fetched = story.__dict__.setdefault("_prefetched_objects_cache", {})
    for name in names:
        fetched[name] = getattr(story, name).all()
        fetched[name]._result_cache = _of_one[name].objects(story.pk)


def _told(story: Story, user: User, naming: Naming) -> dict[str, Any]:
    """The story itself: its poster, its text, who did it and how."""
    near, credits = story.near, list(story.credits.all())
    is_teller = story.teller.account_id == user.pk
    teams = list(dict.fromkeys(credit.team for credit in credits if credit.team))
    poster = card(story, naming)
    taggings = story.shown_traits()
    return route(story, user, naming) | {
        "card": poster,
        "is_teller": is_teller,
        "may_withdraw": is_teller and story.status in WITHDRAWABLE,
        "photos": photos(story, naming),
        "paragraphs": marked(story.body, taggings, naming, near),
        "traits": [tagging.tag for tagging in taggings],
        "place": naming.text(story.place, near),
        # One team stands among the facts; of several, each person's stands beside their badge.
        "people": [
            _person(credit, story, naming, near, with_team=len(teams) > 1)
            for credit in credits
            if not credit.is_whole_team
        ],
        "teams": teams,
        "decided": "" if story.initiative == Initiative.UNKNOWN else story.get_initiative_display(),
        "took": what_it_took(story),
    }


def others_who_saluted(story: Story) -> int:
    """How many besides the reader."""
    return max(0, story.salute_count - story.saluted)


def _person(credit: Credit, story: Story, naming: Naming, near: Near, *, with_team: bool) -> Person:
    employee = credit.employee
    # Their page says the whole name.
    in_full = employee is not None and naming.named_as(employee, near) == FULL
    return Person(
        name=credit_name(credit, story, naming, near),
        url=employee.get_absolute_url() if employee and in_full else "",
        team=credit.team.name if credit.team and with_team else "",
    )


def what_it_took(story: Story) -> str:
    """Time, money and permission in one breath: “A few minutes, nothing, nobody asked”."""
    took = (
        story.get_took_time_display(),
        story.get_took_money_display(),
        story.get_took_permission_display(),
    )
    return capfirst(", ".join(words[:1].lower() + words[1:] for words in took if words))


def _note(note: Note, near: Near, user: User, naming: Naming) -> NoteShown:
    return NoteShown(
        pk=note.pk,
        text=naming.text(note.text, near.and_person(note.author_id)),
        author=capfirst(naming.called(note.author, near)),
        at=note.created_at,
        removable=may_remove(note, user),
    )

"""The record of a story as a moderator reads it: who did what, when, and what it was before."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from staff.differences import GONE, NEW, Piece, marked
from staff.models import Employee, Team
from stories.models import Flag, Story, StoryEvent, Trait

MOST_EVENTS = 50


@dataclass(frozen=True)
class Change:
    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Entry:
    """One line of the record."""

    at: datetime.datetime
    who: str
    what: str
    why: str
    changes: list[Change] = field(default_factory=list)


def people_ids(events: Iterable[StoryEvent]) -> set[int]:
    """The employees that edits speak of by id."""
    return {
        pk
        for event in events
        for side in event.changes.get("people", [])
        for pk in side or []
        if isinstance(pk, int)
    }


@dataclass(frozen=True)
class Names:
    """What ids in the record stand for."""

    people: Mapping[int, str]
    teams: Mapping[int, str]
    traits: Mapping[str, str]


def names_in(events: Iterable[StoryEvent]) -> Names:
    """The names of whatever these events speak of, whoever and wherever it is."""
    people = Employee.objects.filter(pk__in=people_ids(events))
    return Names(
        people={person.pk: person.full_name for person in people},
        teams=dict(Team.objects.values_list("pk", "name")),
        traits=dict(Trait.objects.values_list("slug", "name")),
    )


def entries(events: Iterable[StoryEvent], names: Names) -> list[Entry]:
    return [
        Entry(
            at=event.at,
            who=who(event),
            what=event.get_action_display(),
            why=event.reason,
            changes=changes(event, names),
        )
        for event in events
    ]


def who(event: StoryEvent) -> str:
    """Whoever did it, as colleagues call them; what no account did, a command did.

    Nobody but tellers sends stories in: those without an account did so where the story comes from.
    """
    if event.actor_name:
        return event.done_by()
    told = event.action == StoryEvent.Action.SUBMITTED
    return _("Whoever told it") if told else _("Retold itself")


def changes(event: StoryEvent, names: Names) -> list[Change]:
    return [
        _change(name, sides, names)
        for name, sides in event.changes.items()
        if isinstance(sides, list) and len(sides) == 2
    ]


def _change(name: str, sides: list, names: Names) -> Change:
    before, after = sides
    if name in ("body", "line", "title") and before and after:
        return Change(_label(name), marked(before, after))
    gone, new = _said(name, before, names), _said(name, after, names)
    return Change(_label(name), [Piece(GONE, gone), Piece(NEW, new)])


def _label(name: str) -> str:
    own = {
        "traits": _("traits"),
        "people": _("people"),
        "names": _("names as told"),
        "left_as_told": _("left as told"),
        "team": _("whole team"),
        "inspired_by": _("inspired by"),
        "photos": _("photos"),
        "photo": _("photo"),
        "photo turned": _("photo turned"),
        "flags": _("flags"),
        "flags on a note": _("flags on a note"),
    }
    if name in own:
        return capfirst(own[name])
    try:
        return capfirst(str(getattr(Story._meta.get_field(name), "verbose_name", name)))
    except FieldDoesNotExist:
        return name


def _said(name: str, value: Any, names: Names) -> str:
    """A value as people say it."""
    nothing = pgettext("nothing was given", "nothing")
    if value in (None, "", []):
        return nothing
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    lists = {
        "traits": lambda: [_trait(slug, words, names) for slug, words in value],
        "people": lambda: [names.people.get(pk, _("somebody no longer here")) for pk in value],
        "names": lambda: value,
        "left_as_told": lambda: value,
        "team": lambda: [names.teams.get(value, _("a team no longer here"))],
    }
    if name in lists:
        return ", ".join(lists[name]())
    return str(_choices(name).get(value, value))


def _trait(slug: str, words: str, names: Names) -> str:
    # A trait that has gone since is known by its address alone.
    trait = names.traits.get(slug) or capfirst(slug.replace("-", " "))
    return f"{trait} (“{words}”)" if words else trait


def _choices(name: str) -> dict:
    if name in ("flags", "flags on a note"):
        return {"open": _("open"), **dict(Flag.Decision.choices)}
    try:
        return dict(getattr(Story._meta.get_field(name), "flatchoices", ()))
    except FieldDoesNotExist:
        return {}

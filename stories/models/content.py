"""What a story says: its words and facts, its traits and its credits, saved as one."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from typing import Any, NamedTuple

from django.db import models, transaction

from retold.together import fetch_beside
from staff.acting import acting
from staff.models import Credit, Employee, History, Team
from staff.models.membership import teams_on

from .facets import stands_under
from .near import TEXTS
from .record import StoryEvent
from .trait import MOST_EVIDENCE, StoryTrait, Trait
from .vocabulary import Status, Visibility
from .writing import Writing

FACTS = (
    "body",
    "line",
    "title",
    "happened_on",
    "place",
    "setting",
    "organisation",
    "served",
    "recovery",
    "went_wrong",
    "initiative",
    "took_time",
    "took_money",
    "took_permission",
    "anonymous",
    "may_show_outside",
    "customer_agreed",
    "inspired_by_id",
)
# What a search looks through.
WORDED = {*TEXTS, "people", "names"}
# What decides on its credits: the team that somebody was in depends on the day.
CREDITED = {"people", "names", "team", "happened_on"}


class Credited(NamedTuple):
    """Who a story is credited to: employees, names as told, and at most one whole team."""

    people: Sequence[Employee] = ()
    names: Sequence[str] = ()
    team: Team | None = None


class StaleVersion(Exception):
    """Somebody saved the story since this page was opened; `stored` is the story as it is now."""

    def __init__(self, stored: Any) -> None:
        super().__init__(f"{stored.public_id} is at version {stored.version}")
        self.stored = stored


class Content(Writing):
    # Fields that Story declares.
    version: int
    writer: uuid.UUID | None
    _as_read: Any = None
    _prefetched_objects_cache: dict[str, Any]

    class Meta:
        abstract = True

    @transaction.atomic
    def save_content(
        self,
        *,
        by,
        traits: Sequence[tuple[Trait, str]] | None = None,
        credited: Credited | None = None,
        version: int | None = None,
        writer: uuid.UUID | None = None,
    ) -> bool:
        """Store what was set on this story, whole or not at all; False if nothing is new.

        Counts the version up and, once the story is no draft any more, records before and after.
        Traits and credits that are left out stay as they are. `version` is the one the writer
        began from: raises StaleVersion if another writer has saved since. Only the content is
        stored; where the story stands is left to its moves.
        """
        if self._state.adding:
            self.version, self.writer = 1, writer
            self.save()
            self._attach(traits or None, credited if credited != Credited() else None)
            return True
        stored = self._as_stored()
        changes = self._changes(stored, traits, credited)
        if not changes:
            self.version = stored.version
            return False
        stored.require_version(version, writer)
        self.version, self.writer = stored.version + 1, writer
        changes |= self._come_back_inside()
        before = stands_under(stored)
        self._attach(traits, credited, stored, changes.keys())
        if stored.status != Status.DRAFT:
            self._record_edit(changes, by)
        # Last: it holds the wall, if the story is there.
        self.write(*FACTS, "visibility", "version", "writer", "updated_at")
        self._follow(before, mend=not WORDED.isdisjoint(changes))
        return True

    def require_version(self, version: int | None, writer: uuid.UUID | None) -> None:
        """Raise StaleVersion if another writer has saved it since it was at this version."""
        same_writer = writer is not None and writer == self.writer
        if version not in (None, self.version) and not same_writer:
            raise StaleVersion(self)

    def fetch_content(self, *beside: models.QuerySet, **related: models.QuerySet) -> None:
        """Fetch the traits and credits that `content` tells, what else is `related` to the story,
        and what is needed `beside` them."""
        fetch_contents([self], *beside, **related)

    def is_held_to_be_edited(self) -> None:
        """Say that it was read just now with its traits and credits, and is kept from others in
        this transaction: what is set from now on is compared with this, when it is saved."""
        self._as_read = copy(self)
        # Who forgets what was fetched of one means that one.
        self._as_read._prefetched_objects_cache = dict(self._prefetched_objects_cache)
        self._as_read.is_held()

    def _as_stored(self) -> Any:
        """The story as it is stored, with its traits and credits, kept from others until we are
        done."""
        as_read, self._as_read = self._as_read, None
        if as_read is not None and as_read.is_still_held:
            return as_read
        stored = self._read_again()
        stored.fetch_content()
        return stored

    def _record_edit(self, changes: dict[str, list], by) -> None:
        with acting(by=by), History.objects.together():
            self.record(StoryEvent.Action.EDITED, by, changes=changes)
            if "customer_agreed" in changes:
                self.customer_agreed_by_teller(by=by)

    def _come_back_inside(self) -> dict[str, list]:
        """A story shown outside stays there only while everybody agrees; what that changes."""
        if self.visibility != Visibility.PUBLIC or self.may_be_public:
            return {}
        self.visibility = Visibility.ORGANISATION
        return {"visibility": [Visibility.PUBLIC, Visibility.ORGANISATION]}

    def content(self) -> dict[str, Any]:
        """All that the story says, in plain values; people and team by id."""
        return {
            **self._facts(),
            "traits": [[held.tag.slug, held.evidence] for held in self._held_traits()],
            **credited_to(list(self.credits.all())),
        }

    @transaction.atomic
    def set_traits(self, chosen: Iterable[tuple[Trait, str]]) -> None:
        """Carry exactly these traits, in this order, each with its evidence or ''.

        Evidence that the text does not hold (any more) is left out.
        """
        self._set_traits(chosen, StoryTrait.objects.filter(content_object=self))
        self._follow()

    @transaction.atomic
    def set_credits(self, people: Iterable = (), names: Iterable[str] = (), team=None) -> None:
        """Credit exactly these employees, names as told, and at most one whole team.

        The credit of whoever was credited before stays the same row; that of somebody who is not
        any more may be another's from then on.
        """
        self._set_credits(people, names, team, list(Credit.objects.filter(story=self)))
        self._follow()

    def _follow(self, before: Collection[str] | None = None, *, mend: bool = True) -> None:
        """The wall's index follows: with what it stood under `before`, its own row was stored."""
        if self.seq is not None:
            self._follow_to(before=before or (), counted=before is not None, mend=mend)

    def _set_traits(
        self, chosen: Iterable[tuple[Trait, str]], before: Iterable[StoryTrait]
    ) -> None:
        held = {one.tag_id: one for one in before}
        said = {pk: (one.evidence, one.position) for pk, one in held.items()}
        rows = []
        for position, (trait, evidence) in enumerate(self._with_evidence(chosen)):
            row = held.pop(trait.pk, None) or StoryTrait(content_object=self, tag=trait)
            row.evidence, row.position, row.seq = evidence, position, self.seq
            rows.append(row)
        changed = [row for row in rows if said.get(row.tag_id) != (row.evidence, row.position)]
        self.replace(StoryTrait, held.values(), changed)
        self._forget("story_traits")

    def _set_credits(
        self, people: Iterable, names: Iterable[str], team: Team | None, before: list[Credit]
    ) -> None:
        people = list({person.pk: person for person in people}.values())
        teams = teams_on(people, self.happened_on) if people else {}
        places = {credit.pk: _place(credit) for credit in before}
        credits = [Credit(employee=person, team=teams.get(person.pk)) for person in people]
        credits += [Credit(name_text=name) for name in names if name]
        credits += [Credit(team=team)] if team is not None else []
        credits = _as_held(credits, before)
        for credit in credits:
            credit.story, credit.seq = self, self.seq
        self.as_agreed(credit for credit in credits if not credit.pk)
        kept = {credit.pk: credit for credit in credits if credit.pk}
        if moved := [credit for pk, credit in kept.items() if _place(credit) != places[pk]]:
            # Nothing else of them: what they are called may be taken out meanwhile.
            Credit.objects.bulk_update(moved, ["team", "position", "seq"])
        gone = [credit for credit in before if credit.pk not in kept]
        self.replace(Credit, gone, [credit for credit in credits if not credit.pk])
        self._forget("credits")

    def _attach(
        self,
        traits,
        credited: Credited | None,
        stored: Any = None,
        changed: Collection[str] = ("traits", "people"),
    ) -> None:
        """Traits and credits, in the place of those that the story is stored with, if it is; those
        that are the same stay."""
        if traits is not None and "traits" in changed:
            self._set_traits(traits, stored.story_traits.all() if stored else ())
        if credited is not None and not CREDITED.isdisjoint(changed):
            self._set_credits(*credited, list(stored.credits.all()) if stored else [])

    def _facts(self) -> dict[str, Any]:
        facts = {name.removesuffix("_id"): getattr(self, name) for name in FACTS}
        day = self.happened_on
        return {**facts, "happened_on": day.isoformat() if day else None}

    def _changes(self, stored, traits, credited: Credited | None) -> dict[str, list]:
        """What is new against the stored story, as {"field": [before, after]}."""
        before, after = stored.content(), self._facts()
        if traits is not None:
            after["traits"] = [[trait.slug, words] for trait, words in self._with_evidence(traits)]
        if credited is not None:
            after["people"] = list(dict.fromkeys(person.pk for person in credited.people))
            after["names"] = [name for name in credited.names if name]
            after["team"] = credited.team.pk if credited.team else None
        return {
            name: [before[name], value] for name, value in after.items() if before[name] != value
        }

    def _with_evidence(self, chosen: Iterable[tuple[Trait, str]]) -> list[tuple[Trait, str]]:
        """Each trait once, with its evidence only where the text holds it and it fits."""
        once: dict[int, tuple[Trait, str]] = {}
        for trait, words in chosen:
            holds = words in self.body and len(words) <= MOST_EVIDENCE
            # Who has chosen a trait and proposes its word as well shows with the one what it was.
            if trait.pk not in once or (words and holds):
                once[trait.pk] = trait, words if holds else ""
        return list(once.values())

    def _held_traits(self) -> Iterable[StoryTrait]:
        if "story_traits" in getattr(self, "_prefetched_objects_cache", {}):
            return self.story_traits.all()
        return self.story_traits.select_related("tag")

    def _forget(self, relation: str) -> None:
        getattr(self, "_prefetched_objects_cache", {}).pop(relation, None)


def fetch_contents(
    stories: Iterable[Any], *beside: models.QuerySet, **related: models.QuerySet
) -> None:
    """The same of several stories."""
    tagged = StoryTrait.objects.select_related("tag")
    related |= {"story_traits": tagged, "credits": Credit.objects.all()}
    fetch_beside(stories, *beside, **related)


def credited_to(credits: Collection[Credit]) -> dict[str, Any]:
    """Whom these credits are for, as `Content.content` says it."""
    return {
        "people": [credit.employee_id for credit in credits if credit.employee_id],
        "names": [credit.name_text for credit in credits if credit.name_text],
        "team": next((credit.team_id for credit in credits if credit.is_whole_team), None),
    }


def _as_held(credits: Iterable[Credit], before: Iterable[Credit]) -> list[Credit]:
    """These credits, each as the row that is there for it already, if there is one; in their order,
    for which rows that are there move only where they have to."""
    held = defaultdict(list)
    for credit in before:
        held[_goes_to(credit)].append(credit)
    ordered, place = [], 0
    for wanted in credits:
        same = held[_goes_to(wanted)]
        credit = same.pop(0) if same else wanted
        credit.team, place = wanted.team, max(place, credit.position)
        credit.position, place = place, place + 1
        ordered.append(credit)
    return ordered


def _goes_to(credit: Credit) -> tuple[int | None, str, int | None]:
    """Whom a credit is for: somebody, whichever team they were in, a name as told, or a team."""
    team = credit.team_id if credit.is_whole_team else None
    return credit.employee_id, credit.name_text, team


def _place(credit: Credit) -> tuple[int | None, int, int | None]:
    """What a credit that stays may change in."""
    return credit.team_id, credit.position, credit.seq

"""Names as told in a story: the employees they belong to, or that they stay as they were told."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from retold.together import fetch_beside, hang
from staff.models import Credit, Employee, Membership

from .consent import Consent
from .content import credited_to
from .record import StoryEvent
from .vocabulary import Status
from .writing import Writing

if TYPE_CHECKING:
    from .story import Story


# What the record calls the names that were left as they were told.
LEFT = "left_as_told"


class Matched(Writing):
    # What Story has of its own.
    credits: Any
    version: int
    writer: Any
    as_agreed: Any
    tell_credited: Any
    _forget: Any
    _lock: Any

    class Meta:
        abstract = True

    @transaction.atomic
    def match_names(self, people: Mapping[int, Employee], *, by) -> None:
        """Give names as told, by the keys of their credits, to employees, on the record.

        If it credits one of them already, the written name has served and goes. Somebody found in a
        story that is on the wall already hears of it now.
        """
        stored = self._lock()
        before = list(self.credits.all())
        told, after = credited_to(before), []
        known = {credit.employee_id for credit in before}
        matched, gone = [], []
        for credit in before:
            person = people.get(credit.pk)
            if person and person.pk in known:
                gone.append(credit)
                continue
            if person:
                credit.match_to(person)
                known.add(person.pk)
                matched.append(credit)
            after.append(credit)
        self.as_agreed(matched)
        self.replace(Credit, gone, matched)
        self._forget("credits")
        says = credited_to(after)
        changes = {name: [told[name], says[name]] for name in says if told[name] != says[name]}
        # Without a writer, so that a form opened before is told of it whosever it is.
        self.version, self.writer = stored.version + 1, None
        self.record(StoryEvent.Action.EDITED, by, changes=changes)
        self.write("version", "writer", "updated_at")
        if self.status == Status.PUBLISHED:
            self._follow_to(counted=True)
            self.tell_credited([credit.employee_id for credit in matched])

    def leave_as_told(self, names: Collection[int], *, by) -> None:
        """Say of names as told, by the keys of their credits, that nobody is to be looked for; on
        the record, until it is taken back or the name is another."""
        self._settle(names, timezone.now(), by)

    def look_for_again(self, names: Collection[int], *, by) -> None:
        """Take that back: the names wait to be matched once more."""
        self._settle(names, None, by)

    @transaction.atomic
    def _settle(self, names: Collection[int], at: datetime.datetime | None, by) -> None:
        """Readers see nothing of it, and a form that is open stores nothing else for it."""
        self._lock()
        credits = list(self.credits.all())
        before = _left(credits)
        for credit in (held := [credit for credit in credits if credit.pk in names]):
            credit.as_told_at = at
        self.replace(Credit, (), held)
        self.record(StoryEvent.Action.EDITED, by, changes={LEFT: [before, _left(credits)]})


def _left(credits: Iterable[Credit]) -> list[str]:
    return [credit.name_text for credit in credits if credit.as_told_at]


def look_at_credits(stories: Iterable[Story], people: Iterable[Employee]) -> None:
    """Fetch what it takes to match names in these stories, which are kept from others, to people:
    the credits, in which teams the people were, and what they said of being named."""
    stories, people = list(stories), list(people)
    teams = Membership.objects.filter(employee__in=people).select_related("team")
    said = Consent.objects.said_by_story(stories, people)
    held = Credit.objects.select_for_update(of=("self",), no_key=True)
    fetch_beside(stories, teams, said, credits=held)
    hang(people, memberships=teams)
    for story in stories:
        theirs = [row for pk, *row in said if pk == story.pk]
        story.was_asked_for(people, theirs)

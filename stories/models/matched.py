"""Names as told in a story, and the employees they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from retold.together import fetch_beside, hang
from staff.models import Credit, Employee, Membership

from .consent import Consent
from .content import credited_to
from .record import StoryEvent
from .vocabulary import Status
from .writing import Writing

if TYPE_CHECKING:
    from .story import Story


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

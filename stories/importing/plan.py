"""Bringing a file of stories in: all of it is understood first, then all is stored or none."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from staff.acting import Way, acting
from staff.models import Employee
from stories.models import Status, Story, StoryEvent, Trait

from .rows import Directory, StoryRow, is_used, submission_for, understand

BATCH = 500


@dataclass
class Report:
    """What a file holds and what became of it."""

    new: list[StoryRow] = field(default_factory=list)
    known: list[StoryRow] = field(default_factory=list)
    refused: list[StoryRow] = field(default_factory=list)
    # Columns that hold something and that nothing is read from: perhaps misspelt.
    unused: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.new) + len(self.known) + len(self.refused)


def plan(rows: Iterable[tuple[int, dict]], *, teller: Employee | None = None) -> Report:
    """Understand every numbered row and write nothing.

    A row that came in earlier is known by its `ref` (or its text, if it has none) and is left as
    it is now, so that a file can be brought in twice.
    """
    directory, report = Directory(), Report()
    seen: dict[str, int] = {}
    unused: dict[str, None] = {}
    for number, row in rows:
        unused |= dict.fromkeys(name for name in row if row[name] and name and not is_used(name))
        found = understand(number, row, directory, teller=teller)
        if found.ref in seen:
            found.errors.append(f"ref: the same as in row {seen[found.ref]}.")
        seen.setdefault(found.ref, number)
        (report.refused if found.errors else report.new).append(found)
    report.unused = list(unused)
    known = _already_here([found.submission for found in report.new])
    report.known = [found for found in report.new if found.submission in known]
    report.new = [found for found in report.new if found.submission not in known]
    _look_for_what_inspired(report)
    return report


def store(report: Report, *, by=None, progress: Callable[[StoryRow], None] | None = None) -> None:
    """Store what is new, in the order in which it happened, all of it or nothing.

    Nobody gets an e-mail. `by` is the account that is recorded, None for the command line.
    """
    stored: dict[str, Story] = {}
    with acting(way=Way.IMPORT, by=by), transaction.atomic():
        for found in sorted(report.new, key=_day):
            stored[found.ref] = _store_row(found, by)
            if progress:
                progress(found)
        _link(report, stored)


def _already_here(submissions: list[uuid.UUID]) -> set[uuid.UUID]:
    here: set[uuid.UUID] = set()
    for start in range(0, len(submissions), BATCH):
        wanted = submissions[start : start + BATCH]
        here.update(
            Story.objects.filter(submission__in=wanted).values_list("submission", flat=True)
        )
    return here


def _look_for_what_inspired(report: Report) -> None:
    """Say which stories are named and not there, before anything is written."""
    children = [found for found in report.new if found.inspired_by]
    here = _already_here([submission_for(found.inspired_by) for found in children])
    here |= {found.submission for found in report.new}
    for found in children:
        if submission_for(found.inspired_by) not in here:
            found.remarks.append(
                f"inspired_by: no story “{found.inspired_by[:40]}” in this file or one before it; "
                "left out."
            )


def _day(found: StoryRow) -> tuple[datetime.date, int]:
    happened = found.story.happened_on if found.story else None
    return found.published_on or happened or timezone.localdate(), found.number


def _moment(found: StoryRow, *, days: int) -> datetime.datetime:
    """Noon of the day itself or `days` later, as the file says no more; never in the future."""
    day = _day(found)[0] + datetime.timedelta(days=days)
    noon = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    return min(noon, timezone.now())


def _store_row(found: StoryRow, by) -> Story:
    story = found.story
    assert story is not None, "a row with errors is never stored"  # noqa: S101
    story.submission = found.submission
    story.created_at = _moment(found, days=0)
    story.save()
    story.record(StoryEvent.Action.IMPORTED, by)
    proposed = [(Trait.objects.propose(name, by=story.teller), "") for name in found.proposed]
    story.set_traits([*found.traits, *proposed])
    story.set_credits(people=found.people, names=found.names, team=found.team)
    _move(story, found, by)
    return story


def _move(story: Story, found: StoryRow, by) -> None:
    """Walk the story to where the file says it is, by the moves everyone uses.

    Its record says when it was sent in and published where it comes from, and that its teller sent
    it in: with their account, if they have one.
    """
    if found.status == Status.DRAFT:
        return
    story.submit(by=story.teller.account, at=_moment(found, days=0))
    if found.status == Status.PUBLISHED:
        # Where the file only says when it happened, somebody read it the day after.
        later = 0 if found.published_on else 1
        story.publish(by=by, at=_moment(found, days=later), quietly=True)
        if found.gold:
            story.set_gold(True, by=by)
    elif found.status == Status.SENT_BACK:
        story.send_back(by=by, note=found.note, quietly=True)
    elif found.status == Status.REJECTED:
        story.reject(by=by, reason=found.note, quietly=True)
    elif found.status == Status.WITHDRAWN:
        story.withdraw(by=by, reason=found.note)


def _link(report: Report, stored: dict[str, Story]) -> None:
    """Tie stories to those that inspired them, in this file or in one that came before."""
    for found in report.new:
        if not found.inspired_by:
            continue
        parent = Story.objects.filter(submission=submission_for(found.inspired_by)).first()
        if parent:
            story = stored[found.ref]
            story.inspired_by = parent
            story.save(update_fields=["inspired_by"])

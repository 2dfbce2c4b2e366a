"""The demo: one company, its people, a year of stories and what became of them.

Everything lies in readable files in demo/ and comes in through the doors an organisation's own
files use; only the accounts and what readers did afterwards are made here.
"""

from __future__ import annotations

import csv
import datetime
import json
import random

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from staff.directory_file import carry_out, read_people, read_teams
from staff.directory_file import plan as plan_staff
from staff.models import Employee, User
from staff.roles import ADMINS, MANAGERS, MODERATORS
from staff.trying_out import DEMO_PASSWORD
from stories.importing.plan import plan, store
from stories.importing.rows import submission_for
from stories.importing.tables import rows
from stories.models import Entry, FeedKey, Follow, Note, Salute, Screen, Story

from . import photos

FOLDER = settings.BASE_DIR / "demo"
ROLE_OF = {"staff": None, "manager": MANAGERS, "moderator": MODERATORS, "admin": ADMINS}
# The last day the files speak of. All days are moved so that it lies in the week before today, by
# whole weeks: a story that happened on a Saturday still did.
LAST_DAY = datetime.date(2026, 11, 19)
DAYS = ("happened_on", "published_on")


@transaction.atomic
def fill(*, with_photos: bool = True) -> None:
    """Fill an empty database with the demo, all of it or nothing."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    shift = datetime.timedelta(weeks=(yesterday - LAST_DAY).days // 7)
    _accounts()
    _people()
    told = [_moved(row, shift) for _number, row in rows(FOLDER / "stories.json")]
    report = plan(enumerate(told, start=1))
    if report.refused:
        first = report.refused[0]
        raise ValueError(f"demo/stories.json, {first.ref}: {'; '.join(first.errors)}")
    moderator = User.objects.get(username="moderator")
    store(report, by=moderator)
    if with_photos:
        photos.add(told, by=moderator)
    _afterwards()
    Screen.objects.create(name="Staff room, Northgate Central", made_by=moderator, clock=True)
    _follow("staff", "trait=remembered", Follow.Rhythm.AT_ONCE)
    _follow("manager", "team=city", Follow.Rhythm.WEEKLY)


def _moved(row: dict, shift: datetime.timedelta) -> dict:
    moved = {
        name: (datetime.date.fromisoformat(row[name]) + shift).isoformat()
        for name in DAYS
        if row.get(name)
    }
    return {**row, **moved}


def _people() -> None:
    people = read_people((FOLDER / "staff.csv").read_bytes())
    teams = read_teams((FOLDER / "teams.csv").read_bytes())
    planned = plan_staff(people, teams)
    if planned.problems:
        raise ValueError(f"demo/staff.csv: {planned.problems[0]}")
    carry_out(planned)


def _accounts() -> None:
    """An account for each of the four roles, which staff.csv gives to an employee each."""
    with (FOLDER / "staff.csv").open(encoding="utf-8", newline="") as file:
        people = [row for row in csv.DictReader(file) if row["account"]]
    for row in people:
        account = User.objects.create_user(
            row["account"],
            row["email"],
            DEMO_PASSWORD,
            first_name=row["first_name"],
            last_name=row["last_name"],
        )
        if role := ROLE_OF[row["account"]]:
            with account.changing_roles():
                account.groups.add(Group.objects.get(name=role))


def _follow(username: str, query: str, rhythm: str) -> None:
    """A filter that this account follows by e-mail, and a feed address."""
    account = User.objects.get(username=username)
    Follow.begin(account, query, rhythm=rhythm, weekday=0)
    FeedKey.renew(account)


def _afterwards() -> None:
    """Salutes, retellings and notes of thanks, on the days the file says."""
    told = json.loads((FOLDER / "afterwards.json").read_text(encoding="utf-8"))
    people = {person.number: person for person in Employee.objects.all()}
    for ref, after in told.items():
        story = Story.objects.select_related("teller").get(submission=submission_for(ref))
        _salute(story, list(people.values()), after.get("salutes", 0))
        published = timezone.localdate(story.published_at)
        for retelling in after.get("retellings", []):
            story.retell(
                by=people[retelling["by"]],
                told_to=retelling["to"],
                heads=retelling.get("heads"),
                on=_after(published, retelling["days_after"]),
            )
        for note in after.get("notes", []):
            moment = datetime.datetime.combine(
                _after(published, note["days_after"]), datetime.time(9, 30)
            )
            Note.objects.create(
                story=story,
                author=people[note["by"]],
                text=note["text"],
                created_at=timezone.make_aware(moment),
            )


def _salute(story: Story, people: list[Employee], count: int) -> None:
    readers = [person for person in people if person != story.teller]
    # The same readers each time the demo is made, and others for each story.
    random.Random(story.submission.int).shuffle(readers)  # noqa: S311
    # At once: there are more of them than of everything else together.
    given = [Salute(story=story, reader=reader) for reader in readers[:count]]
    Salute.objects.bulk_create(given)
    story.salute_count = len(given)
    story.save(update_fields=["salute_count"])
    Entry.objects.measure(story)


def _after(day: datetime.date, days: int) -> datetime.date:
    return min(day + datetime.timedelta(days=days), timezone.localdate())

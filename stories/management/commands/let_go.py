"""`manage.py let_go`: delete what is kept no longer than a setting says."""

import datetime
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from retold.commands import TablesCommand
from staff.models import Employee, History
from stories.models import Flag, Status, Story
from stories.models.access import StoryQuerySet
from stories.privacy.begun import erase_all_begun
from stories.privacy.tidying import tidy
from stories.telling.saving import forget_unused_proposals

BATCH = 500


class Command(TablesCommand):
    help = (
        "Deletes drafts that nobody touched for KEEP_DRAFTS days and stories that were turned down "
        "KEEP_REJECTED days ago, with their photos; the addresses of people who left KEEP_LEAVERS "
        "days ago; flags that were decided about KEEP_FLAGS days ago; and from which network "
        "addresses changes came KEEP_ADDRESSES days ago. Run it once a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would go and delete nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kept = {Status.DRAFT: settings.KEEP_DRAFTS, Status.REJECTED: settings.KEEP_REJECTED}
        for status, days in kept.items():
            count = 0
            # Days that were set to nothing keep everything.
            for story in _out_of_time(status, days) if days else ():
                if options["dry_run"]:
                    self.stdout.write(f"{story.public_id} {story.updated_at:%Y-%m-%d}")
                    count += 1
                else:
                    count += _let_go(story, status, days)
            self._say(str(status.label), days, count, options)
        self._addresses(settings.KEEP_LEAVERS, options)
        days = settings.KEEP_FLAGS
        self._say("Flags", days, _flags(days, options["dry_run"]) if days else 0, options)
        self._where_from(settings.KEEP_ADDRESSES, options)
        if not options["dry_run"]:
            erase_all_begun()
            tidy()

    def _addresses(self, days: int, options: dict[str, Any]) -> None:
        """Of those who left; who they are is not written into anybody's log."""
        count = 0
        for person in _left_long_ago(days) if days else ():
            if not options["dry_run"]:
                person.let_go_of_address()
            count += 1
        self._say("Addresses of leavers", days, count, options)

    def _where_from(self, days: int, options: dict[str, Any]) -> None:
        """The history stays, without the addresses that changes came from."""
        found = 0
        if days:
            long_ago, dry_run = _ago(days), options["dry_run"]
            found = History.objects.let_go_of_addresses(long_ago, dry_run=dry_run)
        self._say("Network addresses in the history", days, found, options)

    def _say(self, what: str, days: int, count: int, options: dict[str, Any]) -> None:
        if options["verbosity"]:
            done = "would go" if options["dry_run"] else "let go of"
            kept = f"{days or 'any number of'} {'day' if days == 1 else 'days'}"
            self.stdout.write(f"{what}, {kept}: {count} {done}.")


def _left_long_ago(days: int) -> Iterator[Employee]:
    """One after the other, a batch of them at a time."""
    day, after = timezone.localdate() - datetime.timedelta(days=days), 0
    left = Employee.objects.left_before(day).select_related("account").order_by("pk")
    while batch := list(left.filter(pk__gt=after)[:BATCH]):
        yield from batch
        after = batch[-1].pk


def _flags(days: int, dry_run: bool) -> int:
    """Let go of flags that were decided about so long ago, a batch of them at a time."""
    decided = Flag.objects.filter(decided_at__lt=_ago(days))
    if dry_run:
        return decided.count()
    count = 0
    while batch := list(decided.order_by("decided_at").values_list("pk", flat=True)[:BATCH]):
        Flag.objects.filter(pk__in=batch).delete()
        count += len(batch)
    return count


def _ago(days: int) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=days)


def _untouched(status: Status, days: int) -> StoryQuerySet:
    return Story.objects.filter(status=status, updated_at__lt=_ago(days))


def _out_of_time(status: Status, days: int) -> Iterator[Story]:
    """One after the other, a batch of them at a time."""
    after = 0
    while batch := list(_untouched(status, days).filter(pk__gt=after).order_by("pk")[:BATCH]):
        yield from batch
        after = batch[-1].pk


@transaction.atomic
def _let_go(story: Story, status: Status, days: int) -> bool:
    """Delete it, unless somebody took it up just now."""
    held = _untouched(status, days).select_for_update().filter(pk=story.pk).first()
    if held is None:
        return False
    held.delete()
    forget_unused_proposals(story.teller)
    return True

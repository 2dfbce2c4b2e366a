"""Bring stories that are there already in line with NAMES_WAIT."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.module_loading import import_string

from retold.commands import TablesCommand
from retold.tasks import finish
from staff.audiences import named_at_first
from staff.models import Credit
from staff.models.agreed import FIELDS
from stories.models import Consent, Entry

BATCH = 200


class Command(TablesCommand):
    help = (
        "Names everybody who has not said how they want to be named as NAMES_WAIT has it: as ‘a "
        "colleague’ where it is on, by their name where it is off. What people said stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        would = "wait for a yes" if settings.NAMES_WAIT else "be said"
        way = "wait for a yes" if settings.NAMES_WAIT else "are said"
        if options["dry_run"]:
            self.stdout.write(f"Names that would {would} from then on: {waiting(0).count()}.")
            return
        done = apply_all()
        if done:
            # Picture cards that were drawn with other names go.
            import_string(settings.WHEN_UNNAMED).enqueue()
            finish()
        self.stdout.write(f"Names that {way} from now on: {done}.")


def apply_all() -> int:
    """A batch at a time, each with the index of the wall, so that readers wait for none of it."""
    done = last = 0
    while True:
        with transaction.atomic():
            # Kept from others: an edit may give the row of a credit that goes to somebody else.
            held = waiting(last).order_by("pk").select_for_update(of=("self",))
            found = list(held.values_list("pk", "story")[:BATCH])
            if not found:
                return done
            named = dict.fromkeys(FIELDS.values(), named_at_first())
            Credit.objects.filter(pk__in=[pk for pk, _story in found]).update(**named)
            Entry.objects.follow(story for _pk, story in found)
        done, last = done + len(found), found[-1][0]


def waiting(after: int) -> QuerySet[Credit]:
    """Credits named otherwise than the setting has it, of people who have said nothing yet.

    Who tells a story of their own has said so by telling it.
    """
    said = Consent.objects.answers().filter(story=OuterRef("story"), employee=OuterRef("employee"))
    credits = Credit.objects.to_people().filter(~Exists(said), pk__gt=after)
    return credits.exclude(in_organisation=named_at_first()).exclude(employee=F("story__teller"))

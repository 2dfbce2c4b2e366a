"""What waits for moderators, for the first page of the admin."""

from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime

from stories.drawing import STEP
from stories.models import Consent, Flag, Index, Trait
from stories.models.postings import STALE
from stories.moderation import matching, queue

from .moments import WEEK

register = template.Library()

COUNTED = 100


@register.simple_tag
def work() -> dict[str, Any]:
    """The queue, flags, names to match and proposed traits; counted no further than a hundred."""
    waiting = queue.waiting()
    return {
        "waiting": waiting,
        "since": _since(waiting),
        "flagged": Flag.objects.open().first_of_each()[:COUNTED].count(),
        "corrections": Consent.objects.open_corrections()[:COUNTED].count(),
        "names": matching.to_be_matched().order_by()[:COUNTED].count(),
        "proposed": Trait.objects.proposed()[:COUNTED].count(),
    }


@register.simple_tag
def cards_to_draw(trait: Trait | None = None) -> int:
    """How many cards, or cards of a trait, are still to be drawn anew; 0 if that is soon done."""
    index = Index()
    stale = index.under(STALE)
    if trait is not None:
        return len(stale & index.under(f"trait:{trait.pk}"))
    return len(stale) if len(stale) > STEP else 0


def _since(waiting: queue.Waiting) -> str:
    """The time today, the day this week, else the date: “9:40”, “Tuesday”, “3 March”."""
    if waiting.since is None:
        return ""
    since = localtime(waiting.since)
    days = (localdate() - since.date()).days
    if days < 1:
        return date_format(since, "H:i")
    return date_format(since, "l" if days < WEEK else "j F")

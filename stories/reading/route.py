"""Where a story went: who told it first, then everybody who told it on, along time.

A bounded line: the first stops and the latest ones, the number of those in between, and at its
end how often a shared link or a poster was opened. Who opened one is never known.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from retold.prepared import Prepared
from staff.models import User
from staff.naming import Naming
from stories.models import Retelling, Story

FIRST_STOPS, LAST_STOPS, ALL_STOPS = 3, 2, 6
READERS = "readers"


@dataclass(frozen=True)
class Station:
    """One stop on the way a story went: who told it on, to whom, to how many."""

    who: str
    told_to: str
    heads: int | None
    day: datetime.date


@dataclass(frozen=True)
class Openings:
    """How often readers came by one kind of address, and since when."""

    way: str
    times: int
    since: datetime.date


def route(story: Story, user: User, naming: Naming) -> dict[str, Any]:
    """The context of the line a story's way is drawn as."""
    shown = _shown(story)
    stops = [told for told in shown if told.kind == READERS]
    first = stops[:FIRST_STOPS]
    last = stops[FIRST_STOPS:]
    return {
        "story": story,
        "hue": hue_of(story),
        "teller": teller(story, user, naming),
        "told_first": _told_first(story, user, naming),
        "told_at": story.submitted_at or story.published_at or story.created_at,
        "first_stations": [_station(retelling, story, naming) for retelling in first],
        "tellings_between": stops[0].of - len(stops) if stops else 0,
        "last_stations": [_station(retelling, story, naming) for retelling in last],
        "openings": [
            Openings(told.kind, told.times, told.since) for told in shown if told.kind != READERS
        ],
    }


def hue_of(story: Story) -> str:
    """The inks of its leading trait."""
    return next((tagging.tag.hue for tagging in story.shown_traits()), "plain")


def teller(story: Story, user: User, naming: Naming) -> str:
    name = _who(story, user, naming)
    return _("%(name)s, anonymously") % {"name": name} if _is_between_us(story, user) else name


def _told_first(story: Story, user: User, naming: Naming) -> str:
    """The first stop, as a sentence."""
    said = (
        _("%(name)s told it, anonymously") if _is_between_us(story, user) else _("%(name)s told it")
    )
    return capfirst(said % {"name": _who(story, user, naming)})


def _who(story: Story, user: User, naming: Naming) -> str:
    if not story.teller_is_shown_to(user):
        return _("someone on staff")
    return naming.called(story.teller, story.near)


def _is_between_us(story: Story, user: User) -> bool:
    """Whether this reader knows who told it, and others do not."""
    return story.anonymous and story.teller_is_shown_to(user)


def _shown(story: Story) -> list[Any]:
    """The retellings that are shown, in the order of time, in one question to the database.

    Of those by readers the first and the last few, of the openings one of each kind. Each knows
    how many of its kind there are (`of`), how many came (`times`), and since when (`since`).
    """
    return _retellings.objects(story.pk) if story.retelling_count else []


def _question(story: int) -> QuerySet:
    kind = Case(When(reader=None, then=F("told_to")), default=Value(READERS))
    in_order = [F("told_on").asc(), F("pk").asc()]
    backwards = [F("told_on").desc(), F("pk").desc()]
    told = Retelling.objects.filter(story=story).annotate(kind=kind)
    ranked = told.annotate(
        first=Window(RowNumber(), partition_by="kind", order_by=in_order),
        last=Window(RowNumber(), partition_by="kind", order_by=backwards),
        of=Window(Count("pk"), partition_by="kind"),
        times=Window(Sum("heads"), partition_by="kind"),
        since=Window(Min("told_on"), partition_by="kind"),
    )
    # A single stop between them takes no more room than saying that there is one.
    stops = Q(first__lte=FIRST_STOPS) | Q(last__lte=LAST_STOPS) | Q(of__lte=ALL_STOPS)
    shown = ranked.filter((Q(kind=READERS) & stops) | (~Q(kind=READERS) & Q(first=1)))
    return shown.select_related("reader").order_by("told_on", "pk")


_retellings = Prepared(_question)


def _station(retelling: Any, story: Story, naming: Naming) -> Station:
    return Station(
        who=capfirst(naming.called(retelling.reader, story.near)),
        told_to=retelling.told_to,
        heads=retelling.heads,
        day=retelling.told_on,
    )

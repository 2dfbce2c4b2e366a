"""What an address asks for, found by the index and, to compare, by plain questions."""

from __future__ import annotations

import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from staff.models import Credit
from stories.filtering.asked import CHOSEN
from stories.filtering.days import Span, day
from stories.filtering.filters import FilterForm
from stories.filtering.meant import Meant
from stories.models import Story, StoryTrait
from tests.factories import UserFactory


def meant(form: FilterForm, user=None) -> Meant:
    """The stories that a form asks for, as somebody on staff may read them."""
    return form.meant(user or UserFactory())


def stories(form: FilterForm) -> QuerySet[Story]:
    found = meant(form)
    return found.stories(found.newest(10_000))


def everything() -> Meant:
    """All stories on the wall."""
    return Meant(UserFactory(), {})


def recounted(form: FilterForm) -> QuerySet[Story]:
    """The same by asking every table; knows nothing of the index. Words are left to the search."""
    chosen = form.cleaned_data
    found = Story.objects.published()
    for trait in form.traits:
        found = found.filter(pk__in=StoryTrait.objects.filter(tag=trait).values("content_object"))
    for trait in form.traits_without:
        found = found.exclude(pk__in=StoryTrait.objects.filter(tag=trait).values("content_object"))
    if form.team_chosen:
        credits = Credit.objects.filter(team__in=form.team_ids(form.team_chosen))
        found = found.filter(pk__in=credits.values("story"))
    if chosen["person"]:
        found = found.filter(
            pk__in=Credit.objects.filter(employee=chosen["person"]).values("story")
        )
    found = found.filter(**{name: chosen[name] for name in CHOSEN if chosen[name]})
    found = found.filter(**{name: True for name in ("recovery", "gold") if chosen[name]})
    if chosen["photo"]:
        found = found.filter(photos__state="ready").distinct()
    for period in (chosen["year"], chosen["month"]):
        found = found.filter(within(day(period)) if period else Q())
    return found.filter(pk__in=stories(form).values("pk")) if form.search.asks else found


def within(span: Span | None) -> Q:
    """Stories of these days; where nobody said when, the day they were published."""
    assert span is not None
    midnight = datetime.time.min
    first, last = (
        timezone.make_aware(datetime.datetime.combine(day, midnight))
        for day in (span.start, span.end)
    )
    return Q(happened_on__gte=span.start, happened_on__lt=span.end) | Q(
        happened_on__isnull=True, published_at__gte=first, published_at__lt=last
    )

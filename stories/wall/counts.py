"""How many stories stand behind each filter, counted in one statement.

Counts are exact up to MOST; from there on they are counted among the newest and say so (“10,000+”),
so that a wall costs the same however many stories there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Case, CharField, Count, DateField, F, Value, When
from django.db.models.functions import (
    Cast,
    Coalesce,
    Concat,
    ExtractMonth,
    ExtractYear,
    TruncDate,
)

from staff.models import Credit
from stories.filtering.filters import FilterForm
from stories.models import Story, StoryTrait
from stories.models.access import StoryQuerySet

from .pages import Page, following, ordered

MOST = 10_000
# Facts of a story that are chosen one at a time: each is counted as if it alone were not chosen.
FACTS = ("served", "setting", "initiative", "recovery", "gold")
BAR = Value("|")


@dataclass(frozen=True)
class Tally:
    """A number of stories; `more` if there may be more than were counted."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{intcomma(self.number)}{'+' if self.more else ''}"

    def __bool__(self) -> bool:
        return self.number > 0 or self.more


@dataclass
class Counts:
    """What one statement counted; missing keys are zero."""

    form: FilterForm
    total: Tally = Tally(0)
    left: Tally = Tally(0)
    traits: Counter = field(default_factory=Counter)
    teams: Counter = field(default_factory=Counter)
    without: Counter = field(default_factory=Counter)
    facts: Counter = field(default_factory=Counter)

    def trait(self, trait) -> Tally:
        return Tally(self.traits[str(trait.pk)], self.total.more)

    def team(self, team) -> Tally:
        return Tally(self.teams[str(team.pk)], self.total.more)

    def without_chip(self, key: str) -> Tally:
        number = self.without[key]
        return Tally(min(number, MOST), number > MOST)

    def fact(self, name: str, value: str) -> Tally:
        """Stories with this value of served, setting …, or of this year or month."""
        chosen = self.form.cleaned_data
        wanted = {other: chosen[other] for other in FACTS if chosen[other]} | {name: value}
        number = sum(
            count
            for facts, count in self.facts.items()
            if all(facts[FIELDS.index(fact)] == want for fact, want in wanted.items())
        )
        return Tally(number, sum(self.facts.values()) > MOST)

    def periods(self) -> list[str]:
        """The years of the stories, or the months of the chosen year, the latest first."""
        return sorted({facts[-1] for facts in self.facts}, reverse=True)


FIELDS = (*FACTS, "period")


def count(
    form: FilterForm,
    base: StoryQuerySet,
    page: Page,
    *,
    team_branches: Mapping[int, Iterable[int]] | None = None,
) -> Counts:
    """Count what the form asks for among `base`, as it is and with each filter added.

    `team_branches` are the teams to choose from, each with the ids of itself and those below.
    """
    asked = form.apply(base)
    parts = [
        _tallied("total", Value(""), asked),
        _facts(form, form.apply(base, without=FACTS)),
        _traits(asked),
    ]
    if team_branches:
        parts.append(_teams(asked, team_branches))
    if page.next:
        parts.append(_tallied("left", Value(""), following(ordered(asked, form), form, page.next)))
    if not page.stories:
        parts += [
            _tallied("without", Value(chip.key), form.apply(base, without=(chip.key,)))
            for chip in form.chips
        ]
    counts = Counts(form)
    # Django 6 gives a union the model's own order again, by columns that are not asked for here.
    for kind, key, number in parts[0].union(*parts[1:], all=True).order_by():
        match kind:
            case "total" | "left":
                setattr(counts, kind, Tally(min(number, MOST), number > MOST))
            case "facts":
                counts.facts[tuple(key.split("|"))] += number
            case _:
                getattr(counts, kind)[key] += number
    return counts


def left_after(form: FilterForm, base: StoryQuerySet, page: Page) -> Tally:
    """How many stories are still to read after a page."""
    if not page.next:
        return Tally(0)
    stories = following(ordered(form.apply(base), form), form, page.next)
    number = stories[: MOST + 1].count()
    return Tally(min(number, MOST), number > MOST)


def _newest(stories: StoryQuerySet):
    """The ids of the stories, or of as many of the newest as are ever counted."""
    return stories.newest_first().values("pk")[: MOST + 1]


def _rows(kind: str, key, queryset, what: str = "pk", **options):
    text = Cast(key, CharField()) if not isinstance(key, Value) else key
    return (
        queryset.order_by()
        .annotate(kind=Value(kind, CharField()), key=text)
        .values_list("kind", "key")
        .annotate(number=Count(what, **options))
    )


def _tallied(kind: str, key: Value, stories: StoryQuerySet):
    key = Value(key.value, CharField())
    return _rows(kind, key, Story.objects.filter(pk__in=_newest(stories)))


def _traits(stories: StoryQuerySet):
    return _rows(
        "traits", F("tag_id"), StoryTrait.objects.filter(content_object__in=_newest(stories))
    )


def _teams(stories: StoryQuerySet, branches: Mapping[int, Iterable[int]]):
    branch = Case(
        *(When(team__in=list(ids), then=Value(str(pk))) for pk, ids in branches.items()),
        output_field=CharField(),
    )
    below = [pk for ids in branches.values() for pk in ids]
    credits = Credit.objects.filter(story__in=_newest(stories), team__in=below)
    return _rows("teams", branch, credits, "story", distinct=True)


def _facts(form: FilterForm, stories: StoryQuerySet):
    day = Coalesce("happened_on", TruncDate("published_at"), output_field=DateField())
    chosen = form.cleaned_data["year"] or form.cleaned_data["month"]
    period = ExtractMonth(day) if chosen else ExtractYear(day)
    yes = {
        name: Case(When(**{name: True}, then=Value("1")), default=Value(""))
        for name in ("recovery", "gold")
    }
    key = Concat(
        *("served", BAR, "setting", BAR, "initiative", BAR, yes["recovery"], BAR, yes["gold"]),
        *(BAR, Cast(period, CharField())),
        output_field=CharField(),
    )
    return _rows("facts", key, Story.objects.filter(pk__in=_newest(stories)))

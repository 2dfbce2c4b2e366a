"""The filters beside a wall: each value with the address it leads to and how many stories wait
there. A value that would find nothing stands there without a link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from staff.models import Team
from stories.filtering.asked import CHOSEN
from stories.filtering.filters import FilterForm
from stories.filtering.typed import Kind
from stories.filtering.typed import name as operator
from stories.models import Initiative, Trait

from .counts import Counts, Tally

MOST_IN_STRIP = 8
# What it took, each under a heading of its own: “Nothing” alone could be money, or permission.
TOOK = {
    "took_time": gettext_lazy("Time it took"),
    "took_money": gettext_lazy("What it cost"),
    "took_permission": gettext_lazy("Who was asked"),
}


@dataclass(frozen=True)
class Item:
    """One value of a filter. `url` adds it, or takes it away if it is on; '' leads nowhere.

    One that `begins` something in the search box leads there, where scripts run.
    """

    name: str
    url: str
    count: Tally | None
    on: bool = False
    hue: str = ""
    begins: str = ""

    @property
    def number(self) -> int:
        return self.count.number if self.count else 0

    @property
    def html(self) -> str:
        """Its line. A template takes longer for sixty of them than for all else on a page."""
        words = f"<span>{escape(self.name)}</span>"
        if self.count is not None:
            words += f' <span class="count">{escape(str(self.count))}</span>'
        if self.hue:
            hue = escape(self.hue)
            words = f'<span class="swatch" data-hue="{hue}" aria-hidden="true"></span>{words}'
        on = ' class="on" aria-current="true"' if self.on else ""
        if self.url:
            begins = f' data-begins="{escape(self.begins)}"' if self.begins else ""
            return f'<li><a href="{escape(self.url)}"{on}{begins}>{words}</a></li>\n'
        return f'<li><span class="none"{on}>{words}</span></li>\n'


class Group(NamedTuple):
    title: str
    items: list[Item]

    @property
    def lines(self) -> SafeString:
        """Its values as they stand in a list."""
        # Every piece of them was escaped.
        return mark_safe("".join(item.html for item in self.items))  # noqa: S308


def groups(
    form: FilterForm,
    counts: Counts,
    teams: Iterable[Team] = (),
    *,
    without: Trait | None = None,
) -> list[Group]:
    """All groups that have anything to choose; `teams` are those to choose from here, and
    `without` is a trait that is no choice here."""
    found = [
        Group(_("What made it memorable"), _traits(form, counts, without)),
        _facts(_("Served"), "served", form, counts),
        _facts(_("Where"), "setting", form, counts),
        _facts(_("How it was decided"), "initiative", form, counts),
        Group(_("Team"), _teams(form, counts, teams)),
        Group(_("Person"), _person(form, counts)),
        Group(_("When"), _periods(form, counts)),
        *(Group(str(title), _took(name, form, counts)) for name, title in TOOK.items()),
        Group(
            _("Only"),
            [
                _fact("gold", "1", _("Gold standard"), form, counts),
                _fact("recovery", "1", _("Went wrong first"), form, counts),
                _fact("photo", "1", _("With photos"), form, counts),
                *_own(form),
            ],
        ),
        Group(
            _("Shown as"),
            [
                Item(_("Posters"), form.address(view=None), None)
                if form.as_list
                else Item(_("A list"), form.address(view="list"), None)
            ],
        ),
    ]
    return [group for group in found if group.items]


def _took(name: str, form: FilterForm, counts: Counts) -> list[Item]:
    """Time, money or permission. What no story took is no choice, unless it was asked for."""
    return [
        _fact(name, value, label, form, counts)
        for value, label in _choices(name, get_language())
        if form.cleaned_data[name] == value or counts.fact(name, value)
    ]


def _own(form: FilterForm) -> list[Item]:
    """What only the reader's own wall can be asked for; uncounted, so that it is nobody's."""
    own = (("mine", _("Told by me")), ("new", _("New since my last visit")))
    return [
        Item(label, form.address(**{name: None if form.cleaned_data[name] else "1"}), None, on)
        for name, label in own
        if (on := bool(form.cleaned_data[name])) or form.reader
    ]


def _traits(form: FilterForm, counts: Counts, without: Trait | None) -> list[Item]:
    """The vocabulary, and whatever else was asked for."""
    chosen = {trait.pk for trait in form.traits}
    offered = [trait for trait in form.vocabulary.values() if trait != without]
    return [
        Item(trait.name, form.without_trait(trait), counts.total, True, trait.hue)
        if trait.pk in chosen
        else Item(trait.name, *_step(form.with_trait(trait), counts.trait(trait)), hue=trait.hue)
        for trait in offered
        if trait.standing == Trait.Standing.CURATED or trait.pk in chosen
    ]


def strip(items: Iterable[Item]) -> list[Item]:
    """The traits for one line on a phone: those with most stories. What is chosen stands below."""
    useful = [item for item in items if item.url and not item.on]
    return sorted(useful, key=lambda item: item.number, reverse=True)[:MOST_IN_STRIP]


def _step(url: str, count: Tally) -> tuple[str, Tally]:
    return (url if count else "", count)


def _facts(title: str, name: str, form: FilterForm, counts: Counts) -> Group:
    choices = _choices(name, get_language())
    return Group(title, [_fact(name, value, label, form, counts) for value, label in choices])


@lru_cache(maxsize=100)
def _choices(name: str, _language: str | None) -> list[tuple[str, str]]:
    """The values of a fact, and what they are called in the language that is spoken now."""
    # That nobody knows how it was decided is nothing to look for.
    offered = [value for value in CHOSEN[name] if value is not Initiative.UNKNOWN]
    return [(value.value, str(value.label)) for value in offered]


def _fact(name: str, value: str, label: str, form: FilterForm, counts: Counts) -> Item:
    on = form.cleaned_data[name] == value
    tally = counts.fact(name, value)
    if on:
        return Item(label, form.address(**{name: None}), tally, True)
    return Item(label, *_step(form.address(**{name: value}), tally))


def _teams(form: FilterForm, counts: Counts, teams: Iterable[Team]) -> list[Item]:
    items = [
        Item(team.name, *_step(form.address(team=team.slug), counts.team(form.team_ids(team))))
        for team in teams
    ]
    if chosen := form.team_chosen:
        items.insert(0, Item(chosen.name, form.address(team=None), counts.total, True))
    return items


def _person(form: FilterForm, counts: Counts) -> list[Item]:
    """Who was chosen, or the way to choose. They are no list: nobody stands before another, and an
    organisation has too many."""
    if person := form.cleaned_data["person"]:
        return [Item(form.naming.name(person), form.address(person=None), counts.total, True)]
    # The search of a page with a heading of its own is that of the whole wall.
    if form.path != reverse("wall"):
        return []
    return [Item(_("Find a person"), reverse("people"), None, begins=f"{operator(Kind.PERSON)}:")]


def _periods(form: FilterForm, counts: Counts) -> list[Item]:
    """Years, or the months of the year that was chosen."""
    year, month = form.cleaned_data["year"], form.cleaned_data["month"]
    if month:
        year = month[:4]
        name = f"{MONTHS[int(month[5:])]} {year}"
        return [
            Item(year, form.address(month=None, year=year), None),
            Item(name, form.address(month=None), counts.total, True),
        ]
    if not year:
        years = counts.years.items()
        items = [Item(period, *_step(form.address(year=period), n)) for period, n in years]
        return items if len(items) > 1 else []
    return [
        Item(year, form.address(year=None), counts.total, True),
        *(
            Item(str(MONTHS[int(period[5:])]), *_step(form.address(month=period, year=None), n))
            for period, n in counts.months(year).items()
        ),
    ]

"""What the address of a wall asks for: read forgivingly, and said in words that are understood."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from staff.models import Employee, Team, User
from staff.naming import Naming
from stories.models import (
    Initiative,
    Served,
    Setting,
    TookMoney,
    TookPermission,
    TookTime,
    Trait,
)
from stories.models.story import MOST_TRAITS

from .fields import IDENTITY, MONTH, YEAR, Sort, Typed, View, Word, Words
from .known import Known
from .search import Search
from .words import short

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_UNKNOWN_NAMED = 3

# What one of several values is chosen of, and what is asked for or not.
CHOSEN: dict[str, type[TextChoices]] = {
    "served": Served,
    "setting": Setting,
    "initiative": Initiative,
    "took_time": TookTime,
    "took_money": TookMoney,
    "took_permission": TookPermission,
}
SWITCHES = ("recovery", "gold", "photo")
ON, OFF = ("1", "on", "true", "yes"), ("", "0", "off", "false", "no")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Reader:
    """Whose account reads, and the place that was the newest when they were last here."""

    account: User
    seen: int

    @property
    def person(self) -> int:
        """The employee behind the account, by id; looked up only where it matters who they are."""
        return self.account.person.pk


class Asked(forms.Form):
    """Each thing a wall can be asked for. Whatever makes no sense is left out; `notes` says so."""

    trait = Words()
    team, person = Word(), Word()
    served, setting, initiative = Word(), Word(), Word()
    took_time, took_money, took_permission = Word(), Word(), Word()
    recovery, gold, photo = Word(), Word(), Word()
    mine, new = Word(), Word()
    year, month = Word(), Word()
    q = Typed()
    sort, view = Word(), Word()

    def __init__(
        self,
        data: QueryDict,
        naming: Naming,
        known: Known | None = None,
        reader: Reader | None = None,
    ):
        super().__init__(data)
        self.naming, self.reader = naming, reader
        self.known = known or Known()
        self.notes: list[str] = []
        self.full_clean()

    def __getitem__(self, name: str) -> forms.BoundField:
        """Made each time. Django keeps it: a circle, which would hold the form and all that it has
        found until Python looks for garbage."""
        field = super().__getitem__(name)
        self._bound_fields_cache.pop(name, None)  # type: ignore[attr-defined]
        return field

    # What was asked for, once it is understood.

    @property
    def traits(self) -> list[Trait]:
        """The traits that a story has to have, all of them."""
        return self.cleaned_data["trait"][0]

    @property
    def traits_without(self) -> list[Trait]:
        """The traits that a story may not have."""
        return self.cleaned_data["trait"][1]

    @property
    def team_chosen(self) -> Team | None:
        return self.cleaned_data["team"]

    @property
    def search(self) -> Search:
        return self.cleaned_data["q"]

    @property
    def sort_chosen(self) -> str:
        return self.cleaned_data["sort"]

    @property
    def as_list(self) -> bool:
        return self.cleaned_data["view"] == View.LIST

    @property
    def vocabulary(self) -> dict[str, Trait]:
        """Every trait that readers may know of, by its slug."""
        return self.known.vocabulary

    @property
    def teams(self) -> list[Team]:
        """All teams, each below the one it is part of, with `tree_path`."""
        return self.known.teams

    def team_ids(self, team: Team) -> list[int]:
        """The team and all below it."""
        return self.known.below[team.pk]

    # Reading an address.

    def clean_trait(self) -> tuple[list[Trait], list[Trait]]:
        """Those asked for, and those written with “-” before them; the last word on one holds."""
        by_id = {trait.pk: trait for trait in self.vocabulary.values()} if self._given else {}
        found: dict[int, tuple[Trait, bool]] = {}
        unknown = []
        for word in self._given:
            slug, without = word.removeprefix("-"), word.startswith("-")
            trait = self.vocabulary.get(slug) or self.vocabulary.get(slug.lower())
            if trait is None:
                unknown.append(word)
                continue
            trait = by_id.get(trait.merged_into_id or 0, trait)
            found[trait.pk] = (trait, without)
        self._note_unknown_traits(unknown)
        if len(found) > MOST_TRAITS:
            self.notes.append(
                _("A story has %(most)s traits at most; the first %(most)s are asked for.")
                % {"most": MOST_TRAITS}
            )
        kept = sorted(
            list(found.values())[:MOST_TRAITS], key=lambda held: (held[0].position, held[0].name)
        )
        return (
            [trait for trait, without in kept if not without],
            [trait for trait, without in kept if without],
        )

    @property
    def _given(self) -> list[str]:
        return [slug for slug in self.cleaned_data["trait"] if slug]

    def _note_unknown_traits(self, unknown: list[str]) -> None:
        for slug in unknown[:MOST_UNKNOWN_NAMED]:
            self._left_out(_("There is no trait “%s”; it was left out."), slug)
        more = len(unknown[MOST_UNKNOWN_NAMED:])
        if more:
            text = ngettext(
                "%s more unknown trait was left out.",
                "%s more unknown traits were left out.",
                more,
            )
            self.notes.append(text % more)

    def clean_team(self) -> Team | None:
        by_slug = {team.slug: team for team in self.teams} if any(self._words("team")) else {}
        none = gettext_lazy("There is no team “%s”; it was left out.")
        return self._last("team", by_slug.get, none)

    def clean_person(self) -> Employee | None:
        """Somebody who may be named; anyone else is as unknown as a number nobody has."""

        def numbered(number: str) -> Employee | None:
            return self.known.person(int(number)) if IDENTITY.fullmatch(number) else None

        none = gettext_lazy("There is nobody here with the number “%s”; it was left out.")
        return self._last("person", numbered, none)

    def clean_served(self) -> str:
        return self._one_of("served", Served)

    def clean_setting(self) -> str:
        return self._one_of("setting", Setting)

    def clean_initiative(self) -> str:
        return self._one_of("initiative", Initiative)

    def clean_recovery(self) -> str:
        return self._switched_on("recovery")

    def clean_gold(self) -> str:
        return self._switched_on("gold")

    def clean_photo(self) -> str:
        return self._switched_on("photo")

    def clean_took_time(self) -> str:
        return self._one_of("took_time", TookTime)

    def clean_took_money(self) -> str:
        return self._one_of("took_money", TookMoney)

    def clean_took_permission(self) -> str:
        return self._one_of("took_permission", TookPermission)

    def clean_mine(self) -> str:
        return self._of_reader("mine")

    def clean_new(self) -> str:
        return self._of_reader("new")

    def clean_year(self) -> str:
        return self._in_form("year", YEAR, gettext_lazy("“%s” is not a year; it was left out."))

    def clean_month(self) -> str:
        hint = gettext_lazy("“%s” is not a month; it was left out. A month is written 2026-03.")
        return self._in_form("month", MONTH, hint)

    def clean_q(self) -> Search:
        search = Search(self.cleaned_data["q"], self.naming, self.known)
        self.notes += search.notes
        if search.was_cut:
            self.notes.append(_("That is a lot to search for; only its beginning was looked up."))
        elif search.text and not search.asks and not search.notes:
            self._left_out(_("There is no word in “%s” to search for."), search.text)
        return search

    def clean_sort(self) -> str:
        sort = self._one_of("sort", Sort)
        if sort == Sort.RELEVANCE and not self.search:
            return Sort.NEWEST.value
        return sort or Sort.NEWEST.value

    def clean_view(self) -> str:
        return self._one_of("view", View)

    def clean(self) -> dict:
        year, month = self.cleaned_data["year"], self.cleaned_data["month"]
        if month:
            if not month.startswith(year):
                self._left_out(
                    _("The month is of another year than “%s”; the year was left out."), year
                )
            self.cleaned_data["year"] = ""
        return self.cleaned_data

    def _one_of(self, name: str, choices: type[TextChoices]) -> str:
        def chosen(word: str) -> str | None:
            return word.lower() if word.lower() in choices.values else None

        hint = gettext_lazy("“%s” is not something to choose here; it was left out.")
        return self._last(name, chosen, hint, said=str.lower) or ""

    def _switched_on(self, name: str) -> str:
        def switched(word: str) -> bool | None:
            return word.lower() in ON if word.lower() in (*ON, *OFF) else None

        def said(word: str) -> str:
            return f"{name}={word.lower()}"

        hint = gettext_lazy("“%s” says neither yes nor no; it was left out.")
        return "1" if self._last(name, switched, hint, said=said) else ""

    def _of_reader(self, name: str) -> str:
        """What only somebody on their own wall can ask for; elsewhere it means nothing."""
        on = self._switched_on(name)
        if on and self.reader is None:
            self.notes.append(_("What is yours, or new to you, only your own wall can show."))
            return ""
        return on

    def _in_form(self, name: str, form: re.Pattern, hint: StrOrPromise) -> str:
        found = self._last(name, form.fullmatch, hint)
        return found[0] if found else ""

    def _last(
        self,
        name: str,
        read: Callable[[str], Value | None],
        hint: StrOrPromise,
        *,
        said: Callable[[str], str] = str,
    ) -> Value | None:
        """The last of the values given that makes sense, as it is read; None if that is empty, or
        if none does. The hint names those that came after it, and is translated for them."""
        for word in self._words(name):
            if not word:
                return None
            if (found := read(word)) is not None:
                return found
            self._left_out(hint, said(word))
        return None

    def _words(self, name: str) -> list[str]:
        return self.cleaned_data[name]

    def _left_out(self, hint: StrOrPromise, value: str) -> None:
        self.notes.append(hint % short(value))

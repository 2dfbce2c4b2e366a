"""Finding one person's names in what others wrote, and taking them out for good.

The same names in the same places as for somebody who asked not to be named (`staff.naming`), and
their addresses besides. Text in, text out; the database is asked for likely texts only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext

from .models import Employee
from .names import SEAM, SENTENCE_START, WORD, Names, Place, fold, places
from .naming import MOST_TOLD_OF, NOBODY, Near
from .spellings import (
    least_said,
    single_names,
    single_names_today,
    whole_names,
    written_as_names,
)

# What a database looks for in every text is a run of letters that all spellings share. Short ones
# stand in half of all words, so they have to begin one.
RUN = re.compile(r"[A-Za-z0-9@.]+")
SHORT = 3


class Forgetting:
    """The names of one person, to be found in texts and taken out of them.

    With `everywhere` a first or last name alone means this person in every text, also where nothing
    else speaks of them: for names that nobody else has.
    """

    def __init__(self, person: Employee, *, everywhere: bool = False) -> None:
        self.person, self.everywhere = person, everywhere
        self._whole = Names(whole_names(person))
        self.forms = single_names(person)
        self._alone = Names(self.forms)
        self._none = Names(())
        self._told: dict[str, bool] = {}
        # Stories that named them in full speak of them also once that is taken out.
        self.named_in: set[int] = set()

    @cached_property
    def teams(self) -> frozenset[int]:
        """Every team they are or were in."""
        return frozenset(self.person.memberships.values_list("team", flat=True))

    @cached_property
    def exact(self) -> list[str]:
        """Addresses and user names: what is written one way only and is no word besides."""
        account = self.person.account
        found = {self.person.email, account.email if account else ""}
        name = account.username if account else ""
        families = {fold(last) for _first, last, _known in self.person.names}
        says_it = any(len(family) > 3 and family in fold(name) for family in families)
        if says_it or re.search(r"[^\W\d_][\W\d_]|[\d_]", name):
            found.add(name)
        return sorted(found - {""}, key=len, reverse=True)

    def remember(self) -> None:
        """Know them by what they are known by now, also once nothing knows them any more."""
        vars(self).update(teams=self.teams, exact=self.exact)

    def find(self, text: str, near: Near = NOBODY) -> list[Place]:
        """Where the text names them."""
        found = places(text, self._whole, self._names_alone(near, text)) if text else []
        if self._exactly:
            exact = [Place(*one.span()) for one in self._exactly.finditer(text)]
            apart = [one for one in found if not any(_overlap(one, other) for other in exact)]
            found = sorted([*exact, *apart])
        return found

    def text(self, text: str, near: Near = NOBODY) -> str:
        """The text with “a colleague” wherever it named them."""
        return without(text, self.find(text, near))

    def data(self, value: Any, near: Near = NOBODY) -> Any:
        """The same for every text in a JSON value."""
        if isinstance(value, str):
            return self.text(value, near)
        if isinstance(value, list):
            return [self.data(one, near) for one in value]
        if isinstance(value, dict):
            return {self.text(name, near): self.data(one, near) for name, one in value.items()}
        return value

    def json(self, text: str, near: Near = NOBODY) -> str:
        """The same for JSON that is kept as text; what is none is a text."""
        try:
            value = json.loads(text)
        except ValueError:
            return self.text(text, near)
        changed = self.data(value, near)
        return text if changed == value else json.dumps(changed)

    def query(self, text: str, near: Near = NOBODY) -> str:
        """The same for the query of an address, in which words are written otherwise."""
        held = QueryDict(text, mutable=True)
        # Who keeps a search for somebody speaks of them, however much of the name they typed.
        about = near.and_person(self.person.pk)
        changed = {
            name: [without(one, self.find(one, about), anywhere=True) for one in held.getlist(name)]
            for name in held
        }
        if all(held.getlist(name) == values for name, values in changed.items()):
            return text
        for name, values in changed.items():
            held.setlist(name, values)
        return held.urlencode()

    def likely(self, columns: Iterable[str]) -> Q:
        """Which rows have to be read, because one of these columns may name them."""
        found = Q(pk__in=[])
        for column in columns:
            for run in self._runs:
                found |= _holding(column, run)
        return found

    def anywhere(self) -> Forgetting:
        """The same person, by any part of their name in any text."""
        return Forgetting(self.person, everywhere=True)

    @cached_property
    def _runs(self) -> list[str]:
        """Runs of letters of which every text has one that names them."""
        runs = {_longest_run(form) for form in (*least_said(self.person), *self.exact)}
        return sorted(
            one for one in runs if not any(other != one and _finds(other, one) for other in runs)
        )

    @cached_property
    def _exactly(self) -> re.Pattern[str] | None:
        if not self.exact:
            return None
        ways = "|".join(re.escape(one) for one in self.exact)
        return re.compile(rf"(?<![\w@+-])(?:{ways})(?![\w@-])", re.IGNORECASE)

    def in_story(self, story: int, near: Near) -> Near:
        """Whom this story speaks of, now that it may have lost the name that says so."""
        if self._in_full(near.said):
            self.named_in.add(story)
        elif story in self.named_in:
            return replace(near, said=(*near.said, self.person.full_name))
        return near

    def _in_full(self, texts: Iterable[str]) -> bool:
        return any(self._says_it_all(text) for text in texts)

    def _says_it_all(self, text: str) -> bool:
        if text not in self._told:
            if len(self._told) >= MOST_TOLD_OF:
                self._told.clear()
            self._told[text] = bool(places(text, self._whole))
        return self._told[text]

    def _names_alone(self, near: Near, text: str) -> Names:
        """The parts of their name that mean them where these people are spoken of."""
        if self.everywhere or self.person.pk in near.people:
            return self._alone
        around, told = near.teams & self.teams, {*near.said, text}
        if not around and not self._in_full(told):
            return self._none
        others = [one for one in near.credited if one.pk != self.person.pk]
        theirs = {fold(form) for one in others for form in single_names_today(one)}
        forms = [form for form in self.forms if fold(form) not in theirs]
        return Names(forms if around else written_as_names(forms, told))


def without(text: str, found: Iterable[Place], *, anywhere: bool = False) -> str:
    """The text with “a colleague” in these places; `anywhere` is no place where sentences begin."""
    pieces, end, word = [], 0, gettext("a colleague")
    for place in found:
        begins = SENTENCE_START.search(text[max(0, place.start - 12) : place.start])
        instead = word[:1].upper() + word[1:] if begins and not anywhere else word
        pieces += [text[end : place.start], instead]
        end = place.stop
    return "".join(pieces) + text[end:]


def _overlap(one: Place, other: Place) -> bool:
    return one.start < other.stop and other.start < one.stop


def _longest_run(form: str) -> str:
    """What all spellings of a name have in common, case apart; the name where that is nothing."""
    run = max(RUN.findall(form.replace(SEAM, "")), key=len, default="")
    return run.lower() if len(run) > 1 else form


def _finds(run: str, other: str) -> bool:
    """Whether whoever looks for the one finds the other, too."""
    return run in other if len(run) > SHORT else other.startswith(run)


def _holding(column: str, run: str) -> Q:
    if not run.isascii():
        # Databases differ in which letters beyond ASCII they know in capitals, and in JSON some
        # keep them as numbers.
        ways = {run, run.lower(), run.upper(), run.title(), *WORD.findall(fold(run))}
        found = Q()
        for way in sorted(ways | {json.dumps(way)[1:-1] for way in ways}):
            found |= Q(**{f"{column}__contains": way})
        return found
    found = Q(**{f"{column}__icontains": run})
    # Asked second, for it takes much longer.
    return found & Q(**{f"{column}__iregex": rf"(^|\W|_){run}"}) if len(run) <= SHORT else found

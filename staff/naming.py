"""How a person may be named to an audience: the one door for every name on every surface.

Someone who asked not to be named is 'a colleague' wherever readers look, also where the text of
a story says their name. Nothing is stored: a name is withheld from the next page on, and comes
back the same way. How names are found in a text is in `staff.names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext

from .models import Employee
from .names import WORD, Names, fold, places

SENTENCE_START = re.compile(r"(?:^|[.!?…:]['\"’”)]*\s+|\n\s*|[“\"‘]\s*)$")
SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Parts of a family name that name nobody by themselves.
PARTICLES = frozenset(
    """
    abu af al and av ben bin bint da das de del della den der di do dos du el ibn la las le los mac
    mc san st te ten ter the van von zu zum zur
    """.split()  # noqa: SIM905 - as a list it would be forty lines
)


class Withheld(NamedTuple):
    """A name that readers don't get to see, by its place in the text, and the words instead."""

    start: int
    stop: int
    word: str


class Naming:
    """The names that hold for one request; asks the database once, and only when needed."""

    @cached_property
    def _unnamed(self) -> dict[int, Employee]:
        people = Employee.objects.unnamed().only("first_name", "last_name", "known_as")
        return {person.pk: person for person in people}

    @cached_property
    def _beyond_doubt(self) -> Names:
        return Names(form for person in self._unnamed.values() for form in whole_names(person))

    @cached_property
    def _in_part(self) -> dict[int, Names]:
        return {}

    def is_unnamed(self, employee: Employee | int) -> bool:
        return (employee if isinstance(employee, int) else employee.pk) in self._unnamed

    def name(self, employee: Employee) -> str:
        """First and last name, or 'a colleague'."""
        return gettext("a colleague") if self.is_unnamed(employee) else employee.full_name

    def called(self, employee: Employee) -> str:
        """What colleagues call this person, or 'a colleague'."""
        return gettext("a colleague") if self.is_unnamed(employee) else employee.called

    def text(self, text: str, people: Iterable[int] = ()) -> str:
        """The text with the names of unnamed people replaced.

        Whole names are replaced for everyone; first and last names alone for `people`, the ids
        of those the story credits or was told by, of whom the text plainly speaks.
        """
        pieces, end = [], 0
        for name in self.withheld(text, people):
            pieces += [text[end : name.start], name.word]
            end = name.stop
        return "".join(pieces) + text[end:]

    def withheld(self, text: str, people: Iterable[int] = ()) -> list[Withheld]:
        """What `text` would replace, by its places, for those who mark words in it as well."""
        if not text or not self._unnamed:
            return []
        close = frozenset(people).intersection(self._unnamed)
        found = places(text, self._beyond_doubt, *(self._parts_of(pk) for pk in close))
        return [Withheld(*place, _instead(text, place.start)) for place in found]

    def _parts_of(self, pk: int) -> Names:
        if pk not in self._in_part:
            self._in_part[pk] = Names(single_names(self._unnamed[pk]))
        return self._in_part[pk]

    def unnamed_matching(self, word: str) -> list[Employee]:
        """Unnamed people whose name contains the word: a search must not find them by it."""
        word = fold(word)
        return [
            person
            for person in self._unnamed.values()
            if word in fold(f"{person.full_name} {person.known_as}")
        ]


def whole_names(person: Employee) -> tuple[str, ...]:
    """The ways in which a text may name this person beyond doubt."""
    return _whole_names(person.first_name, person.last_name, person.known_as)


def single_names(person: Employee) -> tuple[str, ...]:
    """The names and parts of names that mean this person where a text speaks of them."""
    return _single_names(person.first_name, person.last_name, person.known_as)


@lru_cache(maxsize=4096)
def _whole_names(first_name: str, last_name: str, known_as: str) -> tuple[str, ...]:
    if not last_name:
        return _spellings(name for name in (first_name, known_as) if len(WORD.findall(name)) > 1)
    firsts = {first_name, known_as, first_name[:1], known_as[:1]} - {""}
    return _spellings(
        form for first in firsts for form in (f"{first} {last_name}", f"{last_name} {first}")
    )


@lru_cache(maxsize=4096)
def _single_names(first_name: str, last_name: str, known_as: str) -> tuple[str, ...]:
    names = [name for name in (first_name, known_as, last_name) if name]
    parts = [part for name in names for part in WORD.findall(name)]
    return _spellings(name for name in names + parts if _says_something(name))


def _says_something(name: str) -> bool:
    """False for an initial and for “van”; a single letter is a name where letters are words."""
    return (len(name) > 1 or ord(name) > 0x2FFF) and fold(name) not in PARTICLES


def _spellings(names: Iterable[str]) -> tuple[str, ...]:
    """The names, and as they are written without their umlauts: Mueller for Müller."""
    names = list(names)
    return tuple({*names, *(name.lower().translate(SPELLED_OUT) for name in names)})


def _instead(text: str, start: int) -> str:
    word = gettext("a colleague")
    if SENTENCE_START.search(text[max(0, start - 12) : start]):
        word = word[:1].upper() + word[1:]
    return word

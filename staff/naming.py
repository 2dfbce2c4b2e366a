"""How a person may be named to an audience: the one door for every name on every surface.

Someone who asked not to be named is 'a colleague' wherever readers look, also where the text of
a story says their name. Nothing is stored: a name is withheld from the next page on, and comes
back the same way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext

from .models import Employee

# First names that are words as well: withheld only where they are written with a capital.
ALSO_WORDS = frozenset(
    (
        "amber april art bill bob carol daisy dawn drew faith frank gene grace grant guy hope iris "
        "ivy jack jay joy june mark may miles olive pat penny ray reed rich rob rose ruby sky sue "
        "summer sunny violet will"
    ).split()
)
SENTENCE_START = re.compile(r"(?:^|[.!?…:]['\"’”)]*\s+|\n\s*|[“\"‘]\s*)$")


class Naming:
    """The names that hold for one request; asks the database once, and only when needed."""

    @cached_property
    def _unnamed(self) -> dict[int, Employee]:
        people = Employee.objects.unnamed().only("first_name", "last_name", "known_as")
        return {person.pk: person for person in people}

    def is_unnamed(self, employee: Employee | int) -> bool:
        return (employee if isinstance(employee, int) else employee.pk) in self._unnamed

    def name(self, employee: Employee) -> str:
        """First and last name, or 'a colleague'."""
        return gettext("a colleague") if self.is_unnamed(employee) else employee.full_name

    def called(self, employee: Employee) -> str:
        """What colleagues call this person, or 'a colleague'."""
        return gettext("a colleague") if self.is_unnamed(employee) else employee.called

    def initials(self, employee: Employee) -> str:
        if self.is_unnamed(employee):
            return "·"
        return "".join(part[0] for part in (employee.called, employee.last_name) if part).upper()

    def text(self, text: str, people: Iterable[int] = ()) -> str:
        """The text with the names of unnamed people replaced.

        Whole names are replaced for everyone; first and last names alone for `people`, the ids
        of those the story credits or was told by, of whom the text plainly speaks.
        """
        if not text or not self._unnamed:
            return text
        return withhold(text, self._whole_names, self._close(people))

    def withheld(self, text: str, people: Iterable[int] = ()) -> list[Withheld]:
        """What `text` would replace in a text in NFC, for those who mark words in it as well."""
        if not text or not self._unnamed:
            return []
        return withheld(text, self._whole_names, self._close(people))

    def _close(self, people: Iterable[int]) -> list[Employee]:
        return [self._unnamed[pk] for pk in sorted(frozenset(people).intersection(self._unnamed))]

    def unnamed_matching(self, word: str) -> list[Employee]:
        """Unnamed people whose name contains the word: a search must not find them by it."""
        word = fold(word)
        return [
            person
            for person in self._unnamed.values()
            if word in fold(f"{person.full_name} {person.known_as}")
        ]

    @cached_property
    def _whole_names(self) -> re.Pattern | None:
        return _pattern(form for person in self._unnamed.values() for form in whole_names(person))


def fold(text: str) -> str:
    """Lower case without accents, character for character, so that positions stay the same."""
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def whole_names(person: Employee) -> list[str]:
    """The ways in which a text may name this person beyond doubt."""
    firsts = [name for name in (person.first_name, person.known_as) if name]
    if not person.last_name:
        return []
    return [f"{first} {person.last_name}" for first in firsts] + [
        f"{person.last_name} {first}" for first in firsts
    ]


def single_names(person: Employee) -> list[str]:
    names = (person.first_name, person.known_as, person.last_name)
    return [name for name in names if len(name) > 1]


class Withheld(NamedTuple):
    """A name that readers don't get to see, by its place in the text, and the word instead."""

    start: int
    stop: int
    word: str


def withhold(text: str, whole: re.Pattern | None, close: Iterable[Employee]) -> str:
    """Replace names in the text; `whole` matches folded text, `close` may be named in part."""
    text = unicodedata.normalize("NFC", text)
    pieces, end = [], 0
    for name in withheld(text, whole, close):
        pieces += [text[end : name.start], name.word]
        end = name.stop
    return "".join(pieces) + text[end:]


def withheld(text: str, whole: re.Pattern | None, close: Iterable[Employee]) -> list[Withheld]:
    """Where a text in NFC says names to be withheld, in the order of the text."""
    singles = _pattern(name for person in close for name in single_names(person))
    folded = fold(text)
    names: list[Withheld] = []
    for pattern in (whole, singles):
        for found in pattern.finditer(folded) if pattern else ():
            start, stop = found.span()
            if any(start < name.stop and name.start < stop for name in names):
                continue
            if found.group() in ALSO_WORDS and not text[start].isupper():
                continue
            word = gettext("a colleague")
            if SENTENCE_START.search(text[max(0, start - 12) : start]):
                word = word[:1].upper() + word[1:]
            names.append(Withheld(start, stop, word))
    return sorted(names)


def _pattern(names: Iterable[str]) -> re.Pattern | None:
    forms = sorted({fold(unicodedata.normalize("NFC", name)) for name in names}, key=len)
    if not forms:
        return None
    # Longest first, and any white space or a comma between the parts of a name.
    parts = [r"[\s,]+".join(re.escape(part) for part in form.split()) for form in reversed(forms)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")

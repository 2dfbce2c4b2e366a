"""Employees as moderators write and find them: a label that says exactly who, and suggestions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from retold.together import hang
from staff.models import Employee, Membership
from staff.text import as_id
from stories.hints.fullnames import key

LABELLED = re.compile(r"^(?P<name>.*)\((?P<id>#?[^()]{1,40})\)\s*$", re.DOTALL)
NAME_WORD = re.compile(r"[^\W\d_]{2,}")
WORDS_COMPARED, LETTERS_COMPARED = 6, 3
ALIKE, GOOD_ENOUGH = 84, 84
MOST_SUGGESTED = 3
MOST_FOUND = 10
MOST_ALIKE = 50


@dataclass(frozen=True)
class Suggestion:
    pk: int
    label: str
    about: str
    unnamed: bool


def label(person: Employee) -> str:
    """“Marek Nowak (N042)”: the name, and what tells two of the same name apart."""
    return f"{person.full_name} ({person.number or f'#{person.pk}'})"


def label_of_key(pk: int) -> str:
    """A label that says no name."""
    return f"(#{pk})"


class Labels:
    """The employees whose labels some texts are."""

    def __init__(self, texts: Iterable[str]) -> None:
        signs = {sign for text in texts if (sign := _sign(text))}
        self._keys = {sign: as_id(sign[1:]) or 0 for sign in signs if sign.startswith("#")}
        self._numbers = signs - self._keys.keys()
        wanted = Q(number__in=self._numbers) | Q(pk__in=self._keys.values())
        self.people = Employee.objects.filter(wanted)
        theirs = Membership.objects.filter(employee__in=self.people.order_by().values("pk"))
        self._memberships = theirs.select_related("team")

    @property
    def questions(self) -> tuple[QuerySet, ...]:
        """May be asked with others; each is asked by itself if they are not."""
        return self.people, self._memberships

    def employee(self, text: str) -> Employee | None:
        """The employee whose label this is, or None: then it is a name as told."""
        return self._found.get(_sign(text))

    @cached_property
    def _found(self) -> dict[str, Employee]:
        """By what their labels say of them, with the teams they were in."""
        hang(self.people, memberships=self._memberships)
        by_key = {person.pk: person for person in self.people}
        found = {person.number: person for person in self.people if person.number in self._numbers}
        return found | {sign: by_key[key] for sign, key in self._keys.items() if key in by_key}


def _sign(text: str) -> str:
    """What a label says behind the name: the number in the directory, or “#” and the key."""
    found = LABELLED.match(text)
    return found["id"].strip() if found else ""


class Meant:
    """Whom texts mean: each the employee whose label it is, or the only one of this name who is
    here."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(dict.fromkeys(texts))
        self._labels = Labels(texts)
        here = Employee.objects.active()
        named = [text for text in texts if LABELLED.sub(r"\g<name>", text).strip()]
        self._alike = {text: here.matching(text)[:MOST_ALIKE] for text in named}

    @property
    def questions(self) -> tuple[QuerySet, ...]:
        """May be asked with others; each is asked by itself if they are not."""
        return *self._labels.questions, *self._alike.values()

    def employee(self, text: str) -> Employee | None:
        if person := self._labels.employee(text):
            return person
        alike = list(self._alike.get(text, ()))
        asked = key(" ".join(text.split()))
        same = [
            person
            for person in alike
            if asked in (key(person.full_name), key(f"{person.called} {person.last_name}"))
        ]
        return same[0] if len(same) == 1 and len(alike) < MOST_ALIKE else None


def find(text: str) -> list[Employee]:
    """Employees for a field that completes what is typed."""
    return list(Employee.objects.active().matching(text).with_team_today()[:MOST_FOUND])


def wanted(names: Iterable[str]) -> Q | None:
    """Who might be meant by these names: a question for the directory, or None without names."""
    question = Q()
    for name in names:
        for word in NAME_WORD.findall(name)[:WORDS_COMPARED]:
            start = word[:LETTERS_COMPARED]
            question |= (
                Q(first_name__istartswith=start)
                | Q(known_as__istartswith=start)
                | Q(last_name__istartswith=start)
            )
    return question or None


def suggest(name: str, people: Iterable[Employee]) -> list[Suggestion]:
    """The employees who are most likely meant by a name as told, the likeliest first."""
    told = [key(word) for word in NAME_WORD.findall(name)[:WORDS_COMPARED]]
    scored = ((_likeness(told, person), person) for person in people if person.active)
    likely = sorted(
        (pair for pair in scored if pair[0] >= GOOD_ENOUGH),
        key=lambda pair: (-pair[0], pair[1].full_name, pair[1].pk),
    )
    return [suggestion(person) for _score, person in likely[:MOST_SUGGESTED]]


def suggestion(person: Employee) -> Suggestion:
    about = [person.job_title]
    about += [membership.team.name for membership in getattr(person, "current_memberships", [])]
    if person.unnamed:
        about.append(_("asked not to be named"))
    return Suggestion(person.pk, label(person), ", ".join(filter(None, about)), person.unnamed)


def _likeness(told: list[str], person: Employee) -> float:
    """The sum over the words told of how like the person's best fitting name they are."""
    names = [key(name) for name in (person.first_name, person.known_as) if name]
    last = key(person.last_name)
    score = 0.0
    for word in told:
        first = max((fuzz.ratio(word, name) for name in names), default=0)
        best = max(first, fuzz.ratio(word, last) if last else 0)
        score += best if best >= ALIKE else 0
    return score

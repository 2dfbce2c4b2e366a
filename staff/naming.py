"""How a person may be named to an audience: the one door for every name on every surface.

Someone who asked not to be named is 'a colleague' wherever readers look, also where the text of
a story says their name. Nothing is stored: a name is withheld from the next page on, and comes
back the same way. How names are found in a text is in `staff.names`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext

from .audiences import Audience
from .models import Credit, Employee, Membership
from .models.employee import EmployeeQuerySet
from .names import SENTENCE_START, WORD, Names, fold, places

SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Parts of a family name that name nobody by themselves.
PARTICLES = frozenset(
    """
    abu af al and av ben bin bint da das de del della den der di do dos du el ibn la las le los mac
    mc san st te ten ter the van von zu zum zur
    """.split()  # noqa: SIM905 - as a list it would be forty lines
)


@dataclass(frozen=True)
class Near:
    """Whom a text plainly speaks of: people by id, and whoever belongs to one of the teams.

    `credited` are those of the people whose names the text may say for themselves.
    """

    people: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    credited: tuple[Employee, ...] = ()

    @classmethod
    def to(cls, credits: Iterable[Credit], people: Iterable[int], teams: Iterable[int]) -> Near:
        """Those who are credited, these people besides, and the teams of all."""
        credits = list(credits)
        return cls(
            frozenset({credit.employee_id for credit in credits if credit.employee_id} | {*people}),
            frozenset({credit.team_id for credit in credits if credit.team_id} | {*teams}),
            tuple(credit.employee for credit in credits if credit.employee),
        )

    def and_person(self, pk: int) -> Near:
        """With somebody else of whom the text speaks, as the author of a note does."""
        return replace(self, people=self.people | {pk})


NOBODY = Near()
# Somebody, and a team they are or were in.
Unnamed = tuple[Employee, int | None]


class Withheld(NamedTuple):
    """A name that readers don't get to see, by its place in the text, and the words instead."""

    start: int
    stop: int
    word: str


class Naming:
    """The names that hold for one request; asks the database once, and only when needed.

    `audience` is whom the page, picture or letter speaks to. With `names=False` nobody is named,
    as on a screen that shows no names: whoever is near a text is withheld from it as if they had
    asked. Then it asks once more, for the people it is to meet. `unnamed` is what `unnamed_people`
    answered, for those who know that it still holds.
    """

    names = True
    _met = NOBODY

    def __init__(
        self, audience: Audience, *, names: bool = True, unnamed: list[Unnamed] | None = None
    ) -> None:
        self.audience, self.names = audience, names
        if unnamed is not None:
            self._rows = list(unnamed)

    def meet(self, nears: Iterable[Near]) -> None:
        """Ask at once for everybody near the texts of a page, where nobody is named.

        A text whose people were not met is named all the same, with a question of its own.
        """
        if self.names:
            return
        nears = list(nears)
        people = frozenset(pk for near in nears for pk in near.people) - self._met.people
        teams = frozenset(pk for near in nears for pk in near.teams) - self._met.teams
        if people or teams:
            self._met = Near(self._met.people | people, self._met.teams | teams)
            members = Membership.objects.filter(team__in=teams).values("employee")
            self._rows += _with_teams(Employee.objects.filter(Q(pk__in=people) | Q(pk__in=members)))
            for known in ("_unnamed", "_in_team", "_beyond_doubt"):
                self.__dict__.pop(known, None)

    @cached_property
    def _rows(self) -> list[Unnamed]:
        """Everybody whose name is withheld, once for each team they are or were in."""
        return unnamed_people()

    @cached_property
    def _unnamed(self) -> dict[int, Employee]:
        return {person.pk: person for person, _team in self._rows}

    @cached_property
    def _in_team(self) -> dict[int, set[int]]:
        """The unnamed people of each team, those of former days with it."""
        members = defaultdict(set)
        for person, team in self._rows:
            if team is not None:
                members[team].add(person.pk)
        return members

    @cached_property
    def _beyond_doubt(self) -> Names:
        return Names(form for person in self._unnamed.values() for form in whole_names(person))

    @cached_property
    def _in_part(self) -> dict[frozenset[str], Names]:
        return {}

    def is_unnamed(self, employee: Employee | int) -> bool:
        pk = employee if isinstance(employee, int) else employee.pk
        return not self.names or pk in self._unnamed

    def name(self, employee: Employee) -> str:
        """First and last name, or 'a colleague'."""
        return gettext("a colleague") if self.is_unnamed(employee) else employee.full_name

    def called(self, employee: Employee) -> str:
        """What colleagues call this person, or 'a colleague'."""
        return gettext("a colleague") if self.is_unnamed(employee) else employee.called

    def text(self, text: str, near: Near = NOBODY) -> str:
        """The text with the names of unnamed people replaced.

        Whole names are replaced for everyone; first and last names alone for those `near`, of
        whom the text plainly speaks.
        """
        pieces, end = [], 0
        for name in self.withheld(text, near):
            pieces += [text[end : name.start], name.word]
            end = name.stop
        return "".join(pieces) + text[end:]

    def withheld(self, text: str, near: Near = NOBODY) -> list[Withheld]:
        """What `text` would replace, by its places, for those who mark words in it as well."""
        if not text:
            return []
        self.meet([near])
        if not self._unnamed:
            return []
        found = places(text, self._beyond_doubt, self._names_in_part(near))
        return [Withheld(*place, _instead(text, place.start)) for place in found]

    def _names_in_part(self, near: Near) -> Names:
        """The names that mean somebody unnamed wherever these people are spoken of."""
        meant = near.people & self._unnamed.keys()
        around = {pk for team in near.teams for pk in self._in_team.get(team, ())} - meant
        forms = {form for pk in meant for form in single_names(self._unnamed[pk])}
        if around:
            # Of two in a team with one first name, it means the one whom the story credits.
            named = [person for person in near.credited if not self.is_unnamed(person)]
            theirs = {fold(form) for person in named for form in single_names(person)}
            forms |= {
                form
                for pk in around
                for form in single_names(self._unnamed[pk])
                if fold(form) not in theirs
            }
        key = frozenset(forms)
        if key not in self._in_part:
            self._in_part[key] = Names(forms)
        return self._in_part[key]

    def teams_of(self, people: Iterable[Employee]) -> set[int]:
        """The teams these unnamed people are or were in, by id."""
        ids = {person.pk for person in people}
        return {team for team, members in self._in_team.items() if members & ids}

    def unnamed_matching(self, word: str) -> list[Employee]:
        """Unnamed people whose name contains the word: a search must not find them by it."""
        word = fold(word)
        return [
            person
            for person in self._unnamed.values()
            if word in fold(f"{person.full_name} {person.known_as}")
        ]


def unnamed_people() -> list[Unnamed]:
    """Everybody who asked not to be named, once for each team they are or were in."""
    return _with_teams(Employee.objects.unnamed())


def _with_teams(people: EmployeeQuerySet) -> list[Unnamed]:
    names = ("pk", "first_name", "last_name", "known_as")
    rows = people.order_by().values_list(*names, "memberships__team")
    return [(Employee(**dict(zip(names, row, strict=False))), row[-1]) for row in rows]


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

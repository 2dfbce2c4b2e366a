"""How a person may be named to an audience: the one door for every name on every surface.

Someone who asked not to be named is 'a colleague' wherever readers look, also where the text of
a story says their name. Nothing is stored: a name is withheld from the next page on, and comes
back the same way. How names are found in a text is in `staff.names`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext

from .audiences import COLLEAGUE, FIRST, FULL, ORGANISATION, Audience, NamedAs
from .models import Credit, Employee, Membership, User
from .names import SENTENCE_START, Names, Place, fold, places
from .spellings import (
    beyond_first,
    first_name,
    single_names,
    single_names_today,
    whole_names,
    written_as_names,
)
from .unnamed import Unnamed, unnamed, unnamed_rows


@dataclass(frozen=True)
class Near:
    """Whom a text plainly speaks of: people by id, and whoever belongs to one of the teams.

    `credited` are those of the people whose names the text may say for themselves; `narrowed` are
    the credits of those who chose to be named in fewer words there, to somebody at least. `said`
    are the texts that belong together, and speak of whomever one of them names in full.
    """

    people: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    credited: tuple[Employee, ...] = ()
    narrowed: tuple[Credit, ...] = ()
    said: tuple[str, ...] = ()

    @classmethod
    def to(
        cls,
        credits: Iterable[Credit],
        people: Iterable[int],
        teams: Iterable[int],
        said: Iterable[str] = (),
    ) -> Near:
        """Those who are credited, these people besides, the teams of all, and the texts."""
        credits = list(credits)
        return cls(
            frozenset({credit.employee_id for credit in credits if credit.employee_id} | {*people}),
            frozenset({credit.team_id for credit in credits if credit.team_id} | {*teams}),
            tuple(credit.employee for credit in credits if credit.employee),
            tuple(credit for credit in credits if credit.employee and credit.is_narrowed),
            tuple(said),
        )

    def and_person(self, pk: int) -> Near:
        """With somebody else of whom the text speaks, as the author of a note does."""
        return replace(self, people=self.people | {pk})


NOBODY, NO_NAMES = Near(), Names(())
# Texts of which is remembered whom they name: as many as a page shows, several times over.
MOST_TOLD_OF = 500


class Withheld(NamedTuple):
    """A name that readers don't get to see, by its place in the text, and the words instead."""

    start: int
    stop: int
    word: str


class Chosen(NamedTuple):
    """Somebody who is not called by the whole name in a story, and the word instead; '' for none.

    `whole` and `parts` are what a text would say of the name beyond that.
    """

    whole: Names
    parts: Names
    word: str


class Naming:
    """The names that hold for one request; asks the database once, and only when needed.

    `audience` is whom the page, picture or letter speaks to. With `names=False` nobody is named,
    as on a screen that shows no names: whoever is near a text is withheld from it as if they had
    asked. Then it asks once more, for the people it is to meet. `unnamed` is everybody who
    asked, for those who know that it still holds. `teams` are those of the reader, in which more
    may have been agreed to.
    """

    names = True
    _met = NOBODY
    _last_in_part: tuple[Near | None, tuple[str, ...], Names] = (None, (), NO_NAMES)

    def __init__(
        self,
        audience: Audience,
        *,
        names: bool = True,
        unnamed: Unnamed | None = None,
        teams: Collection[int] = (),
    ) -> None:
        self.audience, self.names, self.teams = audience, names, teams
        if unnamed is not None:
            self._asked = unnamed

    @classmethod
    def for_reader(cls, user: User) -> Naming:
        """As somebody reads the page of one story: as everyone here, or as one of the team."""

        def teams() -> set[int]:
            held = Membership.objects.filter(employee__account=user, until__isnull=True)
            return set(held.order_by().values_list("team", flat=True))

        # Asked for only where somebody agreed to be called more in the team.
        return cls(ORGANISATION, teams=SimpleLazyObject(teams))

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
            met = Employee.objects.filter(Q(pk__in=people) | Q(pk__in=members))
            self._asked = self._asked.and_these(met)
            for known in ("_told_of", "_last_in_part"):
                self.__dict__.pop(known, None)

    @cached_property
    def question(self) -> QuerySet:
        """What it asks the database, for those who fetch it with something else."""
        return unnamed_rows()

    @cached_property
    def _asked(self) -> Unnamed:
        """Everybody whose name is withheld from all."""
        return unnamed(self.question)

    @cached_property
    def _told_of(self) -> dict[str, frozenset[int]]:
        return {}

    @cached_property
    def _in_part(self) -> dict[frozenset[str], Names]:
        return {}

    def named_as(self, employee: Employee | int, near: Near = NOBODY) -> NamedAs:
        """How much of their name this audience hears, where these people are spoken of."""
        pk = employee if isinstance(employee, int) else employee.pk
        if not self.names or pk in self._asked.people:
            return COLLEAGUE
        chosen = (credit for credit in near.narrowed if credit.employee_id == pk)
        return next((credit.named_to(self.audience, self.teams) for credit in chosen), FULL)

    def is_unnamed(self, employee: Employee | int, near: Near = NOBODY) -> bool:
        return self.named_as(employee, near) == COLLEAGUE

    def name(self, employee: Employee, near: Near = NOBODY) -> str:
        """First and last name, or as much of it as is agreed, or 'a colleague'."""
        return self._said(employee, near, employee.full_name)

    def called(self, employee: Employee, near: Near = NOBODY) -> str:
        """What colleagues call this person, or 'a colleague'."""
        return self._said(employee, near, employee.called)

    def _said(self, employee: Employee, near: Near, in_full: str) -> str:
        named = self.named_as(employee, near)
        if named == COLLEAGUE:
            return gettext("a colleague")
        return first_name(employee) if named == FIRST else in_full

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
        chosen = self._chosen(near)
        if not (self._asked.people or chosen):
            return []
        asked = (self._asked.beyond_doubt, self._names_in_part(near, text))
        theirs = (names for one in chosen for names in (one.whole, one.parts))
        found = places(text, *asked, *theirs)
        return [Withheld(*place, _instead(text, place, asked, chosen)) for place in found]

    def _chosen(self, near: Near) -> list[Chosen]:
        """Those who are not called by the whole name in this story alone."""
        found = []
        for credit in near.narrowed:
            person, named = credit.employee, credit.named_to(self.audience, self.teams)
            if person is None or named == FULL or self.is_unnamed(person):
                continue
            parts = single_names(person) if named == COLLEAGUE else beyond_first(person)
            word = first_name(person) if named == FIRST else ""
            found.append(Chosen(Names(whole_names(person)), Names(parts), word))
        return found

    def _names_in_part(self, near: Near, text: str) -> Names:
        """The names that mean somebody unnamed wherever these people are spoken of."""
        told = near.said if text in near.said else (*near.said, text)
        # The texts of a story are named one after the other, and ask for the same.
        of, said, names = self._last_in_part
        if of is not near or said != told:
            names = self._found_in_part(near, told)
            self._last_in_part = near, told, names
        return names

    def _found_in_part(self, near: Near, told: tuple[str, ...]) -> Names:
        meant = near.people & self._asked.people.keys()
        around = {pk for team in near.teams for pk in self._asked.in_team.get(team, ())} - meant
        in_full = frozenset().union(*map(self._named_in_full, told)) - meant - around
        forms = {form for pk in meant for form in single_names(self._asked.people[pk])}
        if around or in_full:
            # Of two in a team with one first name, it means the one whom the story credits.
            named = [person for person in near.credited if not self.is_unnamed(person, near)]
            theirs = {fold(form) for person in named for form in single_names_today(person)}
            forms |= self._but_for(theirs, around)
            forms |= written_as_names(self._but_for(theirs, in_full), told)
        key = frozenset(forms)
        if key not in self._in_part:
            self._in_part[key] = Names(forms)
        return self._in_part[key]

    def _but_for(self, theirs: set[str], people: Iterable[int]) -> set[str]:
        forms = (form for pk in people for form in single_names(self._asked.people[pk]))
        return {form for form in forms if fold(form) not in theirs}

    def _named_in_full(self, text: str) -> frozenset[int]:
        """The unnamed people whose whole names this text says."""
        if text not in self._told_of:
            if len(self._told_of) >= MOST_TOLD_OF:
                self._told_of.clear()
            said = {
                text[place.start : place.stop] for place in places(text, self._asked.beyond_doubt)
            }
            self._told_of[text] = frozenset(
                pk
                for pk in {pk for name in said for pk in self._who_may_be(fold(name))}
                if places(text, Names(whole_names(self._asked.people[pk])))
            )
        return self._told_of[text]

    def _who_may_be(self, name: str) -> set[int]:
        return {pk for word, people in self._asked.by_word.items() if word in name for pk in people}

    def teams_of(self, people: Iterable[Employee]) -> set[int]:
        """The teams these unnamed people are or were in, by id."""
        ids = {person.pk for person in people}
        return {team for team, members in self._asked.in_team.items() if members & ids}

    def unnamed_matching(self, word: str) -> list[Employee]:
        """Unnamed people whose name contains the word: a search must not find them by it."""
        word = fold(word)
        return [
            person
            for person in self._asked.people.values()
            if any(word in fold(" ".join(name)) for name in person.names)
        ]


def _instead(text: str, place: Place, asked: Iterable[Names], chosen: Iterable[Chosen]) -> str:
    """The word for a name: the first name of the one person it can mean who agreed to that."""
    name = text[place.start : place.stop]
    if not any(names.stand_in(name) for names in asked):
        meant = [one.word for one in chosen if one.whole.stand_in(name)]
        meant = meant or [one.word for one in chosen if one.parts.stand_in(name)]
        if len(meant) == 1 and meant[0]:
            return meant[0]
    word = gettext("a colleague")
    if SENTENCE_START.search(text[max(0, place.start - 12) : place.start]):
        word = word[:1].upper() + word[1:]
    return word

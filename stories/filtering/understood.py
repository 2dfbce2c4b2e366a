"""What the operators of a search mean here: which trait, team, person and days they name.

They come down to the facets that filters ask for, and to words for the chips. What names nothing,
or more than one thing, is left out, and a note says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from staff.models import Employee
from staff.naming import Naming
from stories.search import nearest_name

from .days import DAY, Span, day
from .fields import IDENTITY
from .known import Known
from .typed import Kind, Piece, bounds
from .words import short, stand_in, words_of

EVER = Span()
# People are looked up one by one; the rest is known at once.
MOST_OPERATORS, MOST_PEOPLE, MOST_NAMED = 8, 3, 4

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Wanted:
    """What one piece asks for: stories under any of its facets, or of its days."""

    name: str
    facets: frozenset[str] = frozenset()
    span: Span = EVER
    hue: str = ""


class Understood:
    """The operators among the pieces, as they are understood; `unclear` are the others of them."""

    def __init__(self, pieces: Iterable[Piece], known: Known, naming: Naming):
        self.known, self.naming = known, naming
        self.wanted: dict[Piece, Wanted] = {}
        self.unclear: list[Piece] = []
        self.notes: list[str] = []
        self.too_many = False
        people = 0
        for piece in pieces:
            people += piece.kind is Kind.PERSON
            if len(self.wanted) == MOST_OPERATORS or people > MOST_PEOPLE:
                self.unclear.append(piece)
                self.too_many = True
            else:
                self._read(piece)

    @property
    def span(self) -> Span:
        """The days that all of them leave."""
        span = EVER
        for one in self.wanted.values():
            span &= one.span
        return span

    def meant(self) -> dict[Piece, str]:
        """For what names no trait or team, the name that is most like it, if there is one. Of
        people none is guessed: there are too many."""
        if not self.unclear:
            return {}
        names = {
            Kind.TRAIT: [trait.name for trait in self.known.traits_shown],
            Kind.TEAM: [team.name for team in self.known.teams],
        }
        likely = {}
        for piece in self.unclear:
            if piece.kind in names:
                folded = {" ".join(words_of(name)): name for name in names[piece.kind]}
                found = nearest_name(" ".join(words_of(piece.text)), folded)
                if found:
                    likely[piece] = folded[found]
        return likely

    def _read(self, piece: Piece) -> None:
        readers = {Kind.TRAIT: self._trait, Kind.TEAM: self._team, Kind.PERSON: self._person}
        found = readers.get(piece.kind, self._days)(piece)
        if isinstance(found, Wanted):
            self.wanted[piece] = found
        else:
            self.unclear.append(piece)
            self.notes.append(found)

    # Each answers what a piece asks for, or else a note on why it could not be understood.

    def _trait(self, piece: Piece) -> Wanted | str:
        by_id = {trait.pk: trait for trait in self.known.vocabulary.values()}
        called = called_so(piece.text, by_id.values(), lambda trait: (trait.slug, trait.name))
        meant = {(trait := by_id.get(one.merged_into_id or 0, one)).pk: trait for one in called}
        if len(meant) != 1:
            none = _("There is no trait “%s”; it was left out.")
            return _unclear(piece, [trait.name for trait in meant.values()], none)
        (trait,) = meant.values()
        return Wanted(_with(piece, trait.name), frozenset({f"trait:{trait.pk}"}), hue=trait.hue)

    def _team(self, piece: Piece) -> Wanted | str:
        """The team, or all that have the same name, with those below."""
        called = called_so(piece.text, self.known.teams, lambda team: (team.slug, team.name))
        names = list(dict.fromkeys(team.name for team in called))
        if len(names) != 1:
            return _unclear(piece, names, _("There is no team “%s”; it was left out."))
        ids = {team.pk for team in called}
        below = {team.pk for team in self.known.teams if ids.intersection(team.tree_path)}
        return Wanted(_with(piece, names[0]), frozenset(f"team:{pk}" for pk in below))

    def _person(self, piece: Piece) -> Wanted | str:
        """Somebody who may be named; anyone else is as unknown as a name that nobody has."""
        if IDENTITY.fullmatch(piece.text):
            person = self.known.person(int(piece.text))
            found = [person] if person else []
        else:
            people = self.known.people_called(piece.text)
            found = called_so(piece.text, people, names_of) or people
        if len(found) != 1:
            none = _("There is nobody here called “%s”; it was left out.")
            return _unclear(piece, [person.full_name for person in found], none)
        name = self.naming.name(found[0])
        return Wanted(_with(piece, name), frozenset({f"person:{found[0].pk}"}))

    def _days(self, piece: Piece) -> Wanted | str:
        span = bounds(piece)
        if span is None:
            hint = _("“%s” is not a day; it was left out. Days are written 2026-03-14 or 2026-03.")
            return hint % short(piece.text)
        said = {
            (Kind.BEFORE, False): _("Before %s"),
            (Kind.AFTER, False): _("After %s"),
            (Kind.BEFORE, True): _("From %s on"),
            (Kind.AFTER, True): _("Until %s"),
        }
        return Wanted(said[piece.kind, piece.without] % day_in_words(piece.text), span=span)


def called_so(
    text: str, things: Iterable[Thing], names: Callable[[Thing], Iterable[str]]
) -> list[Thing]:
    """The things that are called so; if there are none, those of whose name it is a beginning."""
    asked, things = words_of(text), list(things)
    so = [thing for thing in things if any(words_of(name) == asked for name in names(thing))]
    return so or [thing for thing in things if any(stand_in(asked, name) for name in names(thing))]


def names_of(person: Employee) -> tuple[str, ...]:
    """The names by which somebody is asked for."""
    return (person.full_name, person.called, *person.searched())


def day_in_words(value: str) -> str:
    """2026-03 as “March 2026”; '' for what is no day."""
    span, parts = day(value), DAY.fullmatch(value)
    if span is None or span.start is None or parts is None:
        return ""
    if not parts[2]:
        return str(span.start.year)
    return date_format(span.start, "j F Y" if parts[3] else "F Y")


def _with(piece: Piece, name: str) -> str:
    return _("Without %s") % name if piece.without else name


def _unclear(piece: Piece, names: list[str], none: str) -> str:
    if not names:
        return none % short(piece.text)
    several = [short(name) for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        several.append("…")
    words = {"typed": short(piece.text), "names": ", ".join(several)}
    return _("“%(typed)s” may be any of these; it was left out: %(names)s.") % words

"""What the search box offers while somebody types: whatever ends what they have begun."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from staff.audiences import ORGANISATION
from staff.models import Employee, Team
from staff.names import SPACELESS, fold
from staff.naming import Naming
from staff.requests import SignedInRequest
from staff.searching import wanted
from stories import search
from stories.filtering.known import Known
from stories.filtering.typed import OPERATORS, Kind, Unfinished, name, unfinished, written
from stories.filtering.understood import day_in_words
from stories.filtering.words import (
    FEWEST_LETTERS,
    MOST_CHARACTERS,
    beginnings_withheld,
    stand_in,
    words_of,
)
from stories.models import Trait, Word
from stories.search.understanding import begins

# Of each kind beside others, and of the one kind that is asked for.
MOST_OF_EACH, MOST_ALONE, MOST_YEARS = 3, 8, 5
# A name of two words is looked for in whole; nobody before so many letters of a word are typed.
MOST_IN_A_NAME = 3
# Shorter beginnings are those of too many words; so many are tried.
FEWEST_OF_A_WORD, MOST_TRIED = 3, 4

Thing = TypeVar("Thing", bound=Trait | Team)


class Offer(NamedTuple):
    """What may be chosen: the text of the box then, what it is called, and what it is."""

    text: str
    name: str
    about: str = ""
    hue: str = ""


@require_safe
def search_offers(request: SignedInRequest) -> HttpResponse:
    """What fits the end of `q`, as the options of a list."""
    typed = "".join(map(_fit, request.GET.get("q", "")[-MOST_CHARACTERS:]))
    return render(request, "wall/_offers.html", {"offers": offers(typed, Known())})


def _fit(character: str) -> str:
    """The character, or '' if no database takes it."""
    return "" if unicodedata.category(character) in ("Cc", "Cs") else character


def offers(typed: str, known: Known) -> list[Offer]:
    """What may be meant by the end of what was typed, at most so many of each kind."""
    last = unfinished(typed)
    if last is None:
        return []
    match last.kind:
        case Kind.TRAIT:
            found = _traits(typed, last, known)
        case Kind.TEAM:
            found = _teams(typed, last, known)
        case Kind.PERSON:
            found = _people(typed, last)
        case Kind.WORDS:
            return list(_of_any_kind(typed, last, known))
        case _:
            found = _days(typed, last)
    return list(islice(found, MOST_ALONE))


def _of_any_kind(typed: str, last: Unfinished, known: Known) -> Iterator[Offer]:
    yield from islice(_traits(typed, last, known), MOST_OF_EACH)
    yield from islice(_teams(typed, last, known), MOST_OF_EACH)
    yield from islice(_people(typed, last), MOST_OF_EACH)
    yield from islice(_words(typed, last), MOST_OF_EACH)
    yield from _operators(typed, last)


def _traits(typed: str, last: Unfinished, known: Known) -> Iterator[Offer]:
    offered = [
        trait for trait in known.vocabulary.values() if trait.standing == Trait.Standing.CURATED
    ]
    for trait, start in _fitting(typed, last, offered):
        value = _told_apart(trait, offered)
        text = _chosen(typed, last, start, Kind.TRAIT, value)
        yield Offer(text, trait.name, pgettext("search", "trait"), trait.hue)


def _teams(typed: str, last: Unfinished, known: Known) -> Iterator[Offer]:
    by_id = {team.pk: team for team in known.teams}
    for team, start in _fitting(typed, last, known.teams):
        text = _chosen(typed, last, start, Kind.TEAM, _told_apart(team, known.teams))
        above = by_id.get(team.parent_id or 0)
        about = [pgettext("search", "team"), *([above.name] if above else [])]
        yield Offer(text, team.name, " · ".join(about))


def _people(typed: str, last: Unfinished) -> Iterator[Offer]:
    """Colleagues by the beginning of their name; nobody who asked not to be named."""
    nameable = Employee.objects.active().nameable().with_team_today()
    starts: list[int | None] = [*_beginnings(last)[-2:]]
    for start in starts if last.kind is Kind.WORDS else [None]:
        words = last.text if start is None else typed[start:]
        begins_so = wanted(words)
        if not begins_so:
            continue
        found = list(nameable.filter(words__contains=begins_so)[:MOST_ALONE])
        names = [person.full_name for person in found]
        for person in found:
            alone = names.count(person.full_name) == 1
            value = person.full_name if alone else str(person.pk)
            teams = [membership.team.name for membership in person.current_memberships]
            text = _chosen(typed, last, start, Kind.PERSON, value)
            yield Offer(text, person.full_name, " · ".join([pgettext("search", "person"), *teams]))
        if found:
            return


def _words(typed: str, last: Unfinished) -> Iterator[Offer]:
    """Words that stories say today, the shortest first; none that names somebody unnamed."""
    begun = "".join(words_of(last.text))
    if len(begun) < FEWEST_OF_A_WORD or SPACELESS.search(begun):
        return
    known = Word.objects.filter(begins("word", begun)).exclude(word=begun)
    found = known.values_list("word", "stem").distinct().order_by(Length("word"), "word")
    stems: dict[str, list[str]] = {}
    for word, stem in found[: 2 * MOST_TRIED]:
        # In another language it may have another stem.
        stems.setdefault(word, []).append(stem)
    withheld = beginnings_withheld(Naming(ORGANISATION))
    for word, said_as in islice(stems.items(), MOST_TRIED):
        if word.startswith(withheld):
            continue
        if search.saying_any(said_as, limit=1):
            sign = "-" if last.without else ""
            yield Offer(f"{typed[: last.start]}{sign}{word} ", word, _("a word"))


def _days(typed: str, last: Unfinished) -> Iterator[Offer]:
    """The last years, and the months of the year that was begun, the latest first."""
    today = timezone.localdate()
    years = [str(today.year - ago) for ago in range(MOST_YEARS)]
    months = [f"{year}-{month:02}" for year in years for month in range(12, 0, -1)]
    past = [month for month in months if month <= f"{today:%Y-%m}"]
    for value in (*years, *(past if len(last.text) >= 4 else ())):
        if value.startswith(last.text):
            text = _chosen(typed, last, None, last.kind, value)
            yield Offer(text, day_in_words(value), value if "-" in value else "")


def _operators(typed: str, last: Unfinished) -> Iterator[Offer]:
    about = {
        Kind.TRAIT: _("stories of a trait"),
        Kind.TEAM: _("stories of a team"),
        Kind.PERSON: _("stories of a person"),
        Kind.BEFORE: _("a year, a month or a day"),
        Kind.AFTER: _("a year, a month or a day"),
    }
    for kind in OPERATORS:
        called = name(kind)
        if _is_enough(last.text) and fold(called).startswith(fold(last.text)):
            sign = "-" if last.without else ""
            yield Offer(f"{typed[: last.start]}{sign}{called}:", f"{called}:", about[kind])


def _fitting(
    typed: str, last: Unfinished, things: Iterable[Thing]
) -> list[tuple[Thing, int | None]]:
    """The things in whose name stands what was typed, and from where on it is their name.

    As many words of the box as are one name are taken for it: those that fit more come first.
    """
    if last.kind is not Kind.WORDS:
        asked = words_of(last.text)
        return [(thing, None) for thing in things if not asked or stand_in(asked, thing.name)]
    found: dict[int, tuple[Thing, int | None]] = {}
    things = list(things)
    for start in _beginnings(last):
        asked = words_of(typed[start:] if start != last.start else last.text)
        for thing in things:
            if thing.pk not in found and stand_in(asked, thing.name):
                found[thing.pk] = (thing, start)
    return list(found.values())


def _beginnings(last: Unfinished) -> list[int]:
    """Where a name that ends with the last word may begin, the longest first."""
    return [
        start
        for start in last.words[-MOST_IN_A_NAME:]
        if start != last.start or _is_enough(last.text)
    ]


def _is_enough(text: str) -> bool:
    return len(text) >= FEWEST_LETTERS or not text.isascii()


def _told_apart(thing: Thing, others: Sequence[Thing]) -> str:
    """The name, or the address where others are called the same."""
    alike = [other for other in others if words_of(other.name) == words_of(thing.name)]
    return thing.name if len(alike) == 1 else thing.slug


def _chosen(typed: str, last: Unfinished, start: int | None, kind: Kind, value: str) -> str:
    """The text of the box with this in place of what was begun."""
    sign = "-" if last.without else ""
    return f"{typed[: last.start if start is None else start]}{sign}{written(kind, value)} "

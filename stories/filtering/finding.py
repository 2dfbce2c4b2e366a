"""Finding stories by words in what a reader may see of them, by asking the database itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import StrIndex, Substr
from django.db.models.lookups import GreaterThan

from staff.models import Credit, Employee, Membership, Team
from staff.names import SPACELESS
from staff.naming import Naming, Near, single_names, whole_names
from staff.searching import searchable, tokens, wanted
from stories.models import Story, StoryTrait, Trait
from stories.models.story import TEXTS

from .days import FIRST_YEAR, LAST_YEAR, Span
from .fields import within
from .words import Phrase, pattern

# Stories that speak of people who are not named are read one by one before they are found. Where
# what was typed begins the names of many, that is all the stories found.
MOST_READ, MOST_SPOKEN_OF = 500, 8
IN_LINE, IN_TITLE = 4, 2
LINE_END = Value("\n")


class Finder:
    """Finds words for an audience."""

    def __init__(self, naming: Naming):
        self.naming = naming

    def says(self, asked: list[Phrase]) -> Q:
        """Stories in which every word is found, but none found by a name that is withheld."""
        found = Q()
        for words in asked:
            found &= _finds(words)
        if not self.naming.names:
            return Q(pk__in=self._read(found, asked))
        if people := self._withheld_people(asked):
            spoken_of = _speaks_of(people, self.naming.teams_of(people))
            found &= ~spoken_of | Q(pk__in=self._read(found & spoken_of, asked))
        return found

    def _withheld_people(self, asked: list[Phrase]) -> list[Employee]:
        """Unnamed people whose name has to do with a word; '' is in every name."""
        words = {token for phrase in asked for word in phrase for token in _telling(word)}
        return [person for person in self.naming.unnamed_matching("") if _touch(words, person)]

    def _read(self, condition: Q, asked: list[Phrase]) -> list[int]:
        """Of the stories that speak of unnamed people, those that say every word even so.

        Each is read as its readers see it, so that nothing can be found out by searching.
        """
        newest = Story.objects.published().filter(condition).newest_first().values("pk")
        by_trait = {
            f"trait_{number}": Exists(_tagged(words).filter(content_object=OuterRef("pk")))
            for number, words in enumerate(asked)
        }
        rows = (
            Story.objects.filter(pk__in=newest[:MOST_READ])
            .with_teller_team()
            .annotate(**by_trait)
            .values("pk", "teller", "teller_team", *TEXTS, *CREDITED, *by_trait)
        )
        readings: dict[int, Reading] = {}
        for row in rows:
            readings.setdefault(row["pk"], Reading(row)).credits.append(_credit(row))
        self.naming.meet(reading.near for reading in readings.values())
        return [
            pk
            for pk, reading in readings.items()
            if reading.says(asked, [reading.row[name] for name in by_trait], self.naming)
        ]


def rank(asked: list[Phrase]):
    """How plainly a story says it first: in its line rather than its title, elsewhere last."""
    after_line = Substr("words", StrIndex("words", LINE_END) + 1)
    line, title = StrIndex("words", LINE_END), StrIndex(after_line, LINE_END)
    steps = []
    for words in asked:
        first = StrIndex("words", Value(wanted(" ".join(words))))
        steps.append(
            Case(
                When(GreaterThan(first, line + title), then=Value(0)),
                When(GreaterThan(first, line), then=Value(IN_TITLE)),
                When(GreaterThan(first, 0), then=Value(IN_LINE)),
                default=Value(0),
            )
        )
    return sum(steps, start=Value(0, output_field=IntegerField()))


CREDITED = (
    "credits__employee",
    "credits__employee__first_name",
    "credits__employee__last_name",
    "credits__employee__known_as",
    "credits__team",
    "credits__team__name",
    "credits__name_text",
)


def _credit(row: dict) -> Credit:
    """One of the story's credits; an empty one if it has none."""
    person, first, last, known_as, team, team_name, as_told = (row[name] for name in CREDITED)
    return Credit(
        employee=person
        and Employee(pk=person, first_name=first, last_name=last, known_as=known_as),
        team=team and Team(pk=team, name=team_name),
        name_text=as_told or "",
    )


@dataclass
class Reading:
    """One story as its readers see it."""

    row: dict
    credits: list[Credit] = field(default_factory=list)

    @property
    def near(self) -> Near:
        """The twin of `Story.near`."""
        team = self.row["teller_team"]
        return Near.to(self.credits, people=[self.row["teller"]], teams=[team] if team else [])

    def says(self, asked: Iterable[Phrase], by_trait: list[bool], naming: Naming) -> bool:
        """Whether everything asked is found in what may be shown, or in the name of a trait."""
        seen = searchable(self._seen(naming))
        return all(
            tagged or wanted(" ".join(words)) in seen
            for words, tagged in zip(asked, by_trait, strict=True)
        )

    def _seen(self, naming: Naming) -> list[str]:
        near = self.near
        seen = [naming.text(self.row[name], near) for name in TEXTS]
        for credit in self.credits:
            person = credit.employee
            if person and not naming.is_unnamed(person):
                seen += person.searched()
            seen.append(naming.text(credit.name_text, near) if naming.names else "")
            seen.append(credit.team.name if credit.team else "")
        return seen


def _finds(words: Phrase) -> Q:
    """Stories that say it in their text, in a name they credit, in a team's or a trait's name."""
    text, written = wanted(" ".join(words)), pattern(words)
    people = Employee.objects.nameable().filter(words__contains=text)
    teams = Team.objects.filter(name__iregex=written)
    return (
        Q(words__contains=text)
        | _credits(employee__in=people.values("pk"))
        | _credits(team__in=teams.values("pk"))
        | Q(pk__in=_as_told(written).values("story"))
        | Q(pk__in=_tagged(words).values("content_object"))
    )


def _credits(**to) -> Q:
    return Q(pk__in=Credit.objects.filter(**to).values("story"))


def _as_told(written: str):
    return Credit.objects.to_be_matched().filter(name_text__iregex=written)


def _tagged(words: Phrase):
    shown = (Trait.Standing.CURATED, Trait.Standing.RETIRED)
    traits = Trait.objects.filter(name__iregex=pattern(words), standing__in=shown)
    return StoryTrait.objects.filter(tag__in=traits.values("pk"))


def _telling(word: str) -> list[str]:
    """The parts of a word that may be a name: of “Roberta’s”, not the s."""
    parts = tokens(word)
    return [part for part in parts if len(part) > 1] or parts


def _touch(words: Iterable[str], person: Employee) -> bool:
    """Whether a word begins a part of this name, or holds one (as “Mareks” does)."""
    parts = [part for name in single_names(person) for part in tokens(name)]
    return any(
        part.startswith(word) or word.startswith(part) or (SPACELESS.match(part) and word in part)
        for part in parts
        for word in words
    )


def _speaks_of(people: list[Employee], teams: Iterable[int]) -> Q:
    """Stories that credit these people or teams, were told by one of them, or write their name.

    It may be more stories than that, and never fewer: each is read to know.
    """
    if len(people) > MOST_SPOKEN_OF:
        return Q(seq__isnull=False)
    ids, teams = [person.pk for person in people], list(teams)
    colleagues = Membership.objects.filter(team__in=teams).values("employee")
    spoken_of = Q(teller__in=ids) | Q(teller__in=colleagues)
    spoken_of |= _credits(employee__in=ids) | _credits(team__in=teams)
    for parts in {frozenset(tokens(name)) for one in people for name in whole_names(one)}:
        spoken_of |= Q(*(Q(words__contains=_standing(part)) for part in parts))
        longest = pattern((max(parts, key=len),))
        spoken_of |= Q(pk__in=_as_told(longest).values("story"))
    return spoken_of


def _standing(part: str) -> str:
    """A part of a name as it stands in a text: an initial alone, scripts that join words inside."""
    if not part.isascii():
        return part
    return f" {part} " if len(part) == 1 else f" {part}"


def seen(condition: Q):
    """The published stories of which this is true."""
    return Story.objects.published().filter(condition).values("pk")


def stands_under(facets: Iterable[str]) -> Q:
    """Stories under one at least of these facets, which are all of a kind."""
    kinds = {facet.partition(":")[0] for facet in facets}
    ids = [int(facet.partition(":")[2]) for facet in facets]
    if kinds == {"trait"}:
        return Q(pk__in=StoryTrait.objects.filter(tag__in=ids).values("content_object"))
    return _credits(**{"team__in" if kinds == {"team"} else "employee__in": ids})


def of_days(span: Span) -> Q:
    """Stories of these days."""
    first, last = datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR, 12, 31)
    return within(span.start or first, span.end or last)

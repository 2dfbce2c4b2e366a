"""Searching the wall: every word must be in what a reader may see of a story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Concat

from staff.models import Credit, Employee, Membership, Team
from staff.naming import Naming, Near, whole_names
from stories.models import Story, StoryTrait, Trait

from .words import (
    MOST_CHARACTERS,
    MOST_WORDS,
    Marker,
    clean,
    names_pattern,
    pattern,
    phrases,
)

TEXTS = ("line", "title", "body", "place", "organisation", "went_wrong")
# Stories that speak of people who are not named are read one by one before they are found.
MOST_READ = 500
IN_LINE, IN_TITLE = 4, 2


class Search:
    """What was asked for, and how to find it for an audience."""

    def __init__(self, text: str, naming: Naming):
        self.naming = naming
        # Cut before it is cleaned, so that a long text costs no more than a short one.
        self.text = clean(text[:MOST_CHARACTERS])
        asked = phrases(self.text)
        self.phrases = asked[:MOST_WORDS]
        self.was_cut = len(text) > MOST_CHARACTERS or len(asked) > MOST_WORDS
        self.patterns = [pattern(words) for words in self.phrases]

    def __bool__(self) -> bool:
        return bool(self.phrases)

    @cached_property
    def marker(self) -> Marker:
        return Marker(self.phrases)

    @cached_property
    def condition(self) -> Q:
        """Stories in which every word is found, but none found by a name that is withheld."""
        found = Q()
        for asked in self.patterns:
            found &= _finds(asked)
        if people := self._withheld_people:
            spoken_of = _speaks_of(people, self.naming.teams_of(people))
            found &= ~spoken_of | Q(pk__in=self._read(found & spoken_of))
        return found

    def rank(self):
        """How plainly a story says it: in its line rather than its title, elsewhere last."""
        steps = [
            Case(When(**{f"{name}__iregex": asked}, then=Value(worth)), default=Value(0))
            for asked in self.patterns
            for name, worth in (("line", IN_LINE), ("title", IN_TITLE))
        ]
        return sum(steps, start=Value(0, output_field=IntegerField()))

    @cached_property
    def _withheld_people(self) -> list[Employee]:
        """Unnamed people whose name has to do with a word; '' is in every name."""
        words = [word for phrase in self.phrases for word in phrase]
        return [
            person
            for person in self.naming.unnamed_matching("")
            if any(_touches(word, person) for word in words)
        ]

    def _read(self, condition: Q) -> list[int]:
        """Of the stories that speak of unnamed people, those that say every word even so.

        Each is read as its readers see it, so that nothing can be found out by searching.
        """
        newest = Story.objects.published().filter(condition).newest_first().values("pk")
        by_trait = {
            f"trait_{number}": Exists(_tagged(asked).filter(content_object=OuterRef("pk")))
            for number, asked in enumerate(self.patterns)
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
        return [
            pk
            for pk, reading in readings.items()
            if reading.says(self.patterns, [reading.row[name] for name in by_trait], self.naming)
        ]


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

    def says(self, patterns: Iterable[str], by_trait: list[bool], naming: Naming) -> bool:
        """Whether each pattern is found in what may be shown, or in the name of a trait."""
        seen = self._seen(naming)
        return all(
            tagged or any(re.search(asked, text, re.IGNORECASE) for text in seen)
            for asked, tagged in zip(patterns, by_trait, strict=True)
        )

    def _seen(self, naming: Naming) -> list[str]:
        team = self.row["teller_team"]
        near = Near.to(self.credits, people=[self.row["teller"]], teams=[team] if team else [])
        seen = [naming.text(self.row[name], near) for name in TEXTS]
        for credit in self.credits:
            person = credit.employee
            if person and not naming.is_unnamed(person):
                seen.append(f"{person.full_name} {person.known_as} {person.last_name}")
            seen.append(naming.text(credit.name_text, near))
            seen.append(credit.team.name if credit.team else "")
        return seen


def _finds(asked: str) -> Q:
    """Stories that say it in their text, in a name they credit, in a team's or a trait's name."""
    people = (
        Employee.objects.nameable()
        .annotate(
            names=Concat(
                "first_name", V_SPACE, "last_name", V_SPACE, "known_as", V_SPACE, "last_name"
            )
        )
        .filter(names__iregex=asked)
    )
    credited = Credit.objects.filter(
        Q(employee__in=people.values("pk"))
        | Q(name_text__iregex=asked)
        | Q(team__name__iregex=asked)
    )
    found = Q(pk__in=credited.values("story"))
    found |= Q(pk__in=_tagged(asked).values("content_object"))
    for name in TEXTS:
        found |= Q(**{f"{name}__iregex": asked})
    return found


V_SPACE = Value(" ")


def _tagged(asked: str):
    shown = (Trait.Standing.CURATED, Trait.Standing.RETIRED)
    return StoryTrait.objects.filter(tag__name__iregex=asked, tag__standing__in=shown)


def _touches(word: str, person: Employee) -> bool:
    """Whether the word begins a part of this name, or holds one (as “Roberta’s” does)."""
    name = f"{person.full_name} {person.known_as}"
    parts = re.findall(r"\w+", name)
    return bool(
        re.search(pattern((word,)), name, re.IGNORECASE)
        or any(re.search(pattern((part,)), word, re.IGNORECASE) for part in parts)
    )


def _speaks_of(people: list[Employee], teams: Iterable[int]) -> Q:
    """Stories that credit these people or teams, were told by one of them, or write their name."""
    ids, teams = [person.pk for person in people], list(teams)
    colleagues = Membership.objects.filter(team__in=teams).values("employee")
    credited = Q(employee__in=ids) | Q(team__in=teams)
    spoken_of = Q(teller__in=ids) | Q(teller__in=colleagues)
    if named := names_pattern(name for person in people for name in whole_names(person)):
        credited |= Q(name_text__iregex=named)
        for name in TEXTS:
            spoken_of |= Q(**{f"{name}__iregex": named})
    return spoken_of | Q(pk__in=Credit.objects.filter(credited).values("story"))

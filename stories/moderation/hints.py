"""What a moderator should look at twice: places where a text seems to give somebody away.

E-mail addresses, phone numbers, card numbers, and full names that are not in the directory. A
hint never decides anything; it only points. Every search here is bounded: it takes time in
proportion to the text, whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumbers import Leniency, PhoneNumberMatcher, is_valid_number

from staff.models import Team
from stories.models import Story
from stories.models.story import MOST_BODY

from . import fullnames

FIELDS = ("line", "title", "body", "place", "organisation", "went_wrong")
MOST_HINTS = 30
MOST_TEAMS = 2000

EMAIL, PHONE, CARD, NAME = "email", "phone", "card", "name"
LABELS = {
    EMAIL: _("E-mail address"),
    PHONE: _("Phone number"),
    CARD: _("Card number"),
    NAME: _("Name not in the directory"),
}

ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
# 13 to 19 digits, one by one or in groups. Each step takes one digit, so nothing is tried twice.
LONG_NUMBER = re.compile(r"(?<![\d+])[2-6](?:[ \u00a0-]?\d){12,18}(?!\d)")
PHONE_TRIES = 200
# Written as one dials it, from abroad or from here: a number even if its range is not known yet.
DIALLED = re.compile(r"(?:\+|\(?0)(?:[^\w\n]{0,3}\d){8,14}$")
DIGITS_OF_A_PHONE = re.compile(r"\d(?:[^\w\n]{0,3}\d){6}")


@dataclass(frozen=True)
class Hint:
    """Something to look at twice, and where it stands: `story.<field>[start:end] == text`."""

    kind: str
    text: str
    start: int
    end: int
    field: str

    @property
    def label(self) -> str:
        return str(LABELS[self.kind])


def hints(story: Story) -> list[Hint]:
    """The hints of one story, in the order of its text."""
    return look([story]).hints[story.pk]


@dataclass(frozen=True)
class Looked:
    """What was found: hints by the id of the story, and the directory's answer to the names."""

    hints: dict[int, list[Hint]]
    directory: fullnames.Directory


def look(
    stories: Iterable[Story], *, also: Q | None = None, teams: Iterable[str] | None = None
) -> Looked:
    """Look through several stories, asking the directory once for all of them.

    `also` fetches more employees in the same question; `teams` are the names of all teams, asked
    for when not given.
    """
    stories = list(stories)
    candidates = {
        (story.pk, field): list(fullnames.candidates(_text(story, field)))
        for story in stories
        for field in FIELDS
    }
    directory = fullnames.Directory.of(chain.from_iterable(candidates.values()), also)
    if teams is None:
        teams = Team.objects.values_list("name", flat=True)[:MOST_TEAMS]
    names_of_teams = fullnames.words(" ".join(teams))
    found = {story.pk: _hints(story, candidates, directory, names_of_teams) for story in stories}
    return Looked(found, directory)


def _hints(story: Story, candidates: dict, directory: fullnames.Directory, teams: set[str]):
    places = teams | fullnames.words(f"{story.place} {story.organisation}")
    found: list[Hint] = []
    for field in FIELDS:
        text = _text(story, field)
        names = (
            (NAME, name.start, name.end)
            for name in candidates[story.pk, field]
            if directory.is_stranger(name, places)
        )
        taken: list[tuple[int, int]] = []
        for kind, start, end in chain(_contacts(text), names):
            if len(taken) == MOST_HINTS:
                break
            if all(end <= other[0] or other[1] <= start for other in taken):
                taken.append((start, end))
                found.append(Hint(kind, text[start:end], start, end, field))
    order = {field: place for place, field in enumerate(FIELDS)}
    found.sort(key=lambda hint: (order[hint.field], hint.start))
    return found[:MOST_HINTS]


def _contacts(text: str) -> Iterator[tuple[str, int, int]]:
    """Card numbers first: what is one is no phone number."""
    for match in LONG_NUMBER.finditer(text):
        if _is_card_number(match.group()):
            yield CARD, match.start(), match.end()
    if "@" in text:
        for match in ADDRESS.finditer(text):
            yield EMAIL, match.start(), match.end()
    if DIGITS_OF_A_PHONE.search(text):
        for phone in PhoneNumberMatcher(
            text, settings.PHONE_REGION, leniency=Leniency.POSSIBLE, max_tries=PHONE_TRIES
        ):
            if is_valid_number(phone.number) or DIALLED.match(phone.raw_string):
                yield PHONE, phone.start, phone.end


def _is_card_number(text: str) -> bool:
    """Luhn's check sum, which one in ten numbers of the right length has by chance."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _text(story: Story, field: str) -> str:
    return getattr(story, field)[:MOST_BODY]

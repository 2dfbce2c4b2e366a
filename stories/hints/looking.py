"""Where a text seems to give somebody away: what to look at twice.

E-mail addresses, phone, card and account numbers, days of birth, numbers of orders and rooms, and
full names that are not in the directory. A hint never decides anything; it only points.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from staff.models import Team
from stories.models import Story
from stories.models.story import MOST_BODY

from . import fullnames
from .numbers import ACCOUNT, BIRTH, CARD, EMAIL, PHONE, REFERENCE, numbers

FIELDS = ("line", "title", "body", "place", "organisation", "went_wrong")
# “Room 2, eye clinic” says where it was, as that field asks.
PLACE = "place"
MOST_HINTS = 30
MOST_TEAMS = 2000

NAME = "name"
LABELS = {
    EMAIL: _("E-mail address"),
    PHONE: _("Phone number"),
    CARD: _("Card number"),
    ACCOUNT: _("Account number"),
    BIRTH: _("Date of birth"),
    REFERENCE: _("Number of an order, a booking or a room"),
    NAME: _("Name not in the directory"),
}
# By any of these a stranger could reach somebody or pass for them.
REACHING = (EMAIL, PHONE, CARD, ACCOUNT, BIRTH)


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


def reaching(story: Story) -> list[str]:
    """What a story holds by which somebody could be reached, in words."""
    found = {kind for field in FIELDS for kind, *_place in numbers(_text(story, field))}
    return [str(LABELS[kind]) for kind in REACHING if kind in found]


@dataclass(frozen=True)
class Looked:
    """What was found: hints by the id of the story, and the directory's answer to the names."""

    hints: dict[int, list[Hint]]
    directory: fullnames.Directory


def look(
    stories: Iterable[Story],
    *,
    also: Q | None = None,
    teams: Iterable[Team] | None = None,
    told: str = "",
    beside: Iterable[QuerySet] = (),
) -> Looked:
    """Look through several stories, asking the directory once for all of them.

    `also` fetches more employees in the same question, and whatever is needed `beside` it; `teams`
    are all teams, asked for with it where they are not given, or given as a queryset. `told` are
    names that somebody means to tell.
    """
    stories = list(stories)
    candidates = {
        (story.pk, field): list(fullnames.candidates(_text(story, field)))
        for story in stories
        for field in FIELDS
    }
    if not any(candidates.values()):
        teams = []
    elif teams is None:
        teams = Team.objects.only("name")[:MOST_TEAMS]
    beside = [*beside, *([teams] if isinstance(teams, QuerySet) else [])]
    directory = fullnames.Directory.of(chain.from_iterable(candidates.values()), also, *beside)
    directory.told = fullnames.words(told[:MOST_BODY])
    names_of_teams = fullnames.words(" ".join(team.name for team in teams))
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
        for kind, start, end in chain(numbers(text), names):
            if field == PLACE and kind == REFERENCE:
                continue
            if len(taken) == MOST_HINTS:
                break
            if all(end <= other[0] or other[1] <= start for other in taken):
                taken.append((start, end))
                found.append(Hint(kind, text[start:end], start, end, field))
    order = {field: place for place, field in enumerate(FIELDS)}
    found.sort(key=lambda hint: (order[hint.field], hint.start))
    return found[:MOST_HINTS]


def _text(story: Story, field: str) -> str:
    return getattr(story, field)[:MOST_BODY]

"""What a screen shows now: decided anew each time it asks."""

from __future__ import annotations

from dataclasses import replace

from django.urls import reverse

from staff import roles
from staff.audiences import SCREENS
from staff.naming import Naming
from stories.cards import Card, cards
from stories.filtering.filters import under
from stories.filtering.known import Known
from stories.filtering.meant import Meant
from stories.filtering.stored import Stored, stored
from stories.models import Screen, Story

MOST_STORIES = 30


def may_show(screen: Screen) -> bool:
    """Whoever made it may still do so: a manager its team's stories, a moderator any."""
    if roles.is_moderator(screen.made_by):
        return True
    return screen.team_id in roles.managed_team_ids(screen.made_by)


def asked_of(screen: Screen, naming: Naming, known: Known | None = None) -> Stored:
    """What a screen asks for, as it may be said today; its team is among whom it speaks of."""
    asked = stored(screen.query, naming, known)
    if screen.team is None:
        return asked
    teams = asked.near.teams.union(asked.form.team_ids(screen.team))
    return replace(asked, near=replace(asked.near, teams=teams))


def naming_of(screen: Screen) -> Naming:
    """How people are named on it: as everywhere, or not at all."""
    return Naming(SCREENS) if screen.names else Naming(SCREENS, names=False)


def name_of(screen: Screen, naming: Naming, known: Known) -> str:
    """Where it hangs; a name in it that is withheld is not said, on a display least of all."""
    return asked_of(screen, naming, known).said(screen.name)


def meant_by(screen: Screen, naming: Naming, known: Known | None = None) -> Meant | None:
    """The published stories of this screen's filter and team.

    None at all where the filter speaks of something that is there no more, such as somebody who is
    not named any longer: less asked for would mean more shown.
    """
    asked = stored(screen.query, naming, known)
    if asked.is_gone:
        return None
    team = asked.form.team_ids(screen.team) if screen.team else []
    base = [under(*(f"team:{pk}" for pk in team))] if team else []
    return asked.form.meant(screen.made_by, base)


def shows(screen: Screen, story: Story) -> bool:
    """Whether a story is one of this screen's."""
    meant = meant_by(screen, Naming(SCREENS))
    return meant is not None and story.seq is not None and story.seq in meant.seqs


def slides(screen: Screen, naming: Naming | None = None, known: Known | None = None) -> list[Card]:
    """The cards to show, named as this screen may, their photos at the screen's own addresses."""
    naming = naming or naming_of(screen)
    meant = meant_by(screen, naming, known)
    if meant is None:
        return []
    stories = meant.stories(meant.newest(MOST_STORIES)).fetched_for_cards()
    shown = zip(cards(stories, naming), stories, strict=True)
    return [_with_photo_of(screen, card, story) for card, story in shown]


def _with_photo_of(screen: Screen, shown: Card, story: Story) -> Card:
    photo = story.leading_photo
    if shown.photo is None or photo is None:
        return shown
    name = shown.photo.url.rpartition("/")[2]
    address = reverse("screen_photo", args=[screen.token, photo.key, name])
    return replace(shown, photo=replace(shown.photo, url=address, swapped=address))

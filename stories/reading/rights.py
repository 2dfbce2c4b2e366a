"""What a reader may do with a story besides reading it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from staff import roles
from staff.models import Team, User
from stories.filtering.known import Known
from stories.models import Note, Story, WallVersion
from stories.models.postings import Version


def leading(user: User) -> QuerySet:
    """The question for the teams that a manager leads today, by id; none for everybody else."""
    led = Team.objects.led_by(user) if roles.is_manager(user) else Team.objects.none()
    return led.values_list("pk", flat=True)


def may_hold_up(
    story: Story, user: User, *, led: Iterable[int] | None = None, as_of: Version | None = None
) -> bool:
    """Moderators hold up any story as gold standard, managers those of their teams and below.

    `led` is what `leading` found, and `as_of` the wall's version, for those who have asked.
    """
    if roles.is_moderator(user):
        return True
    led = frozenset(leading(user) if led is None else led)
    teams = {credit.team_id for credit in story.credits.all()} - {None} if led else set()
    if not teams:
        return False
    known = Known(as_of=as_of or WallVersion.current())
    return any(led.intersection(team.tree_path) for team in known.teams if team.pk in teams)


def may_remove(note: Note, user: User) -> bool:
    """Authors take back their own notes; moderators take down any."""
    return note.author.account_id == user.pk or roles.is_moderator(user)

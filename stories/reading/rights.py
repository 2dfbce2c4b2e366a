"""What a reader may do with a story besides reading it."""

from __future__ import annotations

from staff import roles
from staff.models import Team, User
from stories.filtering.known import Known
from stories.models import Note, Story, WallVersion
from stories.models.postings import Version


def led_by(user: User) -> frozenset[int]:
    """The teams that a manager leads today; none for everybody else."""
    return frozenset(Team.objects.led_by(user).ids() if roles.is_manager(user) else ())


def may_hold_up(
    story: Story, user: User, *, led: frozenset[int] | None = None, as_of: Version | None = None
) -> bool:
    """Moderators hold up any story as gold standard, managers those of their teams and below.

    `led` is what `led_by` answered, and `as_of` the wall's version, for those who have asked.
    """
    if roles.is_moderator(user):
        return True
    led = led_by(user) if led is None else led
    teams = {credit.team_id for credit in story.credits.all()} - {None} if led else set()
    if not teams:
        return False
    known = Known(as_of=as_of or WallVersion.current())
    return any(led.intersection(team.tree_path) for team in known.teams if team.pk in teams)


def may_remove(note: Note, user: User) -> bool:
    """Authors take back their own notes; moderators take down any."""
    return note.author.account_id == user.pk or roles.is_moderator(user)

"""Who may do what: the one place that knows roles.

A role is a Django group. Everyone who can sign in is staff; a manager is also in `managers`, a
moderator in `moderators`, an admin in `admins`. An admin may do all that a moderator may, and a
superuser is an admin. The table 'Who does what' in docs/architecture.md says what follows.
"""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .models import Team, User

MANAGERS, MODERATORS, ADMINS = "managers", "moderators", "admins"
ROLES = (MANAGERS, MODERATORS, ADMINS)

Someone = User | AnonymousUser


def is_staff(user: Someone) -> bool:
    """Any employee who can sign in."""
    return user.is_authenticated and user.is_active


def is_admin(user: Someone) -> bool:
    return is_staff(user) and (_is_superuser(user) or _has(user, ADMINS))


def is_moderator(user: Someone) -> bool:
    return is_admin(user) or _has(user, MODERATORS)


def is_manager(user: Someone) -> bool:
    return _has(user, MANAGERS)


def managed_team_ids(user: Someone) -> set[int]:
    """The teams a manager leads today and every team below them; empty for everyone else."""
    if not is_manager(user):
        return set()
    return Team.objects.managed_by(user)


def moderators() -> QuerySet[User]:
    """The accounts of those who moderate: of the admins only where nobody else does."""
    active = User.objects.filter(is_active=True).order_by("pk").distinct()
    chosen = active.filter(groups__name=MODERATORS)
    admins = active.filter(Q(groups__name=ADMINS) | Q(is_superuser=True))
    return chosen if chosen.exists() else admins


def require(allowed: bool) -> None:
    """Raise PermissionDenied, answered by a 403 with a plain sentence, unless allowed."""
    if not allowed:
        raise PermissionDenied(_("Your account does not have this right. An admin can give it."))


def _is_superuser(user: Someone) -> bool:
    return user.is_superuser and not (isinstance(user, User) and user.held_back)


def _has(user: Someone, role: str) -> bool:
    return isinstance(user, User) and user.is_active and role in user.role_names

"""What every page may know."""

from django.conf import settings
from django.http import HttpRequest

from staff import roles


def site(request: HttpRequest) -> dict:
    """The organisation's name, and which doors to show to the person who is reading."""
    user = getattr(request, "user", None)
    return {
        "organisation": settings.ORGANISATION,
        "may_moderate": user is not None and roles.is_moderator(user),
        "may_keep_screens": user is not None
        and (roles.is_manager(user) or roles.is_moderator(user)),
    }

"""Who may do what in the admin: mixins that ask `staff.roles` instead of Django's permissions.

They go before ModelAdmin, or before an inline:

    class StoryAdmin(ModeratorsToo, admin.ModelAdmin): …
"""

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest

from . import roles
from .text import as_id

MOST_SEARCHED = 200


class AdminsOnly:
    """Admins see and change; for everyone else the model is not there."""

    def may_change(self, request: HttpRequest) -> bool:
        return roles.is_admin(request.user)

    def may_view(self, request: HttpRequest) -> bool:
        return self.may_change(request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str):
        """Nobody searches for a whole page; each word would be a condition of its own."""
        words = search_term[:MOST_SEARCHED]
        return super().get_search_results(request, queryset, words)  # type: ignore[misc]

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A tick that can be no row's number is none."""
        posted = request.POST.copy()
        ticked = [one for one in posted.getlist(ACTION_CHECKBOX_NAME) if as_id(one) is not None]
        posted.setlist(ACTION_CHECKBOX_NAME, ticked)
        request.POST = posted  # type: ignore[assignment]  # Django reads it from here again
        return super().response_action(request, *args, **kwargs)  # type: ignore[misc]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_view(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request)


class ModeratorsToo(AdminsOnly):
    """Moderators and admins see and change."""

    def may_change(self, request: HttpRequest) -> bool:
        return roles.is_moderator(request.user)


class ModeratorsMayLook(AdminsOnly):
    """Admins change; moderators look things up."""

    def may_view(self, request: HttpRequest) -> bool:
        return roles.is_moderator(request.user)


class ReadOnly:
    """For looking things up: nothing is added, changed or deleted by a form. Comes first."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

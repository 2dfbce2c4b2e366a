"""Who may do what in the admin: mixins that ask `staff.roles` instead of Django's permissions.

They go before ModelAdmin, or before an inline:

    class StoryAdmin(ModeratorsToo, ModelPages): …
"""

from typing import Any

from django.http import HttpRequest

from . import roles


class AdminsOnly:
    """Admins see and change; for everyone else the model is not there."""

    def may_change(self, request: HttpRequest) -> bool:
        return roles.is_admin(request.user)

    def may_view(self, request: HttpRequest) -> bool:
        return self.may_change(request)

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

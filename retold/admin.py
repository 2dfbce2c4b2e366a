"""The admin site: who may come in, by which door, and what it is called."""

from functools import update_wrapper
from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from staff import roles

# The order in which the first page names them.
FIRST = [
    *("Story", "Flag", "Trait", "Note", "StoryEvent", "Consent"),
    *("Employee", "Team", "User", "History"),
]


def _place(model: str) -> int:
    return FIRST.index(model) if model in FIRST else len(FIRST)


class RetoldAdminSite(AdminSite):
    """Stock Django admin, for those who moderate or administer."""

    site_header = _("Retold")
    site_title = _("Retold admin")
    index_title = _("Moderation and administration")
    site_url = "/"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Nobody deletes what they have not looked at one by one.
        self.disable_action("delete_selected")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list:
        """What is done every day comes first."""
        parts = super().get_app_list(request, app_label)
        for part in parts:
            part["models"].sort(key=lambda model: _place(model["object_name"]))
        return sorted(parts, key=lambda app: app["app_label"] != "stories")

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict | None = None
    ) -> Any:
        """One part of the first page, under its own name."""
        known = {config.label: config.verbose_name for config in apps.get_app_configs()}
        title = {"title": known.get(app_label, "")}
        return super().app_index(request, app_label, title | (extra_context or {}))

    def has_permission(self, request: HttpRequest) -> bool:
        return roles.is_moderator(request.user)

    def admin_view(self, view, cacheable: bool = False):
        """As stock, but someone signed in without the right is told so, not asked to sign in."""
        inner = super().admin_view(view, cacheable)

        def for_those_with_the_right(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if getattr(request.user, "held_back", False):
                return redirect_to_login(request.get_full_path(), reverse("second_factor"))
            if request.user.is_authenticated:
                roles.require(self.has_permission(request))
            # PostgreSQL takes no NUL, and Django's lists look for whatever the address says.
            if "%00" in (query := request.META.get("QUERY_STRING", "")):
                request.GET = QueryDict(query.replace("%00", ""))
            return inner(request, *args, **kwargs)

        return update_wrapper(for_those_with_the_right, inner)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """There is one sign-in page for the wall and the admin."""
        goal = request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        if not safe or goal.startswith(request.path):
            goal = reverse("admin:index")
        if request.user.is_authenticated:
            roles.require(self.has_permission(request))
            return redirect(goal)
        return redirect_to_login(goal)

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        logout(request)
        return redirect("account_login")

    def password_change(self, request: HttpRequest, extra_context: dict | None = None):
        return redirect("account_change_password")

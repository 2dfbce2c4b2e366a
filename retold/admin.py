"""The admin site: who may come in, and what it is called."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff import roles


class RetoldAdminSite(AdminSite):
    """Stock Django admin, for those who moderate or administer."""

    site_header = _("Retold")
    site_title = _("Retold admin")
    index_title = _("Moderation and administration")
    site_url = "/"

    def has_permission(self, request: HttpRequest) -> bool:
        return roles.is_moderator(request.user)

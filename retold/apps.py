"""The admin site, dressed as Retold and open to moderators and admins."""

from django.contrib.admin.apps import AdminConfig


class RetoldAdminConfig(AdminConfig):
    default_site = "retold.admin.RetoldAdminSite"

    def ready(self) -> None:
        super().ready()
        from . import checks  # noqa: F401  # importing it registers them; settings are needed first

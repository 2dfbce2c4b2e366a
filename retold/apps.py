"""The admin site, dressed as Retold and open to moderators and admins."""

from django.contrib.admin.apps import AdminConfig


class RetoldAdminConfig(AdminConfig):
    default_site = "retold.admin.RetoldAdminSite"

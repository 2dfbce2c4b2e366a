from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("People and teams")

    def ready(self) -> None:
        from . import accounts, security_log  # noqa: F401  # imported, they hear of sign-ins

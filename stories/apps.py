from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StoriesConfig(AppConfig):
    name = "stories"
    verbose_name = _("Stories")

    def ready(self) -> None:
        # Importing them registers the checks; models have to be there first.
        from .sharing.cards import checks  # noqa: F401

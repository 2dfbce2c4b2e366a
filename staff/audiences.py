"""Who is told a story, and how much of a name each may hear: the words of consent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom a surface speaks to, the closest first. None hears more of a name than one before it."""

    TEAM = "team", _("my team")
    ORGANISATION = "organisation", _("everyone here")
    SCREENS = "screens", _("screens and posters")
    PUBLIC = "public", _("whoever sees a picture card, also outside")


class NamedAs(models.TextChoices):
    """How somebody is named, the most first."""

    FULL = "full", _("Full name")
    FIRST = "first", _("First name")
    COLLEAGUE = "colleague", _("‘a colleague’")

    @property
    def extent(self) -> int:
        """How little is said: the larger, the less."""
        return list(NamedAs).index(self)


TEAM, ORGANISATION, SCREENS, PUBLIC = Audience
FULL, FIRST, COLLEAGUE = NamedAs


def named_at_first() -> str:
    """How somebody is named in a story until they have said how they want to be."""
    return COLLEAGUE if settings.NAMES_WAIT else FULL

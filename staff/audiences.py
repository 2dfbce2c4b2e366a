"""Who is told a story, and how much of a name each may hear: the words of consent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Whom a surface speaks to, the closest first. None hears more of a name than one before it."""

    TEAM = "team", _("my team")
    ORGANISATION = "organisation", _("everyone here")
    SCREENS = "screens", _("screens and posters")
    PUBLIC = "public", _("everybody, also outside")


TEAM, ORGANISATION, SCREENS, PUBLIC = Audience

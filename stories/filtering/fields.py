"""What a wall's address is read with: values that are never refused."""

from __future__ import annotations

import re

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from .words import MOST_CHARACTERS, clean

IDENTITY = re.compile(r"[0-9]{1,18}")
YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
MONTH = re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])")


class Sort(TextChoices):
    NEWEST = "newest", _("Newest")
    RETOLD = "retold", _("Most retold")
    SALUTED = "saluted", _("Most saluted")
    RELEVANCE = "relevance", _("Best match")


class View(TextChoices):
    LIST = "list", _("As a list")


class Word(forms.Field):
    """A value from an address: always text, never too long, never refused."""

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_python(self, value: object) -> str:
        return clean(str(value or "")[:MOST_CHARACTERS])


class Typed(Word):
    """What somebody typed, as it is."""

    def to_python(self, value: object) -> str:
        return str(value or "")


class Words(forms.Field):
    """A value that may be given several times, each of them once."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_python(self, value: list[str] | None) -> list[str]:
        words = (clean(each[:MOST_CHARACTERS]) for each in value or [])
        return list(dict.fromkeys(words))

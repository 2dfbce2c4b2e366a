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
# Of a value that is given several times so many are tried: each may be a question.
MOST_TRIED = 3


class Sort(TextChoices):
    NEWEST = "newest", _("Newest")
    RETOLD = "retold", _("Most retold")
    SALUTED = "saluted", _("Most saluted")
    RELEVANCE = "relevance", _("Best match")


class View(TextChoices):
    LIST = "list", _("As a list")


class Typed(forms.Field):
    """What somebody typed, as it is."""

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_python(self, value: object) -> str:
        return str(value or "")


class Words(forms.Field):
    """Values from an address: always text, each of them once, never too long, never refused."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_python(self, value: list[str] | None) -> list[str]:
        words = (clean(each[:MOST_CHARACTERS]) for each in value or [])
        return list(dict.fromkeys(words))


class Word(Words):
    """A value of which the last one holds that makes sense; the last few, that one first."""

    def to_python(self, value: list[str] | None) -> list[str]:
        return super().to_python((value or [])[: -MOST_TRIED - 1 : -1])

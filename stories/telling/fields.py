"""Fields of the tell form: forgiving in what they take, and whatever is wrong is kept and said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from staff.text import clean_text

# More values than a person taps; a longer list is answered with a sentence.
MOST_VALUES = 60


class Choice(forms.ChoiceField):
    """One of some words; left out, it is the first thing the model would say itself."""

    def __init__(self, *, empty: str = "", **kwargs: Any) -> None:
        self.empty = empty
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> str:
        return super().clean(value) or self.empty

    def validate(self, value: str) -> None:
        if value and not self.valid_value(value):
            raise ValidationError(_("Choose one of the answers offered."), code="unknown")


class Several(forms.Field):
    """Values that come repeated, in the order in which they were sent, each once."""

    widget = forms.MultipleHiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> list[str]:
        values = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
        once = dict.fromkeys(clean_text(one)[:100] for one in values if one)
        return [one for one in once if one]

    def validate(self, value: list[str]) -> None:
        if len(value) > MOST_VALUES:
            raise ValidationError(_("That is more than a story can hold. Choose fewer."))

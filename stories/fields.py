"""What people write, as fields of a form: made fit to store, then measured; nothing is cut off."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from staff.days import EARLIEST, has_been
from staff.text import as_printed, clean_text, unquoted

# An address that a form carries along, as long as servers take any.
MOST_IN_AN_ADDRESS = 8_000


class Words(forms.CharField):
    """A text of several lines; too long is said with both numbers.

    The widget knows of no limit: a browser that has one drops the end of what is pasted.
    """

    def __init__(self, *, max_length: int | None = None, **kwargs: Any) -> None:
        self.most = max_length
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(value)

    def validate(self, value: str) -> None:
        super().validate(value)
        if self.most is not None and len(value) > self.most:
            raise ValidationError(
                _(
                    "That is %(length)s characters, and there is room for %(most)s. All of it is "
                    "still here: shorten it and try again."
                )
                % {"length": f"{len(value):,}", "most": f"{self.most:,}"},
                code="too_long",
            )


class Line(Words):
    """A text of one line."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class Title(Line):
    """What stands large on a page: with the marks of print, whatever keyboard it came from."""

    def to_python(self, value: Any) -> str:
        return as_printed(super().to_python(value))


class SaidLine(Title):
    """The line of a story, without quotation marks around it: the poster brings its own."""

    def to_python(self, value: Any) -> str:
        return unquoted(super().to_python(value))


class Day(forms.DateField):
    """A day on which something happened: not still to come, and not before anybody remembers."""

    def validate(self, value: datetime.date | None) -> None:
        super().validate(value)
        if value is None or has_been(value):
            return
        if value < EARLIEST:
            raise ValidationError(_("That is before 1900. Look at the year once more."))
        raise ValidationError(_("That day has not come yet. Was it today, or earlier?"))

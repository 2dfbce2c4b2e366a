"""Small words and marks the templates need: initials, dates as people say them, icons."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from stories import lines

register = template.Library()


@register.filter
def fit(text: str) -> str:
    """The classes that let a line of our own fill its poster, as a story's line does."""
    return lines.fit(text).classes


@register.filter
def script(text: str) -> str:
    """The classes that give a heading of somebody's own words the room its script needs."""
    return " ".join(lines.scripts(text))


@register.filter
def initials(name: object) -> str:
    """The first letters of a name, for a badge that has little room."""
    words = [word for word in str(name).replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "·"
    if len(words) == 1:
        return words[0][:2].upper()
    return (words[0][0] + words[-1][0]).upper()


@register.filter
def said(day: date | datetime | None) -> str:
    """A date as people say it: Today, Yesterday, Tuesday, 26 February, March 2023."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    today = timezone.localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if today - timedelta(days=7) < day < today:
        return date_format(day, "l")
    if abs((today - day).days) < 300:
        return date_format(day, "j F")
    return date_format(day, "F Y")

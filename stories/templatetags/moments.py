"""What people say inside a sentence: days, with the exact day on hover, and how often."""

from datetime import date, datetime

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

# Until when a day is said by its weekday, its day of the month, its month.
WEEK, RECENT, YEAR = 7, 45, 300


@register.simple_tag
def told_when(moment: date | datetime | None) -> SafeString | str:
    """When something was told: today, yesterday, last Thursday, on 26 February, in March 2023."""
    day = as_day(moment)
    return _time(day, said_of_day(day, recent=YEAR)) if day else ""


@register.simple_tag
def happened_when(day: date | None, told: date | datetime | None = None) -> SafeString | str:
    """When it happened, less exactly the longer ago: the same day, last Thursday, in January."""
    if not day:
        return ""
    if told and day == as_day(told):
        return _time(day, _("the same day"))
    return _time(day, said_of_day(day, recent=RECENT))


@register.filter
def told_on(times: int) -> str:
    """How often a story was told on: once, twice, 41 times."""
    if times == 2:
        return _("told on twice")
    words = ngettext("told on once", "told on %(times)s times", times)
    return words % {"times": intcomma(times)}


def as_day(moment: date | datetime | None) -> date | None:
    if isinstance(moment, datetime):
        return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()
    return moment


def said_of_day(day: date, *, recent: int) -> str:
    """A day inside a sentence; by its day of the month if it is less than `recent` days ago."""
    ago = (timezone.localdate() - day).days
    if ago == 0:
        return _("today")
    if ago == 1:
        return _("yesterday")
    if 1 < ago < WEEK:
        return _("last %(weekday)s") % {"weekday": date_format(day, "l")}
    if abs(ago) < recent:
        return _("on %(day)s") % {"day": date_format(day, "j F")}
    return _("in %(month)s") % {"month": date_format(day, "F" if abs(ago) < YEAR else "F Y")}


def _time(day: date, words: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        day.isoformat(),
        date_format(day, "l j F Y"),
        words,
    )

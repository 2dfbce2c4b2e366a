"""The e-mail to somebody who follows a part of the wall: what is new there, at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories import palette
from stories.cards import Card, cards
from stories.filtering.filters import FilterForm
from stories.filtering.stored import Stored, stored
from stories.models import Follow, FollowMail, Story, StoryEvent

from ..addresses import address_of_account
from ..letters import LONGEST_SUBJECT, Letter, one_line, tidy
from .turns import stories_between

MOST_STORIES = 20


@dataclass(frozen=True)
class Sheet:
    """One story in the e-mail: its card, and the two inks as mail programs understand them."""

    card: Card
    url: str
    ground: str
    ink: str


def message(mail: FollowMail, connection: Any) -> EmailMultiAlternatives | None:
    """The e-mail itself; None if there is nothing to tell any more, or nobody to tell it to."""
    follow = mail.follow
    address = address_of_account(follow.account) if follow.ended_at is None else ""
    if not address:
        return None
    asked = stored(follow.query, Naming(ORGANISATION))
    stories, more = _news(mail, asked)
    if not stories:
        return None
    # Written down before it is sent: what was told once is never told again.
    mail.told = [story.pk for story in stories]
    mail.save(update_fields=["told"])
    written = _letter(follow, asked.form, cards(stories, asked.form.naming), more)
    sent = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        to=[address],
        connection=connection,
        headers=_headers(mail),
    )
    sent.attach_alternative(written.html, "text/html")
    return sent


def _news(mail: FollowMail, asked: Stored) -> tuple[list[Story], int]:
    """The stories to tell, the newest first, and how many more there are."""
    found = stories_between(asked, mail.follow, mail.after, mail.upto)
    found = found.exclude(pk__in=_told_before(mail, list(found.values_list("pk", flat=True))))
    stories = found[:MOST_STORIES].fetched_for_cards()
    more = found.count() - len(stories) if len(stories) == MOST_STORIES else 0
    return stories, more


def _told_before(mail: FollowMail, ids: list[int]) -> set[int]:
    """Those of the stories that came back to the wall after this follower had heard of them."""
    published = StoryEvent.objects.filter(story__in=ids, action=StoryEvent.Action.PUBLISHED)
    came_back = published.order_by().values("story").annotate(times=Count("pk"))
    again = set(came_back.filter(times__gt=1).values_list("story", flat=True))
    if not again:
        return again
    others = mail.follow.mails.exclude(pk=mail.pk).values_list("told", flat=True)
    return again & {pk for told in others.iterator() for pk in told}


def _letter(follow: Follow, form: FilterForm, told: list[Card], more: int) -> Letter:
    chips = form.chips
    words = " · ".join(chip.name for chip in chips)
    context = {
        "sheets": [_sheet(card) for card in told],
        "heading": _counted(len(told) + more),
        "words": words,
        "more": more,
        "wall": settings.SITE_URL + form.address(sort=None, view=None),
        "follows": settings.SITE_URL + reverse("follow"),
        "end": end_url(follow),
        "organisation": settings.ORGANISATION,
    }
    return Letter(
        subject=Truncator(one_line(_subject(told, more, words))).chars(LONGEST_SUBJECT),
        text=tidy(render_to_string("notices/news.txt", context)),
        html=render_to_string("notices/news.html", context),
    )


def _subject(told: list[Card], more: int, words: str) -> str:
    if len(told) == 1 and not more:
        name = f"“{told[0].line}”" if told[0].line else told[0].title
        return _("A new story: %(name)s") % {"name": name}
    count = _counted(len(told) + more)
    return _("%(count)s: %(words)s") % {"count": count, "words": words} if words else count


def _counted(number: int) -> str:
    return ngettext("A new story", "%(number)s new stories", number) % {"number": number}


def _sheet(card: Card) -> Sheet:
    pair = palette.BY_SLUG[card.hue]
    return Sheet(card, settings.SITE_URL + card.url, pair.ground.hex, pair.ink.hex)


def end_url(follow: Follow) -> str:
    """Where these e-mails are ended without signing in."""
    return settings.SITE_URL + reverse("follow_end", args=[follow.token])


def _headers(mail: FollowMail) -> dict[str, str]:
    """What mail programs read: which e-mail it is, and how one click ends it (RFC 8058)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return {
        "Message-ID": f"<news-{mail.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<news-{mail.follow_id}.{host}>",
        "List-Unsubscribe": f"<{end_url(mail.follow)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

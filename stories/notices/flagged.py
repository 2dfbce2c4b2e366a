"""The digest of flags: one e-mail a day to each moderator, and only if there is something new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.models import Flag, FlagDigest
from stories.models.follow import MORNING, day_of
from stories.models.near import credited

from .addresses import address_of_account
from .letters import one_line, tidy

MOST_THINGS, MOST_FLAGS = 20, 1000


@dataclass(frozen=True)
class Thing:
    """A story or a note with what readers said is wrong with it, in the words of the list.

    What they wrote themselves stays in the admin: it may be what nobody should read in a mail.
    """

    name: str
    is_note: bool
    reasons: list[tuple[str, int]]


def owe_digests() -> None:
    """Owe today's digest, unless it is night."""
    if timezone.localtime().hour >= MORNING:
        FlagDigest.owe(day_of())


def message(digest: FlagDigest, connection: Any) -> EmailMultiAlternatives | None:
    """The e-mail itself; None if nothing is flagged any more, or nobody is to be told."""
    address = address_of_account(digest.to)
    things, more = _things() if address else ([], 0)
    if not things:
        return None
    number = len(things) + more
    context = {
        "things": things,
        "more": more,
        "number": number,
        "url": settings.SITE_URL + reverse("admin:stories_flag_changelist"),
        "organisation": settings.ORGANISATION,
    }
    words = ngettext("%(number)s thing is flagged", "%(number)s things are flagged", number)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=words % {"number": number},
        body=tidy(render_to_string("notices/flags.txt", context)),
        to=[address],
        connection=connection,
        headers={
            "Message-ID": f"<flags-{digest.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("notices/flags.html", context), "text/html")
    return mail


def _things() -> tuple[list[Thing], int]:
    """What is flagged, the longest waiting first, and how many more there are."""
    firsts = Flag.objects.open().first_of_each()
    about = firsts.select_related("story__teller", "note").prefetch_related(credited("story__"))
    shown = list(about[:MOST_THINGS])
    more = firsts[MOST_THINGS:][:MOST_FLAGS].count() if len(shown) == MOST_THINGS else 0
    said = _said(shown)
    naming = Naming(ORGANISATION)
    return [_thing(flag, said[flag.story_id, flag.note_id], naming) for flag in shown], more


def _said(shown: list[Flag]) -> dict[tuple[int, int | None], Counter[str]]:
    """How often each reason was given, by what it was given for."""
    flags = Flag.objects.open().filter(story__in=[flag.story_id for flag in shown])
    said: dict[tuple[int, int | None], Counter[str]] = {}
    for story, note, reason in flags.values_list("story_id", "note_id", "reason")[:MOST_FLAGS]:
        said.setdefault((story, note), Counter())[reason] += 1
    return said


def _thing(flag: Flag, said: Counter[str], naming: Naming) -> Thing:
    name = _("what has left its page meanwhile")
    if flag.is_on_page:
        story = naming.text(str(flag.story), flag.story.near)
        name = f"“{Truncator(one_line(story)).chars(70)}”"
    return Thing(
        name=name,
        is_note=flag.note_id is not None,
        reasons=[(str(Flag.Reason(reason).label), times) for reason, times in said.most_common()],
    )

"""What a notice says: subject, text and HTML, in the words of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.text import beginning
from stories import sealed
from stories.models import Notice, Story

LONGEST_SUBJECT = 120

SUBJECTS = {
    Notice.Kind.PUBLISHED: gettext_lazy("Your story is up: %(story)s"),
    Notice.Kind.CREDITED: gettext_lazy("You are in a story: %(story)s"),
    Notice.Kind.SENT_BACK: gettext_lazy("A question about your story: %(story)s"),
    Notice.Kind.REJECTED: gettext_lazy("Your story will not be published: %(story)s"),
    Notice.Kind.TAKEN_DOWN: gettext_lazy("Your story is off the wall: %(story)s"),
    Notice.Kind.FLAGGED: gettext_lazy("What came of your flag"),
}


@dataclass(frozen=True)
class Letter:
    """An e-mail before it has an address."""

    subject: str
    text: str
    html: str


def letter(notice: Notice) -> Letter:
    """Write the e-mail for a notice; everyone in it is named as readers may name them."""
    story, naming = notice.story, Naming(ORGANISATION)
    near = story.near
    name = one_line(naming.text(story.title or story.line or story.body, near))
    # It stands in the middle of a sentence that has a full stop of its own.
    name = beginning(name.removesuffix("."), 70)
    line = naming.text(story.line, near)
    context = {
        "kind": notice.kind,
        "called": notice.to.called,
        "name": name,
        # Without a title it was said already, unless it is longer.
        "line": "" if line.removesuffix(".") == name else line,
        "teller": _teller(story, naming),
        "reason": naming.text(notice.reason, near),
        "flag": notice.flag,
        "url": _url(notice),
        "mine_url": settings.SITE_URL + reverse("mine"),
        "named_url": settings.SITE_URL + sealed.address(story.pk, notice.to_id),
        "waits": settings.NAMES_WAIT,
        "me_url": settings.SITE_URL + reverse("me"),
        "organisation": settings.ORGANISATION,
    }
    subject = SUBJECTS[Notice.Kind(notice.kind)] % {"story": context["name"]}
    return Letter(
        subject=Truncator(one_line(subject)).chars(LONGEST_SUBJECT),
        text=tidy(render_to_string("notices/letter.txt", context)),
        html=render_to_string("notices/letter.html", context),
    )


def message(notice: Notice, address: str, connection: Any) -> EmailMultiAlternatives:
    """The e-mail itself. Its id is the notice's, so that a copy can be told for one."""
    written = letter(notice)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=written.subject,
        body=written.text,
        to=[address],
        connection=connection,
        headers={
            "Message-ID": f"<notice-{notice.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(written.html, "text/html")
    return mail


def _url(notice: Notice) -> str:
    """Where the e-mail leads: to the story, or to where its teller goes on with it.

    Who flagged what is gone is led nowhere.
    """
    if notice.kind == Notice.Kind.SENT_BACK:
        return settings.SITE_URL + reverse("edit", args=[notice.story.public_id])
    if notice.kind == Notice.Kind.FLAGGED and not notice.story.is_published:
        return ""
    return settings.SITE_URL + notice.story.get_absolute_url()


def _teller(story: Story, naming: Naming) -> str:
    return _("Somebody") if story.anonymous else capfirst(naming.called(story.teller, story.near))


def one_line(text: str) -> str:
    """Without line ends and other signs that could end a header and begin another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def tidy(text: str) -> str:
    """A template leaves empty lines behind; at most one stays."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept) + "\n"

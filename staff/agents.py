"""What a browser says of itself, in the few words in which people know it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from .models import Session

# In this order: most say that they are several of these.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def named(agent: str) -> str:
    """Browser and system, as far as they are known."""
    known = [
        next((name for sign, name in kinds if sign in agent), "") for kinds in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in known if name) or _("A browser that does not say which")


def mark(session: Session) -> str:
    """What a list may call a session by, without telling its key."""
    return salted_hmac("staff.agents", session.session_key).hexdigest()[:16]


@dataclass(frozen=True)
class Place:
    """One session in the list of its owner."""

    mark: str
    browser: str
    address: str
    began: datetime.datetime
    here: bool

    @classmethod
    def of(cls, session: Session, *, here: bool) -> Place:
        address = session.address or ""
        return cls(mark(session), named(session.agent), address, session.began, here)

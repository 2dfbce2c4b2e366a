"""The address at which one person says how they are named in one story: whoever holds it may.

It goes out in the e-mail that tells them of the story, so that nobody has to sign in to take their
name back. It says which story and who by number, sealed, and holds for so many days.
"""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

SALT = "named"
DAYS = 90


def address(story: int, person: int) -> str:
    """Where this person chooses for this story, both by number."""
    return reverse("named", args=[signing.dumps([story, person], salt=SALT)])


def opened(token: str) -> tuple[int, int] | None:
    """Story and person; None for what we did not seal, or too long ago."""
    try:
        story, person = signing.loads(token, salt=SALT, max_age=DAYS * 86_400)
    except signing.BadSignature:
        return None
    return story, person

"""The tokens of forms in pages that are remembered: Django's, made in a tenth of the time.

A token is the secret of a reader's forms behind a mask that is another each time, so that nobody
learns it from the length of compressed pages. Django asks the system for chance once for each of
the mask's letters, which is a seventh of what such a page costs; here it is asked once.
"""

from __future__ import annotations

import os

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

LETTERS = CSRF_ALLOWED_CHARS
PLACES = {letter: place for place, letter in enumerate(LETTERS)}
# Each letter is the meaning of as many bytes; those left over would make some likelier.
EACH = 256 // len(LETTERS)
MEANT = bytes(ord(LETTERS[byte % len(LETTERS)]) for byte in range(256))
LEFT_OVER = bytes(range(EACH * len(LETTERS), 256))


def token(request: HttpRequest) -> str:
    """A token for this reader, as `get_token` makes them."""
    secret = request.META.get("CSRF_COOKIE")
    if secret is None:
        return get_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    mask = _mask()
    places = zip(map(PLACES.__getitem__, secret), map(PLACES.__getitem__, mask), strict=True)
    return mask + "".join(LETTERS[(one + other) % len(LETTERS)] for one, other in places)


def _mask() -> str:
    mask = b""
    while len(mask) < CSRF_SECRET_LENGTH:
        mask += os.urandom(2 * CSRF_SECRET_LENGTH).translate(MEANT, LEFT_OVER)
    return mask[:CSRF_SECRET_LENGTH].decode()

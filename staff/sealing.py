"""What the server has to read again, and whoever has a copy of the database should not.

The seeds of apps for codes and of recovery codes cannot be hashed, as passwords are, since each
code is made from them. They are encrypted with a key made from SECRET_KEY, which is not in the
database.
"""

from __future__ import annotations

import base64
import logging

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

PURPOSE = "staff.sealing"
SEALED = "sealed:"


class Unopened(Exception):
    """Neither SECRET_KEY nor a former key opens this."""


def seal(text: str) -> str:
    """These words, readable with SECRET_KEY only."""
    return SEALED + _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The words again; what was stored before anything was sealed is as it was.

    What neither SECRET_KEY nor a former key opens becomes another seed, made from SECRET_KEY: no
    code of before is right any more, and the recovery codes that their owner reads from now on are.
    """
    if not sealed.startswith(SEALED):
        return sealed
    try:
        return _keys().decrypt(sealed.removeprefix(SEALED)).decode()
    except InvalidToken:
        logger.warning("A second factor was sealed with a SECRET_KEY that is gone.")
        made = salted_hmac(f"{PURPOSE}.another", sealed, algorithm="sha256").digest()
        return base64.b32encode(made[:20]).decode()


def sealed_anew(sealed: str) -> str:
    """The same words under today's SECRET_KEY. Raises Unopened where no key opens them."""
    if not sealed.startswith(SEALED):
        return seal(sealed)
    try:
        return SEALED + _keys().rotate(sealed.removeprefix(SEALED)).decode()
    except InvalidToken as error:
        raise Unopened from error


def _keys() -> MultiFernet:
    """Today's key first, which seals; former ones open."""
    return MultiFernet(
        [_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str) -> Fernet:
    made = salted_hmac(PURPOSE, "", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(made))

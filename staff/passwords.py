"""What no password may be made of here: words that everybody thinks of first."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words that short stand in other words as well.
SHORTEST = 4
# Of what is no such word, so much has to be there.
ENOUGH = 6


def words_of_ours() -> set[str]:
    """Retold, the organisation, and the names in the address at which people reach it."""
    named = f"retold {settings.ORGANISATION} {settings.HOST}".casefold()
    return {word for word in re.findall(r"[^\W_]+", named) if len(word) >= SHORTEST}


class NotOurNames:
    """A password validator: a name of ours with a year behind it is guessed at once."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = password.casefold()
        for word in sorted(words_of_ours(), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < min(ENOUGH, len(password)):
            raise ValidationError(_("That is too near to a name that everybody here knows."))

    def get_help_text(self) -> str:
        return _("It must not be the name of Retold, of the organisation or of its address.")

"""Trying Retold out: the demo's accounts, whose password anybody may know.

They open nothing in a real installation, not even in a database in which somebody tried Retold
out before and which then went live.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEMO_ACCOUNTS = ("staff", "manager", "moderator", "admin")
DEMO_PASSWORD = "retold-demo"  # noqa: S105


def trying_out() -> bool:
    """Whether nothing here is real: somebody tries Retold out (DEMO) or works on it (DEBUG)."""
    return settings.DEMO or settings.DEBUG


class NotTheDemoPassword:
    """A password validator: what everybody knows is no password, and would not be let in."""

    def validate(self, password: str, user: Any = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(_("Everybody knows that password. Choose another."))

    def get_help_text(self) -> str:
        return _("It must not be the password of the demo.")

"""Where people are written to."""

from __future__ import annotations

from staff.models import Employee


def address_of(person: Employee) -> str:
    """Where somebody is written to; people who left are not."""
    if not person.active:
        return ""
    account = person.account
    return person.email or (account.email if account and account.is_active else "")

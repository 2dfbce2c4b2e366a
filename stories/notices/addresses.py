"""Where people are written to."""

from __future__ import annotations

from staff.models import Employee, User


def address_of(person: Employee) -> str:
    """Where somebody is written to; people who left are not."""
    if not person.active:
        return ""
    account = person.account
    return person.email or (account.email if account and account.is_active else "")


def address_of_account(account: User) -> str:
    """Where whoever signs in with this account is written to."""
    if not account.is_active:
        return ""
    person = getattr(account, "employee", None)
    return address_of(person) if person else account.email

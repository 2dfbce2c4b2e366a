"""Whom somebody at the server means."""

from staff.models import Employee


class NobodyFound(LookupError):
    """Nobody, or more than one, is known by this."""


def person_of(who: str) -> Employee:
    """The person with this staff number, e-mail address or user name."""
    people = Employee.objects.select_related("account")
    for asked in ("number", "email__iexact", "account__username__iexact"):
        if who and (found := people.filter(**{asked: who}).first()):
            return found
    raise NobodyFound(f"Nobody has “{who}” as a staff number, e-mail address or user name.")

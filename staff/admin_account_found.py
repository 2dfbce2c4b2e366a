"""What is asked for together with an account that is saved in the admin."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.auth.models import Group
from django.db.models import OuterRef, QuerySet, Subquery

from retold.storing import store_together
from retold.together import together

from . import roles
from .admin_person_words import LONGEST
from .audiences import ORGANISATION
from .models import Employee, User
from .naming import Naming
from .text import clean_text


class Typed(NamedTuple):
    """What a form about an account says that no two may share."""

    username: str
    email: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Typed:
        username, email = (clean_text(said.get(name) or "")[:LONGEST] for name in cls._fields)
        return cls(username, email.lower())


class Found:
    """Who else has this user name or address, who is behind the account or waits for one, and of
    an account that is there already its roles and the rows of its address; all in one question.

    Whoever waits for an account is kept from others.
    """

    def __init__(self, account: int | None, typed: Typed) -> None:
        self.typed, self._account = typed, account
        others = User.objects.exclude(pk=account or 0)
        # Whoever is new can't be taken for somebody else by how the name is written.
        same = "username" if account else "username__iexact"
        self._same_name = others.filter(**{same: typed.username})[:1]
        self._same_email = others.filter(email__iexact=typed.email)[:1]
        self._people = Employee.objects.filter(account=account)[:1]
        waiting = Employee.objects.waiting_for_account(typed.email)
        self._waiting = waiting.select_for_update(of=("self",), no_key=True)[:1]
        given = User.groups.through.objects.filter(user=account, group=OuterRef("pk"))
        named = Group.objects.filter(name__in=roles.ROLES).order_by("pk")
        # Each with the row by which the account has it.
        self.roles = named.annotate(given_by=Subquery(given.values("pk")))
        self._addresses = EmailAddress.objects.filter(user=account)
        self._confirmations = EmailConfirmation.objects.filter(email_address__user=account)
        self.naming = Naming(ORGANISATION)
        asked: list[QuerySet] = [self._same_name]
        asked += [self._same_email, self._waiting] if typed.email else []
        if account:
            asked += [self._people, self.roles, self._addresses, self._confirmations]
            asked += [self.naming.question]
        together(*asked)

    @classmethod
    def of(cls, account: User, said: Mapping[str, Any]) -> Found:
        """What was found of an account and this, or is now."""
        found: Found | None = vars(account).get("found")
        typed = Typed.of(said)
        if found is None or found.typed != typed:
            found = vars(account)["found"] = cls(account.pk, typed)
        return found

    def given(self) -> list[Group]:
        """The roles that the account had."""
        return [role for role in self.roles if role.given_by]

    def give(self, account: User, given: Collection[Group]) -> None:
        """Have the account have these roles and no others: what it gains takes the place of what it
        loses."""
        held = self.given()
        free = [role.given_by for role in held if role not in given]  # type: ignore[attr-defined]
        gained = [role for role in given if role not in held]
        through: Any = User.groups.through
        with account.changing_roles(held, given):
            rows = [through(user=account, group=role) for role in gained]
            for row, key in zip(rows, free, strict=False):
                row.pk = key
            store_together(rows, ["group"])
            if left := free[len(rows) :]:
                through.objects.filter(pk__in=left).delete()

    def hang_roles(self, account: User) -> None:
        """Give these to the account, as if prefetched."""
        held: Any = account.groups.all()
        held._result_cache, held._prefetch_done = self.given(), True
        vars(account)["_prefetched_objects_cache"] = {"groups": held}

    def delete_addresses(self) -> None:
        """No former address signs in to the account."""
        for rows in (self._confirmations, self._addresses):
            if self._account and rows:
                # What goes along with an address went before it, and need not be asked for.
                rows._raw_delete(using=rows.db)

    def has_name(self) -> User | None:
        """Another account of this user name."""
        return next(iter(self._same_name), None)

    def has_email(self) -> User | None:
        """Another account of this address."""
        return next(iter(self._same_email), None) if self.typed.email else None

    def waits(self) -> Employee | None:
        """Whose account it is by its address, if it is nobody's yet; held."""
        is_known = self._account and list(self._people)
        if is_known or not self.typed.email or not self._waiting:
            return None
        person = self._waiting[0]
        person.is_held()
        return person

"""Employees: who works here, and what is known of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from copy import copy
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from retold.together import together
from staff.changes import NAMES, changing
from staff.lengths import TextsFit
from staff.searching import WordsField, tokens
from staff.text import clean_text
from staff.validating import ToldByItsValues

from .account import User
from .former import Called, as_called
from .history import Change, History, What
from .membership import Membership, Move, last_left, move_together
from .recorded import Recorded, RecordedQuerySet, change_together, to_hold
from .team import Team

MOST_WORDS = 5
# The name of somebody who was erased: no letters, so that no text ever says it.
NOBODY = "…"


class BeingErased(Exception):
    """Whoever is being erased is not named again."""


class EmployeeQuerySet(RecordedQuerySet["Employee"]):
    def active(self) -> EmployeeQuerySet:
        """People who work here now; leavers keep their stories but leave the directory."""
        return self.filter(active=True)

    def nameable(self) -> EmployeeQuerySet:
        """People who did not ask to be unnamed: the only ones a list may offer by name."""
        return self.filter(unnamed=False)

    def unnamed(self) -> EmployeeQuerySet:
        return self.filter(unnamed=True)

    def in_order(self) -> EmployeeQuerySet:
        """As a list of them is read: by what colleagues call each.

        Whoever asked not to be named comes last: within the alphabet, the neighbours of a
        nameless badge would say whose it is.
        """
        return self.order_by("unnamed", as_called(), "last_name", "pk")

    def matching(self, text: str) -> EmployeeQuerySet:
        """People whose name, as known or as written, contains every word of the text."""
        asked = text.split()
        wanted = list(filter(None, (" ".join(tokens(word)) for word in asked)))
        people = self.none() if asked and not wanted else self
        for words in wanted[:MOST_WORDS]:
            people = people.filter(words__contains=words)
        return people

    def with_team_today(self) -> EmployeeQuerySet:
        """Each with `.current_memberships`, so that lists ask once for all teams."""
        current = Membership.objects.filter(until__isnull=True).select_related("team")
        today = models.Prefetch("memberships", current, "current_memberships")
        return self.prefetch_related(today)  # type: ignore[no-redef]  # declared for readers

    def leave(self) -> int:
        """They no longer work here and can't sign in; their stories stay. Returns how many."""
        with changing():
            accounts = to_hold(User, self.order_by().values("account")).filter(is_active=True)
            leaving = self.filter(Q(active=True) | Q(left_on=None))
            people = to_hold(Employee, leaving.order_by().values("pk"))
            together(accounts, people)
            change_together(list(accounts), is_active=False)
            return change_together(list(people), left_on=timezone.localdate(), active=False)

    def left_before(self, day: datetime.date) -> EmployeeQuerySet:
        """Who left before a day and whose address is still kept, here or with their account."""
        kept = ~Q(email="") | Q(account__isnull=False) & ~Q(account__email="")
        return self.filter(kept, active=False, left_on__lt=day)

    def waiting_for_account(self, email: str) -> EmployeeQuerySet:
        """Who works here under this address and has no account yet."""
        return self.active().filter(email__iexact=email, account=None)

    def awaiting_account(self, email: str) -> Employee | None:
        """The one under this address, if anybody is."""
        return self.waiting_for_account(email).first() if email else None

    def for_account(self, user) -> Employee:
        """The employee behind an account.

        That is the one it belongs to, or the one the directory has under the account's address,
        or else a new one under the account's own name.
        """
        # Every page asks this, and only the first time is there anything to write: SQLite would
        # let each reader wait for whoever writes just then.
        return self.filter(account=user).first() or self._brought_together(user)

    @transaction.atomic
    def _brought_together(self, user) -> Employee:
        if held := self.filter(account=user).first():
            return held
        if known := self.awaiting_account(user.email):
            known.account = user
            known.save(update_fields=["account"])
            return known
        made, _created = self.get_or_create(
            account=user,
            defaults={
                "first_name": clean_text(user.first_name) or user.username,
                "last_name": clean_text(user.last_name),
            },
        )
        return made


class Employee(Called, ToldByItsValues, Recorded):
    """A person on staff. Accounts come and go; the employee and their stories stay."""

    unrecorded = frozenset({"words"})

    # Filled by with_team_today().
    current_memberships: list[Membership]

    number = models.CharField(
        _("staff number"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The organisation’s own number; what a directory file is matched by."),
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    known_as = models.CharField(
        _("known as"), max_length=80, blank=True, help_text=_("What colleagues call them.")
    )
    job_title = models.CharField(_("job"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    manager = models.ForeignKey(
        "self",
        verbose_name=_("manager"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="employee",
    )
    teams = models.ManyToManyField("staff.Team", through="staff.Membership", related_name="people")
    unnamed = models.BooleanField(
        _("asked not to be named"),
        default=False,
        help_text=_("Appears as ‘a colleague’ everywhere, from the next page on."),
    )
    active = models.BooleanField(_("works here"), default=True)
    # Known for those who left; what is kept of them for so long only is counted from here.
    left_on = models.DateField(_("left on"), null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    words = WordsField()

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["first_name", "last_name", "pk"]
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        indexes = [
            models.Index(fields=["email"], name="employee_email"),
            models.Index(
                *("unnamed", as_called(), "last_name", "id"),
                condition=Q(active=True),
                name="employee_in_the_directory",
            ),
            # Every page asks for those few.
            models.Index(fields=["id"], condition=Q(unnamed=True), name="employee_unnamed"),
            models.Index(fields=["left_on"], condition=Q(active=False), name="employee_left_on"),
        ]
        constraints = [
            TextsFit(
                name="employee_texts_fit",
                most={
                    "number": 40,
                    "first_name": 80,
                    "last_name": 120,
                    "known_as": 80,
                    "job_title": 120,
                    "email": 254,
                },
                said=["first_name", "last_name", "known_as"],
            ),
            models.CheckConstraint(condition=~Q(first_name=""), name="employee_has_a_name"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | ~Q(number=""), name="employee_number_not_empty"
            ),
            # Whoever signs in by it may write it large or small.
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="employee_email_once",
                violation_error_message=_("Somebody else has this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("id")),
                name="employee_not_own_manager",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args, **kwargs) -> None:
        self.number = self.number or None
        fields = kwargs.get("update_fields")
        # What is not saved may be out of date here, and so would be what follows from it.
        if fields is None or "active" in fields:
            self.note_leaving()
        if fields is not None:
            follows = {"left_on": {"active"}, "words": {*NAMES}, "former_names": {*NAMES}}
            more = (name for name, sources in follows.items() if sources & {*fields})
            kwargs["update_fields"] = {*fields, *more}
        with changing(shown=fields is None or {*fields} != {"account"}):
            super().save(*args, **kwargs)

    def note_leaving(self) -> None:
        """Keep since when they are not here any more, or forget it once they are back."""
        self.left_on = None if self.active else self.left_on or timezone.localdate()

    def was_saved(self, before: Employee | None) -> None:
        with changing(shown=False) as changes:
            changes.person(before, self)

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def delete(self, *args, **kwargs):
        with changing() as changes:
            before = copy(self)
            gone = super().delete(*args, **kwargs)
            if before.unnamed:
                changes.withheld.append(before)
            # Other names are on no story: who told or is credited in one can't be deleted.
            return gone

    def searched(self) -> tuple[str, ...]:
        """The ways a search may write this name."""
        return self.full_name, f"{self.known_as} {self.last_name}" if self.known_as else ""

    @property
    def full_name(self) -> str:
        """First and last name as the directory has them. For pages, use `staff.naming`."""
        if self.is_erased:
            return gettext("someone on staff")
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_erased(self) -> bool:
        """Nothing is known of them any more; what they did stays, done by nobody."""
        return self.first_name == NOBODY

    @property
    def called(self) -> str:
        """What colleagues call this person. For pages, use `staff.naming`."""
        return self.known_as or self.first_name

    def membership_on(self, day: datetime.date) -> Membership | None:
        """The membership that held on a day, or None."""
        return (
            self.memberships.filter(since__lte=day)
            .filter(Q(until__isnull=True) | Q(until__gt=day))
            .select_related("team")
            .order_by("-since")
            .first()
        )

    def team_on(self, day: datetime.date | None):
        """The team on a day (today if None), or today's team if nothing is known of that day."""
        membership = self.membership_on(day or timezone.localdate()) or (
            self.memberships.filter(until__isnull=True).select_related("team").first()
        )
        return membership.team if membership else None

    def left_last_team_on(self) -> datetime.date | None:
        """Up to when the memberships that ended go."""
        return last_left(self._held_memberships())

    def move_to(self, team: Team, *, on: datetime.date | None = None, leads: bool = False) -> None:
        """Join a team from a day on, leaving the present one. Stories stay with the old team.

        Raises ValueError when the day lies before the present membership began, or the last ended.
        """
        day = on or timezone.localdate()
        move_together([Move(self, team, day, leads, self._held_memberships())])

    def _held_memberships(self) -> list[Membership]:
        """Asked for now, unless whoever holds them has fetched them since; some may be deleted."""
        return [one for one in self.memberships.all() if one.pk]

    @transaction.atomic
    def let_go_of_address(self) -> None:
        """They left long ago: nobody writes to them any more, and no code signs them in."""
        self.email = ""
        self.save(update_fields=["email"])
        History.objects.let_go("staff.employee", [self.pk], field="email")
        if self.account:
            EmailAddress.objects.filter(user=self.account).delete()
            User.objects.filter(pk=self.account.pk).update(email="")
            History.objects.let_go("staff.user", [self.account.pk], field="email")

    @property
    def is_being_erased(self) -> bool:
        """Whether that was begun and is still to be done: fetched with them, or asked for."""
        return hasattr(self, "erasure")

    def is_to_be_saved(self, before: Any, names: Sequence[str]) -> None:
        named_again = before is not None and before.unnamed and not self.unnamed
        if named_again and "unnamed" in names and self.is_being_erased:
            raise BeingErased
        super().is_to_be_saved(before, names)

    def close_account(self) -> None:
        """Nobody signs in as them any more."""
        account: Any = self.account
        if account is None:
            return
        if models.QuerySet(User).filter(pk=account.pk, is_active=True).update(is_active=False):
            account.is_active = False
            changes = {"is_active": [True, False]}
            what = Change("staff.user", account.pk, str(account), What.CHANGED, changes)
            History.objects.record(what)

    def ask_not_to_be_named(self, unnamed: bool = True) -> None:
        """From the next page on this person is 'a colleague' (or, with False, named again).

        Pictures that were drawn with the name are thrown away. Raises BeingErased.
        """
        self.unnamed = unnamed
        self.save(update_fields=["unnamed"])


# What a row of somebody has, its key first.
COLUMNS = [column.attname for column in Employee._meta.concrete_fields]

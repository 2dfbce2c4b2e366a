"""The account someone signs in with."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group, UserManager
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from retold.prepared import Prepared
from staff.lengths import TextsFit
from staff.trying_out import DEMO_PASSWORD, trying_out

from .history import Change, History, What
from .recorded import Recorded, RecordedQuerySet

ROLES = ("managers", "moderators", "admins")
NEED_A_FACTOR = ("moderators", "admins")


class AccountManager(UserManager["User"]):
    """Reads an account together with its roles: nearly every page asks for both."""

    use_in_migrations = False
    _queryset_class = RecordedQuerySet

    def get(self, *args: Any, **asked: Any) -> "User":
        """The account; by its key alone, as every request asks, in SQL that was made before."""
        if args or asked.keys() != {"pk"}:
            return super().get(*args, **asked)
        for row in _by_key.rows(self.model._meta.pk.to_python(asked["pk"])):
            return self.of_row(row)
        raise self.model.DoesNotExist

    def of_row(self, row: Sequence[Any]) -> "User":
        """The account of a row as `columns` has them."""
        user = self.model.from_db(self.db, _COLUMNS, row[: len(_COLUMNS)])
        vars(user).update(zip(_ROLE_COLUMNS, row[len(_COLUMNS) :], strict=True))
        return user

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().annotate(**{f"in_{role}": _in(role) for role in ROLES})


def _in(role: str, account: str = "pk") -> Exists:
    return Exists(Group.objects.filter(user=OuterRef(account), name=role))


def columns(account: str) -> list[Any]:
    """What a question for something of an account asks for to have it too, with its roles."""
    return [f"{account}__{name}" for name in _COLUMNS] + [_in(role, account) for role in ROLES]


class User(Recorded, AbstractUser):
    """An account; the person behind it is an Employee, and `staff.roles` says what it may do."""

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("account")  # type: ignore[assignment]  # the base says str, not lazy
        verbose_name_plural = _("accounts")  # type: ignore[assignment]
        constraints = [
            TextsFit(
                name="account_texts_fit",
                most={
                    "username": 150,
                    "first_name": 150,
                    "last_name": 150,
                    "email": 254,
                    "password": 128,
                },
            )
        ]

    unrecorded = frozenset({"last_login"})
    secret = frozenset({"password"})

    def get_session_auth_hash(self) -> str:
        """What a session keeps of the password it began with; every request compares it."""
        return _session_proof(self.password, settings.SECRET_KEY)

    # Whether the rights that need a second factor wait for it; see `staff.second_factor`.
    held_back = False
    # The person behind it, if that was asked for with the session; all None if there is nobody.
    person_row: Sequence[Any] = ()

    @cached_property
    def given_roles(self) -> frozenset[str]:
        """The roles of this account, as they were when it was read."""
        known: dict[str, Any] = vars(self)
        if all(f"in_{role}" in known for role in ROLES):
            return frozenset(role for role in ROLES if known[f"in_{role}"])
        return frozenset(self.groups.values_list("name", flat=True))

    @property
    def role_names(self) -> frozenset[str]:
        """The roles that this account may use now."""
        return self.given_roles - set(NEED_A_FACTOR) if self.held_back else self.given_roles

    @contextmanager
    def changing_roles(self, *known: Iterable[Group]) -> Iterator[None]:
        """Give and take roles in here: what they were and are is kept in the history. Whoever keeps
        the account from others may say that it had those and will have these."""
        with transaction.atomic():
            before, after = [_names(roles) for roles in known] or [self._roles(), []]
            yield
            if before != (after := after if known else self._roles()):
                changes = {"roles": [before, after]}
                change = Change("staff.user", self.pk, str(self), What.CHANGED, changes)
                History.objects.record(change)

    def _roles(self) -> list[str]:
        return _names(self.groups.all())

    def hold_back(self) -> None:
        """Be plain staff, and a manager, until a second factor was shown."""
        self.held_back = True

    @property
    def shown_name(self) -> str:
        """What this account's own pages call the person who is signed in."""
        return self.get_full_name() or self.username

    @cached_property
    def person(self):
        """The Employee behind this account; made from the account's name if there is none yet."""
        from .employee import COLUMNS, Employee

        if self.person_row and self.person_row[0] is not None:
            return Employee.from_db("default", COLUMNS, self.person_row)
        return Employee.objects.for_account(self)

    @property
    def known_person(self):
        """The Employee behind it if there is one; none is made."""
        if self.person_row:
            return self.person if self.person_row[0] is not None else None
        return getattr(self, "employee", None)

    def check_password(self, raw_password: str | None) -> bool:
        """The demo's password opens an account only where Retold is being tried out.

        It is looked at all the same: an answer that came sooner would tell of the account.
        """
        right = super().check_password(raw_password)
        return right and (raw_password != DEMO_PASSWORD or trying_out())


def _names(roles: Iterable[Group]) -> list[str]:
    return sorted(role.name for role in roles)


@lru_cache(maxsize=1000)
def _session_proof(password: str, _secret: str) -> str:
    """As Django makes it, with today's SECRET_KEY."""
    return AbstractUser.get_session_auth_hash(User(password=password))


_COLUMNS = [column.attname for column in User._meta.concrete_fields]
_ROLE_COLUMNS = [f"in_{role}" for role in ROLES]
# How wide a row is as `columns` has it.
WIDTH = len(_COLUMNS) + len(_ROLE_COLUMNS)
_by_key = Prepared(lambda pk: User.objects.filter(pk=pk).values_list(*_COLUMNS, *_ROLE_COLUMNS))

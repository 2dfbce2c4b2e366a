"""Sessions in the database, as Django keeps them, read quickly: every request does.

Each knows whose it is, so that somebody can see where they are signed in and end it there. It is
over once nobody has used it for SESSION_IDLE_HOURS, and SESSION_DAYS after it began whoever uses
it. That it is in use is written down once in a tenth of the idle time, not with each request.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth import middleware as auth
from django.contrib.sessions import middleware
from django.contrib.sessions.backends import db
from django.db import InternalError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.module_loading import import_string

from .databases import patience
from .prepared import Prepared

if TYPE_CHECKING:
    from staff.models import Session, User

# What a session keeps of how it began: when, from which address, with which browser.
BEGAN = "began"
# Nobody waits longer than this to read a page because others write.
SECONDS_TO_NOTE = 0.2
# That it is in use is worth a look once less than this is left of the idle time.
NOTED_BELOW = 0.9

log = logging.getLogger(__name__)


def idle_time() -> datetime.timedelta:
    """How long a session lasts that nobody uses."""
    return datetime.timedelta(hours=settings.SESSION_IDLE_HOURS)


def over_at(data: dict[str, Any], now: datetime.datetime) -> datetime.datetime:
    """When a session that is used now is over, unless it is used again."""
    idle = now + idle_time()
    if not (began := data.get(BEGAN)):
        return idle
    longest = datetime.timedelta(days=settings.SESSION_DAYS)
    return min(idle, datetime.datetime.fromisoformat(began[0]) + longest)


class SessionStore(db.SessionStore):
    """Asks the database each time, so that signing out holds from the next request on."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        # Models are there only once the apps are.
        from staff.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        for data, expires in self._rows():
            now = timezone.now()
            if expires > now:
                known = json.loads(_decoded(data))
                # What it would gain is asked for only where it may be enough to write down.
                if expires - now < idle_time() * NOTED_BELOW:
                    self._in_use(expires, over_at(known, now))
                return known
        self._session_key = None
        return {}

    def _rows(self) -> Iterable[tuple[str, datetime.datetime]]:
        return _stored.rows(self.session_key)

    def _in_use(self, expires: datetime.datetime, until: datetime.datetime) -> None:
        """Let it last until then; a page can be read all the same where nothing can be written."""
        if until - expires < idle_time() * 0.1:
            return
        row = self.get_model_class().objects.filter(session_key=self.session_key)
        try:
            with patience(SECONDS_TO_NOTE):
                row.filter(expire_date__lt=until).update(expire_date=until)
        except (OperationalError, InternalError):
            log.warning("That a session is in use could not be noted.", exc_info=True)

    def _validate_session_key(self, key: str | None) -> bool:
        """Ours are letters and digits; PostgreSQL takes no zero character even to look for it."""
        ours = key is not None and key.isascii() and key.isalnum()
        return ours and super()._validate_session_key(key)  # type: ignore[misc]

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of this session, with whose it is beside what it holds."""
        row = cast("Session", super().create_model_instance(data))
        row.account_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        if began := data.get(BEGAN):
            at, row.address, row.agent = began
            row.began = datetime.datetime.fromisoformat(at)
        row.expire_date = min(row.expire_date, over_at(data, timezone.now()))
        return row


class Glance(SessionStore):
    """A session with the account it signs in, and the person behind that, in one question for all.

    settings.SESSION_BESIDE names what else is asked for with them, which is in `beside` then. After
    SECRET_KEY was changed, Django gives the session another key. Whoever only looks cannot send
    that to the browser; the page that is made does.
    """

    # What one of them stores, the other reads.
    key_salt = SessionStore().key_salt
    beside: tuple[Any, ...] = ()
    expires: datetime.datetime | None = None
    _account: tuple[Any, ...] = ()
    _person: tuple[Any, ...] = ()

    @cached_property
    def row(self) -> tuple[Any, ...] | None:
        """All of it as the database has it: what is found out of the same row is the same."""
        return next(iter(_glanced.raw(self.session_key)), None) if self.session_key else None

    @property
    def account_key(self) -> int | None:
        """The key of whom it belongs to, whether or not it signs them in."""
        return self.row[2] if self.row else None

    def unnoted_until(self) -> datetime.datetime:
        """Until when it can be used without being over, or its use being written down."""
        return cast(datetime.datetime, self.expires) - idle_time() * NOTED_BELOW

    def account(self, *, as_now: bool = False) -> User | None:
        """Whom it signs in, by the rules of Django's `get_user`; None in any doubt.

        With `as_now` it is in doubt as well if SECRET_KEY was another when it began.
        """
        from staff.models import User

        key, way = self.get(SESSION_KEY), self.get(BACKEND_SESSION_KEY)
        if not self._account or way not in settings.AUTHENTICATION_BACKENDS:
            return None
        user = User.objects.of_row(self._account)
        user.person_row = self._person
        right = user.is_active and str(user.pk) == key
        return user if right and _is_of(user, self.get(HASH_SESSION_KEY, ""), as_now) else None

    def _rows(self) -> Iterable[tuple[str, datetime.datetime]]:
        from staff.models.account import WIDTH
        from staff.models.employee import COLUMNS

        end = WIDTH + len(COLUMNS)
        # Whoever signs in or out gets another key, and with that another of these.
        for data, expires, *found in _glanced.converted([self.row] if self.row else []):
            self.expires = expires
            self._account, self._person = tuple(found[:WIDTH]), tuple(found[WIDTH:end])
            self._account = self._account if self._account[0] is not None else ()
            self.beside = tuple(found[end:])
            yield data, expires


class SessionMiddleware(middleware.SessionMiddleware):
    """Asks for the session and its account at once, and goes on with what a glance has found."""

    def process_request(self, request: HttpRequest) -> None:
        glance = getattr(request, "session", None)
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if not isinstance(glance, Glance) or glance.session_key != key:
            glance = Glance(key)
        request.session = glance


class AuthenticationMiddleware(auth.AuthenticationMiddleware):
    """Says who is signed in as Django does, from what was asked for with the session.

    Django asks again where the session has to have another key, or is over.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        by_django: Any = request.user
        request.user = cast(Any, SimpleLazyObject(lambda: _known(request) or _itself(by_django)))


def _known(request: Any) -> User | None:
    """Whom the session that was asked for signs in, if it is still the same."""
    if not hasattr(request, "_cached_user"):
        account = request.session.account(as_now=True)
        if account is None:
            return None
        # Where Django's own functions look for it.
        request._cached_user = account
    return request._cached_user


def _itself(lazy: Any) -> Any:
    """The account itself, asked for now."""
    bool(lazy)
    return lazy._wrapped


def _is_of(user: User, proof: str, as_now: bool) -> bool:
    """Whether the session began with the password that the account has now."""
    former = [] if as_now else user.get_session_auth_fallback_hash()
    return constant_time_compare(proof, user.get_session_auth_hash()) or any(
        constant_time_compare(proof, one) for one in former
    )


def _question(key: str) -> QuerySet:
    from staff.models.account import columns
    from staff.models.employee import COLUMNS

    asked = SessionStore.get_model_class().objects.filter(session_key=key)
    person = [f"account__employee__{name}" for name in COLUMNS]
    beside = import_string(settings.SESSION_BESIDE)("account")
    wanted = ("session_data", "expire_date", *columns("account"), *person)
    return asked.values_list(*wanted, *beside).order_by()


_glanced = Prepared(_question)
_stored = Prepared(
    lambda key: (
        SessionStore.get_model_class()
        .objects.filter(session_key=key)
        .values_list("session_data", "expire_date")
    )
)


@lru_cache(maxsize=1000)
def _decoded(data: str) -> str:
    """What the signed data say, checked once; as text, so that nobody changes it for others."""
    return json.dumps(SessionStore().decode(data))

"""Where an account is signed in: one row a browser, listed for its owner and ended by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone

from staff.lengths import TextsFit

if TYPE_CHECKING:
    from .account import User

# More browsers than anybody works at; who signs in at one more leaves the oldest.
MOST_SESSIONS = 20
LONGEST_AGENT = 200


class SessionManager(BaseSessionManager["Session"]):
    """Sessions by whose they are."""

    def open_of(self, account: User) -> models.QuerySet[Session]:
        """Those that still sign somebody in, newest first."""
        return self.filter(account=account, expire_date__gt=timezone.now()).order_by("-began")

    def end(self, account: User, *, but: str | None = None) -> int:
        """Sign the account out everywhere, or everywhere but in one session."""
        ended, _by_model = self.filter(account=account).exclude(session_key=but or "").delete()
        return ended

    def end_all(self, accounts: models.QuerySet[User]) -> int:
        """Sign these accounts out everywhere."""
        ended, _by_model = self.filter(account__in=accounts.order_by().values("pk")).delete()
        return ended

    def leave_the_oldest(self, account: User) -> None:
        """Keep so many sessions of an account at most."""
        old = self.filter(account=account).order_by("-began", "-session_key")
        self.filter(pk__in=list(old.values_list("pk", flat=True)[MOST_SESSIONS:][:1000])).delete()


class Session(AbstractBaseSession):
    """A session that knows whose it is, since when, from where and in which browser."""

    account = models.ForeignKey(
        "staff.User", on_delete=models.CASCADE, null=True, related_name="sessions"
    )
    began = models.DateTimeField(default=timezone.now)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=LONGEST_AGENT, default="")

    class Meta(AbstractBaseSession.Meta):
        constraints = [
            TextsFit(name="session_texts_fit", most={"session_key": 40, "agent": LONGEST_AGENT})
        ]

    def __str__(self) -> str:
        """Never its key, which is all that one needs to be in."""
        return f"{self.agent} ({self.address})"

    objects: ClassVar[SessionManager] = SessionManager()

    @classmethod
    def get_session_store_class(cls) -> Any:
        from retold.sessions import SessionStore

        return SessionStore

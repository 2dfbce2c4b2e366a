"""Sessions in the database, as Django keeps them, read quickly: every request does.

Each knows whose it is, so that somebody can see where they are signed in and end it there.
"""

from __future__ import annotations

import datetime
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from .prepared import Prepared

if TYPE_CHECKING:
    from staff.models import Session

# What a session keeps of how it began: when, from which address, with which browser.
BEGAN = "began"


class SessionStore(db.SessionStore):
    """Asks the database each time, so that signing out holds from the next request on."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        # Models are there only once the apps are.
        from staff.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        for data, expires in _stored.rows(self.session_key):
            if expires > timezone.now():
                return json.loads(_decoded(type(self), data))
        self._session_key = None
        return {}

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of this session, with whose it is beside what it holds."""
        row = cast("Session", super().create_model_instance(data))
        row.account_id = int(data[SESSION_KEY]) if data.get(SESSION_KEY) else None
        if began := data.get(BEGAN):
            at, row.address, row.agent = began
            row.began = datetime.datetime.fromisoformat(at)
        return row


_stored = Prepared(
    lambda key: (
        SessionStore.get_model_class()
        .objects.filter(session_key=key)
        .values_list("session_data", "expire_date")
    )
)


@lru_cache(maxsize=1000)
def _decoded(kind: type[SessionStore], data: str) -> str:
    """What the signed data say, checked once; as text, so that nobody changes it for others."""
    return json.dumps(super(SessionStore, kind()).decode(data))

"""The request a view gets, for type checkers: what the middleware has added to it by then."""

from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from .models import User


class SignedInRequest(HttpRequest):
    """By someone who is signed in: the middleware lets nobody else come to a view."""

    user: User
    # Filled by the wall: its version and the reader’s last visit.
    known: Any
    htmx: HtmxDetails

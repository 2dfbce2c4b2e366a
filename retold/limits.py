"""How much one person, and everybody behind one address, may ask of Retold within a minute.

Whatever is not merely read counts, and so does every search, without anybody having to think of it.
What costs more than a page although it is only read says so with `@costs`. Plain reading is free:
nothing is counted, asked for or stored. Counts are kept in a cache, never in the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from .errors import too_many

MINUTE = 60
READING = ("GET", "HEAD", "OPTIONS")
# What searches say in their addresses.
SEARCHED = "q"
# One household or office has as many addresses of IPv6 as it likes, in one network.
NETWORK = 64

View = Callable[..., Any]


def costs(points: int) -> Callable[[View], View]:
    """This counts for so many points; otherwise what is sent, and a search, count for one."""

    def decorated(view: View) -> View:
        view.costs = points  # type: ignore[attr-defined]
        return view

    return decorated


class Limits:
    """Middleware: whoever asks for too much within a minute is told to wait until it is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        reads = request.method in READING
        searches = bool(request.META.get("QUERY_STRING")) and SEARCHED in request.GET
        points = getattr(view, "costs", int(searches or not reads))
        if not points:
            return None
        kind, most = ("read", settings.LIMIT_READS) if reads else ("write", settings.LIMIT_WRITES)
        if most and any(
            counted(f"{kind}:{who}", points) > most * times for who, times in asking(request)
        ):
            return too_many(request, seconds=MINUTE - int(time.time()) % MINUTE)
        return None


def asking(request: HttpRequest) -> list[tuple[str, int]]:
    """Who asks, and how many times as much as one person each may ask for."""
    found, where = [], "strangers"
    if request.user.is_authenticated:
        found.append((f"account:{request.user.pk}", 1))
        # Whoever has no account shares an address with colleagues, but takes nothing from them.
        where = "address"
    if settings.LIMIT_ADDRESS:
        address = get_adapter().get_client_ip(request)
        found.append((f"{where}:{network_of(address)}", settings.LIMIT_ADDRESS))
    return found


def network_of(address: str) -> str:
    """What one place is known by: its address, or with IPv6 its network."""
    try:
        known = ip_address(address)
        if isinstance(known, IPv6Address):
            # One of IPv4 may be written as if it were one of IPv6.
            mapped = known.ipv4_mapped
            return str(mapped or ip_network((address, NETWORK), strict=False))
    except ValueError:
        # A socket on the server itself has none.
        pass
    return address


def counted(who: str, points: int) -> int:
    """How many points this makes within the present minute."""
    cache = caches["limits"]
    key = f"{who}:{int(time.time() // MINUTE)}"
    cache.add(key, 0, 2 * MINUTE)
    try:
        return cache.incr(key, points)
    except ValueError:
        # It was crowded out in between.
        return points

"""What a phone fetches to show the wall, in bytes as they travel."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urljoin, urlsplit

from .server import Server

ACCEPTED = {"Accept-Encoding": "br, gzip"}
STYLE = re.compile(r'<link[^>]+rel="stylesheet"[^>]*>')
SCRIPT = re.compile(r'<(?:script[^>]+src|link[^>]+rel="modulepreload"[^>]+href)="([^"]+)"')
HREF = re.compile(r'href="([^"]+)"')
IMPORT = re.compile(r'\b(?:import|from)\s*\(?\s*["\']([^"\']+\.js)["\']')


def weigh(server: Server, headers: dict[str, str]) -> dict[str, int]:
    """Bytes of HTML, CSS and JavaScript. A page is compressed by the proxy in front, as gzip does
    it by default; the rest by ourselves, once, when it is collected."""
    _status, _headers, body = server.ask("/", headers)
    page = body.decode()
    styles = [HREF.search(tag) for tag in STYLE.findall(page)]
    return {
        "html": len(gzip.compress(body, 6)),
        "css": sum(len(_fetch(server, found[1])[0]) for found in styles if found),
        "js": _scripts(server, SCRIPT.findall(page)),
    }


def _scripts(server: Server, addresses: list[str]) -> int:
    """These modules and all that they import."""
    seen: set[str] = set()
    total = 0
    while addresses:
        address = urlsplit(addresses.pop()).path
        if address in seen:
            continue
        seen.add(address)
        packed, text = _fetch(server, address)
        total += len(packed)
        addresses += [urljoin(address, found) for found in IMPORT.findall(text)]
    return total


def _fetch(server: Server, address: str) -> tuple[bytes, str]:
    """A file as it travels, and as it reads."""
    status, _headers, packed = server.ask(urlsplit(address).path, ACCEPTED)
    if status != 200:
        raise RuntimeError(f"{address} answered {status}.")
    _status, _headers, plain = server.ask(urlsplit(address).path)
    return packed, plain.decode()

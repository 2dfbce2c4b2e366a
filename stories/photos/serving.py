"""Sending a photo to a reader who may see it."""

from __future__ import annotations

import base64
import hashlib
import re

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response

from stories import palette
from stories.models import Photo

from .halftone import coloured
from .tasks import take_up_again

PICTURE = re.compile(r"(?P<what>480|960|1920)\.webp")
FULL = "full.jpg"
HALFTONE = re.compile(r"halftone-(?P<hue>[a-z-]+?)(?P<swapped>-swapped)?\.png")
KINDS = {"webp": "image/webp", "png": "image/png", "jpg": "image/jpeg"}
# Opened by itself a photo stands in a page of the browser's own making; nothing may happen there.
POLICY = "default-src 'none'; sandbox"
# One point of nothing: what stands for the dots until there are any.
NOTHING = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
)


def serve(request: HttpRequest, photo: Photo, name: str) -> HttpResponse:
    """One picture of a photo, after the caller has decided that it may be seen.

    Until the photo is made its placeholder stands for it. 404 for a name that is none.
    """
    picture, dots = PICTURE.fullmatch(name), HALFTONE.fullmatch(name)
    if not (picture or name == FULL or (dots and dots["hue"] in palette.BY_SLUG)):
        raise Http404
    file = photo.original.name if photo.files else None
    if name != FULL:
        file = photo.files.get(_width(photo, int(picture["what"])) if picture else "halftone")
    if file is None:
        take_up_again(photo)
        return _stand_in(request, photo, dots=bool(dots))
    etag = _etag(file, _look(dots["hue"]) if dots else "", name)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return _dressed(unchanged, etag)
    try:
        with default_storage.open(file) as stored:
            content = stored.read()
    except FileNotFoundError as error:
        raise Http404 from error
    if dots:
        content = coloured(content, dots["hue"], swapped=bool(dots["swapped"]))
    return _dressed(HttpResponse(content, content_type=KINDS[name.rpartition(".")[2]]), etag)


def _width(photo: Photo, asked: int) -> str:
    """The file for this width; a photo that is smaller has fewer, and its widest stands in."""
    return str(max(width for width in photo.widths if width <= asked))


def _look(hue: str) -> str:
    """What a halftone owes to the pair of inks, so that new inks are seen at once."""
    pair = palette.BY_SLUG[hue]
    return pair.ground.hex + pair.ink.hex


def _stand_in(request: HttpRequest, photo: Photo, *, dots: bool) -> HttpResponse:
    kind, content = "image/png", NOTHING
    if not dots and photo.placeholder.startswith("data:image/webp;base64,"):
        kind = "image/webp"
        content = base64.b64decode(photo.placeholder.partition(",")[2])
    return _dressed(HttpResponse(content, content_type=kind), etag=None)


def _etag(*parts: str) -> str:
    # Files never change, they are made anew under another name: the name is enough to tell.
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'


def _dressed(response: HttpResponseBase, etag: str | None) -> HttpResponse:
    if etag:
        response.headers["ETag"] = etag
    # Kept by the reader alone, and asked for each time: what may be seen can change at any time.
    response.headers["Cache-Control"] = "private, no-cache" if etag else "private, no-store"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response  # type: ignore[return-value]

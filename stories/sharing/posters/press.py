"""The press: sheets go in, a PDF comes out.

Typst sets them in this process, in a few hundredths of a second, and lets other threads work
meanwhile. It is given all it may read: the templates, the data, the pictures. User text is data in
a JSON file and never becomes markup. The same sheets make the same bytes.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .sheet import GOLD, GOLD_INK, Sheet

TEMPLATES = Path(__file__).with_name("typst")
FONTS = Path(__file__).parents[2] / "fonts"
# In points. A4 first: what most of the world prints on.
SIZES = {"a4": (595.276, 841.89), "letter": (612.0, 792.0)}
# How many are set at once, and how long the next one waits for its turn.
AT_ONCE, PATIENCE = 2, 20

turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """The press had no turn to give in time."""


def press(sheets: list[Sheet], *, size: str, title: str, made: datetime.datetime) -> bytes:
    """A tagged PDF with one page for each sheet. Raises Busy."""
    if not turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return _set(_files(sheets, size=size, title=title), made)
    finally:
        turns.release()


def fingerprint(sheets: list[Sheet], *, size: str, title: str) -> str:
    """Says whether a PDF would be the same, without making it."""
    asked = [size, title, get_language(), settings.ORGANISATION, typst.__version__]
    held = json.dumps([asked, [sheet.identity for sheet in sheets]], sort_keys=True)
    template = b"".join(content for name, content in sorted(_templates().items()))
    return hashlib.sha256(held.encode() + template).hexdigest()[:32]


def _set(files: dict[str, bytes], made: datetime.datetime) -> bytes:
    about: dict[str, Any] = {
        "root": TEMPLATES,
        "font_paths": _fonts(),
        "format": "pdf",
        "timestamp": int(made.timestamp()),
    }
    try:
        return typst.compile(files, pdf_standards=["ua-1"], **about)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        # A sign that no font here has: the sheet shows its box and is tagged all the same, but
        # may not call itself PDF/UA.
        return typst.compile(files, **about)


def _files(sheets: list[Sheet], *, size: str, title: str) -> dict[str, bytes]:
    width, height = SIZES[size]
    language, _dash, region = (get_language() or "en").partition("-")
    data = {
        "width": width,
        "height": height,
        "title": title,
        "organisation": settings.ORGANISATION,
        "language": language,
        "region": region[:2].upper() if len(region) == 2 else None,
        "gold": GOLD.hex,
        "gold_ink": GOLD_INK.hex,
        "words": {
            "seal": _("Gold standard").split(" "),
            "wrong": _("Went wrong first"),
            "rest": _("The rest is behind the code."),
            "huddle": _("For the huddle"),
        },
        "sheets": [sheet.data for sheet in sheets],
    }
    files = {**_templates(), "data.json": json.dumps(data).encode()}
    for number, sheet in enumerate(sheets):
        files |= sheet.files(number)
    return files


@cache
def _templates() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in TEMPLATES.glob("*.typ")}


@cache
def _fonts() -> typst.Fonts:
    """Ours, and those of the system for what ours lack; looked through once."""
    return typst.Fonts(include_embedded_fonts=False, font_paths=[str(FONTS)])

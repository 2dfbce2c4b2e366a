"""The press: sheets go in, a PDF comes out.

Typst sets them, in a process of its own that is given all it may read: the templates, the data, the
pictures. User text is data in a JSON file and never becomes markup. The same sheets make the same
bytes.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import subprocess
import sys
import tempfile
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .sheet import GOLD, GOLD_INK, Sheet, code, printed

TEMPLATES = Path(__file__).with_name("typst")
SETTER = Path(__file__).with_name("setting.py")
FONTS = Path(__file__).parents[2] / "fonts"
# In points. A4 first: what most of the world prints on.
SIZES = {"a4": (595.276, 841.89), "letter": (612.0, 792.0)}
# How many are set at once, how long the next one waits for its turn, and how long one may take.
AT_ONCE, PATIENCE, LONGEST = 2, 20, 30

logger = logging.getLogger(__name__)
turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """The press had no turn to give in time."""


def press(sheets: list[Sheet], *, size: str, title: str, made: datetime.datetime) -> bytes:
    """A tagged PDF with one page for each sheet. Raises Busy where it takes too long."""
    if not turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        # All that it may read from the disk: a folder with the pictures of these sheets.
        with tempfile.TemporaryDirectory(prefix="retold-press-") as name:
            folder = Path(name)
            sheets = [_with_pictures(sheet, number, folder) for number, sheet in enumerate(sheets)]
            return _set(_sources(sheets, size=size, title=title), folder, made)
    finally:
        turns.release()


def fingerprint(sheets: list[Sheet], *, size: str, title: str) -> str:
    """Says whether a PDF would be the same, without making it."""
    asked = [size, title, get_language(), settings.ORGANISATION, version("typst")]
    held = json.dumps([asked, [sheet.identity for sheet in sheets]], sort_keys=True)
    template = "".join(content for _name, content in sorted(_templates().items()))
    return hashlib.sha256((held + template).encode()).hexdigest()[:32]


def _with_pictures(sheet: Sheet, number: int, folder: Path) -> Sheet:
    """Lay out the pictures of a sheet; a photo that storage cannot give is left out."""
    (folder / f"code-{number}.svg").write_bytes(code(sheet.address))
    if sheet.photo is None:
        return sheet
    try:
        dots = printed(sheet.photo, sheet.ground, sheet.ink)
    except OSError:
        logger.warning("The photo %s of a poster could not be read", sheet.photo.key)
        return sheet.without_photo()
    (folder / f"photo-{number}.png").write_bytes(dots)
    return sheet


def _set(sources: dict[str, str], root: Path, made: datetime.datetime) -> bytes:
    """Let the setter do it, within its time."""
    job = {
        "sources": sources,
        "root": str(root),
        # Ours, and those of the system for what ours lack.
        "fonts": [str(FONTS), *settings.FONT_DIRS],
        "timestamp": int(made.timestamp()),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own program; what people wrote goes to its input
            [sys.executable, "-I", str(SETTER)],
            input=json.dumps(job).encode(),
            capture_output=True,
            check=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise Busy from error
    except subprocess.CalledProcessError as error:
        raise RuntimeError(error.stderr.decode(errors="replace")[-2000:]) from error
    return done.stdout


def _sources(sheets: list[Sheet], *, size: str, title: str) -> dict[str, str]:
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
    return {**_templates(), "data.json": json.dumps(data)}


@cache
def _templates() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.glob("*.typ")}

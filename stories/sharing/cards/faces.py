"""The fonts of picture cards: our own cuts, and Noto for all that they have no letters for.

Fonts are found by their file names in the folders of the setting FONT_DIRS, and what each has is
read from its own list of characters, once. docs/sharing.md names the packages.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, ParamSpec, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from PIL import ImageFont, features

log = logging.getLogger(__name__)

OWN = Path(__file__).resolve().parents[2] / "fonts"
DISPLAY, STRONG, PLAIN = "display", "strong", "plain"
CUTS = {DISPLAY: "display.ttf", STRONG: "interface-620.ttf", PLAIN: "interface-400.ttf"}

# What has to be there for the scripts that cards promise: Debian's package, one of its files.
PACKAGES = {
    "fonts-noto-core": "NotoSans-Bold.ttf",
    "fonts-noto-cjk": "NotoSansCJK-Bold.ttc",
    "fonts-noto-color-emoji": "NotoColorEmoji.ttf",
}
EMOJI = "NotoColorEmoji.ttf"
# The one size in which the pictures of that font are made.
EMOJI_SIZE = 109
RULER = 1000

# Where a family is wanted before the others are looked through, by how often it is.
FIRST = ("", "Arabic", "Hebrew", "Devanagari", "Thai")
# How a font stands beside ours: its size, and the room from line to line that its marks need.
SCALES = {"CJK": 0.9}
USUAL_SCALE = 0.95
LEADINGS = {"": 0.98, "Arabic": 1.18, "Hebrew": 0.98, "CJK": 1.1, "Symbols": 0.9, "Symbols2": 0.9}
USUAL_LEADING = 1.28

# The fonts of a collection draw the same character as each of these writes it.
JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL = range(4)


P = ParamSpec("P")
R = TypeVar("R")
# Whatever was found out about the fonts that are there.
_remembered: list[Any] = []


def remembered(maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep so many answers of a function, until somebody says `look_again`."""

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize)(function)
        _remembered.append(kept)
        return cast(Callable[P, R], kept)

    return keep


def look_again() -> None:
    """Forget which fonts there are, after some came or went."""
    for kept in _remembered:
        kept.cache_clear()


@dataclass(frozen=True)
class Face:
    """One font file as cards use it."""

    path: str
    index: int = 0
    scale: float = 1.0
    leading: float = 0.88
    own: str = ""
    emoji: bool = False

    def font(self, size: float) -> ImageFont.FreeTypeFont:
        return _font(self.path, self.index, EMOJI_SIZE if self.emoji else size * self.scale)

    def ruler(self, size: float) -> ImageFont.FreeTypeFont:
        """The font in one of the few sizes that are measured with."""
        return _ruler(self.path, self.index, EMOJI_SIZE if self.emoji else size * self.scale)

    def covers(self, text: str) -> bool:
        """Has it all of these characters? What joins and chooses among them is never drawn."""
        has = coverage(self.path)
        return all(ord(char) in has or char in UNSEEN for char in text)


class Style(NamedTuple):
    """One of our cuts, and how Chinese characters are drawn beside it."""

    cut: str
    region: int = SIMPLIFIED


# Joiners, marks of direction and the selectors of a picture or a letter.
UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufe0e\ufe0f")


@remembered(maxsize=64)
def chain(style: Style) -> tuple[Face, ...]:
    """The fonts to ask for a character, in this order; emoji have their own."""
    return tuple(_chain(style))


def emoji() -> Face | None:
    path = _files().get(EMOJI)
    if path is None:
        return None
    try:
        _font(path, 0, EMOJI_SIZE)
    except OSError:
        return None
    # A picture is 1.17 em high and wide with its margins; beside capitals it is set smaller.
    return Face(path, scale=0.84, emoji=True)


def missing_packages() -> list[str]:
    """The packages of fonts that are not there."""
    return [package for package, file in PACKAGES.items() if file not in _files()]


def fingerprint() -> tuple[str, ...]:
    """What tells one set of fonts from another: with new ones, cards are drawn anew."""
    return tuple(sorted(_files()))


def require_raqm() -> None:
    """Without it Arabic falls apart and nothing kerns: better no card than such a card."""
    if not features.check("raqm"):
        raise ImproperlyConfigured(
            "This build of Pillow has no Raqm, which shapes and kerns text on picture cards. "
            "Install Pillow from its wheel, or build it with libraqm."
        )


def _chain(style: Style) -> Iterator[Face]:
    files = _files()
    weights = ("Regular", "Bold") if style.cut == PLAIN else ("Bold", "Regular")
    yield Face(str(OWN / CUTS[style.cut]), own=style.cut)
    for family in FIRST:
        yield from _one_of(files, f"NotoSans{family}-%s.ttf", weights, family)
    for weight in weights[:1]:
        if path := files.get(f"NotoSansCJK-{weight}.ttc"):
            yield Face(path, style.region, SCALES["CJK"], LEADINGS["CJK"])
    others = {name[len("NotoSans") :].partition("-")[0] for name in files if name[0] == "N"}
    for family in sorted(others - {*FIRST, "CJK"}):
        yield from _one_of(files, f"NotoSans{family}-%s.ttf", weights, family)
    yield from _one_of(files, "DejaVuSans%s.ttf", ("-Bold" if weights[0] == "Bold" else "", ""), "")


def _one_of(
    files: dict[str, str], pattern: str, weights: tuple[str, ...], family: str
) -> Iterator[Face]:
    """The first of these weights that is there; some families have but one."""
    for weight in weights:
        if path := files.get(pattern % weight):
            scale = SCALES.get(family, USUAL_SCALE)
            yield Face(path, 0, scale, LEADINGS.get(family, USUAL_LEADING))
            return


def _files() -> dict[str, str]:
    return _found(tuple(map(str, settings.FONT_DIRS)))


@remembered(maxsize=8)
def _found(folders: tuple[str, ...]) -> dict[str, str]:
    """The fonts we know how to use, by file name; in the first folder that has each."""
    found: dict[str, str] = {}
    for folder in folders:
        for where, inside, names in os.walk(folder):
            inside.sort()
            for name in sorted(names):
                if name.startswith(("NotoSans", "NotoColorEmoji", "DejaVuSans")):
                    found.setdefault(name, str(Path(where) / name))
    return found


@remembered(maxsize=128)
def _ruler(path: str, index: int, size: float) -> ImageFont.FreeTypeFont:
    return _font(path, index, size)


# Each size of a font with all of Chinese takes some hundred kilobytes.
@remembered(maxsize=12)
def _font(path: str, index: int, size: float) -> ImageFont.FreeTypeFont:
    require_raqm()
    return ImageFont.truetype(path, size, index=index, layout_engine=ImageFont.Layout.RAQM)


class Coverage:
    """The characters of a font as one bit each: those of Chinese would fill megabytes as a set."""

    def __init__(self, characters: Iterable[int]) -> None:
        self._bits = bytearray()
        for code in characters:
            if code >> 3 >= len(self._bits):
                self._bits.extend(bytes((code >> 3) + 1 - len(self._bits)))
            self._bits[code >> 3] |= 1 << (code & 7)

    def __contains__(self, code: int) -> bool:
        return code >> 3 < len(self._bits) and bool(self._bits[code >> 3] & 1 << (code & 7))


@cache
def coverage(path: str) -> Coverage:
    """What a font file has glyphs for, from its table of characters."""
    try:
        with Path(path).open("rb") as file:
            return Coverage(_characters(_cmap(file)))
    except (OSError, struct.error, IndexError) as error:
        log.warning("The font %s could not be read: %s", path, error)
    return Coverage(())


def _cmap(file: BinaryIO) -> bytes:
    """The table of characters of a font, or of the first of a collection: they share it."""
    start = 0
    if file.read(12)[:4] == b"ttcf":
        (start,) = struct.unpack(">I", file.read(4))
    file.seek(start)
    (count,) = struct.unpack(">4xH6x", file.read(12))
    for _ in range(count):
        tag, offset, length = struct.unpack(">4s4xII", file.read(16))
        if tag == b"cmap":
            file.seek(offset)
            return file.read(length)
    return bytes(4)


def _characters(cmap: bytes) -> Iterator[int]:
    """The characters in all of a table's Unicode lists, which come in two forms."""
    (count,) = struct.unpack_from(">2xH", cmap)
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        (form,) = struct.unpack_from(">H", cmap, offset)
        if platform not in (0, 3) or (platform == 3 and encoding not in (1, 10)):
            continue
        if form == 4:
            yield from _short_list(cmap, offset)
        elif form == 12:
            (groups,) = struct.unpack_from(">I", cmap, offset + 12)
            for group in range(groups):
                first, last, glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * group)
                yield from range(first if glyph else first + 1, last + 1)


def _short_list(cmap: bytes, offset: int) -> Iterator[int]:
    """Form 4: spans of characters up to U+FFFF; glyph 0 among them means none."""
    (doubled,) = struct.unpack_from(">H", cmap, offset + 6)
    form = f">{doubled // 2}H"
    lasts, firsts, deltas, jumps = (
        struct.unpack_from(form, cmap, offset + 14 + part * doubled + (2 if part else 0))
        for part in range(4)
    )
    for span, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if not jumps[span]:
                glyph = (code + deltas[span]) & 0xFFFF
            else:
                at = offset + 16 + 3 * doubled + 2 * span + jumps[span] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", cmap, at)
            if glyph:
                yield code

"""What somebody typed into the search box, read into its pieces. Text in, pieces out; no database.

Words, “phrases in quotation marks”, `-without`, and what a wall is filtered by in its own words:
`trait:personal team:"Front desk" person:roberta before:2026-03 after:2026-03-14`. Nothing that
somebody types is an error: what is none of these is words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from django.utils.translation import get_language, pgettext

from staff.names import fold
from staff.searching import tokens

from .days import Span, day

MARKS = '"“”„«»'
MINUS = "-−"
# What may stand around a value in a sentence: trait:personal, team:kiosk.
AROUND = " ,;.!?()"


class Kind(Enum):
    """What a piece asks for; the value of an operator is its name in an address."""

    WORDS = ""
    TRAIT = "trait"
    TEAM = "team"
    PERSON = "person"
    BEFORE = "before"
    AFTER = "after"


OPERATORS = tuple(kind for kind in Kind if kind.value)


@dataclass(frozen=True)
class Piece:
    """One thing that was asked for: `text` are words, or what an operator names.

    `start` and `stop` are its place in what was typed.
    """

    kind: Kind
    text: str
    start: int
    stop: int
    without: bool = False
    phrase: bool = False


def read(text: str) -> list[Piece]:
    """The pieces of what was typed, in its order, each of them once."""
    known = operators()
    pieces: dict[tuple, Piece] = {}
    for found in _pattern(tuple(known)).finditer(text):
        kind = known[fold(found["name"])] if found["name"] else Kind.WORDS
        value = found["quoted"] if found["bare"] is None else found["bare"]
        piece = Piece(
            kind,
            value.strip(AROUND) if kind.value else value,
            found.start(),
            found.end(),
            without=bool(found["minus"]),
            phrase=found["quoted"] is not None,
        )
        says = tuple(tokens(piece.text))
        if says:
            pieces.setdefault((kind, says, piece.without), piece)
    return list(pieces.values())


@dataclass(frozen=True)
class Unfinished:
    """What is still being typed at the end of the box: a value of an operator, or a word.

    `words` are the plain words before and with it, by where each begins.
    """

    kind: Kind
    text: str
    start: int
    without: bool = False
    words: tuple[int, ...] = ()


def unfinished(text: str) -> Unfinished | None:
    """What is still being typed; None after a space, and within a phrase."""
    known = operators()
    found = _ending(tuple(known)).search(text)
    if not found or (not found["name"] and (not found["bare"] or _in_a_phrase(text, found))):
        return None
    if found["name"]:
        kind, value = known[fold(found["name"])], found["quoted"] or found["bare"] or ""
        return Unfinished(kind, value, found.start(), bool(found["minus"]))
    start = found.start()
    words: list[int] = []
    for piece in [] if found["minus"] else read(text[:start]):
        plain = piece.kind is Kind.WORDS and not piece.phrase and not piece.without
        words = [*words, piece.start] if plain else []
    return Unfinished(Kind.WORDS, found["bare"], start, bool(found["minus"]), (*words, start))


def operators() -> dict[str, Kind]:
    """The names of the operators: the product's words and what they are translated to, which may
    be typed without its accents."""
    return _operators(get_language())


@lru_cache(maxsize=32)
def _operators(_language: str | None) -> dict[str, Kind]:
    translated = {name(kind).lower(): kind for kind in OPERATORS}
    folded = {fold(called): kind for called, kind in translated.items()}
    return folded | translated | {kind.value: kind for kind in OPERATORS}


def name(kind: Kind) -> str:
    """What an operator is called in the reader's language."""
    called = {
        Kind.TRAIT: pgettext("search", "trait"),
        Kind.TEAM: pgettext("search", "team"),
        Kind.PERSON: pgettext("search", "person"),
        Kind.BEFORE: pgettext("search", "before"),
        Kind.AFTER: pgettext("search", "after"),
    }
    return called[kind]


def written(kind: Kind, value: str) -> str:
    """An operator and its value as somebody types them."""
    plain = " ".join(re.sub(f"[{MARKS}]", " ", value).split())
    return f'{name(kind)}:"{plain}"' if " " in plain else f"{name(kind)}:{plain}"


def left_out(text: str, pieces: Iterable[Piece]) -> str:
    """What was typed without some of its pieces."""
    for piece in sorted(pieces, key=lambda piece: piece.start, reverse=True):
        text = f"{text[: piece.start]} {text[piece.stop :]}"
    return " ".join(text.split())


def bounds(piece: Piece) -> Span | None:
    """The days that a `before:` or `after:` leaves; with a minus, all the others.

    Both mean what they say: after March begins with April.
    """
    days = day(piece.text)
    if days is None:
        return None
    if piece.kind is Kind.BEFORE:
        return Span(start=days.start) if piece.without else Span(end=days.start)
    return Span(end=days.end) if piece.without else Span(start=days.end)


def _in_a_phrase(text: str, found: re.Match) -> bool:
    return len(re.findall(f"[{MARKS}]", text[: found.start()])) % 2 == 1


@lru_cache(maxsize=32)
def _ending(names: tuple[str, ...]) -> re.Pattern:
    """An operator with what there is of its value, or a word, at the very end."""
    operator = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"(?<![^\s{MARKS}])(?P<minus>[{MINUS}](?![{MINUS}\s]))?"
        rf"(?:(?P<name>(?i:{operator})):\s*(?:[{MARKS}](?P<quoted>[^{MARKS}]*)$)?)?"
        rf"(?P<bare>[^\s{MARKS}]*)$"
    )


@lru_cache(maxsize=32)
def _pattern(names: tuple[str, ...]) -> re.Pattern:
    """A minus, an operator, and then words in quotation marks or one word."""
    operator = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    operator = f"(?i:{operator})"
    # A space behind the colon is forgiven, if no other piece begins there.
    gap = rf"(?:\s+(?![{MINUS}]|(?:{operator}):))?"
    return re.compile(
        rf"(?P<minus>[{MINUS}](?![{MINUS}\s]))?"
        rf"(?:(?P<name>{operator}):{gap})?"
        rf"(?:[{MARKS}](?P<quoted>[^{MARKS}]*)[{MARKS}]|(?P<bare>[^\s{MARKS}]+))"
    )

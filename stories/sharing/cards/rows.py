"""Several texts in one row, such as the traits of a story, each in a style of its own."""

from __future__ import annotations

from typing import NamedTuple

from . import bidi, letters
from .faces import Style
from .printing import Row
from .setting import width


class Token(NamedTuple):
    """A word of a row that holds several texts; `gap` is what stands before it, in em."""

    text: str
    style: Style
    gap: float
    # The first of its text, and whether a space stands before the others.
    first: bool
    space: bool


def tokens_of(text: str, style: Style, widest: float, gap: float = 0.0) -> list[Token]:
    """The words of a text; one that is wider than this is broken anywhere."""
    space = width(" ", style)
    tokens: list[Token] = []
    for piece in letters.pieces(text):
        enormous = width(piece.text, style) > widest
        for part in letters.torn(piece) if enormous else [piece]:
            before = (space if part.space else 0.0) if tokens else gap
            tokens.append(Token(part.text, style, before, not tokens, part.space))
    return tokens


def rows_of(tokens: list[Token], first: float, other: float) -> list[list[Token]]:
    """Tokens in as few lines as there can be, as even as they can be; the first may be shorter."""
    rows = _filled(tokens, first, other)
    for less in range(19, 9, -1):
        narrower = _filled(tokens, first * less / 20, other * less / 20)
        if len(narrower) > len(rows):
            break
        rows = narrower
    return rows


def _filled(tokens: list[Token], first: float, other: float) -> list[list[Token]]:
    found: list[list[Token]] = []
    end = 0.0
    for token in tokens:
        wide, measure = width(token.text, token.style), first if len(found) < 2 else other
        if found and end + token.gap + wide <= measure:
            found[-1].append(token)
            end += token.gap + wide
        else:
            found.append([token])
            end = wide
    return found


def placed(line: list[Token], start: float, baseline: float, size: float) -> list[Row]:
    """The tokens of one line where they stand; words of the same text as one, to run its way."""
    texts: list[tuple[str, Style, float]] = []
    for token in line:
        if token.first or not texts:
            texts.append((token.text, token.style, token.gap if texts else 0.0))
        else:
            text, style, gap = texts[-1]
            texts[-1] = (text + (" " if token.space else "") + token.text, style, gap)
    rows = []
    for text, style, gap in texts:
        start += gap * size
        rows.append(Row(start, baseline, text, style, size, bidi.is_rtl(text)))
        start += width(text, style) * size
    return rows

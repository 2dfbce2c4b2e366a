"""Two texts as one, with the words marked that went and that came."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\s*\S+")
# Of words that stayed only these around a change are shown, and of a whole text not more than that.
AROUND, MOST_SHOWN = 6, 300
SAME, GONE, NEW = "same", "gone", "new"


class Piece(NamedTuple):
    """Words that stayed, went or came."""

    kind: str
    text: str


def marked(before: str, after: str) -> list[Piece]:
    """What went from a text and what came, with a few words around each place.

    Common words are no landmarks in long texts, which also bounds the time that this takes.
    """
    old, new = WORD.findall(before), WORD.findall(after)
    pieces: list[Piece] = []
    blocks = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    changes = blocks.get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(changes):
        if tag == "equal":
            pieces.append(Piece(SAME, _around(new[c:d], number == 0, number == len(changes) - 1)))
            continue
        pieces += [Piece(GONE, "".join(old[a:b]))] if b > a else []
        pieces += [Piece(NEW, "".join(new[c:d]))] if d > c else []
    return _bounded(pieces)


def replaced(before: str, after: str) -> list[Piece]:
    """A value instead of another; of two texts, what differs."""
    if " " in before.strip() and " " in after.strip():
        return marked(before, after)
    pieces = [Piece(GONE, before)] if before else []
    return pieces + ([Piece(NEW, after)] if after else [])


def _around(words: list[str], first: bool, last: bool) -> str:
    """Words that stayed, cut short where nothing is near."""
    head = [] if first else words[:AROUND]
    tail = [] if last else words[-AROUND:]
    if len(head) + len(tail) >= len(words):
        return "".join(words)
    return "".join([*head, " …", *tail])


def _bounded(pieces: list[Piece]) -> list[Piece]:
    shown, left = [], MOST_SHOWN
    for piece in pieces:
        words = WORD.findall(piece.text)
        if len(words) > left:
            shown.append(Piece(piece.kind, "".join(words[:left]) + " …"))
            break
        shown.append(piece)
        left -= len(words)
    return shown

"""Words that somebody searches for: read from what was typed, found in texts, marked in them.

A word matches from its beginning, whatever its case and accents; words in quotation marks stand
together. The patterns are plain enough to mean the same in Python, SQLite and PostgreSQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from staff.searching import tokens

from .typed import Piece

MOST_CHARACTERS, MOST_WORDS, MOST_QUOTED = 200, 8, 40

APOSTROPHES = "'’‘ʼ`´"
BEGINNING = r"(^|\W)"
COMBINING = "[\u0300-\u036f]*"
# Letters that Unicode does not take apart into a letter and an accent.
OF_THEIR_OWN = {"d": "đð", "h": "ħ", "i": "ı", "l": "ł", "o": "ø", "t": "ŧ"}
LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
JOINERS = "\u200c\u200d"

Phrase = tuple[str, ...]


def clean(text: str) -> str:
    """The text without what no database takes or no eye sees: NUL, lone surrogates, controls."""
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or character in JOINERS
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def short(text: str) -> str:
    """The text, or its beginning where it is too long to be quoted in a sentence."""
    return text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 1] + "…"


def quoted(text: str) -> str:
    """Words as they are said again: in quotation marks, too long ones shortened."""
    return f"“{short(text)}”"


def phrases(pieces: Iterable[Piece]) -> list[Phrase]:
    """The words of each piece, without the punctuation around them."""
    found = (tuple(filter(None, map(_bare, piece.text.split()))) for piece in pieces)
    return list(dict.fromkeys(filter(None, found)))


def stand_in(asked: Sequence[str], name: str, beginning: bool = True) -> bool:
    """Whether these words stand in a name one after the other, the last perhaps as a beginning."""
    words, count = words_of(name), len(asked)
    for at in range(len(words) - count + 1 if count else 0):
        last = words[at + count - 1]
        if words[at : at + count - 1] == tuple(asked[:-1]) and (
            last.startswith(asked[-1]) if beginning else last == asked[-1]
        ):
            return True
    return False


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, folded."""
    return tuple(tokens(name))


def pattern(words: Phrase) -> str:
    """A regular expression that finds these words, one after the other, the last as a beginning.

    Scripts that write without spaces have no beginnings of words, so there any place will do.
    """
    spaced = all(ord(character) < 0x2E80 for word in words for character in word)
    return (BEGINNING if spaced else "") + r"\W+".join(map(_letters, words))


def _bare(word: str) -> str:
    """The word without the punctuation around it."""
    start, end = 0, len(word)
    while start < end and unicodedata.category(word[start])[0] == "P":
        start += 1
    while start < end and unicodedata.category(word[end - 1])[0] == "P":
        end -= 1
    return word[start:end]


def _letters(word: str) -> str:
    return "".join(_letter(character) for character in unicodedata.normalize("NFC", word))


@lru_cache(maxsize=1024)
def _letter(character: str) -> str:
    if character in APOSTROPHES:
        return f"[{APOSTROPHES}]"
    base = _base(character)
    if base in _accented():
        return f"[{base}{_accented()[base]}]{COMBINING}"
    return re.escape(character)


@lru_cache(maxsize=1)
def _accented() -> dict[str, str]:
    """Each plain letter with all its accented forms."""
    forms = dict(OF_THEIR_OWN)
    for character in map(chr, LATIN):
        base = _base(character)
        if base != character and "a" <= base <= "z" and character not in forms.get(base, ""):
            forms[base] = forms.get(base, "") + character
    return forms


def _base(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return next((plain for plain, own in OF_THEIR_OWN.items() if base in own), base)

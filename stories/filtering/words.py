"""Words that somebody searches for: read from what was typed, found in texts, marked in them.

A word matches from its beginning, whatever its case and accents; words in quotation marks stand
together. The patterns are plain enough to mean the same in Python, SQLite and PostgreSQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property, lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .typed import Piece

MOST_CHARACTERS, MOST_WORDS, MOST_QUOTED = 200, 8, 40

APOSTROPHES = "'’‘ʼ`´"
BEGINNING, NOT_INSIDE = r"(^|\W)", r"(?<!\w)"
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


def pattern(words: Phrase, *, before: str = BEGINNING) -> str:
    """A regular expression that finds these words, one after the other, the last as a beginning.

    Scripts that write without spaces have no beginnings of words, so there any place will do.
    """
    spaced = all(ord(character) < 0x2E80 for word in words for character in word)
    return (before if spaced else "") + r"\W+".join(map(_letters, words))


class Marker:
    """Shows what was found: marked in a text, and in an excerpt that holds it."""

    def __init__(self, asked: Iterable[Phrase]):
        self.asked = list(asked)

    def mark(self, text: str) -> SafeString:
        """The text, escaped, with what was searched for in <mark>."""
        pieces, end = [], 0
        for found in self._pattern.finditer(text) if self._pattern else ():
            pieces += [escape(text[end : found.start()]), f"<mark>{escape(found.group())}</mark>"]
            end = found.end()
        # Every piece of it was escaped just above.
        return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308

    def excerpt(self, text: str, length: int) -> str:
        """So much of the text in whole words, with the first words that were found in it."""
        text = " ".join(text.split())
        found = self._pattern.search(text) if self._pattern else None
        start = found.start() - length // 3 if found else 0
        start = text.find(" ", start) + 1 if start > 0 else 0
        piece = text[start : start + length]
        if start + length < len(text):
            piece = (piece.rpartition(" ")[0] or piece).rstrip(" .,;:–—-") + " …"
        return ("… " if start else "") + piece

    def finds(self, text: str) -> bool:
        """Whether any of what was searched for is in the text."""
        return bool(self._pattern and self._pattern.search(text))

    @cached_property
    def _pattern(self) -> re.Pattern | None:
        found = [pattern(words, before=NOT_INSIDE) for words in self.asked]
        # The longer first, so that a phrase is marked before one of its words.
        return re.compile("|".join(sorted(found, key=len, reverse=True)), re.I) if found else None


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

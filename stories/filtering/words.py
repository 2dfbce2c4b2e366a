"""Words as people type them: made fit to be looked up, said again, and found in names."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from staff.naming import Naming
from staff.searching import tokens
from staff.spellings import single_names

MOST_CHARACTERS, MOST_WORDS, MOST_QUOTED = 200, 8, 40
# Fewer letters say nobody's name.
FEWEST_LETTERS = 2

JOINERS = "\u200c\u200d"


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


def stand_in(asked: Sequence[str], name: str, beginning: bool = True) -> bool:
    """Whether these words stand in a name one after the other, the last perhaps as a beginning."""
    return bool(asked) and f" {' '.join(asked)}{'' if beginning else ' '}" in _spaced(name)


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, folded."""
    return tuple(tokens(name))


def beginnings_withheld(naming: Naming) -> tuple[str, ...]:
    """How words begin that name those who are not named: no page offers one."""
    names = (name for person in naming.unnamed_matching("") for name in single_names(person))
    return tuple({word for name in names for word in words_of(name) if len(word) >= FEWEST_LETTERS})


@lru_cache(maxsize=4096)
def _spaced(name: str) -> str:
    """The words of a name between spaces: a search looks for its own in all names there are."""
    return f" {' '.join(words_of(name))} "

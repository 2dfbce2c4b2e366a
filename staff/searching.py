"""Texts as a search looks through them: folded words, each after a space.

They are stored beside the texts, so that a database finds any word by comparing characters,
whatever its case, accents and punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import models

from .names import SPACELESS, WORD, fold

TOKEN = re.compile(rf"(?:{WORD.pattern}|{SPACELESS.pattern})++|[^\w\s]")
# Written for an apostrophe, though they are signs of their own.
NO_SIGNS = frozenset("`´")


def tokens(text: str) -> list[str]:
    """The words and signs of a text, folded and without punctuation."""
    found = TOKEN.findall(fold(text))
    return [token for token in found if token[0].isalnum() or _says_something(token[0])]


def searchable(texts: Iterable[str]) -> str:
    """What to look through for words of any of the texts; each text is a line."""
    return "".join(" ".join(["", *tokens(text), "\n"]) for text in texts)


def wanted(text: str) -> str:
    """What to look for in a searchable text: these words, the last as a beginning; '' for none.

    Scripts that write without spaces have no beginnings of words, so there any place will do.
    """
    words = tokens(text)
    if not words:
        return ""
    return ("" if SPACELESS.match(words[0]) else " ") + " ".join(words)


class WordsField(models.TextField):
    """What a search looks through of its model, which says in `searched()` what that is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"editable": False, "default": "", **options})

    def pre_save(self, instance: models.Model, add: bool) -> str:
        # Migrations know models by their columns alone.
        if searched := getattr(instance, "searched", None):
            setattr(instance, self.attname, searchable(searched()))
        return super().pre_save(instance, add)


def _says_something(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "SM" and sign not in NO_SIGNS

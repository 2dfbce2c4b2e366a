"""Words as the press takes them: each with its language and direction, a text in its sentences.

Nothing here is ever read as markup: the template gets these as data and sets them as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import NotRequired, TypedDict

from django.utils.translation import get_language

from stories.evidence import PARTING

# Letters of these scripts say which language's shapes a text needs, as far as that can be told.
SCRIPTS = (
    ("ja", "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9d"),
    ("ko", "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"),
    ("zh", "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"),
    ("ar", "\u0620-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"),
    ("he", "\u05d0-\u05f2\ufb1d-\ufb4f"),
    ("hi", "\u0900-\u097f"),
    ("th", "\u0e01-\u0e5b"),
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
)
OF_SCRIPT = re.compile("|".join(f"(?P<{name}>[{letters}])" for name, letters in SCRIPTS))
# Signs that fill their square; a line may end after any of them.
SQUARE = frozenset({"ja", "ko", "zh"})
# How far apart lines stand: as tight as our display cut, with room for the letters of other fonts.
LEADING = {"ar": 1.22, "hi": 1.22, "th": 1.22, "ja": 1.04, "ko": 1.04, "zh": 1.04}
OURS, FOREIGN, WITH_SIGNS = 0.88, 1.0, 1.12
NOT_OURS = re.compile("[\u0370-\u1dff\u1f00-\u1fff]")

SENTENCE = re.compile(r"[^.!?…。！？؟।\n]*(?:[.!?…。！？؟।]+[\"'”’»)\]]*|\n|$)[ \t]*")
LONG_SENTENCE = 240
SPACES = re.compile(r"\s+")
# A word no sheet is wide enough for may be broken anywhere a new character begins.
ENDLESS = re.compile(r"\S{31,}")
JOINERS = "\u200d\ufe0e\ufe0f"
# So long a Korean word is left whole (see fitting.typ); a longer one is broken anywhere.
MOST_KOREAN = 12


class Said(TypedDict):
    """A text with the language and the direction it is set in; `pieces` are never broken."""

    text: str
    lang: str
    dir: str
    tall: float
    pieces: NotRequired[list[str]]


class Sentence(TypedDict):
    """A stretch of a story: which paragraph it belongs to, and whether it ends a sentence."""

    text: str
    paragraph: int
    whole: bool


def said(text: str) -> Said:
    """One line of text: any white space becomes a space."""
    text = breakable(SPACES.sub(" ", text).strip())
    lang = language(text)
    return {"text": text, "lang": lang, "dir": direction(text), "tall": leading(text, lang)}


def leading(text: str, lang: str) -> float:
    """How far apart the lines of a text stand, in em."""
    if any(unicodedata.category(char) == "So" for char in text):
        return max(WITH_SIGNS, LEADING.get(lang, 0))
    return LEADING.get(lang, FOREIGN if NOT_OURS.search(text) else OURS)


def led(text: str) -> Said:
    """What leads a poster, with the pieces that its size must leave whole."""
    words = said(text)
    pieces = {piece for word in words["text"].split(" ") for piece in _pieces(word)}
    return {**words, "pieces": sorted(pieces, key=len, reverse=True)[:16]}


def language(text: str) -> str:
    """The language that most of its letters speak for; the site's for Latin and all others."""
    ours = (get_language() or "en").partition("-")[0]
    letters = Counter[str](
        found.lastgroup if (found := OF_SCRIPT.match(char)) and found.lastgroup else ours
        for char in text
        if unicodedata.category(char)[0] == "L"
    )
    if letters["ja"]:
        letters["ja"] += letters.pop("zh", 0)
    return max(letters, key=letters.__getitem__) if letters else ours


def direction(text: str) -> str:
    """That of the first letter which has one, as browsers tell it."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            break
    return "ltr"


def sentences(body: str, most: int) -> tuple[list[Sentence], bool]:
    """The beginning of a story, in sentences, and whether that is all of it."""
    found: list[Sentence] = []
    for number, paragraph in enumerate(PARTING.split(body[:most])):
        for match in SENTENCE.finditer(paragraph):
            text = breakable(match[0].replace("\n", " "))
            if not text.strip():
                continue
            parts = _parts(text)
            found += [
                {"text": part, "paragraph": number, "whole": part is parts[-1]} for part in parts
            ]
    complete = len(body) <= most
    if not complete and found:
        # The last may have been cut in the middle.
        found[-1]["whole"] = False
    return found, complete


def breakable(text: str) -> str:
    """The text with places to break in its endless words."""
    return ENDLESS.sub(_with_breaks, text)


def _with_breaks(match: re.Match) -> str:
    word, broken, since = match[0], [], 0
    for before, char in zip(" " + word, word, strict=False):
        inside = unicodedata.category(char)[0] == "M" or char in JOINERS or before == JOINERS[0]
        if since >= 12 and not inside and not OF_SCRIPT.match(char):
            broken.append("\u200b")
            since = 0
        broken.append(char)
        since += 1
    return "".join(broken)


def _parts(sentence: str) -> list[str]:
    """A long sentence in parts that end between words."""
    parts = [""]
    for word in re.findall(r"\S*\s*", sentence):
        if len(parts[-1]) + len(word) > LONG_SENTENCE and parts[-1]:
            parts.append("")
        parts[-1] += word
    return [part for part in parts if part]


def _pieces(word: str) -> list[str]:
    """What of a word has to stay on one line. Where there are no spaces, a few signs do."""
    lang = language(word)
    if lang in SQUARE:
        return [word if lang == "ko" and len(word) <= MOST_KOREAN else word[:2]]
    if lang == "th":
        return [word[:8]]
    return word.split("\u200b")

"""What text is made of, for whoever sets it: clusters, and where a line may end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

JOINER, SELECT_TEXT, SELECT_PICTURE = "\u200d", "\ufe0e", "\ufe0f"
SPACES = re.compile(r"[ \t\n\r\f\v\u2028\u2029\u3000]+")
# What is never drawn and says nothing here: controls, the marks of embedding, soft hyphens.
SILENT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb]"
)

IDEOGRAPHS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
KANA = "\u3041-\u309f\u30a0-\u30ff\u31f0-\u31ff"
EAST_ASIAN = re.compile(f"[{IDEOGRAPHS}{KANA}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]")
IDEOGRAPH, KANA_ONLY = re.compile(f"[{IDEOGRAPHS}]"), re.compile(f"[{KANA}]")
HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff]")

# Kinsoku: what may not begin a line, and what may not end one.
NOT_FIRST = frozenset(
    "、。，．・：；？！ー〜～…‥’”」』）］｝〉》】〕〗〙々〻ゝゞヽヾ"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ)]},.!?:;%”’»›"
)
NOT_LAST = frozenset("‘“「『（［｛〈《【〔〖〘([{«‹$£€¥￥＄")

# Thai and Lao write no spaces. A vowel that stands before its consonant begins a syllable, and some
# signs end one: breaking there is right far more often than not, and never inside a cluster.
LEADING_VOWELS = frozenset("เแโใไ\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4")
AM = frozenset("\u0e33\u0eb3")
SYLLABLE_ENDS = frozenset("ะๆฯ\u0e33\u0eb0\u0eb3\u0ec6")

# Signs of the first plane that are pictures unless they are asked to be text.
PICTURES = re.compile(
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50"
    "\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff\U0001f201-\U0001f265"
    "\U0001f300-\U0001faff]"
)
FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]")
FOLLOWS = re.compile("[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u200d\ufe0e\ufe0f\u20e3]")


class Piece(NamedTuple):
    """What a line is filled with: never broken, and whether a space stands before it."""

    text: str
    space: bool


def tidy(text: str) -> str:
    """The text as it is set: one line, composed, without what cannot be seen."""
    return SPACES.sub(" ", SILENT.sub("", unicodedata.normalize("NFC", text))).strip(" ")


@lru_cache(maxsize=4096)
def clusters(text: str) -> tuple[str, ...]:
    """The text in what a reader takes for one character, never to be torn apart."""
    found: list[str] = []
    for char in text:
        if found and _joins(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return tuple(found)


def _joins(before: str, char: str) -> bool:
    if unicodedata.category(char)[0] == "M" or FOLLOWS.match(char) or char in AM:
        return before != " "
    last = before[-1]
    if last == JOINER or before in LEADING_VOWELS:
        return char != " "
    if unicodedata.combining(last) == 9:
        return unicodedata.category(char)[0] == "L"
    if FLAGS.match(char):
        return len(before) == 1 and bool(FLAGS.match(before))
    return "\u1100" <= last <= "\u11ff" and "\u1160" <= char <= "\u11ff"


def is_picture(cluster: str) -> bool:
    """Is it an emoji, to be drawn as one?"""
    if SELECT_TEXT in cluster:
        return False
    return SELECT_PICTURE in cluster or "\u20e3" in cluster or bool(PICTURES.match(cluster))


def pieces(text: str, *, phrases: bool = False) -> list[Piece]:
    """What the text may be broken into.

    With `phrases` only where one is likely to begin: in Japanese before an ideograph that follows
    kana and after punctuation, in Thai before a vowel that leads its syllable.
    """
    found: list[Piece] = []
    for word in text.split(" "):
        start = True
        for part in _parts(word, phrases):
            found.append(Piece(part, start and bool(found)))
            start = False
    return found


def torn(piece: Piece) -> list[Piece]:
    """An enormous word, to be broken anywhere but inside a cluster."""
    parts = clusters(piece.text)
    return [Piece(part, piece.space and index == 0) for index, part in enumerate(parts)]


def _parts(word: str, phrases: bool) -> Iterator[str]:
    part = ""
    for cluster in clusters(word):
        if part and _may_break(part, cluster, phrases):
            yield part
            part = ""
        part += cluster
    if part:
        yield part


def _may_break(before: str, after: str, phrases: bool) -> bool:
    last, first = before[-1], after[0]
    if last == "\u200b":
        return True
    if first in NOT_FIRST or last in NOT_LAST or first == "\u2060" or last == "\u2060":
        return False
    if EAST_ASIAN.match(last) or EAST_ASIAN.match(first):
        if not phrases:
            return True
        ends = unicodedata.category(last)[0] == "P"
        return ends or bool(KANA_ONLY.match(last) and IDEOGRAPH.match(first))
    if first in LEADING_VOWELS:
        return True
    return not phrases and last in SYLLABLE_ENDS and unicodedata.category(first) == "Lo"

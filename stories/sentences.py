"""The sentences of a text, as people part them. Text in, text out."""

from __future__ import annotations

import re

LONGEST_SPEECH = 300

# From the first mark of a row only, or a long row of them would be tried from each.
ENDING = re.compile(r"(?<![.!?…])[.!?…]+[”’“‘\"'»›)\]]*(?=\s|$)|[。！？]+[」』”’]*|\n")
ABBREVIATIONS = frozenset(
    """
    mr mrs ms mx dr st prof vs no nr ca approx dept tel inc ltd jr sr
    """.split()  # noqa: SIM905 - as a list it would be twenty lines
)
LAST_WORD = re.compile(r"\b(\w+)\.$")
OPENING, CLOSING = "“«„‹「『", "”»›」』"


def sentences(body: str) -> list[str]:
    """The sentences of a text, in order; each is an exact part of it, white space left out."""
    found, start = [], 0
    for ending in ENDING.finditer(body):
        if ending.start() >= start and _ends(body, start, ending):
            found.append(body[start : ending.end()].strip())
            start = ending.end()
    found.append(body[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(body: str, start: int, ending: re.Match) -> bool:
    """Whether a sentence that began at `start` may end here."""
    sentence = body[start : ending.end()]
    after = body[ending.end() : ending.end() + 80].lstrip(" \t")
    following = after[:1]
    if ending.group() == "\n":
        # A line that goes on in lower case was only broken to fit a window.
        return not following.islower()
    if following.lstrip("\n").islower() or body[ending.end() : ending.end() + 2].strip().islower():
        return False
    if following == "\n" and after[1:2].islower():
        return False
    if word := LAST_WORD.search(sentence):
        last = word.group(1)
        if last.lower() in ABBREVIATIONS or (len(last) == 1 and last.isupper() and last != "I"):
            return False
    return not (_is_open(sentence) and len(sentence) < LONGEST_SPEECH)


def _is_open(sentence: str) -> bool:
    """Whether somebody still speaks: one utterance is not cut in two."""
    opened = sum(sentence.count(mark) for mark in OPENING)
    closed = sum(sentence.count(mark) for mark in CLOSING)
    if "„" in sentence:
        opened, closed = sentence.count("„"), closed + sentence.count("“")
    return opened > closed or sentence.count('"') % 2 == 1

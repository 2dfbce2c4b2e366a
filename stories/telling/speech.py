"""What people say in a text: quoted speech, in whatever marks they use, and dash dialogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 600

# Marks that mean nothing else. Speech never runs on into another paragraph.
PLAIN = (
    re.compile(r"“([^“”\n]{1,600})”"),
    re.compile(r"„([^„“”\n]{1,600})[“”]"),
    re.compile(r'"([^"\n]{1,600})"'),
    re.compile(r"‹([^‹›\n]{1,600})›"),
    re.compile(r"「([^「」\n]{1,600})」"),
)
SWEDISH = re.compile(r"”([^”\n]{1,600})”")
GUILLEMETS = re.compile(r"«([^«»\n]{1,600})»"), re.compile(r"»([^«»\n]{1,600})«")

# An apostrophe stands inside or at the end of a word; a quote opens before one and closes after.
SINGLE_OPENS = re.compile(r"(?<![\w’'])[‘'](?=[^\s’'])")
SINGLE_CLOSES = re.compile(r"(?<=[^\s‘'])[’'](?!\w)")
SPOKEN_END = ".,!?…—–"

DASH = re.compile(r"^[ \t]*[—–-][ \t]+(?=\S)(.{1,600})$", re.M)
TAG = re.compile(
    r"[,.!?…]?\s{0,9}[—–]\s|,?\s(?:\w+\s){0,2}(?:said|says|asked|asks|answered|replied|told)\b"
)


class Speech(NamedTuple):
    """Words that somebody says, and where they stand, marks included."""

    start: int
    stop: int
    text: str


def speeches(body: str) -> list[Speech]:
    """All that is said in the text, in its order; speech within speech counts once."""
    found = sorted(_found(body), key=lambda speech: (speech.start, -speech.stop))
    outer: list[Speech] = []
    for speech in found:
        if speech.text and (not outer or speech.start >= outer[-1].stop):
            outer.append(speech)
    return outer


def _found(body: str) -> Iterator[Speech]:
    for pattern in (*PLAIN, *_guillemets(body)):
        yield from map(_speech, pattern.finditer(body))
    if "“" not in body and "„" not in body:
        yield from map(_speech, SWEDISH.finditer(body))
    yield from _single_quoted(body)
    for line in DASH.finditer(body):
        words = line.group(1)
        tag = TAG.search(words)
        said = words[: tag.start()] if tag else words
        ending = tag.group()[:1] if tag and tag.group()[0] in SPOKEN_END else ""
        yield Speech(line.start(), line.end(), (said + ending).strip())


def _speech(match: re.Match) -> Speech:
    return Speech(match.start(), match.end(), match.group(1).strip())


def _guillemets(body: str) -> tuple[re.Pattern, ...]:
    """«So» in French and most languages, »so« in German: whichever comes first."""
    french, german = body.find("«"), body.find("»")
    if french < 0 or german < 0:
        return ()
    return (GUILLEMETS[0],) if french < german else (GUILLEMETS[1],)


def _single_quoted(body: str) -> Iterator[Speech]:
    stop = 0
    for opening in SINGLE_OPENS.finditer(body):
        start = opening.end()
        if start < stop:
            continue
        end = _closing(body, start)
        if end is not None:
            stop = end + 1
            words = body[start:end].strip()
            # One bare word is a word held up with tongs, or rock ’n’ roll; nobody said it.
            if " " in words or words.endswith(tuple(SPOKEN_END)):
                yield Speech(opening.start(), stop, words)


def _closing(body: str, start: int) -> int | None:
    """Where single-quoted speech ends: a mark after a full stop, comma or the like is surest."""
    reach = body[start : start + LONGEST].split("\n", 1)[0]
    other = SINGLE_OPENS.search(reach, 1)
    if other:
        reach = reach[: other.start()]
    places = [match.start() for match in SINGLE_CLOSES.finditer(reach)]
    for place in places:
        plural = reach[place - 1] == "s" and reach[place + 1 : place + 3].strip().islower()
        if reach[place - 1] in SPOKEN_END or not plural:
            return start + place
    return start + places[0] if places else None

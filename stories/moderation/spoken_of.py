"""Where a story speaks of somebody by a name as told: the sentence that tells who is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from staff.names import HONORIFICS, Names, Place, fold, places
from staff.naming import Naming
from stories.evidence import Evidence, Mark, Run, marked_at
from stories.languages import foreign
from stories.models import Story
from stories.sentences import sentences

NAME_WORD = re.compile(r"[^\W\d_]{2,}")
# A sentence may be as long as a story; this much of it stands on each side of the name.
AROUND = 180
HUE = "straw"

Find = Callable[[str], list[Place]]


@dataclass(frozen=True)
class Spoken:
    """What a story says: the sentence with the name marked, or else its line, or how it begins.

    Names are withheld as on the page of the story; texts are plain.
    """

    title: str
    sentence: tuple[Run, ...] = ()
    line: str = ""
    lang: str = ""


def spoken_of(name: str, story: Story, naming: Naming) -> Spoken:
    """How the story speaks of somebody. Its credits should be fetched, and its teller’s team."""
    near, lang = story.near, foreign(story.language)
    title = naming.text(str(story), near)
    if found := _found(name, story.body):
        sentence, place = found
        marks = [Mark(*place, Evidence(name, "", HUE))]
        [paragraph] = marked_at(sentence, marks, naming, near)
        return Spoken(title, tuple(_bounded(paragraph.runs)), lang=lang)
    if story.line:
        return Spoken(title, line=naming.text(story.line, near), lang=lang)
    begins = naming.text(next(iter(sentences(story.body)), ""), near)
    return Spoken(title, (Run(_begun(begins, 2 * AROUND)),), lang=lang)


def _found(name: str, body: str) -> tuple[str, Place] | None:
    """The first sentence that says the whole name, or else a word of it; and where it does."""
    for find in (_whole_name(name), _word_of(name)):
        if here := find(body):
            # One that goes on over rows is read as one.
            sentence = " ".join(_around(body, here[0].start).split())
            if here := find(sentence):
                return sentence, here[0]
    return None


def _around(body: str, place: int) -> str:
    """The sentence that goes on at this place."""
    start = 0
    for sentence in sentences(body):
        start = body.index(sentence, start) + len(sentence)
        if place < start:
            return sentence
    return ""


def _whole_name(name: str) -> Find:
    names = Names([name])
    return lambda text: places(text, names)


def _word_of(name: str) -> Find:
    """“Lou” of “Dr Lou from the bakery”: what is written small, or is a title, names nobody."""
    words = [word for word in NAME_WORD.findall(name) if fold(word) not in HONORIFICS]
    names = Names(word for word in words if not word[0].islower())
    return lambda text: [here for here in places(text, names) if not text[here.start].islower()]


def _bounded(runs: list[Run]) -> Iterator[Run]:
    """The words that are marked, and so many before and after them."""
    first = next(number for number, run in enumerate(runs) if run.evidence)
    yield Run(_ended("".join(run.text for run in runs[:first]), AROUND))
    yield runs[first]
    yield Run(_begun("".join(run.text for run in runs[first + 1 :]), AROUND))


def _begun(text: str, most: int) -> str:
    """How a text begins, up to a word."""
    if len(text) <= most:
        return text
    words, space, _rest = text[:most].rpartition(" ")
    return f"{words if space else text[:most]}…"


def _ended(text: str, most: int) -> str:
    """How a text ends, from a word on."""
    if len(text) <= most:
        return text
    _rest, space, words = text[-most:].partition(" ")
    return f"…{words if space else text[-most:]}"

"""The text of a story with its evidence marked: which words show which trait.

The text is cut into paragraphs, and these into runs; a run is shown by one trait, by several whose
evidence overlaps, or by none. Names are withheld in the same step and by place, so that neither a
name that reaches into a mark nor one inside it can break the mark or slip through.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from staff.naming import NOBODY, Naming, Near, Withheld

from .models import StoryTrait

# An empty line parts paragraphs; a single line end stays, for verse, lists and dialogue. It begins
# only where a run of white space does, or a long run would be tried from each of its characters.
PARTING = re.compile(r"(?<![^\S\n])[^\S\n]*\n(?:[^\S\n]*\n)+[^\S\n]*")


@dataclass(frozen=True)
class Evidence:
    """The trait that some words of a story show."""

    name: str
    slug: str
    hue: str
    meaning: str = ""


@dataclass(frozen=True)
class Run:
    """A stretch of text shown by the same traits throughout, the leading one first."""

    text: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    runs: list[Run] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def evidence(self) -> list[Evidence]:
        """The traits this paragraph shows, in the order in which its words do."""
        return list(dict.fromkeys(shown for run in self.runs for shown in run.evidence))


@dataclass(frozen=True)
class Mark:
    """From where to where words of a text show something."""

    start: int
    stop: int
    evidence: Evidence


def marked(
    body: str, taggings: Iterable[StoryTrait], naming: Naming, near: Near = NOBODY
) -> list[Paragraph]:
    """The paragraphs of a story's text, named for an audience, with its evidence marked.

    `taggings` are the story's traits in their order, with `.tag` fetched; `near` are those
    the story speaks of. The texts of the runs are plain: the template escapes them.
    """
    marks = [
        Mark(*place, _evidence(tagging))
        for tagging in taggings
        if tagging.evidence.strip() and (place := _place(body, tagging.evidence))
    ]
    return marked_at(body, marks, naming, near)


def marked_at(
    body: str, marks: Iterable[Mark], naming: Naming, near: Near = NOBODY
) -> list[Paragraph]:
    """The same where it is known from where to where words are to be marked."""
    marks = list(marks)
    text, marks = _named(body, marks, naming.withheld(body, near))
    return [_paragraph(text, start, stop, marks) for start, stop in _paragraphs(text)]


def _evidence(tagging: StoryTrait) -> Evidence:
    trait = tagging.tag
    return Evidence(trait.name, trait.slug, trait.hue, trait.meaning)


def _place(body: str, words: str) -> tuple[int, int] | None:
    start = body.find(words)
    return (start, start + len(words)) if start >= 0 else None


def _named(body: str, marks: list[Mark], names: list[Withheld]) -> tuple[str, list[Mark]]:
    """The text without the names, and the marks in it; one that cuts a name takes it whole."""
    if not names:
        return body, marks
    starts = [name.start for name in names]
    pieces, end, grown, growth = [], 0, 0, [0]
    for name in names:
        pieces += [body[end : name.start], name.word]
        end = name.stop
        grown += len(name.word) - (name.stop - name.start)
        growth.append(grown)

    def moved(place: int, *, is_end: bool) -> int:
        before = bisect_right(starts, place)
        if before and place < names[before - 1].stop and place > names[before - 1].start:
            name = names[before - 1]
            return (name.stop + growth[before]) if is_end else (name.start + growth[before - 1])
        if before and names[before - 1].start == place:
            before -= 1
        return place + growth[before]

    moved_marks = [
        Mark(moved(mark.start, is_end=False), moved(mark.stop, is_end=True), mark.evidence)
        for mark in marks
    ]
    return "".join(pieces) + body[end:], moved_marks


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """From where to where each paragraph goes, white space around them left out."""
    places, start = [], 0
    for parting in [*PARTING.finditer(text), None]:
        stop = parting.start() if parting else len(text)
        words = text[start:stop]
        if words.strip():
            lead = len(words) - len(words.lstrip())
            places.append((start + lead, start + len(words.rstrip())))
        start = parting.end() if parting else stop
    return places


def _paragraph(text: str, start: int, stop: int, marks: list[Mark]) -> Paragraph:
    here = [mark for mark in marks if mark.start < stop and start < mark.stop]
    inner = {place for mark in here for place in (mark.start, mark.stop) if start < place < stop}
    cuts = [start, *sorted(inner), stop]
    return Paragraph(
        [
            Run(
                text[left:right],
                tuple(m.evidence for m in here if m.start <= left and right <= m.stop),
            )
            for left, right in pairwise(cuts)
        ]
    )

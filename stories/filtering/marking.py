"""What a search has found, shown in the texts where it stands: marked, and in an excerpt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from stories.search.query import Part
from stories.terms import WITH_FIRST_LETTERS, Term, of_chunk, stems
from stories.terms import words as words_of

CHUNK = re.compile(r"\S+")
PLAIN = re.compile(r"[a-z0-9]+")


class Place(NamedTuple):
    start: int
    stop: int


class Sought(NamedTuple):
    """The words of one part as texts of a language may say them: each folded, and its stems."""

    words: tuple[tuple[str, frozenset[str]], ...]
    beginning: bool

    def stands(self, here: list[tuple[int, Term]]) -> bool:
        """Whether the words are these terms, from the first on."""
        return len(here) >= len(self.words) and all(
            self.is_met(number, here[number][1]) for number in range(len(self.words))
        )

    def is_met(self, number: int, term: Term) -> bool:
        word, stems = self.words[number]
        still_typed = self.beginning and number == len(self.words) - 1
        return (
            term.stem in stems or term.word == word or (still_typed and term.word.startswith(word))
        )


class Marker:
    """Marks what is sought in texts of any language.

    Words are compared as the search compares them, whole texts word by word, so that what comes
    again costs little. `looked_for` are the stems by which the search looks for each word of a
    part: it finds “piano” for “pianoo” in an English story if Spanish has the same stem for both.
    """

    def __init__(
        self,
        parts: Iterable[Part],
        looked_for: Mapping[Part, Sequence[Collection[str]]] | None = None,
    ) -> None:
        self.parts = list(parts)
        self._looked_for = looked_for or {}
        self._sought: dict[str, list[Sought]] = {}
        self._letters: dict[str, re.Pattern | None] = {}
        # By language, chunks that nothing begins with: most words, and those of a page come again.
        self._silent: defaultdict[str, set[str]] = defaultdict(set)

    def mark(self, text: str, language: str, instead: str = "") -> SafeString:
        """The text, escaped, with what is sought in <mark>.

        `instead` are words that stand in the text for names that are withheld: they are not what
        somebody wrote, and are not marked.
        """
        closed = [*re.finditer(re.escape(instead), text, re.I)] if instead else []
        pieces, end = [], 0
        for place in self.places(text, language):
            if any(place.start < other.end() and other.start() < place.stop for other in closed):
                continue
            found = text[place.start : place.stop]
            pieces += [escape(text[end : place.start]), f"<mark>{escape(found)}</mark>"]
            end = place.stop
        # Every piece of it was escaped just above.
        return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308

    def first(self, text: str, language: str) -> Place | None:
        """Where the first of what is sought stands in the text."""
        return next(self.places(text, language), None)

    def places(self, text: str, language: str) -> Iterator[Place]:
        """Where what is sought stands, in the order of the text, none overlapping another."""
        end, silent = 0, self._silent[language]
        for chunk in CHUNK.finditer(text):
            if chunk.group() in silent:
                continue
            if not (begins := self._begins(chunk.group(), language)):
                silent.add(chunk.group())
                continue
            here = self._from(chunk, language)
            for number in begins:
                start = chunk.start() + here[number][1].start
                count = self._longest_at(here[number:], language) if start >= end else 0
                if count:
                    offset, last = here[number + count - 1]
                    end = offset + last.stop
                    yield Place(start, end)

    def _longest_at(self, here: list[tuple[int, Term]], language: str) -> int:
        """How many terms the longest of what is sought takes here; 0 for nothing."""
        found = (sought for sought in self._in(language) if sought.stands(here))
        return next((len(sought.words) for sought in found), 0)

    def _begins(self, chunk: str, language: str) -> list[int]:
        """With which terms of a chunk anything may begin that is sought."""
        # To look at letters costs little, to have a word that is new to us stemmed a lot.
        first = self._first_letters(language)
        if first and chunk.isascii() and not first.search(chunk):
            return []
        terms = of_chunk(chunk, language)
        return [at for at, term in enumerate(terms) if self._is_first(term, language)]

    def _first_letters(self, language: str) -> re.Pattern | None:
        """How a chunk looks if one of its terms begins as something does that is sought; None if
        that cannot be told."""
        if language not in self._letters:
            firsts = [sought.words[0] for sought in self._in(language)]
            letters = {one[0] for word, stems in firsts for one in (word, *stems) if one}
            plain = language in WITH_FIRST_LETTERS and PLAIN.fullmatch("".join(letters))
            begins = re.compile(rf"(?<![^\W_])[{plain[0]}]", re.I) if plain else None
            self._letters[language] = begins
        return self._letters[language]

    def _is_first(self, term: Term, language: str) -> bool:
        return any(sought.is_met(0, term) for sought in self._in(language))

    def _from(self, chunk: re.Match, language: str) -> list[tuple[int, Term]]:
        """The terms from a chunk on, as far as what is sought may reach, each with its offset."""
        here = [(chunk.start(), term) for term in of_chunk(chunk.group(), language)]
        if self._most > 1:
            enough = len(here) + self._most
            for other in CHUNK.finditer(chunk.string, chunk.end()):
                if len(here) >= enough:
                    break
                here += ((other.start(), term) for term in of_chunk(other.group(), language))
        return here

    @cached_property
    def _most(self) -> int:
        return max((len(words_of(" ".join(part.words))) for part in self.parts), default=0)

    def _in(self, language: str) -> list[Sought]:
        """What is sought as this language has it, the longest first."""
        if language not in self._sought:
            found = []
            for part in self.parts:
                text = " ".join(part.words)
                usual = [frozenset({stem}) for stem in stems(text, language)]
                others = self._looked_for.get(part) or [()] * len(usual)
                each = (stem.union(more) for stem, more in zip(usual, others, strict=True))
                words = zip(words_of(text), each, strict=True)
                found.append(Sought(tuple(words), part.beginning))
            longest = sorted(found, key=lambda sought: len(sought.words), reverse=True)
            self._sought[language] = [sought for sought in longest if sought.words]
        return self._sought[language]


def excerpt(text: str, length: int, found: Place | None) -> str:
    """So much of the text in whole words, with what was found in it, if anything was."""
    start = found.start - length // 3 if found else 0
    start = text.find(" ", start) + 1 if start > 0 else 0
    piece = text[start : start + length]
    if start + length < len(text):
        piece = (piece.rpartition(" ")[0] or piece).rstrip(" .,;:–—-") + " …"
    return ("… " if start else "") + piece

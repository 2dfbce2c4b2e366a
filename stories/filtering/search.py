"""What a search asks for: read from what was typed, understood, and said in words again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from staff.naming import Naming
from staff.searching import wanted
from stories.search.query import Part
from stories.terms import placed

from .days import Span
from .known import Known
from .meant import Condition, Said
from .typed import Kind, Piece, left_out, read, written
from .understood import Understood
from .words import MOST_CHARACTERS, MOST_WORDS, clean, quoted


class Asks(NamedTuple):
    """One thing that a search asks for, in words; `rest` is what was typed without it."""

    name: str
    rest: str
    hue: str = ""


class Search:
    """What was typed, what it asks for, and how to find it for an audience.

    `text` is what was typed; `kept` is that without what could not be understood, which `notes`
    says. Where more was typed than is looked up, it `was_cut`.
    """

    def __init__(self, text: str, naming: Naming, known: Known | None = None):
        self.naming, self.known = naming, known or Known()
        # Cut before it is cleaned, so that a long text costs no more than a short one.
        self.text = clean(text[:MOST_CHARACTERS])
        pieces = read(self.text)
        said = [piece for piece in pieces if piece.kind is Kind.WORDS and wanted(piece.text)]
        self.words = [piece for piece in said if not piece.without][:MOST_WORDS]
        self.unwanted = [piece for piece in said if piece.without][:MOST_WORDS]
        operators = [piece for piece in pieces if piece.kind is not Kind.WORDS]
        self.understood = Understood(operators, self.known, naming)
        self.was_cut = (
            len(text) > MOST_CHARACTERS
            or len(said) > len(self.words) + len(self.unwanted)
            or self.understood.too_many
        )

    def __bool__(self) -> bool:
        """Whether there are words that a story has to say."""
        return bool(self.words)

    @property
    def notes(self) -> list[str]:
        return self.understood.notes

    @property
    def kept(self) -> str:
        asked = self.words or self.unwanted or self.understood.wanted
        return left_out(self.text, self.understood.unclear) if asked else ""

    @property
    def facets(self) -> list[frozenset[str]]:
        """Groups of facets: a story stands under one at least of each."""
        wanted = self.understood.wanted.items()
        return [one.facets for piece, one in wanted if one.facets and not piece.without]

    @property
    def without(self) -> frozenset[str]:
        """Facets under none of which a story stands."""
        wanted = self.understood.wanted.items()
        return frozenset().union(*(one.facets for piece, one in wanted if piece.without))

    @property
    def span(self) -> Span:
        """The days the stories are of."""
        return self.understood.span

    @cached_property
    def asks(self) -> dict[str, Asks]:
        """Each thing that was asked for, in words, with the text that asks for all the others."""
        asks = {}
        if self.words:
            asks["q"] = Asks(_in_words(self.words), self._without(self.words))
        for piece in self.unwanted:
            name = _("Without %s") % quoted(piece.text)
            asks[_key(piece)] = Asks(name, self._without([piece]))
        for piece, one in self.understood.wanted.items():
            asks[_key(piece)] = Asks(one.name, self._without([piece]), one.hue)
        return asks

    def _without(self, pieces: Sequence[Piece]) -> str:
        return left_out(self.text, [*pieces, *self.understood.unclear])

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What a story has to say, for the search engine."""
        # What stands at the end of the box may still be being typed.
        end = len(self.text)
        return tuple(self._part(piece, piece.stop == end) for piece in self.words)

    @cached_property
    def not_parts(self) -> tuple[Part, ...]:
        """What a story may not say."""
        return tuple(self._part(piece, False) for piece in self.unwanted)

    def _part(self, piece: Piece, is_last: bool) -> Part:
        beginning = is_last and not piece.phrase
        under = self.known.under_names(piece.text, beginning)
        return Part(tuple(piece.text.split()), beginning, under)

    def with_words(self, meant: dict[str, str]) -> str:
        """What was typed with other words for some of those to be found, by their folded form."""
        text = self.text
        for piece in reversed(self.words):
            here = text[piece.start : piece.stop]
            for term in reversed(list(placed(here, ""))):
                if term.word in meant:
                    here = here[: term.start] + meant[term.word] + here[term.stop :]
            text = text[: piece.start] + here + text[piece.stop :]
        return text

    def with_names(self) -> str:
        """What was typed with traits and teams by the names that may have been meant; '' if it
        names all, or nothing is like what it says."""
        text, likely = self.text, self.understood.meant()
        for piece in sorted(likely, key=lambda piece: piece.start, reverse=True):
            minus = "-" if piece.without else ""
            there = minus + written(piece.kind, likely[piece])
            text = text[: piece.start] + there + text[piece.stop :]
        return text if likely else ""

    @cached_property
    def conditions(self) -> dict[str, Condition | Said]:
        """What each thing asked for demands of a story, by its key in `asks`."""
        conditions: dict[str, Condition | Said] = {"q": Said(self.parts)} if self.words else {}
        for piece, part in zip(self.unwanted, self.not_parts, strict=True):
            conditions[_key(piece)] = Said(not_parts=(part,))
        for piece, one in self.understood.wanted.items():
            without = piece.without and not one.span
            conditions[_key(piece)] = Condition(one.facets, without, one.span)
        return conditions


def _in_words(pieces: Sequence[Piece]) -> str:
    """“cold hands” “my customer”: what stands together is said together."""
    runs = groupby(pieces, lambda piece: piece.start if piece.phrase else None)
    return " ".join(quoted(" ".join(piece.text for piece in run)) for _phrase, run in runs)


def _key(piece: Piece) -> str:
    return f"q:{piece.start}"

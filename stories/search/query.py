"""What somebody is searching for, said plainly; made by who reads the box, for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Where(IntEnum):
    """In which texts the words have to stand. The numbers are the order of 'best first'."""

    LINE = 0
    HEAD = 1  # the line and the title
    ANYWHERE = 2


# No tier of its own: where the words of HEAD stand if they are not in the line.
IN_TITLE: Literal["title"] = "title"


@dataclass(frozen=True)
class Part:
    """Words that stand together: one word, or the words of a phrase, as they were typed.

    With `beginning` the last of them is still being typed, so that any word it begins will do.
    A story that stands under one of `or_facets` is found without saying the words: the names of
    teams and traits are found so.
    """

    words: tuple[str, ...]
    beginning: bool = False
    or_facets: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Query:
    """Stories that say all `parts` and none of `not_parts`, under one facet at least of each group
    of `facets` and under none of `without`.

    Parts without a letter or a sign in them are passed over.
    """

    parts: tuple[Part, ...] = ()
    not_parts: tuple[Part, ...] = ()
    facets: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    where: Where = Where.ANYWHERE

"""A search as both databases answer it: which terms have to stand where, as a small tree.

The words of a question become terms by the vocabulary: those words of the stories that it is, or
that it begins, with their stems. Both databases are asked for the same terms, and Python can tell
of one story whether it is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os.path import commonprefix
from typing import Literal

from stories.terms import BREAK

from .query import IN_TITLE, Where

# In which columns of an entry the words may stand.
COLUMNS: dict[Where | Literal["title"], tuple[str, ...]] = {
    Where.LINE: ("line",),
    Where.HEAD: ("line", "title"),
    IN_TITLE: ("title",),
    Where.ANYWHERE: ("line", "title", "body", "people"),
}


# Of so many words what they begin with alike is looked for first.
FEW = 2


@dataclass(frozen=True)
class Under:
    """Stories under a facet."""

    facet: str


@dataclass(frozen=True)
class Says:
    """Stories that say these terms one after the other; the last may be a beginning."""

    terms: tuple[str, ...]
    where: Where | Literal["title"] = Where.ANYWHERE
    beginning: bool = False


@dataclass(frozen=True)
class Every:
    """Stories for which all of these are true."""

    of: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    """Stories for which at least one of these is true."""

    of: tuple[Node, ...]


Node = Under | Says | Every | Some


@dataclass(frozen=True)
class Plan:
    """Stories for which `yes` is true and `no` is not."""

    yes: Node
    no: Node | None = None

    def and_not(self, other: Node) -> Plan:
        return Plan(self.yes, some([self.no, other] if self.no else [other]))


@dataclass(frozen=True)
class Asked:
    """A plan as one of several that are put at once: places below one, right above one, or both.

    `share` is about how many of all stories are found: what is seldom is looked for among many at
    once.
    """

    number: int
    plan: Plan
    below: int | None = None
    above: int | None = None
    share: float = 1.0


def every(nodes: Iterable[Node]) -> Node:
    found = tuple(dict.fromkeys(nodes))
    return found[0] if len(found) == 1 else Every(found)


def some(nodes: Iterable[Node]) -> Node:
    found = tuple(dict.fromkeys(nodes))
    return found[0] if len(found) == 1 else Some(found)


def start_of(some_of: Some) -> Says | None:
    """What many words begin with alike, such as all those of a beginning: a story in which nothing
    begins so says none of them. None if they have nothing in common, or there is but one.
    """
    said = [one for one in some_of.of if isinstance(one, Says)]
    wheres = {one.where for one in said}
    if len(said) < max(len(some_of.of), FEW) or len(wheres) > 1:
        return None
    start = commonprefix([one.terms[0] for one in said])  # noqa: RUF071  # letters, no paths
    return Says((start,), wheres.pop(), beginning=True) if start else None


def holds(plan: Plan, entry: Mapping[str, str]) -> bool:
    """Whether a story is found by its entry: the columns of `Entry` by their names."""
    return _is_true(plan.yes, entry) and not (plan.no and _is_true(plan.no, entry))


def _is_true(node: Node, entry: Mapping[str, str]) -> bool:
    if isinstance(node, Every):
        return all(_is_true(one, entry) for one in node.of)
    if isinstance(node, Some):
        start = start_of(node)
        if start and not _is_true(start, entry):
            return False
        return any(_is_true(one, entry) for one in node.of)
    if isinstance(node, Under):
        return node.facet in entry["facets"].split()
    return any(_is_said(node, text) for name in COLUMNS[node.where] for text in _texts(entry[name]))


def _texts(column: str) -> Iterator[list[str]]:
    return (text.split() for text in column.split(f" {BREAK} "))


def _is_said(asked: Says, text: list[str]) -> bool:
    length = len(asked.terms)
    *first, last = asked.terms
    return any(
        text[at : at + length - 1] == first
        and (
            text[at + length - 1].startswith(last)
            if asked.beginning
            else text[at + length - 1] == last
        )
        for at in range(len(text) - length + 1)
    )

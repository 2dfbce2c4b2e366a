"""Circles where a tree should be: people over people, teams in teams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def circles(above: Mapping[T, T | None]) -> list[list[T]]:
    """The circles in “who is above whom”, each once; nobody need be in one."""
    state: Counter[T] = Counter()
    found = []
    for start in above:
        path: list[T] = []
        at: T | None = start
        while at is not None and state[at] == 0:
            state[at] = 1
            path.append(at)
            at = above.get(at)
        if at is not None and state[at] == 1:
            found.append(path[path.index(at) :])
        for seen in path:
            state[seen] = 2
    return found

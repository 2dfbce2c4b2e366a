"""The questions that can be put to the search. Places (`seq`) come back, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from .query import Query


def newest(
    query: Query, *, limit: int, below: int | None = None, above: int | None = None
) -> list[int]:
    """The newest stories found, newest first.

    With `below` those further down; with `above` those right above it, still newest first.
    """
    raise NotImplementedError


def best(
    query: Query,
    *,
    limit: int,
    after: tuple[int, int] | None = None,
    before: tuple[int, int] | None = None,
) -> list[tuple[int, int]]:
    """The stories that say it most plainly: (tier, seq), the next ones after such a pair.

    Those come first that say every word in their line, then in line or title, then anywhere
    (see `Where`); each tier newest first.
    """
    raise NotImplementedError


def count(query: Query, most: int) -> int:
    """How many stories are found; more than `most` are told as one more than that."""
    raise NotImplementedError


def among(query: Query, seqs: Iterable[int]) -> set[int]:
    """Which of these stories are found."""
    raise NotImplementedError

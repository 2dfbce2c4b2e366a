"""The questions that can be put to the search. Places (`seq`) come back, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import ModuleType

from django.db import connection

from . import postgresql, reading, sqlite
from .plan import Asked, Plan, Says, some
from .query import Query, Where
from .understanding import Understood, understood_together

Found = tuple[int, int]
# What hardly a story says is said by so few of them at most.
SELDOM = 0.001


def reaches(seq: int) -> None:
    """Who knows how far the stories reach says so before they ask; else that is asked besides."""
    if connection.vendor == "postgresql":
        postgresql.reaches(seq)


def newest(
    query: Query | Understood,
    *,
    limit: int,
    below: int | None = None,
    above: int | None = None,
    share: float = 1.0,
) -> list[int]:
    """The newest stories found, newest first.

    With `below` those further down; with `above` those right above it, still newest first, and with
    both those between them. `share` is about how many of all stories are found, if somebody knows.
    """
    asked = Asked(0, _understood(query).plan(), below, above, share)
    found = _database().newest(asked, limit)
    return found if above is None else found[::-1]


def newest_each(
    queries: Iterable[tuple[Query | Understood, int | None, float]], *, limit: int
) -> list[list[int]]:
    """The newest stories that each of these finds, asked together: below a place, if there is one,
    with the share of each."""
    asked = [
        Asked(number, _understood(query).plan(), below, share=share)
        for number, (query, below, share) in enumerate(queries)
    ]
    found: list[list[int]] = [[] for _one in asked]
    for number, seq in _database().tiers(asked, limit) if asked else ():
        found[number].append(seq)
    return found


def best(
    query: Query | Understood,
    *,
    limit: int,
    after: Found | None = None,
    before: Found | None = None,
) -> list[Found]:
    """The stories that say it most plainly: (tier, seq), the next ones after such a pair.

    Those come first that say every word in their line, then in line or title, then anywhere
    (see `Where`); each tier newest first. With `before` the ones right before it, in this order.
    """
    understood, database = _understood(query), _database()
    tiers = (
        [tier for tier in Where if tier <= understood.query.where]
        if understood.parts
        else [Where.ANYWHERE]
    )
    asked = []
    for tier in tiers:
        below = above = None
        if before:
            if tier > before[0]:
                continue
            above = before[1] if tier == before[0] else -1
        elif after:
            if tier < after[0]:
                continue
            below = after[1] if tier == after[0] else None
        asked.append(Asked(int(tier), understood.plan(tier), below, above))
    # A phrase that all lines say would be looked for in vain where it is not to stand in them, so
    # each tier is asked for only if those before it have not enough.
    steps = [[one] for one in asked] if understood.has_phrase() else [asked]
    found: list[Found] = []
    for step in reversed(steps) if before else steps:
        if step and len(found) < limit:
            found += database.tiers(step, limit)
    found.sort(key=lambda one: (one[0], -one[1]))
    return found[-limit:] if before else found[:limit]


def count(query: Query | Understood, most: int) -> int:
    """How many stories are found; more than `most` are told as one more than that."""
    return _database().count(_understood(query).plan(), most + 1)


def counts(queries: Sequence[Query | Understood], most: int) -> list[int]:
    """How many stories each of these finds, as `count` has it, asked together."""
    plans = [asked.plan() for asked in understood_together(queries)]
    return _database().counts(plans, most + 1) if plans else []


def among(query: Query | Understood, seqs: Iterable[int]) -> set[int]:
    """Which of these stories are found."""
    return set(reading.among(_understood(query).plan(), seqs))


def _understood(query: Query | Understood) -> Understood:
    """Whoever asks several times about the same words has them understood once."""
    return query if isinstance(query, Understood) else Understood(query)


def _database() -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite


def saying_any(terms: Iterable[str], *, limit: int) -> list[int]:
    """The newest stories that say at least one of these terms, as the index has them."""
    return saying_any_of(terms, (), limit=limit)[0]


def saying_any_of(
    terms: Iterable[str], seldom: Iterable[str], *, limit: int
) -> tuple[list[int], list[int]]:
    """The same, and besides it those that say any of some terms that hardly a story says."""
    nodes = [[Says((term,)) for term in some_terms] for some_terms in (terms, seldom)]
    asked = [
        Asked(number, Plan(some(said)), share=SELDOM if number else 1.0)
        for number, said in enumerate(nodes)
        if said
    ]
    found: tuple[list[int], list[int]] = [], []
    for number, seq in sorted(_database().tiers(asked, limit), reverse=True) if asked else ():
        found[number].append(seq)
    return found

"""PostgreSQL's full-text search (tsvector and GIN), asked so that the newest are found first.

A GIN index knows no order: asked for a common word it would fetch every story that says it. Each
entry says in which spans of places it is, so the question is put span by span from the newest
down, until there is enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import md5
from itertools import pairwise

from django.db import connection

from .plan import Asked, Every, Node, Plan, Says, Under
from .tables import FACET, NAMES, PAIR, SPANS, SUM_LENGTH, TABLE

# How long a process goes by the newest place it knows, and how many may come until then.
SECONDS, ROOM = 1.0, min(SPANS.values())
_asked = (-SECONDS, 0)
# So many spans of one length are looked through before longer ones.
MOST_SPANS = 64
# What begins so is frequent if a tenth of the newest stories say it; asked again after a while.
SAMPLE, FREQUENT, REMEMBERED = 512, 0.1, 600


def newest(plan: Plan, *, limit: int, below: int | None, above: int | None) -> list[int]:
    """Places from the newest down, below one if it is given; or those right above one, upward."""
    return _ask(*_question(plan, _top(), limit, below, above))


def _top() -> int:
    """A place that none is above: asked now and then, with room for those that come meanwhile."""
    global _asked  # noqa: PLW0603  # for this process: when it asked, and what it was told
    if time.monotonic() - _asked[0] > SECONDS:
        (top,) = _ask(f"SELECT coalesce(max(seq), 0) FROM {TABLE}", [])
        _asked = (time.monotonic(), top)
    return _asked[1] + ROOM


def _question(
    plan: Plan, top: int, limit: int, below: int | None = None, above: int | None = None
) -> tuple[str, list]:
    """The SQL that answers with places, and its parameters."""
    floor = -1 if above is None else above
    ceiling = top + 1 if below is None else min(below, top + 1)
    upward = above is not None
    order = "ASC" if upward else "DESC"
    bounds: list[int | str] = [floor, ceiling]
    filters = "seq > %s AND seq < %s"
    asked = _written(plan)
    names = list(SPANS)
    if any(is_frequent(beginning) for beginning in beginnings(plan)):
        # To gather all that begins so costs more than to look who does. Adding nothing hides the
        # column from the index.
        filters += " AND (search || ''::tsvector) @@ %s::tsquery"
        bounds.append(asked)
        asked = _written(certain(plan))
        if not asked:
            return (
                f"SELECT seq FROM {TABLE} WHERE {filters} ORDER BY seq {order} LIMIT %s",
                [*bounds, limit],
            )
    elif any_begins(plan):
        # All that begins so is gathered anew for each span, so there are to be few.
        names = names[1:]
    spans = _spans(floor + 1, top, names) if upward else _spans(ceiling - 1, 0, names)
    # Apart from the question, so that the index looks into the span alone. Adding nothing keeps
    # PostgreSQL from reading the entries in their order instead of by the index.
    return (
        f"SELECT found.seq FROM unnest(%s::text[]) AS span, LATERAL ("
        f"SELECT seq FROM {TABLE} WHERE search @@ quote_literal(span)::tsquery "
        f"AND search @@ %s::tsquery AND {filters} ORDER BY seq + 0 {order} LIMIT %s"
        f") AS found LIMIT %s",
        [spans, asked, *bounds, limit, limit],
    )


def tiers(asked: Sequence[Asked], limit: int) -> list[tuple[int, int]]:
    """The places of each plan, with its number, in one question; in no order."""
    top, parts, parameters = _top(), [], []
    for one in asked:
        sql, values = _question(one.plan, top, limit, one.below, one.above)
        parts.append(f"SELECT {one.number}, tier{one.number}.* FROM ({sql}) AS tier{one.number}")
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return cursor.fetchall()


def count(plan: Plan, most: int) -> int:
    """How many are found, up to `most`."""
    return len(newest(plan, limit=most, below=None, above=None))


def counts(plans: Sequence[Plan], most: int) -> list[int]:
    """How many each finds, up to `most`, in one question."""
    top = _top()
    asked = [_question(plan, top, most) for plan in plans]
    numbers = ", ".join(f"(SELECT count(*) FROM ({sql}) AS one)" for sql, _parameters in asked)
    parameters = [value for _sql, values in asked for value in values]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {numbers}", parameters)
        return list(cursor.fetchone())


def any_begins(plan: Plan) -> bool:
    """Whether it asks for all terms that begin in some way."""
    return any(beginnings(plan))


def beginnings(plan: Plan) -> set[str]:
    """What the plan asks for that may go on in any way, wherever it is to stand."""
    return {*_beginnings(plan.yes), *(_beginnings(plan.no) if plan.no else ())}


def is_frequent(beginning: str) -> bool:
    """Whether many of the newest stories say words that begin so; as it was some minutes ago."""
    return _share(beginning, int(time.monotonic() // REMEMBERED)) >= FREQUENT


@lru_cache(maxsize=1_024)
def _share(beginning: str, _period: int) -> float:
    (found,) = _ask(
        f"SELECT count(*) FROM (SELECT search || ''::tsvector AS said FROM {TABLE} "
        "ORDER BY seq DESC LIMIT %s) AS newest WHERE said @@ %s::tsquery",
        [SAMPLE, f"{_quoted(beginning)}:*"],
    )
    return found / SAMPLE


def certain(plan: Plan) -> Plan | None:
    """What has to be true without looking at beginnings; None if that may be anything."""
    yes = _certain(plan.yes)
    return (
        Plan(yes, plan.no if plan.no and not any(_beginnings(plan.no)) else None) if yes else None
    )


def _beginnings(node: Node) -> Iterator[str]:
    if isinstance(node, Says):
        if node.beginning:
            yield node.terms[-1]
    elif not isinstance(node, Under):
        for one in node.of:
            yield from _beginnings(one)


def _certain(node: Node) -> Node | None:
    if not any(_beginnings(node)):
        return node
    if isinstance(node, Every):
        sure = tuple(one for one in map(_certain, node.of) if one)
        return Every(sure) if sure else None
    return None


def _written(plan: Plan | None) -> str:
    """The plan as PostgreSQL reads it."""
    if plan is None:
        return ""
    return _node(plan.yes) + (f" & !{_node(plan.no)}" if plan.no else "")


def _node(node: Node) -> str:
    if isinstance(node, Under):
        return _quoted(FACET + node.facet)
    if isinstance(node, Says):
        return f"({' | '.join(_phrase(node, name) for name in NAMES[node.where])})"
    sign = " & " if isinstance(node, Every) else " | "
    return f"({sign.join(map(_node, node.of))})"


def _phrase(node: Says, name: str) -> str:
    star = ":*" if node.beginning else ""
    written = " <-> ".join(_quoted(name + term) for term in node.terms) + star
    whole = node.terms[:-1] if node.beginning else node.terms
    return f"({' & '.join([*map(_sum, pairwise(whole)), f'({written})'])})"


def _sum(pair: tuple[str, str]) -> str:
    """The word that stands for two together; the twin of `tables._paired`."""
    return _quoted(
        PAIR + md5(" ".join(pair).encode(), usedforsecurity=False).hexdigest()[:SUM_LENGTH]
    )


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _spans(start: int, end: int, names: Sequence[str]) -> list[str]:
    """The spans from one place to another, short ones first; each begins where the last ended."""
    step = 1 if end > start else -1
    lengths = [(name, SPANS[name]) for name in names]
    spans, at = [], start
    for (name, length), longer in zip(lengths, [*lengths[1:], None], strict=True):
        number = 0
        while (end - at) * step >= 0:
            aligned = longer and at % longer[1] == (0 if step > 0 else longer[1] - 1)
            if aligned and (name == lengths[0][0] or number >= MOST_SPANS):
                break
            spans.append(f"{name}{at // length}")
            at = (at // length + 1) * length if step > 0 else at // length * length - 1
            number += 1
    return spans


def _ask(sql: str, parameters: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [value for (value,) in cursor.fetchall()]

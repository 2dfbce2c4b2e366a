"""PostgreSQL's full-text search (tsvector and GIN), asked so that the newest are found first.

A GIN index knows no order: asked for a common word it would fetch every story that says it. Each
entry says in which spans of places it is, so the question is put span by span from the newest
down, until there is enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import md5
from itertools import pairwise

from django.db import connection

from . import reading
from .plan import Asked, Every, Node, Plan, Says, Some, Under, some
from .tables import FACET, LINE, NAMES, PAIR, SPANS, SUM_LENGTH, TABLE, TITLE

# How long a process goes by the newest place it knows, and how many may come until then.
SECONDS, ROOM = 1.0, min(SPANS.values())
_asked = (-SECONDS, 0)
# So many spans of one length are looked through before longer ones, if each costs little.
MOST_SPANS = 8
# So many times what is asked for is gathered rather than what begins so once more.
MORE = 4
# What begins so is frequent if a tenth of the newest stories say it there, where a thousand are
# asked for; asked again after a while. To look at each story is for so many of them.
SAMPLE, FREQUENT, PER, REMEMBERED = 512, 0.1, 1_000, 600
NEAR = SPANS["y:"]


def newest(asked: Asked, limit: int) -> list[int]:
    """Places from the newest down, below one if it is given; or those right above one, upward."""
    return _ask(*_question(asked, _top(), limit))


def reaches(seq: int) -> None:
    """So far the stories reach, as the index says that somebody has read just now."""
    global _asked  # noqa: PLW0603  # for this process: when it was told, and what
    if seq >= _asked[1] or time.monotonic() - _asked[0] > SECONDS:
        _asked = (time.monotonic(), seq)


def _top() -> int:
    """A place that none is above: asked now and then, with room for those that come meanwhile."""
    global _asked  # noqa: PLW0603  # for this process: when it asked, and what it was told
    if time.monotonic() - _asked[0] > SECONDS:
        (top,) = _ask(f"SELECT coalesce(max(seq), 0) FROM {TABLE}", [])
        _asked = (time.monotonic(), top)
    return _asked[1] + ROOM


def _question(one: Asked, top: int, limit: int) -> tuple[str, list]:
    """The SQL that answers with places, and its parameters."""
    plan, upward = one.plan, one.above is not None
    floor = -1 if one.above is None else one.above
    ceiling = top + 1 if one.below is None else min(one.below, top + 1)
    begun = beginnings(plan)
    share = min(one.share, sum(map(share_of, begun))) if begun else one.share
    asked = _Span(floor, ceiling, limit, upward=upward, share=share)
    if not any(is_frequent(said, limit) for said in begun):
        return asked.by_index(plan)
    # To gather all that begins so, for each span anew, costs more than to look who does. Of those
    # who meet the rest of the question enough are soon found, or there are few to look at.
    if certain(plan, limit):
        return asked.by_looking(plan)
    # Without a rest that is so while they are near.
    near, far = asked.parted()
    (sql, parameters), (more, further) = near.by_looking(plan), far.by_index(plan)
    return f"SELECT * FROM ({sql}) AS near UNION ALL ({more}) LIMIT %s", [
        *(*parameters, *further, limit)
    ]


@dataclass(frozen=True)
class _Span:
    """Places between two others, so many of which are asked for from one end on."""

    floor: int
    ceiling: int
    limit: int
    upward: bool
    share: float = 1.0

    @property
    def order(self) -> str:
        return "ASC" if self.upward else "DESC"

    def parted(self) -> tuple[_Span, _Span]:
        """What comes first of it, so that the rest begins where a span of the index does, and
        the rest."""
        if self.upward:
            edge = ((self.floor + 1) // NEAR + 2) * NEAR
            return replace(self, ceiling=min(self.ceiling, edge)), replace(self, floor=edge - 1)
        edge = max((self.ceiling - 1) // NEAR - 1, 0) * NEAR - 1
        return replace(self, floor=max(self.floor, edge)), replace(self, ceiling=edge + 1)

    def by_looking(self, plan: Plan) -> tuple[str, list]:
        """The SQL that looks at each story that meets what is certain, and its parameters."""
        # Into its texts, which takes less than to fetch the column that the index is of.
        looks, told = reading.of_plan(plan)
        if sure := certain(plan, self.limit):
            return self.by_index(sure, f"AND {looks}", told)
        return (
            f"SELECT seq FROM {TABLE} WHERE seq > %s AND seq < %s AND {looks} "
            f"ORDER BY seq {self.order} LIMIT %s",
            [self.floor, self.ceiling, *told, self.limit],
        )

    def by_index(self, plan: Plan, looks: str = "", more: Sequence[str] = ()) -> tuple[str, list]:
        """The SQL that asks the index span by span, and its parameters."""
        # All that begins so is gathered anew for each span, so there are to be few.
        begins = any_begins(plan)
        most = self.limit * (MORE if begins else 1)
        names = [name for name, length in SPANS.items() if length * self.share <= most]
        names = list(SPANS)[min(max(len(names) - 1, int(begins)), len(SPANS) - 1) :]
        first, last = self.floor + 1, self.ceiling - 1
        ends = (first, last) if self.upward else (last, first)
        spans = _spans(*ends, names, 1 if begins else MOST_SPANS)
        together, told = phrases(plan)
        # Apart from the question, so that the index looks into the span alone. Adding nothing keeps
        # PostgreSQL from reading the entries in their order instead of by the index.
        return (
            f"SELECT found.seq FROM unnest(%s::text[]) AS span, LATERAL ("
            f"SELECT seq FROM {TABLE} WHERE search @@ quote_literal(span)::tsquery "
            f"AND search @@ %s::tsquery AND seq > %s AND seq < %s {looks} {together} "
            f"ORDER BY seq + 0 {self.order} LIMIT %s) AS found LIMIT %s",
            [
                *(spans, written(plan, loosely=True), self.floor, self.ceiling),
                *(*more, *told, self.limit, self.limit),
            ],
        )


def tiers(asked: Sequence[Asked], limit: int) -> list[tuple[int, int]]:
    """The places of each plan, with its number, in one question; in no order."""
    top, parts, parameters = _top(), [], []
    for one in asked:
        sql, values = _question(one, top, limit)
        parts.append(f"SELECT {one.number}, tier{one.number}.* FROM ({sql}) AS tier{one.number}")
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return cursor.fetchall()


def count(plan: Plan, most: int) -> int:
    """How many are found, up to `most`."""
    return len(newest(Asked(0, plan), most))


def counts(plans: Sequence[Plan], most: int) -> list[int]:
    """How many each finds, up to `most`, in one question."""
    top = _top()
    asked = [_question(Asked(0, plan), top, most) for plan in plans]
    numbers = ", ".join(f"(SELECT count(*) FROM ({sql}) AS one)" for sql, _parameters in asked)
    parameters = [value for _sql, values in asked for value in values]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {numbers}", parameters)
        return list(cursor.fetchone())


def any_begins(plan: Plan) -> bool:
    """Whether it asks for all terms that begin in some way."""
    return any(beginnings(plan))


def beginnings(plan: Plan) -> set[Says]:
    """What the plan asks for that may go on in any way."""
    return {*_beginnings(plan.yes), *(_beginnings(plan.no) if plan.no else ())}


def is_frequent(said: Says, limit: int) -> bool:
    """Whether so many of the newest stories say something there that begins so, that it is less to
    look for `limit` of them than to gather all; as it was some minutes ago."""
    return share_of(said) >= FREQUENT * (limit / PER) ** 0.5


def share_of(said: Says) -> float:
    """How many of the newest stories say something there that begins so."""
    shares = _shares(said.terms[-1], int(time.monotonic() // REMEMBERED))
    return max(shares[name] for name in NAMES[said.where])


@lru_cache(maxsize=1_024)
def _shares(beginning: str, _period: int) -> dict[str, float]:
    """How many of the newest stories have such a word: anywhere, in the line and in the title."""
    names = ("", LINE, TITLE)
    counted = ", ".join(["count(*) FILTER (WHERE said @@ %s::tsquery)"] * len(names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {counted} FROM (SELECT search || ''::tsvector AS said FROM {TABLE} "
            "ORDER BY seq DESC LIMIT %s) AS newest",
            [*(f"{_quoted(name + beginning)}:*" for name in names), SAMPLE],
        )
        return {name: n / SAMPLE for name, n in zip(names, cursor.fetchone(), strict=True)}


def certain(plan: Plan, limit: int) -> Plan | None:
    """What has to be true without looking at frequent beginnings; None if that may be anything."""
    yes = _certain(plan.yes, limit)
    no = plan.no if plan.no and not any(_beginnings(plan.no)) else None
    return Plan(yes, no) if yes else None


def _beginnings(node: Node) -> Iterator[Says]:
    if isinstance(node, Says):
        if node.beginning:
            yield node
    elif not isinstance(node, Under):
        for one in node.of:
            yield from _beginnings(one)


def _certain(node: Node, limit: int) -> Node | None:
    if not any(is_frequent(said, limit) for said in _beginnings(node)):
        return node
    if isinstance(node, Every):
        sure = tuple(sure for one in node.of if (sure := _certain(one, limit)))
        return Every(sure) if sure else None
    return None


def phrases(plan: Plan) -> tuple[str, list[str]]:
    """SQL that says of a story that the index has found loosely whether its phrases stand there,
    and its parameters.

    Where words stand is told by the column that the index is of. It is so long that PostgreSQL
    keeps it apart from its row: to fetch it takes many times what it takes to look into the texts.
    """
    looked_at = [("AND", node) for node in _each(plan.yes, Every) if _has_phrase(node)]
    looked_at += [("AND NOT", node) for node in _each(plan.no, Some) if _has_phrase(node)]
    sql, parameters = "", []
    for sign, node in looked_at:
        condition, values = reading.condition(node)
        sql += f"{sign} {condition} "
        parameters += values
    return sql, parameters


def _each(node: Node | None, kind: type[Every] | type[Some]) -> Sequence[Node]:
    """What a part of a plan is put together from in this way; itself, if it is not."""
    if node is None:
        return ()
    return node.of if isinstance(node, kind) else (node,)


def _has_phrase(node: Node) -> bool:
    if isinstance(node, Says):
        return len(node.terms) > 1
    return not isinstance(node, Under) and any(map(_has_phrase, node.of))


def written(plan: Plan, *, loosely: bool = False) -> str:
    """The plan as PostgreSQL reads it; `loosely` it is true of all stories in which `phrases` can
    be, as all that they say is there, anywhere."""
    without = [node for node in _each(plan.no, Some) if not (loosely and _has_phrase(node))]
    return _node(plan.yes, loosely) + (f" & !{_node(some(without), False)}" if without else "")


def _node(node: Node, loosely: bool) -> str:
    if isinstance(node, Under):
        return _quoted(FACET + node.facet)
    if isinstance(node, Says):
        return f"({' | '.join(_phrase(node, name, loosely) for name in NAMES[node.where])})"
    sign = " & " if isinstance(node, Every) else " | "
    return f"({sign.join(_node(one, loosely) for one in node.of)})"


def _phrase(node: Says, name: str, loosely: bool) -> str:
    star, sign = ":*" if node.beginning else "", " & " if loosely else " <-> "
    written = sign.join(_quoted(name + term) for term in node.terms) + star
    whole = node.terms[:-1] if node.beginning else node.terms
    return f"({' & '.join([*map(_sum, pairwise(whole)), f'({written})'])})"


def _sum(pair: tuple[str, str]) -> str:
    """The word that stands for two together; the twin of `tables._paired`."""
    return _quoted(
        PAIR + md5(" ".join(pair).encode(), usedforsecurity=False).hexdigest()[:SUM_LENGTH]
    )


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _spans(start: int, end: int, names: Sequence[str], most: int = MOST_SPANS) -> list[str]:
    """The spans from one place to another, short ones first; each begins where the last ended.

    There are `most` of one length, and more until a longer one can begin.
    """
    step = 1 if end > start else -1
    lengths = [(name, SPANS[name]) for name in names]
    spans, at = [], start
    for (name, length), longer in zip(lengths, [*lengths[1:], None], strict=True):
        number = 0
        while (end - at) * step >= 0:
            aligned = longer and at % longer[1] == (0 if step > 0 else longer[1] - 1)
            if aligned and (name == lengths[0][0] or number >= most):
                break
            spans.append(f"{name}{at // length}")
            at = (at // length + 1) * length if step > 0 else at // length * length - 1
            number += 1
    return spans


def _ask(sql: str, parameters: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [value for (value,) in cursor.fetchall()]

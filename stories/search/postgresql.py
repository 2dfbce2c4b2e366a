"""PostgreSQL's full-text search (tsvector and GIN), asked so that the newest are found first.

A GIN index knows no order: asked for a common word it would fetch every story that says it. Each
entry says in which spans of places it is, so the question is put span by span from the newest
down, until there is enough.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from .plan import Every, Node, Plan, Says, Under
from .query import Where
from .tables import FACET, FAR, FAR_SPAN, LINE, NEAR, NEAR_SPAN, TABLE, TITLE

# By which beginnings of a term it stands in these texts.
NAMES = {Where.LINE: (LINE,), Where.HEAD: (LINE, TITLE), Where.ANYWHERE: ("",)}


def newest(plan: Plan, *, limit: int, below: int | None, above: int | None) -> list[int]:
    """Places from the newest down, below one if it is given; or those right above one, upward."""
    order = "DESC" if above is None else "ASC"
    # Adding nothing keeps PostgreSQL from reading the entries in order instead of by the index.
    return _ask(
        f"SELECT found.seq FROM unnest(%s::text[]) AS span, LATERAL ("
        f"SELECT seq FROM {TABLE} WHERE search @@ (%s::tsquery && quote_literal(span)::tsquery) "
        f"AND seq > %s AND seq < %s ORDER BY seq + 0 {order} LIMIT %s) AS found LIMIT %s",
        [*_asked(plan, below, above), limit, limit],
    )


def count(plan: Plan, most: int) -> int:
    found = _ask(
        f"SELECT count(*) FROM (SELECT 1 FROM unnest(%s::text[]) AS span, LATERAL ("
        f"SELECT seq FROM {TABLE} WHERE search @@ (%s::tsquery && quote_literal(span)::tsquery) "
        f"AND seq > %s AND seq < %s) AS found LIMIT %s) AS counted",
        [*_asked(plan, None, None), most],
    )
    return found[0]


def among(plan: Plan, seqs: Iterable[int]) -> list[int]:
    return _ask(
        f"SELECT seq FROM {TABLE} WHERE seq = ANY(%s) AND search @@ %s::tsquery",
        [list(seqs), expression(plan)],
    )


def expression(plan: Plan) -> str:
    """The plan as PostgreSQL reads it."""
    return _written(plan.yes) + (f" & !{_written(plan.no)}" if plan.no else "")


def _written(node: Node) -> str:
    if isinstance(node, Under):
        return _quoted(FACET + node.facet)
    if isinstance(node, Says):
        return f"({' | '.join(_phrase(node, name) for name in NAMES[node.where])})"
    sign = " & " if isinstance(node, Every) else " | "
    return f"({sign.join(map(_written, node.of))})"


def _phrase(node: Says, name: str) -> str:
    written = " <-> ".join(_quoted(name + term) for term in node.terms)
    return f"({written}{':*' if node.beginning else ''})"


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"


def _asked(plan: Plan, below: int | None, above: int | None) -> list:
    """The spans in the order in which they are looked through, the question, and the bounds."""
    (top,) = _ask(f"SELECT coalesce(max(seq), 0) FROM {TABLE}", [])
    floor = -1 if above is None else above
    ceiling = top + 1 if below is None else min(below, top + 1)
    spans = _spans(ceiling - 1, 0) if above is None else _spans(floor + 1, top, upward=True)
    return [spans, expression(plan), floor, ceiling]


def _spans(start: int, end: int, *, upward: bool = False) -> list[str]:
    """Small spans at first, up to the edge of a large one; then large ones."""
    step = 1 if upward else -1
    far = start // FAR_SPAN
    edge = (far + 1) * FAR_SPAN - 1 if upward else far * FAR_SPAN
    near = range(start // NEAR_SPAN, edge // NEAR_SPAN + step, step)
    return [
        *(f"{NEAR}{number}" for number in near),
        *(f"{FAR}{number}" for number in range(far + step, end // FAR_SPAN + step, step)),
    ]


def _ask(sql: str, parameters: list) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [value for (value,) in cursor.fetchall()]

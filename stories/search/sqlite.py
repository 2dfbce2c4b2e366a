"""SQLite's full-text search (FTS5), asked in its own language."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db import connection

from .plan import COLUMNS, Asked, Every, Node, Plan, Says, Under
from .query import Where
from .tables import HEAD, INDEX, NAMES


def newest(asked: Asked, limit: int) -> list[int]:
    """Places from the newest down, below one if it is given; or those right above one, upward."""
    sql, parameters = _question(asked, limit)
    with connection.cursor() as cursor:
        # As one text: row by row, thousands take Python three times as long.
        cursor.execute(f"SELECT json_group_array(rowid) FROM ({sql})", parameters)
        return json.loads(cursor.fetchone()[0])


def tiers(asked: Sequence[Asked], limit: int) -> list[tuple[int, int]]:
    """The places of each plan, with its number, in one question; in no order."""
    parts: list[str] = []
    parameters: list = []
    for one in asked:
        sql, values = _question(one, limit)
        parts.append(f"SELECT {one.number}, found.* FROM ({sql}) AS found")
        parameters += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return cursor.fetchall()


def _question(one: Asked, limit: int) -> tuple[str, list]:
    """The SQL that answers with places, and its parameters."""
    condition, order, bounds = "", "DESC", []
    if one.below is not None:
        condition, bounds = "AND rowid < %s", [one.below]
    if one.above is not None:
        condition, order, bounds = f"{condition} AND rowid > %s", "ASC", [*bounds, one.above]
    return (
        f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s {condition} "
        f"ORDER BY rowid {order} LIMIT %s",
        [expression(one.plan), *bounds, limit],
    )


def count(plan: Plan, most: int) -> int:
    """How many are found, up to `most`."""
    return counts([plan], most)[0]


def counts(plans: Sequence[Plan], most: int) -> list[int]:
    """How many each finds, up to `most`, in one question."""
    one = f"(SELECT count(*) FROM (SELECT 1 FROM {INDEX} WHERE {INDEX} MATCH %s LIMIT %s))"
    parameters = [value for plan in plans for value in (expression(plan), most)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([one] * len(plans))}", parameters)
        return list(cursor.fetchone())


def expression(plan: Plan) -> str:
    """The plan as FTS5 reads it; terms stand in quotes, so none of them is an operator."""
    return _written(plan.yes) + (f" NOT {_written(plan.no)}" if plan.no else "")


def _written(node: Node) -> str:
    if isinstance(node, Under):
        return f'facets : "{node.facet}"'
    if isinstance(node, Says):
        return _said(node)
    word = " AND " if isinstance(node, Every) else " OR "
    return f"({word.join(map(_written, node.of))})"


def _said(node: Says) -> str:
    columns, star = " ".join(COLUMNS[node.where]), " *" if node.beginning else ""
    if node.where != Where.ANYWHERE:
        # A column in which only words of the line and the title stand, each with what it is of.
        columns = HEAD
    ways = (" ".join(name + term for term in node.terms) for name in NAMES[node.where])
    return "(" + " OR ".join(f'{{{columns}}} : "{way}"{star}' for way in ways) + ")"

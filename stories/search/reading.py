"""Which of a few stories are found: their entries are read, no index is asked.

To look up one place in a full-text index costs a hundred times what it costs to look through the
words of that story.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from .plan import COLUMNS, Every, Node, Plan, Says, Some, Under, start_of
from .tables import TABLE

# Some SQL that is true or not, and its parameters.
Condition = tuple[str, list[str]]
AT_ONCE = 2_000


def among(plan: Plan, seqs: Iterable[int]) -> list[int]:
    """Those of the places where the plan holds; in no order."""
    places = list(seqs)
    holds, parameters = of_plan(plan)
    found: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(places), AT_ONCE):
            some = places[start : start + AT_ONCE]
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT seq FROM {TABLE} WHERE seq IN ({marks}) AND {holds}",
                [*some, *parameters],
            )
            found += (seq for (seq,) in cursor.fetchall())
    return found


def of_plan(plan: Plan) -> Condition:
    """Whether a plan is true of an entry, by its texts."""
    yes, parameters = condition(plan.yes)
    if plan.no is None:
        return yes, parameters
    no, more = condition(plan.no)
    return f"{yes} AND NOT {no}", parameters + more


def condition(node: Node) -> Condition:
    """Whether a part of a plan is true of an entry, by its texts."""
    match node:
        case Every(of):
            return _joined(" AND ", of)
        case Some(of):
            any_of_them, parameters = _joined(" OR ", of)
            if (start := start_of(node)) is None:
                return any_of_them, parameters
            quick, more = condition(start)
            return f"({quick} AND {any_of_them})", more + parameters
        case Under(facet):
            return _stands(f" {facet} ", ("facets",))
        case Says(terms, where, beginning):
            return _stands(f" {' '.join(terms)}{'' if beginning else ' '}", COLUMNS[where])


def _joined(sign: str, nodes: Sequence[Node]) -> Condition:
    """All of them with this between, in halves: databases bear no deep nesting, as a chain is."""
    if len(nodes) == 1:
        return condition(nodes[0])
    half = len(nodes) // 2
    (left, values), (right, more) = _joined(sign, nodes[:half]), _joined(sign, nodes[half:])
    return f"({left}{sign}{right})", values + more


def _stands(words: str, columns: tuple[str, ...]) -> Condition:
    """Whether the words stand in one of the columns: terms are parted by one space each."""
    place = "strpos" if connection.vendor == "postgresql" else "instr"
    conditions = (f"{place}(' ' || {column} || ' ', %s) > 0" for column in columns)
    return f"({' OR '.join(conditions)})", [words] * len(columns)

"""The history as a file: JSON lines, or CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

from .models import History
from .models.history import HistoryQuerySet, Letters

# Few enough that even the longest texts, before and after, are no burden.
BATCH = 100
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}
ALONG = (
    *("id", "at", "by_name", "account", "way", "place", "address"),
    *("kind", "number", "label", "what"),
)
COLUMNS = (*ALONG, "field", "before", "after", "why")
# What a spreadsheet reads as the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def lines(rows: HistoryQuerySet, form: str) -> Iterator[str]:
    """The file, line by line, oldest first, a batch at a time."""
    found = _batched(rows)
    yield from _csv(found) if form == "csv" else map(_json, found)


def _batched(rows: HistoryQuerySet) -> Iterator[History]:
    """By key instead of by a cursor: nothing is held open while the file is on its way."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _json(row: History) -> str:
    facts = {name: getattr(row, name) for name in (*ALONG, "changes", "why")}
    return json.dumps(facts, cls=Letters) + "\n"


def _csv(rows: Iterable[History]) -> Iterator[str]:
    """A line for each field that changed, and one for a row of which no field is known."""
    yield _line(COLUMNS)
    for row in rows:
        along = [getattr(row, name) for name in ALONG]
        for field, (before, after) in (row.changes or {row.fields: (None, None)}).items():
            yield _line([*along, field, before, after, row.why])


def _line(values: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_cell(value) for value in values])
    return written.getvalue()


def _cell(value: object) -> str:
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    if isinstance(value, list | dict):
        text = json.dumps(value, cls=Letters)
    else:
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text

"""Reading a file of stories: CSV, XLSX or JSON become rows of text by column name."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZipFile

import tablib
from tablib.exceptions import TablibException

from staff.directory_file.tables import UnreadableFile, decode

MOST_BYTES = 200 * 1024 * 1024
# An XLSX is a ZIP: a small one may unpack to more than any machine has. A sheet unpacks to ten or
# thirty times its size, what is made to do harm to a thousand times.
MOST_UNPACKED, MOST_PARTS = 512 * 1024**2, 10_000
MOST_TIMES, UNSUSPECTED = 100, 64 * 1024**2
FORMATS = (".csv", ".xlsx", ".json")


Numbered = tuple[int, dict]


def rows(path: Path) -> Iterator[Numbered]:
    """One mapping a story, in the order of the file; column names in lower case.

    Each has its number: in a sheet the one beside it there, in JSON its place. Empty rows of a
    sheet are left out. Raises UnreadableFile, always before the first row.
    """
    if path.suffix.lower() not in FORMATS:
        raise UnreadableFile(f"{path.name} is none of {', '.join(FORMATS)}.")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableFile(f"{path.name} has more than {MOST_BYTES // 1024**2} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path} can’t be read: {error.strerror}.") from error
    read = {".csv": _from_csv, ".xlsx": _from_xlsx, ".json": _from_json}[path.suffix.lower()]
    found = read(content)
    if not found:
        raise UnreadableFile(f"{path.name} has no rows.")
    columns = set().union(*(row.keys() for _number, row in found[:100]))
    if "body" not in columns:
        have = ", ".join(sorted(map(str, columns))[:30])
        raise UnreadableFile(f"{path.name} has no column “body”. Its columns are: {have}.")
    yield from found


def _from_csv(content: bytes) -> list[Numbered]:
    text = decode(content)[0]
    try:
        dialect = csv.Sniffer().sniff(text.split("\n", 1)[0], delimiters=",;\t")
        delimiter = dialect.delimiter
    except csv.Error:
        delimiter = ","
    # The body of a story may be longer than the module's default field; other readers keep theirs.
    others = csv.field_size_limit(MOST_BYTES)
    try:
        # Strict, or a quote that is never closed makes one story of all that follow.
        lines = io.StringIO(text, newline="")
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        heading = _each_once(next(reader, []))
        return _sheet(dict(zip(heading, cells, strict=False)) for cells in reader)
    except csv.Error as error:
        where = f"This is not CSV up to line {reader.line_num}: {error}."
        why = "Is a quotation mark not closed, not doubled, or not the last of its cell?"
        raise UnreadableFile(f"{where} {why}") from error
    finally:
        csv.field_size_limit(others)


def _from_xlsx(content: bytes) -> list[Numbered]:
    try:
        _unpacks_to_something(content)
        table = tablib.Dataset().load(content, format="xlsx")
        _each_once(table.headers or [])
    except UnreadableFile:
        raise
    except (TablibException, KeyError, ValueError, OSError) as error:
        raise UnreadableFile(f"This is not an XLSX file: {error}.") from error
    except Exception as error:  # openpyxl lets the errors of zip and XML parsers through
        raise UnreadableFile("This is not an XLSX file.") from error
    return _sheet(table.dict)


def _unpacks_to_something(content: bytes) -> None:
    """The list of its parts says how much, before anything is unpacked; no more than that is."""
    with ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
    most = min(MOST_UNPACKED, max(MOST_TIMES * len(content), UNSUSPECTED))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > most:
        raise UnreadableFile(f"It unpacks to more than {most // 1024**2} MB.")


def _from_json(content: bytes) -> list[Numbered]:
    try:
        found = json.loads(decode(content)[0])
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"This is not JSON: {error}.") from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise UnreadableFile("The JSON must be a list of stories, each in braces.")
    return [(place, _tidy(row)) for place, row in enumerate(found, start=1)]


def _each_once(heading: list) -> list:
    """A column that is there twice would empty the first without a word."""
    counted = Counter(str(name).strip().lower() for name in heading if name is not None)
    if twice := [name for name, times in counted.items() if name and times > 1]:
        raise UnreadableFile(f"These columns are there more than once: {', '.join(twice)[:400]}.")
    return heading


def _sheet(found: Iterable[dict]) -> list[Numbered]:
    """The rows below the heading, which is the first, as far as anything stands in them."""
    numbered = ((number, _tidy(row)) for number, row in enumerate(found, start=2))
    return [(number, row) for number, row in numbered if any(str(v).strip() for v in row.values())]


def _tidy(row: dict) -> dict:
    return {
        str(name).strip().lower(): "" if value is None else value
        for name, value in row.items()
        if name is not None
    }

"""Bytes become a table: whatever the encoding, the separator and the order of the columns."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SEPARATORS = ",;\t"
# How XLSX and ODS files begin, and XLS.
PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class UnreadableFile(Exception):
    """No row of the file can be read; the message says why."""


class TooManyRows(UnreadableFile):
    """It has more rows than are taken at once."""


@dataclass(frozen=True)
class Layout:
    """The columns a file must have, may have, and the other names people give them."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    aliases: dict[str, str]

    def column(self, heading: str) -> str | None:
        name = re.sub(r"[\W_]+", "_", heading.strip().lower()).strip("_")
        name = self.aliases.get(name, name)
        return name if name in self.required + self.optional else None


@dataclass(frozen=True)
class Table:
    """A table that has been understood: which columns it has, and its rows."""

    text: str
    separator: str
    columns: list[str | None]
    unused: list[str]
    is_utf8: bool

    @property
    def given(self) -> frozenset[str]:
        return frozenset(column for column in self.columns if column)

    def rows(self) -> Iterator[tuple[int, dict[str, str], str]]:
        """Each row's number as a spreadsheet counts it, its cells by column, and what is wrong."""
        # Strict, or a quote that is never closed swallows the rows after it without a word.
        text = io.StringIO(self.text, newline="")
        reader = csv.reader(text, delimiter=self.separator, strict=True)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield number, {}, _("This and what follows is no CSV: a quote is not closed.")
                return
            if number == 1 or not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(self.columns):
                wrong = ngettext(
                    "It has %(cells)s cell and the heading %(columns)s.",
                    "It has %(cells)s cells and the heading %(columns)s.",
                    len(cells),
                )
                yield number, {}, wrong % {"cells": len(cells), "columns": len(self.columns)}
                continue
            named = zip(self.columns, cells, strict=True)
            yield number, {column: cell for column, cell in named if column}, ""


def read_table(content: bytes, layout: Layout) -> Table:
    """Understand a file's encoding, separator and heading, or raise UnreadableFile."""
    if content.startswith(PACKED):
        raise UnreadableFile(
            _("This is a spreadsheet and no CSV file. Save it as “CSV (UTF-8)” and choose that.")
        )
    text, is_utf8 = decode(content)
    heading = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    if not heading.strip():
        raise UnreadableFile(_("The file is empty."))
    text = text[text.index(heading) :]
    separator, headings = _split(heading, layout)
    columns = [layout.column(name) for name in headings]
    _check(headings, columns, layout)
    unused = [name.strip() for name, column in zip(headings, columns, strict=True) if not column]
    return Table(text, separator, columns, [name for name in unused if name], is_utf8)


def decode(content: bytes) -> tuple[str, bool]:
    """The text, and whether it was Unicode; else it is read as Excel saves it in the West."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), True
    try:
        return content.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), False
    except UnicodeDecodeError:
        return content.decode("latin-1"), False


def _split(heading: str, layout: Layout) -> tuple[str, list[str]]:
    """The separator that makes most sense of the heading."""

    def understood(separator: str) -> tuple[int, int]:
        cells = _cells(heading, separator)
        return sum(1 for name in cells if layout.column(name)), len(cells)

    separator = max(SEPARATORS, key=understood)
    return separator, _cells(heading, separator)


def _cells(heading: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([heading], delimiter=separator), [])
    except csv.Error:
        return []


def _check(headings: list[str], columns: list[str | None], layout: Layout) -> None:
    missing = [name for name in layout.required if name not in columns]
    known = [column for column in columns if column]
    twice = sorted({name for name in known if known.count(name) > 1})
    if not missing and not twice:
        return
    sentences = []
    if missing:
        sentences.append(_("These columns are missing: %s.") % ", ".join(missing))
    if twice:
        sentences.append(_("These columns are there more than once: %s.") % ", ".join(twice))
    sentences.append(_("Understood: %s.") % (", ".join(known) or _("nothing")))
    unknown = [
        name.strip()[:40] for name, column in zip(headings, columns, strict=True) if not column
    ]
    if unknown:
        sentences.append(_("Not understood: %s.") % ", ".join(unknown[:20]))
    may_have = ", ".join(layout.required + layout.optional)
    sentences.append(_("The first row names the columns: %s.") % may_have)
    raise UnreadableFile(" ".join(sentences))

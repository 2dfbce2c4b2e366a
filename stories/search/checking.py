"""Proving that wall and search know what the stories say, no more and no less."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.models import Entry, Index, Story, WallVersion, Word
from stories.models.entry import SEARCHED, entries_of
from stories.models.postings import BLOCK, UNSURE

from .tables import COLUMNS, FTS_COLUMNS, INDEX, SPANS, TABLE

STEP = 500
Progress = Callable[[int], object]
Differences = Iterator[str]


def differences(progress: Progress) -> Differences:
    """What is not as it should be, in words; `progress` is told of so many more stories."""
    told = ""
    for told in _of_entries(progress):
        yield told
    if not told:
        # What is counted is compared with the entries, so they have to be right.
        yield from _of_postings()
    yield from _of_postgresql() if connection.vendor == "postgresql" else _of_sqlite()


def _of_entries(progress: Progress) -> Differences:
    """Entries that are not what their stories are, and words that nobody learned."""
    last: int | None = 0
    told: set[tuple[str, str, str]] = set()
    while last is not None:
        wrong, wanted, end = _of_step(last)
        if wrong:
            # A story may have changed between two of our questions: whoever writes waits now.
            with transaction.atomic():
                WallVersion.hold()
                wrong, wanted, end = _of_step(last)
        yield from wrong
        yield from _unlearned(wanted, told)
        progress(len(wanted))
        last = end


def _of_step(last: int) -> tuple[list[str], list[Entry], int | None]:
    """What differs in the entries after this place, what they should be, and where these end."""
    places = Story.objects.published().filter(seq__gt=last).order_by("seq")
    found = {seq: pk for seq, pk in places.values_list("seq", "pk")[:STEP] if seq}
    end = max(found) if len(found) == STEP else None
    wanted = {
        entry.seq: entry for entry in entries_of(found.values(), Naming(ORGANISATION)).values()
    }
    held = Entry.objects.filter(seq__gt=last, **({"seq__lte": end} if end else {}))
    return list(_compared(wanted, held.in_bulk())), list(wanted.values()), end


def _compared(wanted: dict[int, Entry], held: dict[int, Entry]) -> Differences:
    # What a change of naming has left behind is read from its story until it is made anew.
    unsure = Index().under(UNSURE)
    for seq in sorted(wanted.keys() | held.keys()):
        if seq not in held:
            yield _("The story at place %d has no entry.") % seq
        elif seq not in wanted:
            yield _("There is an entry at place %d, but no story is published there.") % seq
        elif seq not in unsure and held[seq].says() != wanted[seq].says():
            names = (*SEARCHED, "facets", "retold", "saluted", "story_id")
            wrong = [
                name for name in names if getattr(held[seq], name) != getattr(wanted[seq], name)
            ]
            yield _("The entry at place %(seq)d is not what its story is: %(columns)s.") % {
                "seq": seq,
                "columns": ", ".join(wrong),
            }


def _unlearned(entries: Iterable[Entry], told: set[tuple[str, str, str]]) -> Differences:
    """Words that are not in the vocabulary, each told once."""
    said = {word for entry in entries for word in entry.words} - told
    words = sorted({word for word, _language, _stem in said})
    for start in range(0, len(words), STEP):
        rows = Word.objects.filter(word__in=words[start : start + STEP]).order_by()
        said -= set(rows.values_list("word", "language", "stem"))
    told |= said
    for word, language, stem in sorted(said):
        yield _("The word “%(word)s” (%(language)s, %(stem)s) is not in the vocabulary.") % {
            "word": word,
            "language": language,
            "stem": stem,
        }


def _of_postings() -> Differences:
    """Filters, and the numbers beside them, that are not what the entries say."""
    for block in Entry.objects.blocks():
        for facet in Entry.objects.miscounted(block):
            yield _(
                "What is counted under “%(facet)s” from place %(seq)d on "
                "is not what the entries say."
            ) % {"facet": facet, "seq": block * BLOCK}


def _of_postgresql() -> Differences:
    """Rows whose terms are not those of their texts, and spans that the index does not hold."""
    columns = ", ".join(COLUMNS)
    rows = _ask(
        f"SELECT seq FROM {TABLE} WHERE search IS DISTINCT FROM "
        f"{INDEX}_terms(seq, {columns}) ORDER BY seq"
    )
    for (seq,) in rows:
        yield _("The terms at place %d are not those of its entry.") % seq
    name, length = list(SPANS.items())[1]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq / {length}, count(*) FROM {TABLE} GROUP BY 1 ORDER BY 1")
        spans = cursor.fetchall()
        # The index is asked even where the table is small enough to be read instead.
        cursor.execute("SET enable_seqscan = off")
        try:
            for span, number in spans:
                cursor.execute(
                    f"SELECT count(*) FROM {TABLE} WHERE search @@ %s::tsquery",
                    [f"'{name}{span}'"],
                )
                if cursor.fetchone()[0] != number:
                    yield _("The index does not hold all of the places from %d on.") % (
                        span * length
                    )
        finally:
            cursor.execute("RESET enable_seqscan")


def _of_sqlite() -> Differences:
    """Where the index differs from the entries; looked for in a copy, so that nobody waits."""
    connection.ensure_connection()
    ours: sqlite3.Connection = connection.connection
    if connection.in_atomic_block:
        # Whoever is in a transaction has the database to themselves.
        yield from _of_index(ours)
        return
    with (
        tempfile.TemporaryDirectory(prefix="retold-check-") as folder,
        closing(sqlite3.connect(Path(folder) / "copy.sqlite3")) as copy,
    ):
        ours.backup(copy)
        yield from _of_index(copy)


def _of_index(database: sqlite3.Connection) -> Differences:
    try:
        database.execute(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError:
        found = ""
        # What is broken enough cannot even be read.
        with suppress(sqlite3.DatabaseError):
            for found in _misplaced(database):
                yield found
        if not found:
            yield _("The index of the search is broken.")


def _misplaced(copy: sqlite3.Connection) -> Differences:
    """The places at which the index has other terms than the entry has."""
    known = {seq for (seq,) in copy.execute(f"SELECT id FROM {INDEX}_docsize")}
    sums = _sums(copy)
    for seq, *texts in copy.execute(
        f"SELECT seq, {', '.join(FTS_COLUMNS)} FROM {TABLE} ORDER BY seq"
    ):
        if seq not in known:
            yield _("The index does not know the entry at place %d.") % seq
        elif sums[seq] != sum(map(hash, _said_at(texts))):
            yield _("The index has other terms at place %d than its entry.") % seq
        known.discard(seq)
    for seq in sorted(known):
        yield _("The index has terms at place %d, where there is no entry.") % seq


def _sums(copy: sqlite3.Connection) -> dict[int, int]:
    """Of each place a number that stands for all its terms: to look each up would take days."""
    every = f"{INDEX}_every"
    copy.execute(f"CREATE VIRTUAL TABLE temp.{every} USING fts5vocab(main, {INDEX}, instance)")
    try:
        sums: dict[int, int] = defaultdict(int)
        for seq, *said in copy.execute(f"SELECT doc, col, offset, term FROM temp.{every}"):
            sums[seq] += hash(tuple(said))
        return sums
    finally:
        copy.execute(f"DROP TABLE temp.{every}")


def _said_at(texts: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """The terms of an entry, each with its column and where it stands there."""
    for column, text in zip(FTS_COLUMNS, texts, strict=True):
        for offset, term in enumerate(text.split()):
            yield column, offset, term


def _ask(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()

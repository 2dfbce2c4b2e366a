"""How each database keeps the search index: SQL that the migrations run, and what mends it.

The index follows the rows of `stories_entry` by itself, in the transaction that changes them:
SQLite by triggers, PostgreSQL by a column that it computes. Whoever makes the table anew (Django
does so for many migrations on SQLite) has to `install` again after it.
"""

from __future__ import annotations

from typing import Any, Literal

from .query import IN_TITLE, Where

TABLE, INDEX = "stories_entry", "stories_search"
COLUMNS = ("facets", "line", "title", "body", "people", "withheld")
TEXTS = ("line", "title", "body", "people")
# SQLite computes another column, in which only words of the line and the title stand.
HEAD = "head"
FTS_COLUMNS = (*COLUMNS, HEAD)

# Words of the line and the title stand in the index a second time and say so by what they begin
# with, so that a common word of all stories is quickly found where few lines have it. No term of a
# text has a colon in it. PostgreSQL has one kind of words, so there all others say it too.
FACET, LINE, TITLE, WITHHELD = "f:", "l:", "t:", "w:"
NAMES: dict[Where | Literal["title"], tuple[str, ...]] = {
    Where.LINE: (LINE,),
    Where.HEAD: (LINE, TITLE),
    IN_TITLE: (TITLE,),
    Where.ANYWHERE: ("",),
}
# PostgreSQL's index knows which words a story has, not where: a phrase of common words would have
# to be looked for in every story with all of them. So two words that stand together are one more
# word, a short sum of both, which few other pairs share.
PAIR, SUM_LENGTH = "p:", 4
# Each entry also says in which spans of places it is, so that the newest can be asked for first.
SPANS = {"x:": 2_048, "y:": 16_384, "z:": 262_144}

# SQLite keeps ready what begins with so many letters.
READY = (1, 2, 3)

# Terms have no spaces in them and are folded already, so they are parted at spaces alone: the
# tokenizer takes all letters beyond ASCII as they are, and is told so of the signs within it.
SIGNS = "!#$%&()*+,-./:;<=>?@[\\]^_`{|}~"


def install(connection: Any) -> None:
    """Make the index, whatever was there of it, from the entries there are."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _sqlite() if connection.vendor == "sqlite" else _postgresql():
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Take the index away; the entries stay."""
    with connection.cursor() as cursor:
        for statement in REMOVE[connection.vendor]:
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA table_xinfo({TABLE})")
            if HEAD in [column[1] for column in cursor.fetchall()]:
                cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN {HEAD}")


def _sqlite() -> list[str]:
    named = (
        f"CASE {text} WHEN '' THEN '' ELSE '{name}' || replace({text}, ' ', ' {name}') END"
        for text, name in (("line", LINE), ("title", TITLE))
    )
    head = " || ' ' || ".join(named)
    return [
        f"ALTER TABLE {TABLE} ADD COLUMN {HEAD} text GENERATED ALWAYS AS ({head}) VIRTUAL",
        *fts(INDEX),
        *triggers(INDEX),
        f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')",
    ]


def fts(name: str) -> list[str]:
    """SQLite's table for a full-text search of the entries."""
    ready = " ".join(map(str, READY))
    return [
        f"CREATE VIRTUAL TABLE {name} USING fts5({', '.join(FTS_COLUMNS)}, content='{TABLE}', "
        f"content_rowid='seq', prefix='{ready}', tokenize='ascii tokenchars ''{SIGNS}''')"
    ]


def triggers(name: str, *, up_to: str = "") -> list[str]:
    """What lets it follow the entries; with `up_to` an SQL value, only those up to that place."""
    columns = ", ".join(FTS_COLUMNS)
    new, old = (", ".join(f"{row}.{column}" for column in FTS_COLUMNS) for row in ("new", "old"))
    put = f"INSERT INTO {name}(rowid, {columns}) VALUES (new.seq, {new});"
    take = f"INSERT INTO {name}({name}, rowid, {columns}) VALUES ('delete', old.seq, {old});"
    of_new, of_old = (f"WHEN {row}.seq <= {up_to}" if up_to else "" for row in ("new", "old"))
    return [
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {TABLE} {of_new} BEGIN {put} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {TABLE} {of_old} BEGIN {take} END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {', '.join(COLUMNS)} ON {TABLE} {of_old} "
        f"BEGIN {take} {put} END",
    ]


def _postgresql() -> list[str]:
    columns = ", ".join(COLUMNS)
    texts = ", ".join(TEXTS)
    parameters = ", ".join(f"{name} text" for name in COLUMNS)
    spans = ", ".join(f"quote_literal('{name}' || seq / {long})" for name, long in SPANS.items())
    return [
        f"""
        CREATE FUNCTION {INDEX}_terms(seq bigint, {parameters}) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT concat_ws(' ',
            {spans},
            {_listed(FACET, "facets", placed=False)},
            {_listed("", f"concat_ws(' / ', {texts})")},
            {_listed(LINE, "line")},
            {_listed(TITLE, "title")},
            {_listed(WITHHELD, "withheld", placed=False)},
            {_paired(f"concat_ws(' / ', {texts})")}
        )::tsvector $$
        """,
        f"ALTER TABLE {TABLE} ADD COLUMN search tsvector "
        f"GENERATED ALWAYS AS ({INDEX}_terms(seq, {columns})) STORED",
        f"CREATE INDEX {INDEX} ON {TABLE} USING gin (search) WITH (gin_pending_list_limit = 1024)",
    ]


def _listed(name: str, text: str, *, placed: bool = True) -> str:
    """The words of a text with their places in it, as PostgreSQL reads them; no quotes in them."""
    place = "''':' || place" if placed else "''''"
    return f"""(
        SELECT string_agg('''{name}' || word || {place}, ' ')
        FROM unnest(string_to_array({text}, ' ')) WITH ORDINALITY AS told(word, place)
        WHERE word NOT IN ('', '/')
    )"""


def _paired(text: str) -> str:
    """The sums of all words of a text with the one that follows each."""
    listed = f"string_to_array({text}, ' ')"
    return f"""(
        SELECT string_agg(
            '''{PAIR}' || left(md5(word || ' ' || next), {SUM_LENGTH}) || '''', ' '
        )
        FROM unnest({listed}, ({listed})[2:]) AS told(word, next)
        WHERE word NOT IN ('', '/') AND next NOT IN ('', '/')
    )"""


def unfollowed(name: str) -> list[str]:
    """What lets SQLite's table follow the entries no longer."""
    return [f"DROP TRIGGER IF EXISTS {name}_{event}" for event in ("insert", "delete", "update")]


def without(name: str) -> list[str]:
    """What takes SQLite's table and its triggers away."""
    return [*unfollowed(name), f"DROP TABLE IF EXISTS {name}"]


REMOVE = {
    "sqlite": without(INDEX),
    "postgresql": (
        f"DROP INDEX IF EXISTS {INDEX}",
        f"ALTER TABLE {TABLE} DROP COLUMN IF EXISTS search",
        f"DROP FUNCTION IF EXISTS {INDEX}_terms",
    ),
}

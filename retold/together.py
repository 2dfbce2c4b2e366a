"""Several questions asked as one: for what a page needs at the same time, from different tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Model, QuerySet, Value

from .prepared import with_constants


def together(*querysets: QuerySet) -> None:
    """Fetch what all of these find, each in its order, in one question.

    A row has the columns of its own; what there is besides, as others have more, is NULL. What was
    fetched already, or is here twice, is not asked for again.
    """
    open_ones = {id(one): one for one in querysets if one._result_cache is None}
    _fetch(list(open_ones.values()))


def _fetch(querysets: Sequence[QuerySet]) -> None:
    found: list[list[tuple]] = [[] for _queryset in querysets]
    compilers: dict[int, Any] = {}
    asked: dict[int, tuple[str, tuple]] = {}
    for number, queryset in enumerate(querysets):
        compiler = queryset.query.get_compiler(connection.alias)
        try:
            asked[number] = compiler.as_sql()
        except EmptyResultSet:
            continue
        compilers[number] = compiler
    if asked:
        for number, *row in _rows(compilers, asked):
            start = _first(compilers, number) - 1
            found[number].append(tuple(row[start : start + _width(compilers[number])]))
    for number, queryset in enumerate(querysets):
        compiler = compilers.get(number)
        queryset._result_cache = _read(queryset, compiler, found[number]) if compiler else []


def counted(*querysets: QuerySet) -> list[int]:
    """How many each of these finds, in one question."""
    # Grouped by what is the same for all, each is one row, or none.
    numbers = [
        queryset.order_by()
        .annotate(all=Value(1))
        .values("all")
        .annotate(number=Count("pk"))
        .values_list("number", flat=True)
        for queryset in querysets
    ]
    together(*numbers)
    return [sum(number) for number in numbers]


def hang(objects: Iterable[Model], **related: QuerySet) -> None:
    """Give these objects what was fetched of them by several relations, as if prefetched."""
    objects = list(objects)
    if objects:
        _hang(objects, _fields(type(objects[0]), related), related)


def fetch_beside(objects: Iterable[Model], *beside: QuerySet, **related: QuerySet) -> None:
    """Fetch what belongs to these objects by several relations, as `prefetch_related` does with a
    question for each; and what is needed `beside` it."""
    objects = list(objects)
    if not objects:
        return
    fields = _fields(type(objects[0]), related)
    keys = [one.pk for one in objects]
    asked = {
        name: queryset.filter(**{f"{fields[name]}__in": keys}) for name, queryset in related.items()
    }
    together(*asked.values(), *beside)
    _hang(objects, fields, asked)


class Whole:
    """What is found, and what belongs to it by several relations: `questions` to be asked together,
    and maybe with others; then `objects` has it."""

    def __init__(self, found: QuerySet, **related: QuerySet) -> None:
        self._found, self._fields = found, _fields(found.model, related)
        keys = found.values("pk")
        self._related = {
            name: queryset.filter(**{f"{self._fields[name]}__in": keys})
            for name, queryset in related.items()
        }

    @property
    def questions(self) -> list[QuerySet]:
        return [self._found, *self._related.values()]

    @property
    def objects(self) -> list[Any]:
        """What was found, with all that belongs to it."""
        objects = list(self._found)
        _hang(objects, self._fields, self._related)
        return objects


def fetched_with(found: QuerySet, *beside: QuerySet, **related: QuerySet) -> list[Any]:
    """What is found, and what belongs to it by several relations, all in one question; and what is
    needed `beside` it."""
    whole = Whole(found, **related)
    together(*whole.questions, *beside)
    return whole.objects


def _fields(model: type[Model], related: Iterable[str]) -> dict[str, str]:
    """The name of the key to the model at the other end of each relation."""
    return {name: model._meta.get_field(name).field.name for name in related}  # type: ignore


def _hang(objects: list[Any], fields: dict[str, str], related: dict[str, QuerySet]) -> None:
    for name, queryset in related.items():
        theirs = defaultdict(list)
        for one in queryset:
            theirs[getattr(one, f"{fields[name]}_id")].append(one)
        for owner in objects:
            known: Any = getattr(owner, name).all()
            known._result_cache, known._prefetch_done = theirs[owner.pk], True
            owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = known
            for one in theirs[owner.pk]:
                one._meta.get_field(fields[name]).set_cached_value(one, owner)


def _rows(compilers: dict[int, Any], asked: dict[int, tuple[str, tuple]]) -> list[tuple]:
    """Rows that begin with the number of their question; where its columns are, `_first` says."""
    shared = _columns_are_shared()
    parts: list[str] = []
    parameters: list[Any] = []
    for number, (sql, values) in asked.items():
        # SQLite is free to forget the order of a part unless that decides on what is in it.
        cut = not shared or compilers[number].query.is_sliced
        part = f"({sql}{'' if cut else ' LIMIT -1'}) AS part{number}"
        columns = (_shared if shared else _apart)(compilers, number)
        parts.append(f"SELECT {number}, {columns} FROM {part}")  # noqa: S608  # Django's
        parameters += values
    if shared:
        # Its columns have no type, or SQLite would take that of the first part for those of all.
        parts.insert(0, f"SELECT NULL{', NULL' * _widest(compilers)} WHERE 0")
    sql = " UNION ALL ".join(parts)
    if shared:
        sql, parameters = with_constants(sql, parameters)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _columns_are_shared() -> bool:
    """PostgreSQL wants to know of which type a column is; to SQLite a value is what it is, and
    each that is NULL costs as much as any other."""
    return connection.vendor == "sqlite"


def _first(compilers: dict[int, Any], number: int) -> int:
    """Where the columns of a question begin, behind its number."""
    if _columns_are_shared():
        return 1
    return 1 + sum(_width(compiler) for one, compiler in compilers.items() if one < number)


def _shared(compilers: dict[int, Any], number: int) -> str:
    """The columns of a question, and as many more as the widest has."""
    return f"part{number}.*" + ", NULL" * (_widest(compilers) - _width(compilers[number]))


def _apart(compilers: dict[int, Any], number: int) -> str:
    """The columns of a question beside those of the others, which are NULL."""
    return ", ".join(
        f"part{number}.*" if one == number else ", ".join(_nothing(compiler))
        for one, compiler in compilers.items()
    )


def _nothing(compiler: Any) -> Iterable[str]:
    for column, _sql, _alias in compiler.select:
        yield f"CAST(NULL AS {column.output_field.cast_db_type(connection)})"


def _width(compiler: Any) -> int:
    return len(compiler.select)


def _widest(compilers: dict[int, Any]) -> int:
    return max(map(_width, compilers.values()))


def _read(queryset: QuerySet, compiler: Any, rows: list[tuple]) -> list[Any]:
    """What the queryset makes of the rows it has found."""
    found: Any = queryset.all()
    # A queryset that is run through asks its query for a compiler, and that one for chunks.
    found.query.get_compiler = lambda *_args, **_options: compiler
    compiler.execute_sql = lambda *_args, **_options: [rows]
    return list(found._iterable_class(found))

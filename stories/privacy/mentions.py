"""Where texts name somebody: every column of the list, read in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.text import slugify

from staff.forgetting import Forgetting
from staff.naming import NOBODY, Near
from stories.models import Story

from .kinds import Known, Written
from .known import KNOWN

BATCH = 200


class Mention(NamedTuple):
    """One row that names somebody: its columns that do, as they would be without the name."""

    known: Known
    row: Any
    story: Story | None
    near: Near
    without: Mapping[str, Any]


def mentions(
    forgetting: Forgetting, known: Known, *, among: Sequence[int] | None = None
) -> Iterator[Mention]:
    """Every row of this model that names the person, a batch of them in memory at a time.

    `among` are rows that were found before: they are read again, and held until they are changed.
    """
    loosely = forgetting.anywhere()
    batches = _batches(_likely(forgetting, known)) if among is None else _held(known, among)
    for batch in batches:
        # Of whom a story speaks costs more to ask than whether a part of the name is there at all.
        naming = [row for row in batch if said_without(loosely, known, row, NOBODY)]
        stories = _stories(known, naming)
        for row in naming:
            story = stories.get(_story_of(known, row))
            near = forgetting.in_story(story.pk, story.near) if story else NOBODY
            if known.author:
                near = near.and_person(getattr(row, known.author))
            if without := said_without(forgetting, known, row, near):
                yield Mention(known, row, story, near, without)


def found(forgetting: Forgetting) -> dict[str, list[int]]:
    """Which rows name the person, by model; looked for while others write."""
    return {
        known.model: [mention.row.pk for mention in mentions(forgetting, known)]
        for known in naming_columns()
    }


def said_without(forgetting: Forgetting, known: Known, row: Any, near: Near) -> dict[str, Any]:
    """The columns of a row that name the person, as they would be without the name."""
    said = {column: getattr(row, column) for column in known.texts}
    without = {
        column: _without(forgetting, how, said[column], near) for column, how in known.texts.items()
    }
    return {column: text for column, text in without.items() if text != said[column]}


def naming_columns() -> list[Known]:
    """The models in whose columns somebody may be named."""
    return [known for known in KNOWN if known.texts]


def _batches(rows: Any) -> Iterator[list[Any]]:
    after: Any = 0
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        # Whoever is given a row may delete it.
        after = batch[-1].pk
        yield batch


def _held(known: Known, among: Sequence[int]) -> Iterator[list[Any]]:
    for start in range(0, len(among), BATCH):
        rows = known.rows().filter(pk__in=among[start : start + BATCH])
        yield list(rows.select_for_update().order_by("pk"))


def _likely(forgetting: Forgetting, known: Known) -> Any:
    """The rows that may name them, in the order of their keys."""
    rows, columns = known.rows(), []
    for column, how in known.texts.items():
        if how is Written.DATA:
            # Asked for a text, a column of JSON would look for a value.
            rows = rows.annotate(**{f"{column}_text": Cast(column, TextField())})
            columns.append(f"{column}_text")
        else:
            columns.append(column)
    return rows.filter(forgetting.likely(columns)).order_by("pk")


def _stories(known: Known, rows: list[Any]) -> dict[int, Story]:
    """The stories that these rows are about, each knowing of whom it speaks."""
    if not known.story:
        return {}
    ids = {_story_of(known, row) for row in rows}
    return {story.pk: story for story in Story.objects.filter(pk__in=ids).for_naming()}


def _story_of(known: Known, row: Any) -> int:
    return getattr(row, known.story) if known.story else 0


def _without(forgetting: Forgetting, how: Written, value: Any, near: Near) -> Any:
    match how:
        case Written.TEXT:
            return forgetting.text(value, near)
        case Written.DATA:
            return forgetting.data(value, near)
        case Written.JSON:
            return forgetting.json(value, near)
        case Written.QUERY:
            return forgetting.query(value, near)
        case Written.SLUG:
            return slugify(without) if (without := forgetting.text(value, near)) != value else value

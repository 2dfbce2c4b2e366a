"""Where texts name somebody: every column of the list, read in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.text import slugify

from retold.together import fetched_with, together
from staff.forgetting import Forgetting
from staff.naming import NOBODY, Near
from stories.models import Story
from stories.models.near import CREDITS

from .kinds import Known, Written
from .known import KNOWN

BATCH = 200

Batch = tuple[Known, Iterable[Any]]


class Mention(NamedTuple):
    """One row that names somebody: its columns that do, as they would be without the name."""

    known: Known
    row: Any
    story: Story | None
    near: Near
    without: Mapping[str, Any]


def mentions(
    forgetting: Forgetting, kinds: Iterable[Known], *, among: Sequence[int] | None = None
) -> Iterator[Mention]:
    """Every row of these models that names the person, a batch of each in memory at a time.

    `among` are rows of the one model that were found before: they are read again, and held until
    they are changed.
    """
    kinds = list(kinds)
    held = None if among is None else _held(kinds[0], among)
    for batches in _batches(forgetting, kinds) if held is None else held:
        yield from _among(forgetting, batches)


def found(forgetting: Forgetting) -> dict[str, list[int]]:
    """Which rows name the person, by model; looked for while others write."""
    rows: dict[str, list[int]] = {known.model: [] for known in naming_columns()}
    for mention in mentions(forgetting, naming_columns()):
        rows[mention.known.model].append(mention.row.pk)
    return rows


def _among(forgetting: Forgetting, batches: list[Batch]) -> Iterator[Mention]:
    # Of whom a story speaks costs more to ask than whether a part of the name is there at all.
    loosely = forgetting.anywhere()
    naming = [
        (known, row)
        for known, batch in batches
        for row in batch
        if said_without(loosely, known, row, NOBODY)
    ]
    stories = _stories(_story_of(known, row) for known, row in naming)
    for known, row in naming:
        story = stories.get(_story_of(known, row))
        near = forgetting.in_story(story.pk, story.near) if story else NOBODY
        if known.author:
            near = near.and_person(getattr(row, known.author))
        if without := said_without(forgetting, known, row, near):
            yield Mention(known, row, story, near, without)


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


def _batches(forgetting: Forgetting, kinds: list[Known]) -> Iterator[list[Batch]]:
    """What is likely to name them, the next of each model in one question."""
    asked: list[tuple[Known, Any]] = [(known, 0) for known in kinds]
    while asked:
        batches = [
            (known, _likely(forgetting, known).filter(pk__gt=after)[:BATCH])
            for known, after in asked
        ]
        together(*(rows for _known, rows in batches))
        # Whoever is given a row may delete it.
        asked = [(known, rows[BATCH - 1].pk) for known, rows in batches if len(rows) == BATCH]
        yield batches


def _held(known: Known, among: Sequence[int]) -> Iterator[list[Batch]]:
    for start in range(0, len(among), BATCH):
        rows = known.rows().filter(pk__in=among[start : start + BATCH])
        yield [(known, rows.select_for_update().order_by("pk"))]


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


def _stories(ids: Iterable[int]) -> dict[int, Story]:
    """These stories, each knowing of whom it speaks; 0 is none."""
    if not (wanted := {pk for pk in ids if pk}):
        return {}
    told = Story.objects.filter(pk__in=wanted).with_teller_team()
    return {story.pk: story for story in fetched_with(told, credits=CREDITS.all())}


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

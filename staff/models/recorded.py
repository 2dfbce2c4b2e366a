"""Models of which every change is kept in the history, one row at a time or many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models.deletion import Collector

from .history import SECRET, Change, History, What, plain

# Records itself, in `Story.record`.
STORY = "stories.story"

Row = TypeVar("Row", bound="Recorded")


class RecordedQuerySet(models.QuerySet[Row]):
    """What is changed in bulk is recorded row by row, in few statements more.

    It reads what it is about to change: whoever changes very many rows does so a batch at a time.
    """

    def update(self, **values: Any) -> int:
        names = self.model.recorded_names(values)
        if not names:
            return super().update(**values)
        with transaction.atomic(savepoint=False):
            # Locked, and only then as it is: of two who change a row, the second sees the first.
            before = _held(self.model, self.order_by().values("pk"))
            done = super().update(**values)
            after = _held(self.model, list(before))
            _record_changes(before, after, names)
            return done

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        if options.get("ignore_conflicts"):
            raise TypeError("Nobody could tell which of these rows were added.")
        objs = list(objs)
        keys = [obj.pk for obj in objs if obj.pk is not None]
        with transaction.atomic(savepoint=False):
            before = _held(self.model, keys) if options.get("update_conflicts") and keys else {}
            made = super().bulk_create(objs, *args, **options)
            if before:
                _record_changes(
                    before, _held(self.model, list(before)), self.model.recorded_names()
                )
            History.objects.record(*(obj.change(None) for obj in made if obj.pk not in before))
            return made

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(savepoint=False):
            going = deletions(list(self))
            done = super().delete() if going else (0, {})
            History.objects.record(*going)
            return done


class Recorded(models.Model):
    """A row whose every change is kept in the history, with all its fields but those named here."""

    # Fields that say nothing of their own, and fields whose values nobody may read.
    unrecorded: ClassVar[frozenset[str]] = frozenset()
    secret: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        names = self.recorded_names(kwargs.get("update_fields"))
        if not names:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(savepoint=False):
            before = None if self._state.adding else _held(type(self), [self.pk]).get(self.pk)
            self.is_to_be_saved(before)
            super().save(*args, **kwargs)
            self.was_saved(before)
            change = self.change(before, names)
            if before is None or change.changes:
                History.objects.record(change)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic(savepoint=False):
            going = deletions([self])
            done = super().delete(*args, **kwargs)
            History.objects.record(*going)
            return done

    @classmethod
    def recorded_names(cls, among: Iterable[str] | None = None) -> list[str]:
        """The fields of which the history is kept, or those of them that are among these."""
        fields = [field for field in cls._meta.concrete_fields if not field.primary_key]
        wanted = None if among is None else set(among)
        return [
            field.name
            for field in fields
            if field.name not in cls.unrecorded
            and (wanted is None or {field.name, field.attname} & wanted)
        ]

    def is_to_be_saved(self, before: Any) -> None:
        """For whoever has to hold something else first; `before` is it as it is stored, held."""

    def was_saved(self, before: Any) -> None:
        """For whoever follows this row in the same transaction; `before` is it as it was stored."""

    def change(self, before: Any, names: Sequence[str] | None = None) -> Change:
        """This row as it is against what it was, or as it was added."""
        names = self.recorded_names() if names is None else names
        was = before.facts(names) if before is not None else None
        what = What.ADDED if before is None else What.CHANGED
        return self._change(what, was, self.facts(names))

    def deleted(self) -> Change:
        return self._change(What.DELETED, self.facts(self.recorded_names()), None)

    def facts(self, names: Iterable[str]) -> dict[str, Any]:
        """These fields in plain values; people, teams and other rows by their key."""
        wanted = set(names)
        fields = [field for field in self._meta.concrete_fields if field.name in wanted]
        values = {field.name: getattr(self, field.attname) for field in fields}
        if any(hasattr(value, "resolve_expression") for value in values.values()):
            # What the database works out is read from there.
            stored = type(self)._base_manager.get(pk=self.pk)
            values = {field.name: getattr(stored, field.attname) for field in fields}
        return {field.name: plain(field.to_python(values[field.name])) for field in fields}

    def _change(self, what: What, was: dict | None, now: dict | None) -> Change:
        names = now if was is None else was
        sides = {
            name: [was[name] if was else None, now[name] if now else None] for name in names or {}
        }
        changes = {
            name: [value and SECRET for value in both] if name in self.secret else both
            for name, both in sides.items()
            # Of what is added or deleted, what it did not say is left out.
            if both[0] != both[1] and ((was and now) or any(both))
        }
        return Change(self._meta.label_lower, self.pk, self.label(), what, changes)

    def label(self) -> str:
        """What the history calls it; asked for each row, so it asks nothing of the database."""
        return str(self)


def deletions(going: Sequence[Recorded]) -> list[Change]:
    """What the history says once these are deleted: of them, and of all that goes or lets go along.

    Raises ProtectedError where they can't be.
    """
    if not going:
        return []
    collector = Collector(using=DEFAULT_DB_ALIAS, origin=going[0])
    collector.collect(going)
    gone: dict[Any, set[int]] = defaultdict(set)
    for model, rows in collector.data.items():
        gone[model] |= {row.pk for row in rows}
    for quick in collector.fast_deletes:
        if _is_recorded(quick.model):
            gone[quick.model] |= {row.pk for row in quick}
    changes = [
        row.deleted()
        for model, keys in gone.items()
        if _is_recorded(model)
        for row in _held(model, sorted(keys)).values()
    ]
    for (field, value), chosen in collector.field_updates.items():
        if not _is_recorded(field.model):
            continue
        let_go: set[int] = {row.pk for rows in chosen for row in rows}  # type: ignore[attr-defined]
        for row in _held(field.model, sorted(let_go - gone[field.model])).values():
            after = row.facts([field.name]) | {field.name: plain(value)}
            changes.append(row._change(What.CHANGED, row.facts([field.name]), after))
    return changes


def is_in_history(model: type[models.Model]) -> bool:
    """Whether changes to these are recorded, one by one or by their own methods, as stories are."""
    return _is_recorded(model) or model._meta.label_lower == STORY


def _is_recorded(model: type[models.Model]) -> bool:
    return issubclass(model, Recorded)


def _held(model: Any, keys: Any) -> dict[int, Any]:
    """The rows with these keys as they are stored, held until the transaction ends."""
    rows = model._base_manager.filter(pk__in=keys).select_for_update(no_key=True)
    return {row.pk: row for row in rows}


def _record_changes(before: dict[int, Any], after: dict[int, Any], names: Sequence[str]) -> None:
    changes = [row.change(before[pk], names) for pk, row in after.items()]
    History.objects.record(*(change for change in changes if change.changes))

"""Models of which every change is kept in the history, one row at a time or many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, ClassVar, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction
from django.db.models import CASCADE, DO_NOTHING, SET_NULL
from django.db.models.deletion import Collector, get_candidate_relations_to_delete

from retold.together import together

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
            _record_changes(before, _changed(before, values), names)
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
            rows = list(self.all())
            return delete_together(rows) if rows else (0, {})


class Recorded(models.Model):
    """A row whose every change is kept in the history, with all its fields but those named here."""

    # Fields that say nothing of their own, and fields whose values nobody may read.
    unrecorded: ClassVar[frozenset[str]] = frozenset()
    secret: ClassVar[frozenset[str]] = frozenset()
    # As it was read, and the transaction in which it is held since.
    _as_read: tuple[Any, Any] | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        names = self.recorded_names(kwargs.get("update_fields"))
        if not names:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(savepoint=False):
            before = None if self._state.adding else self._stored_now()
            self.is_to_be_saved(before, names)
            super().save(*args, **kwargs)
            self.was_saved(before)
            change = self.change(before, names)
            if before is None or change.changes:
                History.objects.record(change)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic(savepoint=False):
            return delete_together([self])

    def is_held(self) -> None:
        """Say that all of it was read just now and is kept from others, in this transaction: what
        is stored need not be read again before it is saved."""
        self._as_read = copy(self), connection.atomic_blocks[-1]

    @property
    def is_still_held(self) -> bool:
        return self._as_read is not None and self._as_read[1] in connection.atomic_blocks

    def _stored_now(self) -> Any:
        """It as it is stored, held until the transaction ends."""
        as_read = self._as_read if self.is_still_held else None
        self._as_read = None
        if as_read is not None:
            return as_read[0]
        return _held(type(self), [self.pk]).get(self.pk)

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

    def is_to_be_saved(self, before: Any, names: Sequence[str]) -> None:
        """For whoever has to hold something else first, or has something to add to these fields;
        `before` is it as it is stored, held."""

    def was_saved(self, before: Any) -> None:
        """For whoever follows this row in the same transaction; `before` is it as it was stored."""

    def but(self, **values: Any) -> Self:
        """The same row with other values, not stored yet."""
        changed = copy(self)
        for name, value in values.items():
            setattr(changed, name, value)
        return changed

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


class Going(Collector):
    """What a deletion takes along, as Django finds it, with one question for all that leads to
    rows of a model; by a relation that nothing leads here by, nothing is asked or deleted after it.

    Raises ProtectedError where the rows can't be deleted.
    """

    def __init__(self, rows: Sequence[Any]) -> None:
        super().__init__(using=DEFAULT_DB_ALIAS, origin=rows[0])
        self._led: dict[tuple[Any, tuple[Any, ...]], models.QuerySet] = {}
        # Rows of which the history is kept, as they are stored: those that go, and those that stay
        # and lead to nobody.
        self._gone: list[Recorded] = []
        self._let_go: list[tuple[models.Field, Recorded]] = []
        self.collect(rows)
        if not self._led and _is_recorded(type(rows[0])):
            # To what nothing can lead, nothing was asked for.
            self._gone += rows

    def related_objects(
        self, related_model: type[models.Model], related_fields: Iterable[Any], objs: Any
    ) -> models.QuerySet:
        fields, keys = list(related_fields), tuple(one.pk for one in objs)
        if (fields[0], keys) not in self._led:
            self._ask(type(objs[0]), objs, keys)
        led = [field for field in fields if self._led[field, keys]]
        if not led:
            return related_model._base_manager.none()
        if self._is_read(led[0]):
            return self._led[led[0], keys]
        return super().related_objects(related_model, led, objs)

    def changes(self) -> list[Change]:
        """What the history says of it."""
        gone = {(type(row), row.pk): row for row in self._gone}
        let_go = [
            row._change(What.CHANGED, row.facts([field.name]), {field.name: None})
            for field, row in self._let_go
            if (type(row), row.pk) not in gone
        ]
        return [*(row.deleted() for row in gone.values()), *let_go]

    def _ask(self, kind: type[models.Model], objs: Any, keys: tuple[Any, ...]) -> None:
        relations: Iterable[Any] = get_candidate_relations_to_delete(kind._meta)
        fields = [one.field for one in relations if one.field.remote_field.on_delete != DO_NOTHING]
        led = {field: self._leading(field, objs) for field in fields}
        themselves = [to_hold(kind, keys)] if _is_recorded(kind) else []
        together(*themselves, *led.values())
        self._gone += (row for rows in themselves for row in rows)
        for field, rows in led.items():
            self._led[field, keys] = rows
            if _is_recorded(field.model):
                self._note(field, rows)

    def _leading(self, field: Any, objs: Any) -> models.QuerySet:
        """The rows that lead here by this relation; one of them where it is enough to know it."""
        rows = super().related_objects(field.model, [field], objs).order_by("pk")
        if self._is_read(field):
            # Or Django would ask once more, for fewer columns.
            rows = rows.select_related(field.name)
        elif not _is_recorded(field.model):
            return rows[:1]
        return rows.select_for_update(of=("self",), no_key=True)

    def _is_read(self, field: Any) -> bool:
        """Whether Django goes on from these rows one by one."""
        cascades = field.remote_field.on_delete is CASCADE
        return cascades and not self.can_fast_delete(field.model, from_field=field)

    def _note(self, field: Any, rows: Iterable[Any]) -> None:
        if field.remote_field.on_delete is CASCADE:
            self._gone += rows
        elif field.remote_field.on_delete is SET_NULL:
            self._let_go += ((field, row) for row in rows)


def delete_together(rows: Sequence[Recorded]) -> tuple[int, dict[str, int]]:
    """Delete rows of one model that were read just now, and write it down."""
    going = Going(rows)
    changes = going.changes()
    done = going.delete()
    History.objects.record(*changes)
    return done


def change_together(rows: Sequence[Recorded], **values: Any) -> int:
    """Give rows of one model that were read just now, and are held, the same values, and write it
    down. Returns how many."""
    if not rows:
        return 0
    model = type(rows[0])
    before = {row.pk: row for row in rows}
    done = models.QuerySet(model).filter(pk__in=list(before)).update(**values)
    _record_changes(before, _changed(before, values), model.recorded_names(values))
    return done


def is_in_history(model: type[models.Model]) -> bool:
    """Whether changes to these are recorded, one by one or by their own methods, as stories are."""
    return _is_recorded(model) or model._meta.label_lower == STORY


def _is_recorded(model: type[models.Model]) -> bool:
    return issubclass(model, Recorded)


def _held(model: Any, keys: Any) -> dict[int, Any]:
    """The rows with these keys as they are stored, held until the transaction ends."""
    return {row.pk: row for row in to_hold(model, keys)}


def to_hold(model: Any, keys: Any) -> models.QuerySet:
    """The question for the rows with these keys as they are stored; whoever asks it holds them
    until the transaction ends."""
    return model._base_manager.filter(pk__in=keys).select_for_update(no_key=True)


def _changed(before: dict[int, Any], values: dict[str, Any]) -> dict[int, Any]:
    """These rows once they have these values, read again only for what the database works out."""
    if not before:
        return {}
    kind = type(next(iter(before.values())))
    if any(hasattr(value, "resolve_expression") for value in values.values()):
        return _held(kind, list(before))
    columns = {
        kind._meta.get_field(name).attname: value.pk if isinstance(value, models.Model) else value
        for name, value in values.items()
    }
    return {pk: row.but(**columns) for pk, row in before.items()}


def _record_changes(before: dict[int, Any], after: dict[int, Any], names: Sequence[str]) -> None:
    changes = [row.change(before[pk], names) for pk, row in after.items()]
    History.objects.record(*(change for change in changes if change.changes))

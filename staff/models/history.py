"""The history: every change to what Retold keeps, by whom, when, from where, before and after."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.acting import Way, who_acts
from staff.lengths import TextsFit

if TYPE_CHECKING:
    from staff.history_traces import Traces

BATCH = 500
LONGEST_LABEL, LONGEST_FIELDS, LONGEST_WHY = 200, 1000, 4000
SECRET = "•••"  # noqa: S105  # instead of one


class Letters(DjangoJSONEncoder):
    """Letters as they are, so that a name can be looked for in what is kept."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False})


class What(models.TextChoices):
    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")
    FORGOTTEN = "forgotten", _("Forgotten")


class Change(NamedTuple):
    """One change to one thing: `changes` is {field: [before, after]} in plain values.

    `kind` is the model as “app.model”, `number` its key, `label` what it was called.
    """

    kind: str
    number: int
    label: str
    what: str
    changes: dict[str, list]
    why: str = ""


_together: ContextVar[list[Change] | None] = ContextVar("together", default=None)


class HistoryQuerySet(models.QuerySet["History"]):
    """Rows are added and read. What must be forgotten goes through `History.objects.forget`."""

    def update(self, **values: Any) -> int:
        raise TypeError("History is only ever added to.")

    def delete(self) -> Any:
        raise TypeError("History is only ever added to.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        raise TypeError("History is only ever added to.")

    def of(self, kind: str, number: int) -> HistoryQuerySet:
        return self.filter(kind=kind, number=number)


class HistoryManager(models.Manager.from_queryset(HistoryQuerySet)):  # type: ignore[misc]
    def record(self, *changes: Change) -> None:
        """Write these changes down, as done by whoever acts now (see `staff.acting`).

        The one way in. It goes with the transaction of the change itself.
        """
        gathered = _together.get()
        if gathered is None:
            self._write(changes)
        else:
            gathered.extend(changes)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What happens to one thing in here is one change: what it was first, what it is last."""
        if _together.get() is not None:
            yield
            return
        gathered: list[Change] = []
        token = _together.set(gathered)
        try:
            yield
        finally:
            _together.reset(token)
        self._write(merged(gathered))

    def _write(self, changes: Iterable[Change]) -> None:
        actor, now = who_acts(), timezone.now()
        rows = [
            History(
                at=now,
                account=actor.account,
                by_name=actor.name[:LONGEST_LABEL],
                way=actor.way,
                place=actor.place[:LONGEST_LABEL],
                address=actor.address,
                kind=change.kind,
                number=change.number,
                label=change.label[:LONGEST_LABEL],
                what=change.what,
                fields=", ".join(change.changes)[:LONGEST_FIELDS],
                changes=change.changes,
                why=change.why[:LONGEST_WHY],
            )
            for change in changes
        ]
        if len(rows) == 1:
            rows[0].save(force_insert=True)
        elif rows:
            self.bulk_create(rows, batch_size=BATCH)

    @transaction.atomic
    def forget(self, traces: Traces) -> int:
        """Empty whatever speaks of this person or was done by them; returns how many rows.

        For an erasure, as the last of it. That something was done, when and to what stays, and a
        row that says that there was forgetting is added. The database looks through all of the
        history, and what it finds likely is read a batch at a time.
        """
        emptied = sum(
            self.empty([row.pk for row in batch if traces.are_in(row)])
            for batch in _batches(traces.likely())
        )
        rows = {"rows": [None, emptied]}
        self.record(Change("staff.employee", traces.person, "", What.FORGOTTEN, rows))
        return emptied

    @transaction.atomic
    def let_go(self, kind: str, numbers: Iterable[int], *, field: str = "") -> int:
        """Empty the history of things whose time is up, or as far as it tells of one field."""
        numbers = list(numbers)
        if not numbers:
            return 0
        rows = _unguarded().filter(kind=kind, number__in=numbers, fields__contains=field)
        return self.empty(rows.values_list("pk", flat=True))

    def let_go_of_addresses(self, before: datetime.datetime, *, dry_run: bool = False) -> int:
        """Forget from which address changes were made so long ago; returns how many."""
        rows = _unguarded().filter(at__lt=before, address__isnull=False).order_by("pk")
        if dry_run:
            return rows.count()
        last = done = 0
        while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
            done += _unguarded().filter(pk__in=keys).update(address=None)
            last = keys[-1]
        return done

    def empty(self, rows: Iterable[int]) -> int:
        """Take the words out of these rows; the database lets nothing else be done to them."""
        chosen = _unguarded().filter(pk__in=list(rows))
        return chosen.update(account=None, by_name="", address=None, label="", why="", changes={})


class History(models.Model):
    """One change to one thing. Only ever added to, which the database itself sees to.

    Accounts and things are kept by number and by name, not by a foreign key: a row must not change
    when they go. `fields` names what changed and stays when the values have to be forgotten.
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    account = models.BigIntegerField(_("account"), null=True)
    by_name = models.CharField(_("who"), max_length=LONGEST_LABEL, blank=True)
    way = models.CharField(_("by which way"), max_length=10, choices=Way.choices, blank=True)
    place = models.CharField(_("where"), max_length=LONGEST_LABEL, blank=True)
    address = models.GenericIPAddressField(_("from"), null=True)
    kind = models.CharField(_("kind"), max_length=60)
    number = models.BigIntegerField(_("number"))
    label = models.CharField(_("called"), max_length=LONGEST_LABEL, blank=True)
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    fields = models.CharField(_("fields"), max_length=LONGEST_FIELDS, blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True, encoder=Letters)
    why = models.TextField(_("why"), max_length=LONGEST_WHY, blank=True)

    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("history")
        indexes = [
            models.Index(fields=["number", "kind", "id"], name="history_of_a_thing"),
            models.Index(fields=["kind", "id"], name="history_of_a_kind"),
            models.Index(fields=["account", "id"], name="history_by_account"),
        ]
        constraints = [
            TextsFit(
                name="history_texts_fit",
                most={
                    "by_name": LONGEST_LABEL,
                    "place": LONGEST_LABEL,
                    "kind": 60,
                    "label": LONGEST_LABEL,
                    "fields": LONGEST_FIELDS,
                    "why": LONGEST_WHY,
                },
                known={"way": ["", *Way.values], "what": What.values},
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} · {self.label or self.kind} · {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("History is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("History is only ever added to.")


def _unguarded() -> models.QuerySet[History]:
    return models.QuerySet(History)


class Row(NamedTuple):
    """What is looked through for a name; `changes` as the text that is stored."""

    pk: int
    kind: str
    number: int
    account: int | None
    by_name: str
    label: str
    why: str
    changes: str


def _batches(likely: models.Q) -> Iterator[list[Row]]:
    text = Cast("changes", models.TextField())
    names = [name for name in Row._fields if name != "changes"]
    last = 0
    while True:
        rows = History.objects.annotate(text=text).filter(likely, pk__gt=last).order_by("pk")
        batch = [Row(*row) for row in rows.values_list(*names, "text")[:BATCH]]
        if not batch:
            return
        yield batch
        if len(batch) < BATCH:
            return
        last = batch[-1].pk


def merged(changes: Iterable[Change]) -> list[Change]:
    """Several changes to one thing as one; what came to nothing is left out."""
    found: dict[tuple[str, int], Change] = {}
    for change in changes:
        key = change.kind, change.number
        before = found.get(key)
        found[key] = change if before is None else _both(before, change)
    return [change for change in found.values() if change.changes]


def _both(first: Change, then: Change) -> Change:
    changes = dict(first.changes)
    for name, (before, after) in then.changes.items():
        start = changes[name][0] if name in changes else before
        changes[name] = [start, after]
    changes = {
        name: sides for name, sides in changes.items() if sides[0] != sides[1] or sides[0] == SECRET
    }
    if first.what == What.ADDED and then.what == What.DELETED:
        changes = {}
    what = first.what if then.what == What.CHANGED else then.what
    why = " ".join(filter(None, dict.fromkeys((first.why, then.why))))
    return then._replace(what=what, changes=changes, why=why)


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, list | dict):
        return json.loads(json.dumps(value, cls=Letters))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)

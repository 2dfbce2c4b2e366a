"""What migrations need for what the database keeps: its triggers, and rows that break a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management import CommandError
from django.db.migrations import AddIndex

from staff.lengths import TextsFit

MOST_NAMED = 20


class KeptTriggers:
    """SQLite makes a table anew to change it: its triggers go with the old one, and those that
    speak of it from other tables are in its way. All are taken down meanwhile.

    A migration begins with `RunPython(kept.note, kept.put_back)` and ends the other way round.
    """

    def __init__(self) -> None:
        self.noted: dict[str, str] = {}

    def note(self, apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            self.noted = self._there(editor)
            with editor.connection.cursor() as cursor:
                for name in self.noted:
                    cursor.execute(f"DROP TRIGGER {name}")

    def put_back(self, apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            there = self._there(editor)
            with editor.connection.cursor() as cursor:
                for name in self.noted.keys() - there.keys():
                    cursor.execute(self.noted[name])

    @staticmethod
    def _there(editor: Any) -> dict[str, str]:
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())


def refuse_rows(rule: str, found: Sequence[str]) -> None:
    """End a migration before a rule fails on a row without naming it; what is stored stays so."""
    if found:
        named = "\n".join(f"  {row}" for row in found)
        raise CommandError(f"{rule} Nothing was changed. Mend these, then migrate again:\n{named}")


def refuse_unfit(apps: Any, app: str, constraints: Mapping[str, TextsFit]) -> None:
    """Name the rows whose texts will not fit, by model."""
    found = []
    for name, constraint in constraints.items():
        rows = apps.get_model(app, name)._base_manager.order_by("pk")
        for field, rule, fits in constraint.rules():
            keys = rows.filter(~fits).values_list("pk", flat=True)
            if keys := [str(key) for key in keys[: MOST_NAMED + 1]]:
                more = " and more" if len(keys) > MOST_NAMED else ""
                found.append(
                    f"{rows.model._meta.db_table}, {field}, {rule}: "
                    f"row {', '.join(keys[:MOST_NAMED])}{more}"
                )
    refuse_rows("Texts are not what their fields take, or hold a NUL.", found)


class AddIndexMeanwhile(AddIndex):
    """Add an index to a table with many rows while others write to it, where the database can.

    PostgreSQL lets them; SQLite has them wait, a second or two for a million rows. For a migration
    that is `atomic = False` and does nothing else: one that was interrupted is begun again.
    """

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        if editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, editor, before, after)
            return
        model = after.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(editor.connection.alias, model):
            # What an interrupted one left is no index, and in the way.
            editor.remove_index(model, self.index, concurrently=True)
            editor.add_index(model, self.index, concurrently=True)

"""What our commands share."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from .health import migrations_missing


class TablesCommand(BaseCommand):
    """A command that needs our tables, and says in a sentence that they are not there."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            missing = migrations_missing()
        except DatabaseError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        if missing:
            raise CommandError("The database is not ready. Run manage.py migrate first.")
        return super().execute(*args, **options)

"""`manage.py export_history`: every change that was kept, as a file."""

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from retold.commands import TablesCommand
from staff.history_export import FORMATS, lines
from staff.models import History


class Command(TablesCommand):
    help = (
        "Writes the history, oldest first: who changed what, when, from where, before and after. "
        "It takes no more memory for ten years than for a day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=FORMATS, default="jsonl")
        parser.add_argument("--kind", help="only one kind of thing, such as staff.employee")
        parser.add_argument("--number", type=int, help="only the thing with this number")
        parser.add_argument("--since", type=datetime.date.fromisoformat, help="from this day on")
        parser.add_argument("--until", type=datetime.date.fromisoformat, help="before this day")
        parser.add_argument("--output", type=Path, help="a file that is not there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = History.objects.all()
        for option, lookup in (("kind", "kind"), ("number", "number")):
            if options[option] is not None:
                rows = rows.filter(**{lookup: options[option]})
        for option, lookup in (("since", "at__gte"), ("until", "at__lt")):
            if day := options[option]:
                start = datetime.datetime.combine(day, datetime.time())
                rows = rows.filter(**{lookup: timezone.make_aware(start)})
        written = lines(rows, options["format"])
        if not (path := options["output"]):
            for line in written:
                self.stdout.write(line, ending="")
            return
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.writelines(written)
        except FileExistsError:
            raise CommandError(f"{path} is there already.") from None

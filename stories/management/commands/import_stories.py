"""`manage.py import_stories FILE`: bring in the stories an organisation keeps in a sheet."""

from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from tqdm import tqdm

from retold.commands import TablesCommand
from staff.models import Employee
from stories.importing.plan import Report, plan, store
from stories.importing.rows import NOBODY_ELSE, Directory
from stories.importing.tables import UnreadableFile, rows

MOST_LINES = 200


class Command(TablesCommand):
    help = (
        "Bring in stories from a CSV, XLSX or JSON file: people, teams and traits are matched, "
        "every row is reported, and a file can be brought in twice. docs/examples/ has one of each."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="report every row and write nothing"
        )
        parser.add_argument(
            "--teller",
            help="number, e-mail, name or account of who told the stories that name nobody",
        )
        parser.add_argument(
            "--skip-errors",
            action="store_true",
            help="bring in the good rows although others are refused",
        )

    def handle(self, **options) -> None:
        try:
            report = plan(rows(options["file"]), teller=self._teller(options["teller"]))
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        self._say(report, verbose=options["verbosity"] > 0)
        if report.refused and not options["skip_errors"]:
            raise CommandError(
                f"{len(report.refused)} of {report.rows} rows were refused, so nothing was "
                "written. Mend them, or bring in the others with --skip-errors."
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
            return
        with tqdm(
            total=len(report.new), unit=" stories", disable=options["verbosity"] == 0
        ) as progress:
            store(report, progress=lambda found: progress.update())

    def _teller(self, name: str | None) -> Employee | None:
        if not name:
            return None
        person = Directory().teller(name)
        if person is None:
            raise CommandError(f"--teller: “{name}” is {NOBODY_ELSE}.")
        return person

    def _say(self, report: Report, *, verbose: bool) -> None:
        if verbose:
            if report.unused:
                unused = ", ".join(report.unused)[:400]
                self.stdout.write(f"These columns are not used: {unused}.")
            remarks = [
                f"Row {found.number} ({found.ref[:40]}): {text}"
                for found in [*report.refused, *report.new]
                for text in [*found.errors, *found.remarks]
            ]
            for line in remarks[:MOST_LINES]:
                self.stdout.write(line)
            if len(remarks) > MOST_LINES:
                self.stdout.write(f"… and {len(remarks) - MOST_LINES} more remarks.")
        rows = "1 row" if report.rows == 1 else f"{report.rows} rows"
        self.stdout.write(
            f"{rows}: {len(report.new)} new, {len(report.known)} here already, "
            f"{len(report.refused)} refused."
        )

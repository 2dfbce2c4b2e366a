"""`manage.py import_staff FILE`: bring the staff directory in, or bring it up to date."""

from pathlib import Path

from django.core.management.base import CommandError, CommandParser
from django.db import IntegrityError
from tqdm import tqdm

from retold.commands import TablesCommand
from staff.directory_file import Plan, UnreadableFile, carry_out, plan, read_people, read_teams

MOST_BYTES = 100 * 1024 * 1024
MOST_LINES = 1000


class Command(TablesCommand):
    help = (
        "Bring people (and teams) in from CSV, or bring them up to date. Every change and every "
        "problem is reported by row; with a problem nothing is written; a file can be brought in "
        "twice. docs/directory.md describes the columns, docs/examples/ has a file of each kind."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the people")
        parser.add_argument("--teams", type=Path, help="the teams: slug, name, parent")
        parser.add_argument(
            "--create-teams", action="store_true", help="make teams that only people's rows name"
        )
        parser.add_argument(
            "--leavers", action="store_true", help="who is missing from the file has left"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report every change and write nothing"
        )

    def handle(self, **options) -> None:
        try:
            people = read_people(self._content(options["file"]))
            teams = read_teams(self._content(options["teams"])) if options["teams"] else None
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        planned = plan(
            people, teams, create_teams=options["create_teams"], leavers=options["leavers"]
        )
        self._report(planned, options["verbosity"])
        if planned.problems:
            raise CommandError(
                f"{planned.summary} Nothing was written: mend the file and bring it in again."
            )
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
            return
        self._write(planned, options["verbosity"])

    def _content(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise CommandError(f"{path.name} has more than {MOST_BYTES // 1024**2} MB.")
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} can’t be read: {error.strerror}.") from error

    def _report(self, planned: Plan, verbosity: int) -> None:
        for remark in planned.remarks:
            self.stdout.write(remark)
        self._lines(planned.changes, verbosity)
        if planned.missing and not planned.leavers:
            self.stdout.write("In the directory, but not in the file (--leavers says they left):")
            self._lines([f"{who.full_name} ({who.number})" for who in planned.missing], verbosity)
        # Last, so that what has to be mended is what one sees.
        self._lines([str(problem) for problem in planned.problems], verbosity)
        if not planned.problems:
            self.stdout.write(planned.summary)

    def _lines(self, lines: list[str], verbosity: int) -> None:
        shown = {0: 0, 1: MOST_LINES}.get(verbosity, len(lines))
        for line in lines[:shown]:
            self.stdout.write(line)
        if len(lines) > shown and verbosity:
            self.stdout.write(f"… and {len(lines) - shown} more (-v 2 shows all).")

    def _write(self, planned: Plan, verbosity: int) -> None:
        people = len(planned.new) + len(planned.changed)
        try:
            with tqdm(total=people, unit=" people", disable=verbosity == 0 or not people) as bar:
                carry_out(planned, progress=bar.update)
        except (IntegrityError, ValueError) as error:
            raise CommandError(
                f"Nothing was written: the directory changed meanwhile. Run it again. ({error})"
            ) from error

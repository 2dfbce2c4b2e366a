"""`manage.py backup`: one archive of database and photos, while people go on writing."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from stories.backup.making import Made, make_backup
from stories.backup.own import new_file
from stories.backup.problem import FAULTS, Problem


class Command(BaseCommand):
    help = (
        "Makes one archive of the database and the photos, as they are at this moment, while "
        "people go on reading and writing. With BACKUP_PASSPHRASE set it is encrypted."
    )

    # Before an update is when one wants a backup, and then the tables are those of before.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            default="",
            help="the file to write, which must not be there yet; - for standard output; if left "
            "out, one with date and time in its name",
        )
        parser.add_argument(
            "--media",
            type=Path,
            metavar="FOLDER",
            help="keep the photos in packs in this folder, to which the next backup adds new ones",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        passphrase = settings.BACKUP_PASSPHRASE
        path = Path(options["file"] or _name(passphrase))
        to_output = options["file"] == "-"
        scratch = Path(settings.DATA_DIR) if to_output else path.absolute().parent
        quiet = not options["verbosity"]
        try:
            with ExitStack() as stack:
                file: IO[bytes] = _output() if to_output else stack.enter_context(new_file(path))
                shown = stack.enter_context(tqdm(unit="B", unit_scale=True, disable=quiet))
                made = make_backup(
                    file,
                    scratch,
                    passphrase=passphrase,
                    packed=options["media"],
                    progress=shown.update,
                )
        except FAULTS as error:
            raise CommandError(f"There is no backup. {error}") from error
        if not quiet:
            self._say(made, "standard output" if to_output else str(path), bool(passphrase))
        if made.lost:
            self.stderr.write(
                f"Files of photos that are not in storage: {len(made.lost)}, such as "
                f"{made.lost[0]}. The backup is whole but for them."
            )

    def _say(self, made: Made, where: str, encrypted: bool) -> None:
        rows = sum(table.rows for table in made.manifest.tables.values())
        said = f"{where}: {rows} rows of {len(made.manifest.tables)} tables, {made.files} files"
        said += ", encrypted." if encrypted else ", not encrypted."
        if made.gone:
            said += f" Files of photos that were taken off meanwhile: {len(made.gone)}."
        # Standard output may be the archive itself.
        self.stderr.write(said, self.style.NOTICE)


def _name(passphrase: str) -> str:
    moment = timezone.now().strftime("%Y%m%dT%H%M%SZ")
    return f"retold-{moment}.tar{'.age' if passphrase else ''}"


def _output() -> IO[bytes]:
    if sys.stdout.isatty():
        raise Problem("A backup on the screen helps nobody: send it into a file or a program.")
    return sys.stdout.buffer

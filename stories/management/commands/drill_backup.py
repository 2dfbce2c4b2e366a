"""`manage.py drill_backup`: prove that what is backed up can be restored."""

import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection
from tqdm import tqdm

from retold.commands import TablesCommand
from stories.backup.drill import compare, empty_database, restore_elsewhere
from stories.backup.making import make_backup
from stories.backup.own import new_file
from stories.backup.problem import FAULTS, Problem
from stories.backup.restoring import Source


class Command(TablesCommand):
    help = (
        "Makes a backup, restores it in a place of its own and compares every table and every "
        "file. Nothing of it is left. For a timer, once a week; fails if anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="a backup made before, instead of a new one"
        )
        parser.add_argument(
            "--media", type=Path, metavar="FOLDER", help="where the packs of photos are"
        )
        parser.add_argument(
            "--scratch",
            type=Path,
            metavar="FOLDER",
            default=Path(settings.DATA_DIR),
            help="a folder with room for all of it twice (DATA_DIR)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = not options["verbosity"]
        started = time.monotonic()
        try:
            with (
                tempfile.TemporaryDirectory(
                    prefix=".retold-drill-", dir=options["scratch"]
                ) as place,
                tqdm(unit="B", unit_scale=True, disable=quiet) as shown,
            ):
                folder = Path(place)
                source = Source(
                    options["file"] or folder / "backup",
                    settings.BACKUP_PASSPHRASE,
                    options["media"],
                )
                if not options["file"]:
                    _make(source, folder, shown.update)
                source.manifest().check_fits(connection.vendor)
                with empty_database(connection, folder) as (url, parameters):
                    restore_elsewhere(source, url, folder)
                    manifest, files = compare(source, folder, parameters, shown.update)
        except FAULTS as error:
            raise CommandError(f"The drill failed. {error}") from error
        rows = sum(table.rows for table in manifest.tables.values())
        self.stdout.write(
            f"The backup of {manifest.made_at} was restored and is the same: {rows} rows of "
            f"{len(manifest.tables)} tables, {files} files, in {time.monotonic() - started:.1f} s."
        )


def _make(source: Source, folder: Path, progress: Any) -> None:
    with new_file(source.path) as file:
        made = make_backup(
            file, folder, passphrase=source.passphrase, packed=source.packs, progress=progress
        )
    if made.lost:
        raise Problem(f"{len(made.lost)} files of photos are not in storage: {made.lost[0]} …")

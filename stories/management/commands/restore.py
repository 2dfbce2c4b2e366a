"""`manage.py restore`: prove a backup, and put it where Retold keeps everything."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from stories.backup.problem import FAULTS
from stories.backup.restoring import Restored, Source, Target, here, restore, verify


class Command(BaseCommand):
    help = (
        "Proves every part of a backup and puts it where Retold keeps its stories and photos. "
        "Stop the server first. If anything is wrong, what is there stays as it is."
    )
    # The database may be the very thing that is broken.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument(
            "--media", type=Path, metavar="FOLDER", help="where the packs of its photos are"
        )
        parser.add_argument(
            "--replace", action="store_true", help="take the place of the stories that are there"
        )
        parser.add_argument(
            "--into",
            type=Path,
            metavar="FOLDER",
            help="restore there, to look at it (SQLite only): DATA_DIR=FOLDER runs it",
        )
        parser.add_argument(
            "--verify", action="store_true", help="only prove that all of it is there and true"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        source = Source(options["file"], settings.BACKUP_PASSPHRASE, options["media"])
        target = _target(options["into"])
        try:
            size = source.path.stat().st_size * (1 if options["verify"] else 2)
            with tqdm(
                total=size, unit="B", unit_scale=True, disable=not options["verbosity"]
            ) as shown:
                if options["verify"]:
                    manifest = verify(source, target.kind, shown.update)
                else:
                    restored = restore(
                        source, target, replace=options["replace"], progress=shown.update
                    )
        except FAULTS as error:
            raise CommandError(f"Nothing was restored. {error}") from error
        if options["verify"]:
            self.stdout.write(f"The backup of {manifest.made_at} is whole and can be restored.")
        else:
            self._say(restored)

    def _say(self, restored: Restored) -> None:
        rows = sum(table.rows for table in restored.manifest.tables.values())
        self.stdout.write(
            f"Retold is as it was at {restored.manifest.made_at}: {rows} rows, "
            f"{restored.new + restored.there + restored.replaced} files, of which "
            f"{restored.there} were there already."
        )
        if restored.migrated:
            self.stdout.write("The backup was older; its database was migrated.")
        self.stdout.write("Everybody has to sign in again.")


def _target(into: Path | None) -> Target:
    if into is None:
        return here(default_storage)
    storage = FileSystemStorage(location=into.absolute() / "media")
    return Target("sqlite", storage, into.absolute() / "retold.sqlite3")

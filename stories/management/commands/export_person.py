"""`manage.py export_person`: all that is known of one person, as a ZIP."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from retold.commands import TablesCommand
from stories.privacy.exporting import export
from stories.privacy.finding import NobodyFound, person_of


class Command(TablesCommand):
    help = (
        "Writes all that is known of one person into a ZIP of JSON and photos, as the law asks for "
        "and for handing to them. Passwords, keys and secret addresses are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="their staff number, e-mail address or user name")
        parser.add_argument("file", type=Path, help="where to write it; - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = person_of(options["who"])
        except NobodyFound as error:
            raise CommandError(str(error)) from None
        if str(options["file"]) == "-":
            for piece in export(person, own=False):
                sys.stdout.buffer.write(piece)
            return
        try:
            # Whoever is on the server is not meant to read it by that.
            options["file"].touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise CommandError(f"{options['file']} is there already.") from None
        with options["file"].open("wb") as file:
            for piece in export(person, own=False):
                file.write(piece)
        if options["verbosity"]:
            self.stdout.write(f"Written: {options['file']}")

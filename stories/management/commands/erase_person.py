"""`manage.py erase_person`: let nothing say any more who somebody was."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from retold.commands import TablesCommand
from retold.tasks import finish
from staff.models.erasure import records_of
from staff.searching import tokens
from stories.privacy.erasing import Preview, erase, preview
from stories.privacy.finding import NobodyFound, person_of


class Command(TablesCommand):
    help = (
        "Erases one person: their account and all that identifies them goes, names in texts become "
        "“a colleague”, stories stay. Says first what it would do; nobody can take it back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("who", help="their staff number, e-mail address or user name")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what it would do and change nothing"
        )
        parser.add_argument(
            "--name", help="their first and last name, so that nobody has to be asked for it"
        )
        parser.add_argument(
            "--keep-photos", action="store_true", help="keep photos whose words name them"
        )
        parser.add_argument(
            "--everywhere",
            action="store_true",
            help="take their first and last name out of texts where they stand alone, too",
        )
        parser.add_argument(
            "--was",
            action="store_true",
            help="say whether somebody with this staff number (or address, or name, if they had no "
            "number) was erased, and change nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["was"]:
            days = [f"{erasure.at:%Y-%m-%d}" for erasure in records_of(options["who"])]
            self.stdout.write(f"Erased on {', '.join(days)}." if days else "Not erased.")
            return
        try:
            person = person_of(options["who"])
        except NobodyFound as error:
            raise CommandError(str(error)) from None
        self._say(preview(person))
        if options["dry_run"]:
            return
        name = options["name"] or input("Type their first and last name to erase them: ")
        if tokens(name) != tokens(person.full_name):
            raise CommandError("This is not the name that the directory has. Nothing was changed.")
        erasure = erase(
            person,
            by=None,
            everywhere=options["everywhere"],
            photos=not options["keep_photos"],
        )
        self.stdout.write(f"Erased. The record is {erasure.digest}.")
        # Pictures of cards with the name, and the search index, which tasks clean.
        if not finish():
            self.stderr.write("Run manage.py collect_cards and manage.py let_go for the rest.")

    def _say(self, seen: Preview) -> None:
        for heading, counted in (
            ("Goes, with account and directory", seen.go),
            ("Stays, without them", seen.stay),
            ("Loses their name", seen.texts),
        ):
            said = ", ".join(f"{what}: {number}" for number, what in counted)
            self.stdout.write(f"{heading}: {said or 'nothing'}.")
        self.stdout.write(f"Photos whose words name them: {seen.photos}.")
        self.stdout.write(f"Texts with their first or last name alone: {seen.loose}.")

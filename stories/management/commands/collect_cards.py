"""Throw away picture cards that are out of date; to be run once a day."""

from typing import Any

from retold.commands import TablesCommand
from stories.sharing.cards.files import collect


class Command(TablesCommand):
    help = (
        "Throws away picture cards whose story was changed or taken down, that name somebody who "
        "asked not to be named, or that were drawn more than 30 days ago. Run it once a day."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{collect()} cards thrown away.")

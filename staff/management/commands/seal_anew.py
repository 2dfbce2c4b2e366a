"""`manage.py seal_anew`: after another SECRET_KEY, before the former one is forgotten."""

from typing import Any

from django.core.management.base import CommandError

from retold.commands import TablesCommand
from staff.second_factor import seal_anew


class Command(TablesCommand):
    help = (
        "Seals what apps for codes and recovery codes are made from with today's SECRET_KEY. "
        "Run it while the former key stands in SECRET_KEY_FALLBACKS; afterwards that may go."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = seal_anew()
        self.stdout.write(f"{done} sealed with today's SECRET_KEY.")
        if lost:
            raise CommandError(
                f"{lost} could not be opened: the key that sealed them is neither SECRET_KEY "
                "nor in SECRET_KEY_FALLBACKS. Put it there, and run this again."
            )

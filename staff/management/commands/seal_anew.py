"""`manage.py seal_anew`: after another SECRET_KEY, before the former one is forgotten."""

from typing import Any

from retold.commands import TablesCommand
from staff.second_factor import seal_anew


class Command(TablesCommand):
    help = (
        "Seals what apps for codes and recovery codes are made from with today's SECRET_KEY. "
        "Run it while the former key stands in SECRET_KEY_FALLBACKS; afterwards that may go."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = seal_anew()
        self.stdout.write(f"{found} sealed with today's SECRET_KEY.")

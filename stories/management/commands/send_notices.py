"""Send the e-mails that are owed; to be run every few minutes."""

from typing import Any

from django.core.management.base import CommandParser

from retold.commands import TablesCommand
from stories.models import Notice
from stories.notices.sending import MOST_ATTEMPTS, send_owed

# Nothing else waits for this process, and the next one may begin meanwhile.
LONGEST = 60 * 60


class Command(TablesCommand):
    help = (
        "Sends the e-mails that are owed: those not sent yet, and those the mail server did not "
        "take before. Run it every few minutes, from cron or a timer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=500, help="how many at most (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        sent = send_owed(options["limit"], seconds=LONGEST)
        owed = Notice.objects.filter(sent_at=None)
        self.stdout.write(f"{sent} sent, {owed.filter(attempts__lt=MOST_ATTEMPTS).count()} owed.")
        if given_up := owed.filter(attempts__gte=MOST_ATTEMPTS).count():
            self.stderr.write(f"{given_up} given up after {MOST_ATTEMPTS} tries; see the log.")

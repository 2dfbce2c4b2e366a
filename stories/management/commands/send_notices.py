"""Send the e-mails that are owed; to be run every few minutes."""

from typing import Any

from django.core.management.base import CommandParser

from retold.commands import TablesCommand
from stories.models.owed import MOST_ATTEMPTS
from stories.notices.sending import KINDS, owe_followers, owe_moderators, send_owed

# Nothing else waits for this process, and the next one may begin meanwhile.
LONGEST = 60 * 60


class Command(TablesCommand):
    help = (
        "Sends the e-mails that are owed: those not sent yet, those the mail server did not take "
        "before, new stories to those who follow by e-mail, every morning or once a week, and to "
        "moderators once a day what is flagged. Run it every few minutes, from cron or a timer."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=500, help="how many at most (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        owe_moderators()
        owe_followers(seconds=LONGEST)
        sent = send_owed(options["limit"], seconds=LONGEST)
        self.stdout.write(f"{sent} sent, {_left(attempts__lt=MOST_ATTEMPTS)} owed.")
        if given_up := _left(attempts__gte=MOST_ATTEMPTS):
            self.stderr.write(f"{given_up} given up after {MOST_ATTEMPTS} tries; see the log.")


def _left(**tried: int) -> int:
    return sum(kind.objects.filter(sent_at=None, **tried).count() for kind in KINDS)

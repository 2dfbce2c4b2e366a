"""Draw the cards of the wall that are to be drawn anew, at once and by hand."""

from typing import Any

from pyroaring import BitMap
from tqdm import tqdm

from retold.commands import TablesCommand
from stories.drawing import draw_all
from stories.models import Index, StoredCard
from stories.models.postings import STALE
from stories.printed import look


class Command(TablesCommand):
    help = (
        "Draws all cards of the wall that are not kept yet or out of date, as after an update or "
        "when a trait got another name. Retold does the same by itself, in quiet moments; until a "
        "card is kept, it is drawn for each page that shows it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        StoredCard.objects.miss()
        stale = BitMap(Index().under(STALE))
        old = StoredCard.objects.of_another_look(look()).values_list("pk", flat=True)
        todo = len(stale | BitMap(old.iterator()))
        with tqdm(total=todo, unit=" cards", disable=not options["verbosity"]) as progress:
            draw_all(progress.update)
        left = len(Index().under(STALE))
        self.stdout.write(
            f"{left} cards are left; whoever draws them meanwhile will be done soon."
            if left
            else "Every card is as it should be."
        )

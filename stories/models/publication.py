"""The order of publication: each story that goes up has the next place in it."""

from __future__ import annotations

from django.db import models

from retold.counting import counted_up_in_the_one_row


class PublicationOrder(models.Model):
    """The one row that hands out places in the order of publication."""

    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "stories_publication_order"

    def __str__(self) -> str:
        return str(self.last)

    @classmethod
    def take(cls, number: int) -> range:
        """So many next places. Holds the row until the transaction ends, so places commit in
        order."""
        last = counted_up_in_the_one_row(cls, last=number)["last"]
        return range(last - number + 1, last + 1)

    @classmethod
    def next(cls) -> int:
        """The next place."""
        return cls.take(1)[0]

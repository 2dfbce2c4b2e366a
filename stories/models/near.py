"""Whom a story plainly speaks of, for those who name the people in its texts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.functional import cached_property

from staff.models import Credit, Membership
from staff.naming import Near

# Its own texts. Whoever one of them names in full, the others may mean by half of a name.
TEXTS = ("line", "title", "body", "place", "organisation", "went_wrong")


CREDITS = Credit.objects.select_related("employee", "team")


def credited(story: str = "") -> models.Prefetch:
    """The credits of stories, with the people and teams they go to."""
    return models.Prefetch(f"{story}credits", CREDITS.all())


def teller_team(story: str = "") -> Coalesce:
    """The team its teller was in when they told it, or the first they are known to be in."""
    held = Membership.objects.filter(employee=OuterRef(f"{story}teller")).values("team")
    # “created_at__date” says the same, but has Django try it as a field first and keep the error
    # that this ends with: in a circle with all that the request held, until that is collected.
    told = ExpressionWrapper(OuterRef(f"{story}created_at"), models.DateTimeField())
    then = held.filter(since__lte=TruncDate(told)).order_by("-since")
    return Coalesce(Subquery(then[:1]), Subquery(held.order_by("since")[:1]))


class Speaking(models.Model):
    # What Story has of its own.
    credits: Any
    teller_id: int

    class Meta:
        abstract = True

    @property
    def near(self) -> Near:
        """Whom this story plainly speaks of: those it credits and its teller, and their teams;
        and whoever its texts name in full.

        Every text of the story, and every note under it, goes to `Naming.text` with this.
        """
        models.prefetch_related_objects([self], credited())  # unless they are fetched already
        teams = [self.teller_team] if self.teller_team else []
        said = filter(None, (getattr(self, name) for name in TEXTS))
        return Near.to(self.credits.all(), people=[self.teller_id], teams=teams, said=said)

    @cached_property
    def teller_team(self) -> int | None:
        """The team of its teller; queries that fetch many stories ask for it with them."""
        told = type(self)._base_manager.filter(pk=self.pk)
        return told.values_list(teller_team(), flat=True).first()

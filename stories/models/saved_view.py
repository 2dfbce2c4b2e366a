"""Saved views: a part of the wall under a name of somebody's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.lengths import TextsFit
from staff.models import Membership

if TYPE_CHECKING:
    from staff.models import Employee, User

MOST_KEPT, MOST_NAME, MOST_QUERY = 30, 60, 4000
# As for stories: no vowels and no look-alikes.
KEY_ALPHABET = "bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789"
KEY_LENGTH = 10


def new_key() -> str:
    """Short and unguessable: nobody comes upon a view that was not shared with them."""
    return get_random_string(KEY_LENGTH, KEY_ALPHABET)


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def kept_by(self, account: User) -> SavedViewQuerySet:
        """The views of the person behind this account, in their order, each with `team_slug`."""
        return self.filter(owner__account=account).with_team_of_owner()

    def with_team_of_owner(self) -> SavedViewQuerySet:
        """Each with `.team_slug`: the team that its owner belongs to today, or None."""
        today = Membership.objects.filter(employee=OuterRef("owner"), until__isnull=True)
        return self.annotate(team_slug=Subquery(today.values("team__slug")[:1]))


class SavedView(models.Model):
    """One filter of the wall, kept by somebody under a name; whoever has its address may open it.

    `query` is the filter with its order and its looks, as the wall's address says it, but no page.
    `own_team` stands for whatever team its owner belongs to on the day: it has no query, and no
    name unless it was given one. `opens` is the one that the wall opens with for its owner.
    """

    # Filled by with_team_of_owner().
    team_slug: str | None

    key = models.CharField(max_length=16, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(
        "staff.Employee", on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(_("name"), max_length=MOST_NAME, blank=True)
    query = models.CharField(_("filter"), max_length=MOST_QUERY, blank=True)
    own_team = models.BooleanField(default=False)
    pinned = models.BooleanField(_("pinned"), default=False)
    opens = models.BooleanField(_("opens the wall"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["-pinned", "position", "pk"]
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            TextsFit(
                name="saved_view_texts_fit",
                most={"key": 16, "name": MOST_NAME, "query": MOST_QUERY},
                said=["name"],
            ),
            models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(opens=True), name="saved_view_opens_one"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(own_team=True), name="saved_view_own_team_once"
            ),
            models.CheckConstraint(
                condition=~Q(name="") | Q(own_team=True), name="saved_view_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(query="") | Q(own_team=False), name="saved_view_of_team_or_query"
            ),
        ]

    def __str__(self) -> str:
        return self.called

    def get_absolute_url(self) -> str:
        return reverse("saved_view", args=[self.key])

    @property
    def called(self) -> str:
        """Its name as it was given. For pages, say it through `staff.naming`."""
        return self.name or gettext("My team")

    @property
    def wall_query(self) -> str:
        """What it asks the wall for today; of one's own team, nothing while one has none."""
        if not self.own_team:
            return self.query
        return f"team={self.team_slug}" if self.team_slug else ""

    @property
    def leads_to(self) -> str:
        """Where it is opened; '' for one's own team while one belongs to none."""
        if not self.own_team:
            return self.get_absolute_url()
        return f"{reverse('wall')}?{self.wall_query}" if self.team_slug else ""

    @classmethod
    @transaction.atomic
    def keep(
        cls, owner: Employee, name: str, query: str, *, pinned: bool, opens: bool
    ) -> SavedView:
        """Keep a filter under this name, after the others."""
        view = cls(owner=owner, name=name, query=query, pinned=pinned)
        view.position = view._last() + 1
        view.save()
        if opens:
            view.open_with()
        return view

    @classmethod
    @transaction.atomic
    def keep_own_team(cls, owner: Employee) -> SavedView:
        """The view of one's own team, kept if it was not yet."""
        if found := cls.objects.filter(owner=owner, own_team=True).first():
            return found
        view = cls(owner=owner, own_team=True, pinned=True)
        view.position = view._last() + 1
        view.save()
        return view

    @transaction.atomic
    def open_with(self, opens: bool = True) -> None:
        """From now on the wall opens with this view for its owner, or (with False) with all."""
        mine = type(self).objects.filter(owner=self.owner_id)
        mine.filter(opens=True).update(opens=False)
        mine.filter(pk=self.pk).update(opens=opens)
        self.opens = opens

    @transaction.atomic
    def pin(self, pinned: bool = True) -> None:
        """To the front, after what is pinned already; or back among the others, as their last."""
        if pinned != self.pinned:
            self.pinned, self.position = pinned, self._last() + 1
            self.save(update_fields=["pinned", "position"])

    @transaction.atomic
    def move(self, steps: int) -> None:
        """So many places further down among those that stand with it, or up."""
        beside = list(
            type(self).objects.filter(owner=self.owner_id, pinned=self.pinned)[: MOST_KEPT + 1]
        )
        place = beside.index(self)
        beside.insert(min(max(0, place + steps), len(beside) - 1), beside.pop(place))
        for position, view in enumerate(beside):
            view.position = position
        type(self).objects.bulk_update(beside, ["position"])

    def _last(self) -> int:
        mine = type(self).objects.filter(owner=self.owner_id)
        return mine.aggregate(last=Max("position"))["last"] or 0

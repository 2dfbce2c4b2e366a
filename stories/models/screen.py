"""A screen: a link without sign-in, for a display on a wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from staff import roles
from staff.acting import acting
from staff.lengths import TextsFit
from staff.models import Recorded, RecordedQuerySet

if TYPE_CHECKING:
    from staff.models import User

TOKEN_LENGTH = 32
SHORTEST, LONGEST = 5, 600
MOST_QUERY = 1000


def new_token() -> str:
    """62^32 possibilities: whoever holds the address was given it."""
    return get_random_string(TOKEN_LENGTH)


class ScreenQuerySet(RecordedQuerySet["Screen"]):
    def on(self) -> ScreenQuerySet:
        """Not switched off, and made by somebody who still works here."""
        return self.filter(switched_off_at__isnull=True, made_by__is_active=True)

    def kept_by(self, user: User) -> ScreenQuerySet:
        """The screens this account may see and switch off: all, or those of its own teams."""
        if roles.is_moderator(user):
            return self
        if not roles.is_manager(user):
            return self.none()
        return self.filter(Q(made_by=user) | Q(team__in=roles.managed_team_ids(user)))


class Screen(Recorded):
    """What one display shows: the stories of a filter, one at a time, named or not.

    `query` is the filter as the wall's address says it. Managers make screens of their own teams,
    moderators of all.
    """

    secret = frozenset({"token"})

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    name = models.CharField(_("where it hangs"), max_length=80)
    team = models.ForeignKey(
        "staff.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="screens",
    )
    query = models.CharField(_("filter"), max_length=MOST_QUERY, blank=True)
    names = models.BooleanField(_("say who did it"), default=True)
    seconds = models.PositiveSmallIntegerField(_("seconds a story"), default=20)
    clock = models.BooleanField(_("show the time"), default=False)

    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="screens"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    switched_off_at = models.DateTimeField(null=True, blank=True, editable=False)
    switched_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ScreenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("screen")
        verbose_name_plural = _("screens")
        constraints = [
            TextsFit(
                name="screen_texts_fit",
                most={"token": 40, "name": 80, "query": MOST_QUERY},
                said=["name"],
            ),
            models.CheckConstraint(condition=~Q(name=""), name="screen_has_a_name"),
            models.CheckConstraint(
                condition=Q(seconds__gte=SHORTEST, seconds__lte=LONGEST),
                name="screen_seconds_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("screen", args=[self.token])

    @property
    def is_on(self) -> bool:
        """The twin of `ScreenQuerySet.on`."""
        return self.switched_off_at is None and self.made_by.is_active

    def switch_off(self, *, by: Any) -> None:
        """The address shows nothing from now on, and never will again."""
        off = type(self).objects.filter(pk=self.pk, switched_off_at__isnull=True)
        with acting(by=by):
            off.update(switched_off_at=timezone.now(), switched_off_by=by)
        self.refresh_from_db(fields=["switched_off_at", "switched_off_by"])

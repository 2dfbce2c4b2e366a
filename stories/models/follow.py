"""Following a part of the wall by e-mail."""

from __future__ import annotations

import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from staff.lengths import TextsFit

from .feed import new_token
from .owed import Owed
from .publication import PublicationOrder

MOST_FOLLOWED, MOST_QUERY = 50, 1000
# Nobody is written to in the night for what waits a day anyway.
MORNING = 6


class FollowQuerySet(models.QuerySet["Follow"]):
    def going(self) -> FollowQuerySet:
        """Not ended, by somebody who may still sign in."""
        return self.filter(ended_at__isnull=True, account__is_active=True)

    def due(self, now: datetime.datetime | None = None) -> FollowQuerySet:
        """Those whose turn it is to be looked at; the longest waiting first."""
        day = day_of(now)
        weekly = (
            Q(weekday=that.weekday(), looked_on__lt=that)
            for that in (day - datetime.timedelta(days=back) for back in range(7))
        )
        turn = (
            Q(rhythm=Follow.Rhythm.AT_ONCE, seq__lt=reached())
            | Q(rhythm=Follow.Rhythm.DAILY, looked_on__lt=day)
            | Q(rhythm=Follow.Rhythm.WEEKLY) & reduce(or_, weekly)
        )
        return self.going().filter(turn).order_by("seq", "pk")


def reached() -> int:
    """The last place in the order of publication; all below it are taken, or given up, by then."""
    return PublicationOrder.objects.filter(pk=1).values_list("last", flat=True).first() or 0


def day_of(now: datetime.datetime | None = None) -> datetime.date:
    """The day whose e-mails may go out: until the morning it is still yesterday."""
    here = timezone.localtime(now)
    return (here - datetime.timedelta(hours=MORNING)).date()


class Follow(models.Model):
    """One account follows one filter of the wall, at its rhythm.

    `query` is the filter as the wall's address says it. `seq` is the place in the order of
    publication up to which this follower has been told, or has an e-mail on its way; it only ever
    grows, together with the e-mail that is owed. `looked_on` is the day of the last turn.
    """

    class Rhythm(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Every morning")
        WEEKLY = "weekly", _("Once a week")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    query = models.CharField(_("filter"), max_length=MOST_QUERY, blank=True)
    rhythm = models.CharField(
        _("how often"), max_length=10, choices=Rhythm.choices, default=Rhythm.DAILY
    )
    weekday = models.PositiveSmallIntegerField(_("on"), choices=list(WEEKDAYS.items()), default=0)
    # Ends it without signing in, from an e-mail.
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    seq = models.BigIntegerField(default=0, editable=False)
    looked_on = models.DateField(editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = FollowQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("followed filter")
        verbose_name_plural = _("followed filters")
        indexes = [
            models.Index(
                fields=["rhythm", "seq"], condition=Q(ended_at=None), name="follow_by_rhythm"
            )
        ]
        constraints = [
            TextsFit(name="follow_texts_fit", most={"query": MOST_QUERY, "token": 40}),
            models.UniqueConstraint(fields=["account", "query"], name="follow_once"),
            models.CheckConstraint(
                condition=Q(rhythm__in=["at_once", "daily", "weekly"]), name="follow_rhythm_known"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="follow_weekday_known"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.query or '/'}"

    @classmethod
    @transaction.atomic
    def begin(cls, account, query: str, *, rhythm: str, weekday: int) -> Follow:
        """Follow a filter from now on, or change the rhythm of one that is followed already."""
        found = cls.objects.select_for_update().filter(account=account, query=query).first()
        follow = found or cls(account=account, query=query)
        if found is None or found.ended_at:
            follow.seq, follow.made_at = reached(), timezone.now()
        follow.rhythm, follow.weekday, follow.ended_at = rhythm, weekday, None
        # Today's turn is over: the first e-mail comes when the next one does.
        follow.looked_on = day_of()
        follow.save()
        return follow

    def end(self) -> None:
        """No more e-mails, those that are on their way included."""
        self.ended_at = timezone.now()
        type(self).objects.filter(pk=self.pk, ended_at=None).update(ended_at=self.ended_at)

    @transaction.atomic
    def turn(self, upto: int, *, news: bool) -> FollowMail | None:
        """Take a turn: be told up to there, owing an e-mail if there is news.

        None, too, if somebody else took the turn meanwhile.
        """
        mine = type(self).objects.filter(pk=self.pk, seq=self.seq, looked_on=self.looked_on)
        if not mine.update(seq=upto, looked_on=day_of()) or not news:
            return None
        return FollowMail.objects.create(follow=self, after=self.seq, upto=upto)


class FollowMail(Owed):
    """One e-mail to a follower: of what was published after one place and up to another.

    Which stories those are is asked when it is sent, so one that was withdrawn meanwhile is left
    out. `told` are those that it named, by id: a story that comes back later is not told again.
    """

    follow = models.ForeignKey(Follow, on_delete=models.CASCADE, related_name="mails")
    after = models.BigIntegerField()
    upto = models.BigIntegerField()
    told = models.JSONField(default=list, editable=False)

    class Meta(Owed.Meta):
        verbose_name = _("e-mail to a follower")
        verbose_name_plural = _("e-mails to followers")
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(sent_at=None), name="follow_mail_unsent"
            )
        ]
        constraints = [models.UniqueConstraint(fields=["follow", "upto"], name="follow_mail_once")]

    def __str__(self) -> str:
        return f"{self.follow} · {self.after}–{self.upto}"

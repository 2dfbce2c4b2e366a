"""Feeds: the private address of each account, and when what they say of a story last changed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from staff.lengths import TextsFit
from staff.models import User

if TYPE_CHECKING:
    from .story import Story

TOKEN_LENGTH = 32


def new_token() -> str:
    """62^32 possibilities: whoever holds the address was given it."""
    return get_random_string(TOKEN_LENGTH)


class FeedKey(models.Model):
    """The part of a feed's address that says whose it is; who has it reads what they may read."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="feed_key"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("feed address")
        verbose_name_plural = _("feed addresses")
        constraints = [TextsFit(name="feed_key_texts_fit", most={"token": 40})]

    def __str__(self) -> str:
        return str(self.account)

    @classmethod
    def of(cls, account: User) -> FeedKey | None:
        """The address that this account has made, if it has."""
        return cls.objects.filter(account=account).first()

    @classmethod
    def renew(cls, account: User) -> FeedKey:
        """Make an address; the one before answers nothing from now on."""
        fresh = {"token": new_token(), "made_at": timezone.now()}
        return cls.objects.update_or_create(account=account, defaults=fresh)[0]

    @classmethod
    def holder(cls, token: str) -> User | None:
        """Whose address this is, if they may still sign in."""
        return User.objects.filter(is_active=True, feed_key__token=token).first()


class FeedEntry(models.Model):
    """What feeds last said of a story, as a fingerprint, and since when they say it.

    Names are withheld when a page is made, so no date on the story tells that it reads otherwise
    now; comparing with what was said does, whatever the reason.
    """

    story = models.OneToOneField(
        "stories.Story", primary_key=True, on_delete=models.CASCADE, related_name="feed_entry"
    )
    fingerprint = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("feed entry")
        verbose_name_plural = _("feed entries")
        constraints = [TextsFit(name="feed_entry_texts_fit", most={"fingerprint": 40})]

    def __str__(self) -> str:
        return f"{self.story_id} · {self.since:%Y-%m-%d %H:%M}"

    @classmethod
    def say(cls, said: dict[Story, str]) -> dict[int, Self]:
        """Remember what is said of these stories now; by story id, each with since when.

        What was never said before is as old as the story itself.
        """
        known: dict[int, Self] = dict(cls.objects.in_bulk([story.pk for story in said]))
        changed = []
        for story, fingerprint in said.items():
            before = known.get(story.pk)
            if before and before.fingerprint == fingerprint:
                continue
            since = timezone.now() if before else _as_old_as(story)
            known[story.pk] = cls(story=story, fingerprint=fingerprint, since=since)
            changed.append(known[story.pk])
        if changed:
            cls.objects.bulk_create(
                changed,
                update_conflicts=True,
                unique_fields=["story"],
                update_fields=["fingerprint", "since"],
            )
        return known


def _as_old_as(story: Story) -> datetime.datetime:
    return max(story.published_at or story.created_at, story.updated_at)

"""The story: one service moment, told."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from staff.lengths import TextsFit
from staff.models import Change, Going, History, What
from staff.text import beginning
from staff.validating import ToldByItsValues
from stories import lines
from stories.languages import language_of
from stories.terms import base

from .access import Access, StoryQuerySet
from .agreeing import Agreeing
from .content import Content
from .ends import Beginning, Ending, Ends
from .entry import Entry
from .matched import Matched
from .near import Speaking
from .photographed import Photographed
from .record import StoryEvent
from .trait import StoryTrait, Trait
from .transitions import Transitions
from .vocabulary import (
    Initiative,
    Served,
    Setting,
    Status,
    TookMoney,
    TookPermission,
    TookTime,
    Visibility,
)

# No vowels and no look-alikes: ids can be read out over the phone and never spell a word.
PUBLIC_ID_ALPHABET = "bcdfghjkmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ23456789"
PUBLIC_ID_LENGTH = 10

MOST_BODY, MOST_LINE, MOST_TITLE, MOST_SHORT = 12_000, 280, 120, 200
MOST_TRAITS, MOST_PEOPLE = 8, 12
# What it tells, of which its language is known.
TOLD = ("body", "line", "title")


def new_public_id() -> str:
    """Short and unguessable: 47^10 possibilities, about 55 bits."""
    return get_random_string(PUBLIC_ID_LENGTH, PUBLIC_ID_ALPHABET)


# The plugin can't see a relation that comes through taggit's base class.
class Story(  # type: ignore[django-manager-missing]
    ToldByItsValues,
    Access,
    Transitions,
    Content,
    Matched,
    Agreeing,
    Photographed,
    Speaking,
    models.Model,
):
    """One service moment, told by one person, credited to those who made it.

    `seq` is its place in the order of publication: given when it is published, never reused, and
    empty whenever it is not published. `submission` comes with the form, so that a story sent
    twice is stored once. `version` counts saves and `writer` is the page that made the last one, so
    that two open tabs cannot overwrite each other while one tab never argues with itself.
    """

    # Filled by queries that know who is reading.
    saluted: bool
    inspired_count: int
    # Filled by those that know the queue: the next story that waits, by id.
    following: int | None
    # Filled for the page that shows its record.
    latest_events: list[StoryEvent]

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    submission = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    writer = models.UUIDField(null=True, editable=False)

    body = models.TextField(_("what happened"), max_length=MOST_BODY)
    line = models.CharField(
        _("the line"),
        max_length=MOST_LINE,
        blank=True,
        help_text=_("The sentence people repeat, without quotation marks."),
    )
    title = models.CharField(_("title"), max_length=MOST_TITLE, blank=True)
    happened_on = models.DateField(_("when"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=MOST_SHORT, blank=True)
    setting = models.CharField(
        _("setting"), max_length=10, choices=Setting.choices, default=Setting.HERE
    )
    organisation = models.CharField(
        _("whose people"),
        max_length=MOST_SHORT,
        blank=True,
        help_text=_("The other organisation, if it was seen elsewhere."),
    )
    served = models.CharField(
        _("served"), max_length=10, choices=Served.choices, default=Served.CUSTOMER
    )
    recovery = models.BooleanField(_("it went wrong first and was put right"), default=False)
    went_wrong = models.CharField(_("what went wrong"), max_length=MOST_SHORT, blank=True)
    initiative = models.CharField(
        _("how it was decided"),
        max_length=10,
        choices=Initiative.choices,
        default=Initiative.UNKNOWN,
    )
    took_time = models.CharField(_("time"), max_length=10, choices=TookTime.choices, blank=True)
    took_money = models.CharField(_("money"), max_length=10, choices=TookMoney.choices, blank=True)
    took_permission = models.CharField(
        _("permission"), max_length=10, choices=TookPermission.choices, blank=True
    )

    teller = models.ForeignKey(
        "staff.Employee", verbose_name=_("teller"), on_delete=models.PROTECT, related_name="told"
    )
    anonymous = models.BooleanField(_("told anonymously"), default=False)
    may_show_outside = models.BooleanField(_("may be shown outside"), default=False)
    customer_agreed = models.BooleanField(_("the customer agreed"), default=False)
    visibility = models.CharField(
        _("who may see it"),
        max_length=12,
        choices=Visibility.choices,
        default=Visibility.ORGANISATION,
    )
    inspired_by = models.ForeignKey(
        "self",
        verbose_name=_("inspired by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="inspired",
    )

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT
    )
    gold = models.BooleanField(_("gold standard"), default=False)
    seq = models.BigIntegerField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("sent in"), null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    # What leads the poster, broken into one to seven lines, in em; see stories.lines.
    line_widths = models.JSONField(default=list, editable=False)
    salute_count = models.PositiveIntegerField(default=0, editable=False)
    retelling_count = models.PositiveIntegerField(default=0, editable=False)
    # A short code; '' until the story is saved, for those that came here otherwise.
    language = models.CharField(max_length=8, blank=True, default="", editable=False)

    traits = TaggableManager(through=StoryTrait, to=Trait, blank=True)
    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-created_at", "-pk"]
        indexes = [
            # Only what waits: an index of every status would tempt databases away from `seq`.
            models.Index(
                fields=["submitted_at"], condition=Q(status="pending"), name="story_queue"
            ),
            # Of about which time a story is, for those that may tell the same moment.
            models.Index(
                fields=["submitted_at"], condition=Q(status="published"), name="story_sent"
            ),
            models.Index(
                fields=["happened_on"], condition=Q(status="published"), name="story_happened"
            ),
            models.Index(fields=["submission"], name="story_submission"),
            models.Index(fields=["teller", "-updated_at"], name="story_teller"),
            # Who copies a story keeps at least one of its ends.
            models.Index(Beginning("body"), name="story_beginning"),
            models.Index(Ending("body"), name="story_ending"),
            models.Index(Ends("body"), name="story_ends"),
        ]
        constraints = [
            TextsFit(
                name="story_texts_fit",
                most={
                    "public_id": 16,
                    "body": MOST_BODY,
                    "line": MOST_LINE,
                    "title": MOST_TITLE,
                    "place": MOST_SHORT,
                    "organisation": MOST_SHORT,
                    "went_wrong": MOST_SHORT,
                    "language": 8,
                },
                said=["body", "line", "title"],
            ),
            models.UniqueConstraint(fields=["teller", "submission"], name="story_sent_once"),
            models.CheckConstraint(condition=~Q(body=""), name="story_says_something"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__in": values}), name=f"story_{field}_known"
                )
                for field, values in (
                    ("status", Status.values),
                    ("setting", Setting.values),
                    ("served", Served.values),
                    ("initiative", Initiative.values),
                    ("visibility", Visibility.values),
                    ("took_time", ["", *TookTime.values]),
                    ("took_money", ["", *TookMoney.values]),
                    ("took_permission", ["", *TookPermission.values]),
                )
            ),
            models.CheckConstraint(
                condition=Q(status=Status.PUBLISHED, seq__isnull=False, published_at__isnull=False)
                | (~Q(status=Status.PUBLISHED) & Q(seq__isnull=True)),
                name="story_seq_while_published",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT) | Q(submitted_at__isnull=False),
                name="story_sent_in_before_more",
            ),
            models.CheckConstraint(
                condition=Q(gold=False) | Q(status=Status.PUBLISHED), name="story_gold_is_published"
            ),
            models.CheckConstraint(
                condition=Q(setting=Setting.ELSEWHERE) | Q(organisation=""),
                name="story_organisation_is_elsewhere",
                violation_error_message=_(
                    "Another organisation is named only if it was elsewhere."
                ),
            ),
            models.CheckConstraint(
                condition=Q(recovery=True) | Q(went_wrong=""),
                name="story_went_wrong_is_recovery",
                violation_error_message=_("What went wrong is told only of what was put right."),
            ),
            models.CheckConstraint(
                condition=Q(visibility=Visibility.ORGANISATION)
                | (Q(may_show_outside=True) & (Q(customer_agreed=True) | ~Q(served="customer"))),
                name="story_public_was_agreed",
                violation_error_message=_(
                    "It may only be shown outside if teller and customer agreed."
                ),
            ),
            models.CheckConstraint(
                condition=Q(inspired_by__isnull=True) | ~Q(inspired_by=F("id")),
                name="story_not_inspired_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.line or beginning(self.body, 60)

    def save(self, *args, **kwargs) -> None:
        fields = kwargs.get("update_fields")
        worked_out = self.work_out(TOLD if fields is None else fields)
        if fields is not None:
            kwargs["update_fields"] = worked_out
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("story", args=[self.public_id])

    def work_out(self, fields: Collection[str]) -> set[str]:
        """These fields, with those that are worked out of them, which are set."""
        fields = set(fields)
        if {*TOLD, "language"} & fields:
            fields.add("language")
            told = "\n".join(getattr(self, name) for name in TOLD)
            self.language = language_of(told, base(settings.LANGUAGE_CODE))
        if {"line", "title"} & fields:
            self.line_widths = list(lines.leading(self.line, self.title).widths)
            fields.add("line_widths")
        return fields

    def delete(self, *args, **kwargs):
        """Delete it with all that hangs on it, and the files of its photos."""
        with transaction.atomic():
            # First: this holds it and asks where it stands, which decides on all that follows.
            self.forget_files()
            if self.is_published:
                self.status, self.seq, self.gold = Status.WITHDRAWN, None, False
                self.save(update_fields=["status", "seq", "gold"])
                Entry.objects.follow([self.pk])
            self._leave_the_history()
            return Going([self]).delete()

    def _leave_the_history(self) -> None:
        """That it was here, and who deleted it, stays; what it said goes with it.

        A draft has no history: until it is sent in, it is nobody's but its teller's.
        """
        if self.status == Status.DRAFT:
            return
        History.objects.let_go("stories.note", self.notes.values_list("pk", flat=True))
        History.objects.let_go("stories.consent", self.consents.values_list("pk", flat=True))
        History.objects.let_go("stories.story", [self.pk])
        gone = {"status": [self.status, None]}
        History.objects.record(Change("stories.story", self.pk, self.public_id, What.DELETED, gone))

    @property
    def day(self) -> datetime.date:
        """When it happened; where nobody said, the day it was published or written."""
        if self.happened_on:
            return self.happened_on
        return timezone.localtime(self.published_at or self.created_at).date()

    @property
    def may_be_public(self) -> bool:
        """Did the teller agree to show it outside, and the customer, if there is one?"""
        return self.may_show_outside and (self.customer_agreed or self.served != Served.CUSTOMER)

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    def shown_traits(self) -> list[StoryTrait]:
        """The traits readers see, the leading one first; proposed words wait for a moderator."""
        return [tagging for tagging in self._held_traits() if tagging.tag.is_shown]

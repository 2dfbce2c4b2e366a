"""The ledger of consent: what people in stories were asked, what they said, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.audiences import Audience, NamedAs
from staff.lengths import TextsFit
from staff.models import Recorded, RecordedQuerySet
from staff.models.agreed import narrowing

MOST_SAID = 500


class ConsentQuerySet(RecordedQuerySet["Consent"]):
    def answers(self) -> ConsentQuerySet:
        """What people said of how they want to be named, or told of."""
        return self.filter(what__in=ANSWERS)

    def open_corrections(self) -> ConsentQuerySet:
        """What people asked to be put right, and no moderator has said to be settled."""
        settled = Consent.objects.filter(
            story=OuterRef("story"), what=Consent.What.SETTLED, pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(settled), what=Consent.What.CORRECTION)

    def said_by(self, people: Iterable[Any]) -> models.QuerySet:
        """What these employees said of how they want to be named, for `agreed_by`."""
        said = self.answers().filter(employee__in=people).order_by("pk")
        return said.values_list("employee", "audience", "agreed")

    def said_by_story(self, stories: Iterable[Any], people: Iterable[Any]) -> models.QuerySet:
        """The same of several stories, each row with the key of its story first."""
        said = self.filter(story__in=stories).said_by(people)
        return said.values_list("story", "employee", "audience", "agreed")

    def update(self, **_values: Any) -> NoReturn:
        raise TypeError("The ledger is only ever added to.")

    def delete(self) -> NoReturn:
        raise TypeError("The ledger is only ever added to.")


def agreed_by(
    said: Iterable[tuple[int, str, str]],
) -> dict[int, dict[Audience, NamedAs]]:
    """How each employee last said that they want to be named."""
    found: dict[int, dict[Audience, NamedAs]] = defaultdict(dict)
    for pk, audience, agreed in said:
        whom = [Audience(audience)] if audience else list(Audience)
        found[pk] |= dict.fromkeys(whom, NamedAs(agreed))
    return {pk: narrowing(chosen) for pk, chosen in found.items()}


class Consent(Recorded):
    """One thing that somebody in a story was asked, or said. Only ever added to.

    It is about one employee, or with none about the customer of the story; and about one audience,
    or with none about them all. Taking something back is a later row. What holds now stands on
    the credit (`staff.models.agreed`) and, for the customer, on the story: pages need no ledger.
    """

    class What(models.TextChoices):
        ASKED = "asked", _("Was asked")
        AGREED = "agreed", _("Agreed")
        WITHDRAWN = "withdrawn", _("Took back")
        CORRECTION = "correction", _("Asked for a correction")
        SETTLED = "settled", _("Correction settled")

    class How(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        OWN_PAGE = "own_page", _("on their own page")
        IN_PERSON = "in_person", _("in person")
        TELLER = "teller", _("by the teller’s word")
        ADMIN = "admin", _("in the admin")

    story = models.ForeignKey(
        "stories.Story", verbose_name=_("story"), on_delete=models.CASCADE, related_name="consents"
    )
    employee = models.ForeignKey(
        "staff.Employee",
        verbose_name=_("employee"),
        null=True,
        on_delete=models.PROTECT,
        related_name="consents",
    )
    audience = models.CharField(_("for whom"), max_length=12, choices=Audience.choices, blank=True)
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    agreed = models.CharField(_("named as"), max_length=9, choices=NamedAs.choices, blank=True)
    said = models.TextField(_("in their words"), max_length=MOST_SAID, blank=True)
    how = models.CharField(_("how"), max_length=10, choices=How.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written down by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Kept by name as well, for when accounts go.
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    unrecorded = frozenset({"by", "by_name", "at"})

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("consent")
        verbose_name_plural = _("ledger of consent")
        indexes = [
            models.Index(
                fields=["story"], condition=Q(what="correction"), name="consent_correction"
            )
        ]
        constraints = [
            TextsFit(
                name="consent_texts_fit",
                most={
                    "said": MOST_SAID,
                    "by_name": 200,
                },
                known={
                    "audience": ["", *Audience.values],
                    "what": ["asked", "agreed", "withdrawn", "correction", "settled"],
                    "agreed": ["", *NamedAs.values],
                    "how": ["email", "own_page", "in_person", "teller", "admin"],
                },
            )
        ]

    def __str__(self) -> str:
        who = self.employee or _("The customer")
        return f"{who} · {self.get_what_display()} · {self.at:%Y-%m-%d %H:%M}"

    def label(self) -> str:
        return str(self.get_what_display())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("The ledger is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is only ever added to.")


ANSWERS = (Consent.What.AGREED, Consent.What.WITHDRAWN)

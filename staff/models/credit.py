"""Who a story is credited to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.audiences import NamedAs
from staff.lengths import TextsFit

from .agreed import FIELDS, Agreed
from .employee import Employee
from .membership import teams_on


class CreditQuerySet(models.QuerySet["Credit"]):
    def to_people(self) -> CreditQuerySet:
        return self.filter(employee__isnull=False)

    def to_be_matched(self) -> CreditQuerySet:
        """Names that a teller wrote and of which nobody has said yet whose they are."""
        names = self.filter(employee__isnull=True, as_told_at__isnull=True)
        return names.exclude(name_text="")

    def left_as_told(self) -> CreditQuerySet:
        """Names of which a moderator said that they stay as they were told."""
        return self.filter(as_told_at__isnull=False)


class Credit(Agreed, models.Model):
    """The link from a story to an employee, a whole team, or a name not in the directory.

    `team` is the team as it was on the day of the story, and stays when the person moves.
    `seq` is the story's place in the order of publication, empty while it is not published; it
    stands here so that a person's or a team's stories come newest first from one index. How an
    employee agreed to be named in this story stands here too (`Agreed`).
    """

    story = models.ForeignKey(
        "stories.Story", verbose_name=_("story"), on_delete=models.CASCADE, related_name="credits"
    )
    employee = models.ForeignKey(
        "staff.Employee",
        verbose_name=_("employee"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credits",
    )
    team = models.ForeignKey(
        "staff.Team",
        verbose_name=_("team on that day"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credits",
    )
    name_text = models.CharField(_("name as told"), max_length=200, blank=True)
    # Who said so is in the record of the story.
    as_told_at = models.DateTimeField(_("left as told"), null=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    seq = models.BigIntegerField(null=True, editable=False)

    objects = CreditQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("credit")
        verbose_name_plural = _("credits")
        indexes = [
            # With how they are named: whose stories a page lists is answered from the index alone.
            models.Index(
                fields=["employee", "-seq", "in_organisation", "on_screens", "in_public"],
                name="credit_person_seq",
            ),
            models.Index(fields=["team", "-seq"], name="credit_team_seq"),
            # What waits is found however many names were settled before; without what is the same
            # in all its rows, SQLite would take another index.
            models.Index(
                fields=["employee", "as_told_at", "story"],
                condition=Q(employee__isnull=True, as_told_at__isnull=True) & ~Q(name_text=""),
                name="credit_to_be_matched",
            ),
            models.Index(
                fields=["-as_told_at"],
                condition=Q(as_told_at__isnull=False),
                name="credit_left_as_told",
            ),
        ]
        constraints = [
            TextsFit(
                name="credit_texts_fit",
                most={"name_text": 200},
                said=["name_text"],
            ),
            models.CheckConstraint(
                condition=Q(employee__isnull=False) | Q(team__isnull=False) | ~Q(name_text=""),
                name="credit_goes_to_someone",
            ),
            models.CheckConstraint(
                condition=Q(employee__isnull=True) | Q(name_text=""),
                name="credit_employee_or_name",
            ),
            models.CheckConstraint(
                condition=Q(**{f"{name}__in": NamedAs.values for name in FIELDS.values()}),
                name="credit_named_as_known",
            ),
            models.UniqueConstraint(
                fields=["story", "employee"],
                condition=Q(employee__isnull=False),
                name="credit_person_once",
            ),
            models.UniqueConstraint(
                fields=["story", "team"],
                condition=Q(employee__isnull=True, name_text=""),
                name="credit_whole_team_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.employee or self.name_text or self.team)

    @property
    def is_whole_team(self) -> bool:
        return self.employee_id is None and not self.name_text

    def match_to(self, employee: Employee) -> None:
        """Be the employee's to whom a name as told belongs, with their team on that day; it is
        stored by `Story.match_names`."""
        self.employee = employee
        if self.team_id is None:
            self.team = teams_on([employee], self.story.happened_on).get(employee.pk)
        self.name_text, self.as_told_at = "", None
        self.agree_at_first()

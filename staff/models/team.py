"""Teams, in a tree: a region has sites, a site has teams."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from tree_queries.fields import TreeNodeForeignKey
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from staff.changes import changing
from staff.lengths import TextsFit
from staff.validating import ToldByItsValues

from .recorded import Recorded, RecordedQuerySet


class TeamQuerySet(RecordedQuerySet["Team"], TreeQuerySet):
    def led_by(self, user) -> "TeamQuerySet":
        """Teams that the person behind this account leads today."""
        return self.filter(
            memberships__employee__account=user,
            memberships__leads=True,
            memberships__until__isnull=True,
        )

    def with_those_below(self) -> "TeamQuerySet":
        """These teams and every team below them."""
        wanted = set(self.values_list("pk", flat=True))
        if not wanted:
            return self.model.objects.none()
        tree = self.model.objects.with_tree_fields()
        return self.model.objects.filter(
            pk__in=[team.pk for team in tree if wanted.intersection(team.tree_path)]
        )

    def managed_by(self, user) -> set[int]:
        """The ids of the teams this account leads and of those below them, in one query."""
        led = models.Exists(self.model.objects.led_by(user).filter(pk=models.OuterRef("pk")))
        below = defaultdict(list)
        found: list[int] = []
        for pk, above, leads in self.model.objects.order_by().values_list("pk", "parent", led):
            below[above].append(pk)
            found += [pk] if leads else []
        managed: set[int] = set()
        while found:
            managed.update(found)
            found = [pk for above in found for pk in below[above] if pk not in managed]
        return managed

    def ids(self) -> set[int]:
        return set(self.values_list("pk", flat=True))


def in_tree(teams: Iterable["Team"]) -> list["Team"]:
    """All teams, read in their order: each right below the one it is part of, with `tree_path`, as
    `with_tree_fields` has the database find them."""
    below = defaultdict(list)
    for team in teams:
        below[team.parent_id].append(team)
    found: list[Team] = []
    waiting = below[None][::-1]
    for team in waiting:
        team.tree_path = [team.pk]
    while waiting:
        found.append(above := waiting.pop())
        for team in below[above.pk]:
            team.tree_path = [*above.tree_path, team.pk]
        waiting += below[above.pk][::-1]
    return found


# The plugin can’t see what comes through tree_queries’ base class.
class Team(ToldByItsValues, Recorded, TreeNode):  # type: ignore[django-manager-missing]
    """A team, a site or a region: anything people belong to and stories are credited to."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=120, unique=True, blank=True)
    # Taking a region away must never take its teams' stories along.
    parent = TreeNodeForeignKey(
        "self",
        blank=True,
        null=True,
        on_delete=models.PROTECT,
        related_name="children",
        verbose_name=_("part of"),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TeamQuerySet.as_manager()  # type: ignore[django-manager-missing]

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            TextsFit(
                name="team_texts_fit",
                most={"name": 120, "slug": 120},
                said=["name"],
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="team_has_a_name"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="team_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        if not self.slug:
            self.slug = self._free_slug()
        with changing() as changes:
            if not self._state.adding:
                changes.renamed_teams.add(self.pk)
            super().save(*args, **kwargs)

    def clean(self) -> None:
        """Whoever has read what it is part of in the tree need not look for circles again."""
        path = getattr(self.parent, "tree_path", None)
        if path is None or self.pk in path:
            super().clean()

    def delete(self, *args, **kwargs):
        with changing():
            return super().delete(*args, **kwargs)

    def _free_slug(self) -> str:
        base = slugify(self.name)[:110] or "team"
        taken = set(
            Team.objects.filter(slug__startswith=base)
            .exclude(pk=self.pk)
            .values_list("slug", flat=True)
        )
        slug, number = base, 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        return slug

    def get_absolute_url(self) -> str:
        return reverse("team", args=[self.slug])

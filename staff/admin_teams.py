"""Teams in the admin, as the tree they are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from tree_queries.forms import TreeNodeChoiceField

from .admin_pages import Listed, ModelPages
from .admin_rights import ModeratorsMayLook
from .models import Membership, Team


class TeamField(TreeNodeChoiceField):
    """A team, chosen from the tree as the list shows it."""

    def label_from_instance(self, team: Team) -> str:
        return "\u2003" * getattr(team, "tree_depth", 0) + team.name


class TeamForm(forms.ModelForm):
    """A team and its place in the tree."""

    parent = TeamField(
        Team.objects.all(),
        label=gettext_lazy("Part of"),
        required=False,
        empty_label=gettext_lazy("No other team"),
    )

    class Meta:
        model = Team
        fields = ("name", "slug", "parent")
        error_messages = {
            "slug": {
                "invalid": gettext_lazy("Only letters from a to z, digits, “-” and “_”."),
                "unique": gettext_lazy("Another team has this address."),
            }
        }

    def clean_parent(self) -> Team | None:
        parent = self.cleaned_data["parent"]
        if parent and self.instance.pk in parent.tree_path:
            raise forms.ValidationError(
                _("%(parent)s is this team or a part of it; a team can’t be part of itself.")
                % {"parent": parent}
            )
        return parent

    def _get_validation_exclusions(self) -> set[str]:
        """Which team it is part of was read just now, with all that is above it."""
        usual: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*usual, "parent"}

    def _post_clean(self) -> None:
        """The model's own check for circles would say the same a second time, above the form."""
        if "parent" not in self.errors:
            super()._post_clean()  # type: ignore[misc]  # private, and so not in the stubs


class TeamList(Listed):
    """Teams in the order of the tree, not of a column."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Team]:
        teams = super().get_queryset(request, exclude_parameters).order_by()
        # Said twice: to the tree, and to whoever asks whether there is an order at all.
        return teams.extra(order_by=["__tree.tree_ordering"])


@admin.register(Team)
class TeamAdmin(ModeratorsMayLook, ModelPages):
    """Regions, sites and teams."""

    form = TeamForm
    fields = ("name", "slug", "parent")
    list_display = ("indented", "slug", "people_today")
    list_per_page = 200
    search_fields = ("name", "slug")
    sortable_by = ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TeamList

    def do_instead(self, obj: Team) -> str:
        return _(
            "Move its people to other teams instead, and the team to where it now belongs: its "
            "stories stay with it."
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        people = (
            Membership.objects.filter(
                Q(until__isnull=True, employee__active=True), team=OuterRef("pk")
            )
            .order_by()
            .values("team")
            .annotate(people=Count("pk"))
            .values("people")
        )
        return Team.objects.with_tree_fields().annotate(people_now=Subquery(people))

    @admin.display(description=gettext_lazy("name"))
    def indented(self, team: Team) -> str:
        return format_html("{}<bdi>{}</bdi>", "\u2003\u2003" * team.tree_depth, team.name)

    @admin.display(description=gettext_lazy("in this team itself"))
    def people_today(self, team: Team) -> str:
        people = team.people_now or 0
        return ngettext("%d person", "%d people", people) % people if people else "–"

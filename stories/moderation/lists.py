"""The list of stories in the admin: the queue first, and what to look at twice."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from staff.admin_pages import Listed, is_acting
from stories import hints
from stories.models import Status, Story, Trait

from . import duplicates, page
from .sidebar import DefaultFilter

ALL = "all"
# What the list carries along with each story of its page: hints, and probable duplicates.
MARKS = "marks"
MOST_TRAITS_TO_CHOOSE = 200


class StatusFilter(DefaultFilter):
    """By status; what waits is shown unless something else is asked for. Drafts are nobody's."""

    title = _("status")
    parameter_name = "status"
    default = Status.PENDING

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        shown = [choice for choice in Status.choices if choice[0] != Status.DRAFT]
        return [*shown, (ALL, _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        return queryset if value == ALL else queryset.filter(status=value)


def is_queue(request: HttpRequest) -> bool:
    """Whether the list is that of the stories that wait."""
    return (request.GET.get("status") or StatusFilter.default) == Status.PENDING


class TraitFilter(admin.SimpleListFilter):
    title = _("trait")
    parameter_name = "trait"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if is_acting(request):
            # Nobody is shown what else there is.
            return [(str(self.value()), "")] if self.value() else []
        traits = Trait.objects.exclude(standing__in=("merged", "dropped"))
        return list(traits.values_list("slug", "name")[:MOST_TRAITS_TO_CHOOSE])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        if self.value():
            return queryset.filter(story_traits__tag__slug=self.value())
        return None


class StoryList(Listed):
    """A page of stories, looked through as one: hints and duplicates in two questions."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        stories: list[Story] = list(self.result_list)
        if not stories:
            return
        page.fetched(stories)
        waiting = [story for story in stories if story.status == Status.PENDING]
        found = hints.look(waiting).hints if waiting else {}
        twins = duplicates.duplicates_for(waiting)
        for story in stories:
            setattr(story, MARKS, (found.get(story.pk, []), twins.get(story.pk, [])))
        self.result_list = stories

"""The record of all stories in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.models import Tag

from staff.admin_rights import AdminsOnly, ReadOnly
from stories.models import StoryEvent

# Our own traits are what stories are tagged with; taggit's plain tags are not in use.
admin.site.unregister(Tag)


@admin.register(StoryEvent)
class StoryEventAdmin(ReadOnly, AdminsOnly, admin.ModelAdmin):
    """Who did what to which story. Only ever added to, and by the stories themselves."""

    fields = (
        "at",
        "actor_name",
        "action",
        "story",
        "status_before",
        "status_after",
        "reason",
        "changes",
    )
    list_display = ("at", "who", "action", "story_link", "why")
    list_filter = ("action",)
    list_per_page = 50
    list_select_related = ("story",)
    ordering = ("-at", "-pk")
    search_fields = ("actor_name", "story__title", "story__public_id")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        return super().changelist_view(request, {"title": _("Records")} | (extra_context or {}))

    @admin.display(description=gettext_lazy("who"), ordering="actor_name")
    def who(self, event: StoryEvent) -> str:
        return event.actor_name

    @admin.display(description=gettext_lazy("story"))
    def story_link(self, event: StoryEvent) -> str:
        return format_html('<span dir="auto">{}</span>', Truncator(str(event.story)).chars(60))

    @admin.display(description=gettext_lazy("why"))
    def why(self, event: StoryEvent) -> str:
        return Truncator(event.reason).chars(80)

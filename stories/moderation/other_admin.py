"""Notes of thanks and the record of all stories in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from taggit.models import Tag

from staff.admin_rights import AdminsOnly, ModeratorsToo
from stories.models import Note, StoryEvent

# Our own traits are what stories are tagged with; taggit's plain tags are not in use.
admin.site.unregister(Tag)


class ReadOnly:
    """For looking things up: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RemovedFilter(admin.SimpleListFilter):
    title = gettext_lazy("shown")
    parameter_name = "removed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [("no", gettext_lazy("Shown")), ("yes", gettext_lazy("Removed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("no", "yes"):
            return queryset.filter(removed_at__isnull=self.value() == "no")
        return queryset


@admin.action(description=gettext_lazy("Take off the page"))
def remove(model_admin: NoteAdmin, request: HttpRequest, chosen: QuerySet[Note]) -> None:
    """Readers see the note no more; it is kept, and so is who removed it."""
    notes = list(chosen.filter(removed_at__isnull=True)[:100])
    for note in notes:
        note.remove(by=request.user)
        model_admin.log_change(request, note, _("Taken off the page."))
    said = ngettext("%(n)d note is off the page.", "%(n)d notes are off the page.", len(notes))
    messages.success(request, said % {"n": len(notes)})


@admin.register(Note)
class NoteAdmin(ModeratorsToo, admin.ModelAdmin):
    """Notes are taken off a page, never deleted."""

    actions = [remove]
    list_display = ("said", "author", "story", "created_at", "removed_at")
    list_display_links = None
    list_filter = (RemovedFilter,)
    list_per_page = 50
    list_select_related = ("author", "story")
    ordering = ("-created_at", "-pk")
    search_fields = ("text", "author__first_name", "author__last_name")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("text", "author", "story", "created_at", "removed_at")

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        title = {"title": _("Notes of thanks")}
        return super().changelist_view(request, title | (extra_context or {}))

    @admin.display(description=gettext_lazy("note"))
    def said(self, note: Note) -> str:
        return Truncator(note.text).chars(160)


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

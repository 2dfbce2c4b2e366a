"""The record of all stories in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy
from taggit.models import Tag

from staff.admin_pages import ModelPages
from staff.admin_rights import AdminsOnly, ReadOnly
from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.models import Status, StoryEvent

from . import record

# Our own traits are what stories are tagged with; taggit's plain tags are not in use.
admin.site.unregister(Tag)


class RecordList(ChangeList):
    """A page of the record, whose people are named by what one question says of who may be."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        naming, events = Naming(ORGANISATION), list(self.result_list)
        for event in events:
            event.naming = naming
        self.result_list = events


@admin.register(StoryEvent)
class StoryEventAdmin(ReadOnly, AdminsOnly, ModelPages):
    """Who did what to which story. Only ever added to, and by the stories themselves."""

    change_form_template = "admin/stories/storyevent/change_form.html"
    empty_value_display = "–"
    fields = ("when", "who", "action", "story_link", "moved", "reason", "changed")
    list_display = ("when", "who", "action", "story_link", "why")
    list_filter = ("action",)
    list_per_page = 50
    list_select_related = ("story", "actor__employee")
    ordering = ("-at", "-pk")
    readonly_fields = ("when", "who", "story_link", "moved", "changed")
    search_fields = (
        "actor_name",
        "actor__employee__first_name",
        "actor__employee__last_name",
        "story__title",
        "story__public_id",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoryEvent]:
        """Of all stories but drafts, which are their tellers' own."""
        events = super().get_queryset(request).select_related("story", "actor__employee")
        return events.exclude(story__status=Status.DRAFT)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    @admin.display(description=gettext_lazy("when"), ordering="at")
    def when(self, event: StoryEvent) -> str:
        return date_format(localtime(event.at), "j F Y, H:i")

    @admin.display(
        description=gettext_lazy("who"),
        ordering=Coalesce("actor__employee__first_name", "actor_name"),
    )
    def who(self, event: StoryEvent) -> str:
        return record.who(event)

    @admin.display(description=gettext_lazy("story"))
    def story_link(self, event: StoryEvent) -> str:
        return format_html('<span dir="auto">{}</span>', Truncator(str(event.story)).chars(60))

    @admin.display(description=gettext_lazy("why"))
    def why(self, event: StoryEvent) -> str:
        return Truncator(event.reason).chars(80)

    @admin.display(description=gettext_lazy("where it stood"))
    def moved(self, event: StoryEvent) -> str:
        words = dict(Status.choices)
        sides = [words.get(side, side) for side in (event.status_before, event.status_after)]
        return " → ".join(str(side) for side in dict.fromkeys(sides) if side)

    @admin.display(description=gettext_lazy("changes"))
    def changed(self, event: StoryEvent) -> str:
        changes = record.changes(event, record.names_in([event]))
        return render_to_string("admin/_difference.html", {"shown": changes})

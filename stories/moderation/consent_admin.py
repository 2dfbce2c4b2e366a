"""The ledger of consent in the admin: to be read, by those who moderate."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from staff.admin_pages import ModelPages
from staff.admin_rights import ModeratorsMayLook, ReadOnly
from stories.models import Consent, Status


class WaitingFilter(admin.SimpleListFilter):
    """The corrections that nobody has settled."""

    title = gettext_lazy("corrections")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple]:
        return [("1", gettext_lazy("Not settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet | None:
        waiting = Consent.objects.open_corrections().values("pk")
        return queryset.filter(pk__in=waiting) if self.value() == "1" else None


@admin.register(Consent)
class ConsentAdmin(ReadOnly, ModeratorsMayLook, ModelPages):
    """Who was asked and said what. Only ever added to, and by the stories themselves."""

    fields = ("when", "who", "what", "for_whom", "named_as", "said", "how", "by_name", "story_link")
    list_display = ("when", "who", "what", "for_whom", "named_as", "how", "story_link")
    list_filter = (WaitingFilter, "what")
    list_per_page = 50
    list_select_related = ("story", "employee")
    ordering = ("-pk",)
    readonly_fields = ("when", "who", "for_whom", "named_as", "story_link")
    search_fields = ("employee__first_name", "employee__last_name", "story__public_id__exact")
    search_help_text = gettext_lazy("The name of somebody in a story, or the id of a story")
    empty_value_display = "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        """Of all stories but drafts, which are their tellers' own."""
        rows = super().get_queryset(request).select_related("story", "employee")
        return rows.exclude(story__status=Status.DRAFT)

    @admin.display(description=gettext_lazy("when"), ordering="pk")
    def when(self, row: Consent) -> str:
        return date_format(localtime(row.at), "j F Y, H:i")

    @admin.display(description=gettext_lazy("who"))
    def who(self, row: Consent) -> str:
        if row.what == Consent.What.SETTLED:
            return row.by_name
        return row.employee.full_name if row.employee else _("The customer")

    @admin.display(description=gettext_lazy("for whom"))
    def for_whom(self, row: Consent) -> str:
        return row.get_audience_display() if row.audience else ""

    @admin.display(description=gettext_lazy("named as"))
    def named_as(self, row: Consent) -> str:
        return row.get_agreed_display() if row.agreed else ""

    @admin.display(description=gettext_lazy("story"))
    def story_link(self, row: Consent) -> str:
        address = reverse("admin:stories_story_change", args=[row.story_id])
        title = Truncator(str(row.story)).chars(60)
        return format_html('<a href="{}#agreed" dir="auto">{}</a>', address, title)

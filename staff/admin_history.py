"""The history in the admin: read, narrowed down and taken along; nobody changes it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import security_log
from .admin_pages import ModelPages
from .admin_rights import AdminsOnly, ReadOnly
from .history_export import FORMATS, lines
from .history_reading import SETTINGS, fields_of, kind_of, page_of, read
from .models import History
from .models.recorded import is_in_history

# Of a history of millions so many are counted, listed and handed out here; the command has all.
MOST = 10_000


class Newest(Paginator):
    """Pages of the newest; counting further would read the whole table each time."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return rows[:MOST].count()


class KindFilter(admin.SimpleListFilter):
    """Of what the history is; known beforehand, so that nobody has to look for it."""

    title = gettext_lazy("what changed")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        recorded = filter(is_in_history, apps.get_models())
        kinds = {model._meta.label_lower for model in recorded} | {SETTINGS}
        return sorted(((kind, capfirst(kind_of(kind))) for kind in kinds), key=lambda kind: kind[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(kind=self.value()) if self.value() else queryset


def _handed_out(form: str) -> Any:
    def export(
        model_admin: Any, request: HttpRequest, chosen: QuerySet[History]
    ) -> StreamingHttpResponse:
        keys = chosen.order_by("-pk").values_list("pk", flat=True)[:MOST]
        oldest = min(keys, default=0)
        answer = StreamingHttpResponse(
            lines(chosen.filter(pk__gte=oldest), form),  # type: ignore[arg-type]
            content_type=FORMATS[form],
        )
        security_log.note("history-handed-out", request, form=form)
        name = f"history-{timezone.localdate():%Y-%m-%d}.{form}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    export.__name__ = f"as_{form}"
    return export


as_csv = admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])(
    _handed_out("csv")
)
as_jsonl = admin.action(description=gettext_lazy("Export as JSON lines"), permissions=["view"])(
    _handed_out("jsonl")
)


def _called(row: History, address: str = "") -> str:
    """What was changed, as a link where there is an address; Retold's settings have no name."""
    label = row.label or ("" if row.kind == SETTINGS else f"№ {row.number}")
    kind, named = capfirst(kind_of(row.kind)), Truncator(label).chars(60)
    if not address:
        return format_html("{} <bdi>{}</bdi>", kind, named)
    if not named:
        return format_html('<a href="{}">{}</a>', address, kind)
    return format_html('{} <a href="{}"><bdi>{}</bdi></a>', kind, address, named)


@admin.register(History)
class HistoryAdmin(ReadOnly, AdminsOnly, ModelPages):
    """Every change: by whom, when, from where, before and after."""

    actions = [as_csv, as_jsonl]
    change_form_template = "admin/staff/history/change_form.html"
    empty_value_display = "–"
    fields = ("when", "who", "came_by", "what", "thing_itself", "reason", "difference")
    readonly_fields = ("when", "who", "came_by", "thing_itself", "reason", "difference")
    list_display = ("when", "who", "came_by", "what", "thing", "changed_fields")
    list_filter = (KindFilter,)
    list_per_page = 50
    ordering = ("-pk",)
    paginator = Newest
    sortable_by = ()

    @admin.display(description=gettext_lazy("when"))
    def when(self, row: History) -> str:
        return date_format(localtime(row.at), "j F Y, H:i:s")

    @admin.display(description=gettext_lazy("who"))
    def who(self, row: History) -> str:
        if row.account is None:
            return row.by_name or _("Retold itself")
        address = f"{self.list_address()}?account={row.account}"
        return format_html('<a href="{}"><bdi>{}</bdi></a>', address, row.by_name or row.account)

    @admin.display(description=gettext_lazy("from where"))
    def came_by(self, row: History) -> str:
        parts = (row.get_way_display(), row.place, row.address)
        return ", ".join(str(part) for part in parts if part)

    @admin.display(description=gettext_lazy("of what"))
    def thing(self, row: History) -> str:
        """It leads to all changes to it."""
        address = f"{self.list_address()}?kind={row.kind}&number={row.number}"
        return _called(row, address)

    @admin.display(description=gettext_lazy("of what"))
    def thing_itself(self, row: History) -> str:
        return _called(row, page_of(row))

    @admin.display(description=gettext_lazy("fields"))
    def changed_fields(self, row: History) -> str:
        return Truncator(fields_of(row)).chars(100)

    @admin.display(description=gettext_lazy("why"))
    def reason(self, row: History) -> str:
        return row.why or "–"

    @admin.display(description=gettext_lazy("what is different"))
    def difference(self, row: History) -> str:
        about = {"shown": read(row), "emptied": bool(row.fields and not row.changes)}
        return render_to_string("admin/_difference.html", about)

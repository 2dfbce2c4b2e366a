"""A person's data in the admin: hand them out, erase them, and the record that it was done."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from staff import roles
from staff.admin_pages import ModelPages
from staff.admin_rights import AdminsOnly, ReadOnly
from staff.models import Employee, Erasure

from .exporting import export, file_name


def download(person: Employee, *, own: bool) -> StreamingHttpResponse:
    """All that is known of a person, as a file that is made while it is sent."""
    answer = StreamingHttpResponse(export(person, own=own), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{file_name()}"'
    return answer


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, AdminsOnly, ModelPages):
    """What was erased, when and by whom; and the pages on which it is done."""

    fields = ("at", "by_name", "digest", "what")
    list_display = ("at", "by_name", "digest")
    search_fields = ("digest",)
    search_help_text = gettext_lazy("The digest that manage.py erase_person --digest-of tells.")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("of/<int:pk>/", view(self.person_view), name="staff_erasure_person"),
            path("of/<int:pk>/export/", view(self.export_view), name="staff_erasure_export"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("what was done"))
    def what(self, erasure: Erasure) -> str:
        return ", ".join(f"{what}: {number}" for what, number in erasure.counts.items())

    def person_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One person’s data, and what can be done with them."""
        return person_page(request, pk)

    def export_view(self, request: HttpRequest, pk: int) -> Any:
        return export_page(request, pk)


@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person’s data, and what can be done with them."""
    roles.require(roles.is_admin(request.user))
    person = get_object_or_404(Employee, pk=pk)
    context = {
        **admin.site.each_context(request),
        "title": _("What is kept of them"),
        "opts": Employee._meta,
        "person": person,
    }
    return TemplateResponse(request, "admin/staff/erasure/person.html", context)


@require_POST
def export_page(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """All that is known of this person, to be handed to them."""
    roles.require(roles.is_admin(request.user))
    return download(get_object_or_404(Employee, pk=pk), own=False)

"""A person's data in the admin: hand them out, erase them, and the record that it was done."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retold.limits import costs
from staff import roles, security_log
from staff.admin_pages import ModelPages
from staff.admin_rights import AdminsOnly, ReadOnly
from staff.models import Employee, Erasure, User
from staff.searching import tokens

from .begun import begin
from .erasing import Erased, preview
from .exporting import export, file_name
from .known import KNOWN


def download(person: Employee, *, own: bool) -> StreamingHttpResponse:
    """All that is known of a person, as a file that is made while it is sent."""
    answer = StreamingHttpResponse(export(person, own=own), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{file_name()}"'
    return answer


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, AdminsOnly, ModelPages):
    """What was erased, when and by whom; and the pages on which it is done."""

    fields = ("at", "by_name", "digest", "done", "what")
    list_display = ("at", "by_name", "digest", "done")
    search_fields = ("digest",)
    search_help_text = gettext_lazy("The digest that was told when it was done.")

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        return [
            path("of/<int:pk>/", view(self.person_view), name="staff_erasure_person"),
            path("of/<int:pk>/erase/", view(self.erase_view), name="staff_erasure_erase"),
            path("of/<int:pk>/export/", view(self.export_view), name="staff_erasure_export"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("done"))
    def done(self, erasure: Erasure) -> str:
        """When; or that it has only begun."""
        if erasure.is_begun:
            return _("Not yet: it is being done. Nobody reads their name any more.")
        return date_format(localtime(erasure.done_at or erasure.at), "j F Y, H:i")

    @admin.display(description=gettext_lazy("what was done"))
    def what(self, erasure: Erasure) -> str:
        """In our words, also where the list has changed since."""
        labels = {known.model: known.label for known in KNOWN}
        texts = {f"texts: {model}": _("texts: %s") % label for model, label in labels.items()}
        labels |= texts | {
            "drafts": _("drafts"),
            "photos": _("photos"),
            "history": _("lines of the history"),
        }
        counted = erasure.counts.items()
        return ", ".join(f"{labels.get(what, what)}: {number}" for what, number in counted)

    def person_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return person_page(request, pk)

    @costs(30)
    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return erase_page(request, pk)

    @costs(30)
    def export_view(self, request: HttpRequest, pk: int) -> Any:
        return export_page(request, pk)


class ErasureForm(forms.Form):
    """Asks for the name once more: nobody erases whoever they did not mean."""

    name = forms.CharField(label=gettext_lazy("Their first and last name"), max_length=250)
    photos = forms.BooleanField(
        label=gettext_lazy("Take away the photos whose words name them"),
        required=False,
        initial=True,
    )
    everywhere = forms.BooleanField(
        label=gettext_lazy("Take their first and last name out where they stand alone, too"),
        required=False,
        help_text=gettext_lazy("In every text; somebody else of that name loses it as well."),
    )

    def __init__(self, *args: Any, person: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.person = person

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if tokens(name) != tokens(self.person.full_name):
            raise forms.ValidationError(_("This is not the name that the directory has."))
        return name


@require_safe
def person_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One person’s data, and what can be done with them."""
    roles.require(roles.is_admin(request.user))
    return _page(request, _person(pk), "admin/staff/erasure/person.html")


@require_http_methods(["GET", "HEAD", "POST"])
def erase_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What erasing them does, counted; once their name is typed, it is done."""
    roles.require(roles.is_admin(request.user))
    with transaction.atomic():
        person = _person(pk, held=request.method == "POST")
        if not _may_be_erased(person, request):
            return redirect("admin:staff_erasure_person", pk)
        form = ErasureForm(request.POST if request.method == "POST" else None, person=person)
        if form.is_valid():
            return _erase(request, person, form)
    shown = {"title": _("Erase what is kept of them"), "form": form, "seen": preview(person)}
    return _page(request, person, "admin/staff/erasure/erase.html", **shown)


def _person(pk: int, *, held: bool = False) -> Employee:
    people = Employee.objects.select_related("account", "erasure")
    return get_object_or_404(
        people.select_for_update(of=("self",), no_key=True) if held else people, pk=pk
    )


def _may_be_erased(person: Employee, request: HttpRequest) -> bool:
    over = person.is_being_erased or person.is_erased
    return not (over or person.account_id == request.user.pk)


def _page(request: HttpRequest, person: Employee, template: str, **more: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("What is kept of them"),
        "opts": Employee._meta,
        "person": person,
        "own": person.account_id == request.user.pk,
        **more,
    }
    return TemplateResponse(request, template, context)


def _erase(request: HttpRequest, person: Employee, form: ErasureForm) -> HttpResponse:
    how = {name: form.cleaned_data[name] for name in ("everywhere", "photos")}
    try:
        erasure = begin(person, by=cast(User, request.user), **how)
    except Erased:
        messages.info(request, _("Somebody else has done it already."))
        return redirect("admin:staff_erasure_changelist")
    security_log.note("person-erased", request, erasure=erasure.pk)
    words = _(
        "Nobody reads their name from now on, and all else that says who they were is going. "
        "Backups that were made before still know them, until you delete those."
    )
    messages.success(request, words)
    return redirect("admin:staff_erasure_change", erasure.pk)


@require_POST
def export_page(request: HttpRequest, pk: int) -> Any:
    """All that is known of this person, to be handed to them."""
    roles.require(roles.is_admin(request.user))
    person = _person(pk)
    if person.is_erased:
        return redirect("admin:staff_erasure_person", pk)
    security_log.note("data-handed-out", request, person.account_id, person=person.pk)
    return download(person, own=False)

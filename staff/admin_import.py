"""The page in the admin that brings a file of people in: look first, then agree."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import roles
from .directory_file import Plan, UnreadableFile, carry_out, plan, read_people, read_teams
from .models import Employee

MOST_BYTES = 1024 * 1024
MOST_ROWS = 5000
MOST_MISSING = 500
AN_HOUR = 60 * 60
SALT = "staff.import"
logger = logging.getLogger(__name__)


class FileForm(forms.Form):
    """What to bring in, and how."""

    people = forms.FileField(label=gettext_lazy("People"))
    teams = forms.FileField(
        label=gettext_lazy("Teams"),
        required=False,
        help_text=gettext_lazy("If the file of people names teams that are not here yet."),
    )
    create_teams = forms.BooleanField(
        label=gettext_lazy("Make teams that only people’s rows name"), required=False
    )
    leavers = forms.BooleanField(
        label=gettext_lazy("Who is missing from the file has left"), required=False
    )

    def clean_people(self) -> Any:
        return self._small(self.cleaned_data["people"])

    def clean_teams(self) -> Any:
        return self._small(self.cleaned_data["teams"])

    @staticmethod
    def _small(file: Any) -> Any:
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("It has more than 1 MB. On the server, manage.py import_staff takes it.")
            )
        return file


def import_page(request: HttpRequest) -> HttpResponse:
    """Upload, read every change and every problem, agree: then exactly that is written."""
    roles.require(roles.is_admin(request.user))
    if "agreed" in request.POST:
        return _agreed(request)
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {}
    if form.is_valid():
        parcel = _parcel(form.cleaned_data)
        try:
            planned = _plan(parcel, request)
        except UnreadableFile as error:
            form.add_error("people", str(error))
        else:
            parcel["digest"] = planned.digest
            context = _report(planned, parcel, request)
    return _page(request, {"form": form, **context})


def _agreed(request: HttpRequest) -> HttpResponse:
    try:
        parcel = signing.loads(request.POST.get("parcel", ""), salt=SALT, max_age=AN_HOUR)
        planned = _plan(parcel, request)
    except (signing.BadSignature, UnreadableFile):
        messages.error(
            request, _("Nothing was written: too much time has passed. Choose it again.")
        )
        return redirect("admin:staff_employee_import")
    if parcel["by"] != request.user.pk or planned.problems or planned.digest != parcel["digest"]:
        return _look_again(request, planned, parcel)
    try:
        carry_out(planned)
    except (IntegrityError, ValueError):
        return _look_again(request, _plan(parcel, request), parcel)
    logger.info("Staff directory brought in by %s: %s", request.user, planned.summary)
    messages.success(request, planned.summary)
    return redirect("admin:staff_employee_changelist")


def _look_again(request: HttpRequest, planned: Plan, parcel: dict) -> HttpResponse:
    messages.warning(
        request, _("Nothing was written: the directory has changed meanwhile. Look again.")
    )
    parcel["digest"] = planned.digest
    return _page(request, {"form": FileForm(), **_report(planned, parcel, request)})


def _parcel(data: dict[str, Any]) -> dict[str, Any]:
    """The files themselves, so that what is agreed to is what is written."""
    return {
        "people": data["people"].read().decode("latin-1"),
        "teams": data["teams"].read().decode("latin-1") if data["teams"] else "",
        "create_teams": data["create_teams"],
        "leavers": data["leavers"],
    }


def _plan(parcel: dict[str, Any], request: HttpRequest) -> Plan:
    people = read_people(parcel["people"].encode("latin-1"))
    teams = read_teams(parcel["teams"].encode("latin-1")) if parcel["teams"] else None
    if len(people.rows) + len(teams.rows if teams else []) > MOST_ROWS:
        raise UnreadableFile(
            _("It has more than 5,000 rows. On the server, manage.py import_staff takes it.")
        )
    planned = plan(people, teams, create_teams=parcel["create_teams"], leavers=parcel["leavers"])
    # Nobody closes their own account by forgetting themselves in a file.
    planned.missing = [who for who in planned.missing if who.account_id != request.user.pk]
    return planned


def _report(planned: Plan, parcel: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    ready = not planned.problems and bool(planned.changes)
    parcel["by"] = request.user.pk
    return {
        "planned": planned,
        "missing": planned.missing[:MOST_MISSING],
        "missing_more": max(0, len(planned.missing) - MOST_MISSING),
        "parcel": signing.dumps(parcel, salt=SALT, compress=True) if ready else "",
    }


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(
        request,
        "admin/staff/employee/import.html",
        {
            **admin.site.each_context(request),
            "title": _("Bring in a file of people"),
            "opts": Employee._meta,
            **context,
        },
    )

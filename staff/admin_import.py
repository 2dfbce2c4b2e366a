"""The page in the admin that brings a file of people in: look first, then agree."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import roles
from .directory_file import (
    Plan,
    TooManyRows,
    UnreadableFile,
    carry_out,
    hold_still,
    plan,
    read_people,
    read_teams,
)
from .directory_file.rows import File
from .models import Employee

MOST_BYTES = 1024 * 1024
MOST_ROWS = 5000
# Of what a file may say in any number: problems, and people who are not in it.
MOST_SHOWN = 500
AN_HOUR = 60 * 60
EMPTY = gettext_lazy("The file is empty.")
SALT = "staff.import"
logger = logging.getLogger(__name__)


class Unreadable(UnreadableFile):
    """Which of the two files can't be read, by the name of its field."""

    def __init__(self, file: str, message: str) -> None:
        super().__init__(message)
        self.file = file


class FileForm(forms.Form):
    """What to bring in, and how."""

    people = forms.FileField(
        label=gettext_lazy("People"),
        error_messages={"required": gettext_lazy("Choose a file."), "empty": EMPTY},
    )
    teams = forms.FileField(
        label=gettext_lazy("Teams"),
        required=False,
        error_messages={"empty": EMPTY},
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
        except Unreadable as error:
            form.add_error(error.file, str(error))
        else:
            context = _report(planned, parcel, request)
    return _page(request, {"form": form, **context})


def _agreed(request: HttpRequest) -> HttpResponse:
    """Write what was agreed to if the file still does just that, with nobody coming between."""
    try:
        parcel = signing.loads(request.POST.get("parcel", ""), salt=SALT, max_age=AN_HOUR)
        with transaction.atomic():
            hold_still()
            planned = _plan(parcel, request)
            same = parcel["by"] == request.user.pk and planned.digest == parcel["digest"]
            if same and not planned.problems:
                carry_out(planned)
    except (signing.BadSignature, UnreadableFile):
        messages.error(
            request, _("Nothing was written: too much time has passed. Choose it again.")
        )
        return redirect("admin:staff_employee_import")
    except (IntegrityError, ValueError):
        same, planned = False, _plan(parcel, request)
    if not same or planned.problems:
        return _look_again(request, planned, parcel)
    logger.info("Staff directory brought in by %s: %s", request.user, planned.summary)
    messages.success(request, planned.summary)
    return redirect("admin:staff_employee_changelist")


def _look_again(request: HttpRequest, planned: Plan, parcel: dict) -> HttpResponse:
    messages.warning(
        request, _("Nothing was written: the directory has changed meanwhile. Look again.")
    )
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
    people = _read(read_people, parcel, "people")
    teams = _read(read_teams, parcel, "teams") if parcel["teams"] else None
    planned = plan(people, teams, create_teams=parcel["create_teams"], leavers=parcel["leavers"])
    # Nobody closes their own account by forgetting themselves in a file.
    planned.missing = [who for who in planned.missing if who.account_id != request.user.pk]
    return planned


def _read(read: Callable[..., File], parcel: dict[str, Any], name: str) -> File:
    """One of the files; what is wrong with it is said beside its own field."""
    try:
        return read(parcel[name].encode("latin-1"), most=MOST_ROWS)
    except TooManyRows:
        words = _("It has more than %s rows. On the server, manage.py import_staff takes it.")
        raise Unreadable(name, words % f"{MOST_ROWS:,}") from None
    except UnreadableFile as error:
        raise Unreadable(name, str(error)) from error


def _report(planned: Plan, parcel: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    ready = not planned.problems and bool(planned.changes)
    parcel |= {"by": request.user.pk, "digest": planned.digest}
    # Who has left comes last, and a file may leave out a hundred thousand.
    rest = len(planned.missing) - MOST_SHOWN
    said = planned.changes[:-rest] if planned.leavers and rest > 0 else planned.changes
    return {
        "planned": planned,
        "problems": planned.problems[:MOST_SHOWN],
        "problems_more": max(0, len(planned.problems) - MOST_SHOWN),
        "changes": said,
        "changes_more": len(planned.changes) - len(said),
        "missing": planned.missing[:MOST_SHOWN],
        "missing_more": max(0, len(planned.missing) - MOST_SHOWN),
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

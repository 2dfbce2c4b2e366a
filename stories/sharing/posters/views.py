"""Posters and line-ups as PDF, for whoever may see the stories."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from retold.limits import costs
from staff.audiences import SCREENS
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.filtering.filters import FilterForm
from stories.models import Story
from stories.sharing.names import as_file_name

from .line_up import line_up as chosen_for
from .line_up import made_at
from .press import SIZES, Busy, fingerprint, press
from .sheet import Sheet, sheet

A_MOMENT = 5


@costs(10)
@require_safe
def poster(request: SignedInRequest, public_id: str) -> HttpResponse:
    """One story to hang up: ?size=a4 or letter, and ?paper=white for printers that save ink."""
    stories = Story.objects.visible_to(request.user).for_cards()
    story = get_object_or_404(stories, public_id=public_id)
    page = sheet(story, Naming(SCREENS), white=_white(request))
    title = page.data["title"]
    return _printed(request, [page], title, title, made_at([story]))


@costs(20)
@require_safe
def line_up(request: SignedInRequest) -> HttpResponse:
    """Five stories of a week with their questions, filtered by what the wall's address says."""
    naming = Naming(SCREENS)
    form = FilterForm(request.GET, naming, path=reverse("wall"))
    stories = chosen_for(form.meant(request.user))
    if not stories:
        messages.info(request, _("There is no story here yet to print for a huddle."))
        return redirect(form.address())
    pages = [sheet(story, naming, white=_white(request), huddle=True) for story in stories]
    made = made_at(stories)
    title = _("Stories for this week’s huddles")
    return _printed(request, pages, title, f"{_('huddles')} {made:%Y-%m-%d}", made)


def _white(request: SignedInRequest) -> bool:
    return request.GET.get("paper") == "white"


def _printed(
    request: SignedInRequest, pages: list[Sheet], title: str, name: str, made: datetime.datetime
) -> HttpResponse:
    """The PDF, or word that the one the browser holds is still right: then none is made."""
    size = request.GET.get("size", "")
    size = size if size in SIZES else next(iter(SIZES))
    etag = f'"{fingerprint(pages, size=size, title=title)}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            pdf = press(pages, size=size, title=title, made=made)
        except Busy:
            return _busy(request)
        response = HttpResponse(pdf, content_type="application/pdf")
        named = content_disposition_header(as_attachment=False, filename=file_name(name))
        response["Content-Disposition"] = named or "inline"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def file_name(name: str) -> str:
    """A name for the file that says what it is, in letters every system stores."""
    return f"retold-{as_file_name(name, otherwise='poster')}.pdf"


def _busy(request: SignedInRequest) -> HttpResponse:
    response = render(request, "sharing/busy.html", status=503)
    response["Retry-After"] = str(A_MOMENT)
    return response

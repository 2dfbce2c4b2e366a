"""Making screens, switching them off, and what a display without an account gets to see."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from retold.limits import costs
from staff import roles
from staff.audiences import ORGANISATION
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.filtering.known import Known
from stories.filtering.stored import people_of
from stories.models import Photo, Screen, WallVersion
from stories.photos.serving import serve

from .forms import ScreenForm
from .showing import asked_of, may_show, name_of, naming_of, shows
from .showing import slides as slides_of

MOST_LISTED = 100


@require_safe
def screens(request: SignedInRequest) -> HttpResponse:
    """The screens I may switch off, those that are on first."""
    roles.require(_may_make(request))
    kept = Screen.objects.kept_by(request.user).select_related("team", "made_by__employee")
    found = list(kept.on()[:MOST_LISTED])
    naming, known = Naming(ORGANISATION), Known(people_of(screen.query for screen in found))
    shown = [_listed(screen, naming, known) for screen in found]
    return render(request, "sharing/screens/list.html", {"screens": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a screen; the wall's filter comes with the address."""
    roles.require(_may_make(request))
    if request.method != "POST":
        form = ScreenForm(user=request.user, query=request.GET.urlencode())
        return render(request, "sharing/screens/new.html", {"form": form})
    form = ScreenForm(request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "sharing/screens/new.html", {"form": form}, status=422)
    form.save()
    messages.success(
        request, _("The screen is on. Open its address on the display, or copy it from here.")
    )
    return redirect("screens")


@require_POST
def off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switch a screen off for good."""
    roles.require(_may_make(request))
    screen = get_object_or_404(Screen.objects.kept_by(request.user), pk=pk)
    screen.switch_off(by=request.user)
    messages.success(request, _("The screen is switched off. Its address shows nothing any more."))
    return redirect("screens")


@login_not_required
@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a display; without a script it walks by itself with ?at=."""
    shown = _on(token)
    naming, known = naming_of(shown), Known(as_of=WallVersion.current())
    cards = slides_of(shown, naming, known)
    at = _at(request, len(cards))
    context = {
        "screen": shown,
        "name": name_of(shown, naming, known),
        "cards": cards,
        "at": at,
        "next": at % max(1, len(cards)) + 1,
    }
    return _for_display(_page("sharing/screens/screen.html", context))


@costs(1)
@login_not_required
@require_safe
def slides(request: HttpRequest, token: str) -> HttpResponse:
    """The stories alone, for a display that is on; 304 while nothing has changed."""
    shown = _on(token)
    response = _page("sharing/screens/_slides.html", {"cards": slides_of(shown), "at": 1})
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:24]}"'
    same = get_conditional_response(request, etag=response["ETag"], response=response)
    return _for_display(same or response)


@login_not_required
@require_safe
def photo(request: HttpRequest, token: str, key: str, name: str) -> HttpResponse:
    """A photo of one of this screen's stories, and of no other."""
    shown = _on(token)
    photo = get_object_or_404(Photo.objects.select_related("story"), key=key)
    if not shows(shown, photo.story):
        raise Http404
    return serve(request, photo, name)


def _listed(screen: Screen, naming: Naming, known: Known) -> dict[str, Any]:
    """A screen with its filter in words, what of that is there no more, and who made it."""
    asked = asked_of(screen, naming, known)
    # An account that has told and read nothing yet may have no employee behind it.
    maker = getattr(screen.made_by, "employee", None)
    return {
        "screen": screen,
        "name": asked.said(screen.name),
        "address": settings.SITE_URL + screen.get_absolute_url(),
        "asked": [chip.name for chip in asked.chips],
        "shows_nothing": asked.is_gone,
        "made_by": naming.called(maker) if maker else screen.made_by.shown_name,
    }


def _may_make(request: SignedInRequest) -> bool:
    return roles.is_manager(request.user) or roles.is_moderator(request.user)


def _on(token: str) -> Screen:
    """The screen of this address, if it is on and may still show what it shows."""
    found = get_object_or_404(Screen.objects.on().select_related("made_by", "team"), token=token)
    if not may_show(found):
        raise Http404
    return found


def _page(template: str, context: dict[str, Any]) -> HttpResponse:
    """A page that knows nothing of who asks: a display is nobody."""
    return HttpResponse(render_to_string(template, context))


def _at(request: HttpRequest, count: int) -> int:
    asked = request.GET.get("at", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    return min(max(1, number), max(1, count))


def _for_display(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    # The address is the key: it goes nowhere else.
    response["Referrer-Policy"] = "no-referrer"
    return response

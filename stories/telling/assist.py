"""What happens while somebody writes: the draft is kept, words suggest, names are offered."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from staff.models import Employee
from staff.requests import SignedInRequest
from staff.text import as_id
from stories.models import StaleVersion

from .colleagues import offers, people_found, people_in
from .forms import TellForm
from .page import Suggestions, poster
from .saving import AlreadySent
from .saving import autosave as keep
from .tiles import trait_tiles
from .views import stored

MOST_ASKED = 12


@require_POST
def autosave(request: SignedInRequest) -> JsonResponse:
    """Keep the draft as it stands; whatever is not right yet stays with the page.

    Answers {"state": "kept", "version": n, "photos": where photos go}, or says why not: `empty`,
    `too_long`, `sent`, and `conflict` (409) with the stored text, when another page saved since.
    """
    form = TellForm(request.POST, user=request.user)
    if mine := stored(request, form.submission):
        form.find(mine)
    form.is_valid()
    if "body" not in form.cleaned_data:
        state = "empty" if not form.data.get("body") else "too_long"
        return JsonResponse({"state": state, "message": form.errors["body"][0]}, status=422)
    try:
        story = keep(form)
    except AlreadySent:
        words = _("It was sent in already. What you write now is kept in this browser.")
        return JsonResponse({"state": "sent", "message": words}, status=409)
    except StaleVersion as stale:
        words = _("It was changed in another tab or on another phone. Yours is still here.")
        if not stale.stored.writer:
            words = _("A moderator changed its traits meanwhile. Yours is still here.")
        answer = {"state": "conflict", "message": words, "version": stale.stored.version}
        return JsonResponse({**answer, "body": stale.stored.body}, status=409)
    left = [name for name in form.errors if name in form.fields]
    photos = reverse("draft_photos", args=[story.public_id])
    return JsonResponse({"state": "kept", "version": story.version, "left": left, "photos": photos})


@require_POST
def suggest(request: SignedInRequest) -> HttpResponse:
    """What the words so far suggest, as parts of the tell page; nothing is stored."""
    form = TellForm(request.POST, user=request.user)
    body = form.data.get("body", "")
    suggestions = Suggestions.of(body)
    tiles = trait_tiles(form, suggestions.traits)
    context = {
        "suggestions": suggestions,
        "warned": form.looked.warned,
        "poster": poster(form, suggestions, tiles),
        "named": people_in(body),
    }
    return render(request, "telling/_suggestions.html", context)


@require_safe
def people_suggest(request: SignedInRequest) -> JsonResponse:
    """Colleagues by a part of their name (`q`), or those of some ids; only who may be named."""
    if "ids" in request.GET:
        ids = [pk for one in request.GET["ids"].split(",")[:MOST_ASKED] if (pk := as_id(one))]
        nameable = Employee.objects.active().nameable().filter(pk__in=ids)
        return JsonResponse({"people": offers(nameable.with_team_today())})
    return JsonResponse({"people": people_found(request.GET.get("q", ""))})

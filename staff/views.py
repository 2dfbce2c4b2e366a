"""The directory's pages: people, teams, and the wish not to be named."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from . import directory
from .audiences import ORGANISATION
from .models import Team
from .models.employee import BeingErased
from .naming import Naming
from .requests import SignedInRequest


@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everyone who works here, as name badges; `q` searches, `team` narrows to a team."""
    text = request.GET.get("q", "")[: directory.SEARCH_LENGTH].strip()
    team = Team.objects.filter(slug=request.GET.get("team", "").replace("\x00", "")).first()
    page, here = directory.people_page(text, team, request.GET.get("page"))
    context = {
        "page": page,
        "badges": directory.badges(here, Naming(ORGANISATION)),
        "text": text,
        "team": team,
    }
    return render(request, "staff/people.html", context)


@require_safe
def teams(request: SignedInRequest) -> HttpResponse:
    """Regions, their sites, their teams."""
    under = request.GET.get("in", "")
    return render(
        request,
        "staff/teams.html",
        {"branches": directory.team_tree(Naming(ORGANISATION), under), "under": under},
    )


@require_POST
def me_naming(request: SignedInRequest) -> HttpResponse:
    """The person signed in asks not to be named, or to be named again."""
    unnamed = request.POST.get("unnamed") == "1"
    try:
        request.user.person.ask_not_to_be_named(unnamed)
    except BeingErased:
        messages.error(request, _("What is kept of you is being erased: you are not named again."))
        return redirect("me")
    if unnamed:
        messages.success(request, _("From now on you are ‘a colleague’, on every page."))
    else:
        messages.success(request, _("You are named again, on every page."))
    return redirect("me")

"""Saved views: opening one, keeping one, and my own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from staff.audiences import ORGANISATION
from staff.models import Team
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories.filtering.asked import Reader
from stories.filtering.known import READ, UNNAMED, Known
from stories.filtering.stored import Stored, people_of, stored
from stories.models import SavedView
from stories.models.held import read_at_once
from stories.models.saved_view import MOST_NAME

from ..views import Heading, teams_within, wall_page
from ..visits import known_of, reader
from .forms import ChangeForm, KeepForm
from .row import Row

ALL, OWN_TEAM = "all", "team"


@dataclass(frozen=True)
class Shown:
    """A view as it may be shown today: its name, and what it asks for."""

    view: SavedView
    stored: Stored
    # Whether there is something before and after it among those that stand with it.
    may_move_up: bool = False
    may_move_down: bool = False

    @property
    def name(self) -> str:
        """Its name; where it names somebody who is not named, “a colleague” instead."""
        said, near = self.stored.form.naming, self.stored.near
        return said.text(self.view.called, near.and_person(self.view.owner_id))

    @property
    def keep_url(self) -> str:
        """Where somebody else keeps it as their own."""
        query = f"{self.view.query}&" if self.view.query else ""
        return f"{reverse('saved_view_new')}?{query}{urlencode({'called': self.name})}"

    @property
    def is_gone(self) -> bool:
        """Whether it speaks of something that is there no more, or is not named any longer."""
        without_team = self.view.own_team and not self.view.wall_query
        return self.stored.is_gone or without_team

    @property
    def shared_at(self) -> str:
        """The address to give to others; one's own team has one already."""
        return settings.SITE_URL + (self.view.leads_to or self.view.get_absolute_url())


@require_safe
def saved_view(request: SignedInRequest, key: str) -> HttpResponse:
    """The wall as somebody keeps it, under its name; it shows what whoever opens it may read."""
    # Those of the reader stand over it: one question for both.
    either = Q(key=key) | Q(owner__account=request.user)
    views = list(SavedView.objects.filter(either).with_team_of_owner().select_related("owner"))
    view = next((view for view in views if view.key == key), None)
    if view is None:
        raise Http404
    if view.own_team and view.team_slug:
        return redirect(view.leads_to)
    as_of = known_of(request).as_of
    read_at_once(as_of, READ)
    naming, known = Naming(ORGANISATION, unnamed=UNNAMED.at(as_of)), Known(as_of=as_of)
    shown = _shown(view, naming, known, reader(request))
    form, own = shown.stored.form, view.owner.account_id == request.user.pk
    mine = [view for view in views if view.owner.account_id == request.user.pk]
    context = {
        "shown": shown,
        "own": own,
        "owner": form.naming.called(view.owner),
        "mine": Row(request.user, form, mine, view if own else None),
    }
    if shown.is_gone:
        return render(request, "wall/saved/gone.html", context)
    heading = Heading("wall/saved/view.html", context, teams_within(form, None))
    return wall_page(request, form, heading=heading)


def _shown(
    view: SavedView, naming: Naming, known: Known | None = None, reader: Reader | None = None
) -> Shown:
    return Shown(view, stored(view.wall_query, naming, known, reader, beside=view.called))


@require_safe
def saved_views(request: SignedInRequest) -> HttpResponse:
    """My views, and which of them the wall opens with."""
    return render(request, "wall/saved/list.html", _mine(request))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Keep a part of the wall; its filter comes with the address, and perhaps a name."""
    if request.method != "POST":
        called = " ".join(request.GET.get("called", "").split())[:MOST_NAME]
        query, initial = request.GET.urlencode(), {"name": called}
        form = KeepForm(user=request.user, reader=reader(request), query=query, initial=initial)
        return render(request, "wall/saved/new.html", {"form": form})
    form = KeepForm(request.POST, user=request.user, reader=reader(request))
    view = form.stored_once() if form.is_valid() else None
    if view is None:
        return render(request, "wall/saved/new.html", {"form": form}, status=422)
    messages.success(
        request, _("Kept. It stands over the wall from now on, and its address can be shared.")
    )
    return redirect(view.leads_to)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: SignedInRequest, key: str) -> HttpResponse:
    """Another name for one of my views, another place, or the end of it."""
    view = _own(request, key)
    shown = _shown(view, Naming(ORGANISATION), reader=reader(request))
    posted = request.method == "POST"
    form = ChangeForm(
        request.POST if posted else None, user=request.user, view=view, shown_name=shown.name
    )
    if posted and form.is_valid() and form.stored_once():
        messages.success(request, _("It is as you want it now."))
        return redirect("saved_views")
    context = {"form": form, "shown": shown}
    return render(request, "wall/saved/change.html", context, status=422 if posted else 200)


@require_POST
def place(request: SignedInRequest, key: str) -> HttpResponse:
    """Pin a view or take the pin out, move it up or down."""
    view = _own(request, key)
    moves = {
        "pin": view.pin,
        "unpin": lambda: view.pin(False),
        "up": lambda: view.move(-1),
        "down": lambda: view.move(1),
    }
    move = moves.get(request.POST.get("do", ""))
    if move is None:
        raise BadRequest
    move()
    return redirect("saved_views")


@require_POST
def delete(request: SignedInRequest, key: str) -> HttpResponse:
    """Keep a view no longer; its address answers nothing from now on."""
    _own(request, key).delete()
    messages.success(request, _("It is deleted. Its address shows nothing any more."))
    return redirect("saved_views")


@require_POST
def opening(request: SignedInRequest) -> HttpResponse:
    """What the wall opens with for me: all stories, my team and those below it, or a view."""
    chosen, person = request.POST.get("opens", ""), request.user.person
    if chosen == OWN_TEAM:
        if not person.memberships.filter(until__isnull=True).exists():
            raise BadRequest
        SavedView.keep_own_team(person).open_with()
    elif chosen == ALL:
        for view in SavedView.objects.filter(owner=person, opens=True):
            view.open_with(False)
    else:
        _own(request, chosen).open_with()
    messages.success(request, _("The wall opens with that from now on."))
    return redirect("saved_views")


def _own(request: SignedInRequest, key: str) -> SavedView:
    return get_object_or_404(SavedView.objects.kept_by(request.user), key=key)


def _mine(request: SignedInRequest) -> dict:
    views = list(SavedView.objects.kept_by(request.user))
    naming, known = Naming(ORGANISATION), Known(people_of(view.query for view in views))
    team = Team.objects.filter(
        memberships__employee__account=request.user, memberships__until__isnull=True
    ).first()
    return {
        "views": list(_in_order(views, naming, known, reader(request))),
        "team": team,
        "opening": next((view for view in views if view.opens and view.leads_to), None),
    }


def _in_order(views: list[SavedView], naming: Naming, known: Known, who: Reader) -> Iterator[Shown]:
    for place, view in enumerate(views):
        beside = [views[at] if 0 <= at < len(views) else None for at in (place - 1, place + 1)]
        up, down = (other is not None and other.pinned == view.pinned for other in beside)
        yield replace(_shown(view, naming, known, who), may_move_up=up, may_move_down=down)

"""People and teams: each a wall with a heading, and my own."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from staff.models import Employee, Membership, Team
from staff.models.former import as_called
from staff.naming import Naming
from staff.requests import SignedInRequest
from staff.text import as_id
from stories.filtering.filters import FilterForm, under
from stories.models.facets import PERSON

from .unchanged import unchanged
from .views import Heading, asked_for, is_front, teams_within, wall_page

MOST_BADGES = 24


@require_safe
@unchanged()
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """The stories that credit somebody, and where they have worked; no score.

    Somebody who asked not to be named has no page, except for themselves.
    """
    if as_id(str(pk)) is None:
        raise Http404
    form, theirs, asked = asked_for(request), f"{PERSON}{pk}", Employee.objects.filter(pk=pk)
    if form.index:
        # Fetches them too.
        form.index.expect([theirs], beside=asked)
    found = next(iter(asked), None)
    own = found is not None and found.account_id == request.user.pk
    if found is None or (found.unnamed and not own):
        raise Http404
    name, job = form.naming.name(found), form.naming.text(found.job_title)
    context = {"person": found, "own": own, "name": name, "job": job}
    if is_front(request, form):
        context["memberships"] = list(found.memberships.select_related("team"))
    heading = Heading("wall/person.html", context, asks=_asks_for(found))
    return wall_page(request, form, [under(theirs)], heading)


@require_safe
@unchanged(shared=True)
def team(request: SignedInRequest, slug: str) -> HttpResponse:
    """The stories of a team and those below it, the way to it and who is in it."""
    form = asked_for(request)
    found = next((team for team in form.teams if team.slug == slug), None)
    if found is None:
        raise Http404
    below = form.known.right_below(found)
    context = {"team": found, "path": _path(found, form), "below": below}
    if is_front(request, form):
        context |= _members(found, form.naming)
    teams = teams_within(form, found)
    heading = Heading("wall/team.html", context, teams, asks={"team": found.slug})
    credited = under(*(f"team:{pk}" for pk in form.team_ids(found)))
    return wall_page(request, form, [credited], heading)


@require_safe
def me(request: SignedInRequest) -> HttpResponse:
    """The stories that name me, and whether I want to be named."""
    form = asked_for(request)
    mine = request.user.person
    heading = Heading("wall/me.html", {"person": mine}, asks=_asks_for(mine))
    return wall_page(request, form, [under(f"person:{mine.pk}", f"credited:{mine.pk}")], heading)


def _asks_for(person: Employee) -> dict[str, str] | None:
    """No wall can be asked for somebody who is not named."""
    return None if person.unnamed else {"person": str(person.pk)}


def _path(team: Team, form: FilterForm) -> list[Team]:
    """The teams above this one, the topmost first."""
    above = set(team.tree_path[:-1])
    return [other for other in form.teams if other.pk in above]


def _members(team: Team, naming: Naming) -> dict:
    """Who is in the team today, as name badges; those not named have one without a link."""
    members = (
        Membership.objects.filter(team=team, until__isnull=True, employee__active=True)
        .select_related("employee")
        # Whoever is not named comes last of them, as in the directory.
        .order_by("-leads", "employee__unnamed", as_called("employee__"), "employee__pk")
    )
    found = [membership.employee for membership in members[: MOST_BADGES + 1]]
    badges = [
        {
            "name": naming.called(person),
            "url": "" if naming.is_unnamed(person) else person.get_absolute_url(),
        }
        for person in found[:MOST_BADGES]
    ]
    all_url = f"{reverse('people')}?team={team.slug}" if len(found) > MOST_BADGES else ""
    return {"badges": badges, "all_url": all_url}

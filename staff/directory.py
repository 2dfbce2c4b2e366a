"""What the directory shows: people as name badges, teams as a tree, named for whoever reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count

from .models import Employee, Membership, Team
from .naming import Naming

PAGE_SIZE = 60
# A tree of more teams than this opens a branch at a time.
WHOLE_TREE = 400
SEARCH_LENGTH = 200


@dataclass(frozen=True)
class Badge:
    """A person as a name badge; without an address where somebody asked not to be named."""

    called: str
    last_name: str = ""
    job: str = ""
    team: str = ""
    url: str = ""


@dataclass
class Branch:
    """A team in the tree, with who leads it and how many people are in it and below."""

    name: str
    url: str
    slug: str
    leaders: list[str] = field(default_factory=list)
    people: int = 0
    teams_below: int = 0
    children: list[Branch] = field(default_factory=list)


def people_page(
    text: str, team: Team | None, number: str | None
) -> tuple[Page[int], list[Employee]]:
    """Those who work here, a page of them; who asked not to be named comes last, by no name."""
    people = Employee.objects.active()
    if text := text[:SEARCH_LENGTH].strip():
        people = people.nameable().matching(text)
    if team:
        teams = [one.pk for one in team.descendants(include_self=True)]
        people = people.filter(memberships__until__isnull=True, memberships__team__in=teams)
    # The index alone answers who is on a page; only they are read whole.
    page = Paginator(people.in_order().values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    here = Employee.objects.filter(pk__in=list(page.object_list))
    return page, list(here.in_order().with_team_today())


def badges(people: list[Employee], naming: Naming) -> list[Badge]:
    """Name badges for employees that were fetched with their teams of today."""
    return [_badge(person, naming) for person in people]


def _badge(person: Employee, naming: Naming) -> Badge:
    team = person.current_memberships[0].team.name if person.current_memberships else ""
    if naming.is_unnamed(person):
        # A job can say who somebody is as well as a name does.
        return Badge(naming.called(person), team=team)
    return Badge(
        called=naming.called(person),
        last_name=person.last_name,
        # It may be that of somebody’s assistant.
        job=naming.text(person.job_title),
        team=team,
        url=person.get_absolute_url(),
    )


def team_tree(naming: Naming, under: str = "") -> list[Branch]:
    """The teams as a tree. Of a large one, the two upper levels, or what is below one team."""
    teams = list(Team.objects.with_tree_fields())
    branches = {team.pk: Branch(team.name, team.get_absolute_url(), team.slug) for team in teams}
    _count_people(teams, branches)
    _name_leaders(branches, naming)
    roots: list[Branch] = []
    for team in teams:
        for above in team.tree_path[:-1]:
            branches[above].teams_below += 1
        siblings = branches[team.parent_id].children if team.parent_id else roots
        siblings.append(branches[team.pk])
    if len(teams) <= WHOLE_TREE:
        return roots
    if chosen := [branches[team.pk] for team in teams if under and team.slug == under]:
        roots = chosen
    for root in roots:
        for child in root.children:
            child.children = []
    return roots[:WHOLE_TREE]


def _count_people(teams: list[Team], branches: dict[int, Branch]) -> None:
    present = Membership.objects.filter(until__isnull=True, employee__active=True)
    members = dict(present.order_by().values_list("team_id").annotate(Count("pk")))
    for team in teams:
        for above in team.tree_path:
            branches[above].people += members.get(team.pk, 0)


def _name_leaders(branches: dict[int, Branch], naming: Naming) -> None:
    leading = Membership.objects.filter(until__isnull=True, leads=True, employee__active=True)
    leaders = defaultdict(list)
    for membership in leading.select_related("employee").order_by("employee__first_name"):
        leaders[membership.team_id].append(naming.name(membership.employee))
    for pk, branch in branches.items():
        branch.leaders = leaders[pk]

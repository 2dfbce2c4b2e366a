"""The people and teams of synthetic stories: a large organisation, three levels deep."""

from __future__ import annotations

import datetime
import random
from itertools import accumulate

from django.db import transaction
from django.utils import timezone

from staff.models import Employee, Membership, Team

from .vocabulary import names
from .words import NAMES, SURNAMES

# Their addresses begin like this, so that they can be told from real ones.
SLUG = "synthetic"
# One team for so many stories, one employee for so many; a large organisation has no more.
STORIES_A_TEAM, MOST_TEAMS = 500, 400
STORIES_AN_EMPLOYEE, MOST_EMPLOYEES = 50, 20_000
TEAMS_A_SITE, SITES_A_REGION = 7, 6
# Of so many people, one asked not to be named.
ONE_UNNAMED = 500
WORK = (
    *("Front desk", "Night shift", "Kitchen", "Workshop", "Deliveries", "Accounts", "Nursing"),
    *("Emergency", "Housekeeping", "Tickets", "Lost property", "Repairs", "Garden", "Help line"),
)


def staff_for(stories: int) -> list[tuple[int, int, str]]:
    """(employee, team, first name) of all who work here, with as many more as stories call for."""
    wanted = min(max(40, stories // STORIES_AN_EMPLOYEE), MOST_EMPLOYEES)
    missing = wanted - Employee.objects.active().count()
    if missing > 0:
        _hire(missing, stories)
    current = Membership.objects.filter(until__isnull=True, employee__active=True)
    return list(
        current.order_by("employee").values_list("employee", "team", "employee__first_name")
    )


def somebody_real() -> bool:
    """Whether there is anybody here who was not hired for synthetic stories."""
    made = Employee.objects.filter(memberships__team__slug__startswith=f"{SLUG}-")
    return Employee.objects.exclude(pk__in=made.values("pk")).exists()


@transaction.atomic
def _hire(missing: int, stories: int) -> None:
    chance = random.Random(missing)  # noqa: S311  # to be repeatable, not secret
    teams = _teams(min(max(8, stories // STORIES_A_TEAM), MOST_TEAMS))
    # Teams are of every size.
    sizes = list(accumulate(chance.choice((1, 2, 2, 3, 5, 8)) for _team in teams))
    first_names = NAMES + names("people", 280)
    last_names = SURNAMES + names("families", 2_500)
    start = Employee.objects.count()
    hired = Employee.objects.bulk_create(
        Employee(
            number=f"S{start + number:06}",
            first_name=chance.choice(first_names),
            last_name=chance.choice(last_names),
            unnamed=number % ONE_UNNAMED == ONE_UNNAMED // 2,
        )
        for number in range(missing)
    )
    since = timezone.localdate() - datetime.timedelta(days=365 * 10)
    Membership.objects.bulk_create(
        Membership(employee=person, team=team, since=since)
        for person, team in zip(
            hired, chance.choices(teams, cum_weights=sizes, k=missing), strict=True
        )
    )


def _teams(number: int) -> list[Team]:
    """So many teams, each on a site, each site in a region; those that are there already count."""
    teams = list(Team.objects.filter(slug__startswith=f"{SLUG}-team-").order_by("pk"))
    sites = names("places", 100)
    for place in range(len(teams), number):
        site = place // TEAMS_A_SITE
        region = site // SITES_A_REGION
        above = _team(f"{SLUG}-region-{region + 1}", f"Region {sites[-1 - region]}", None)
        here = _team(f"{SLUG}-site-{site + 1}", sites[site], above)
        name = f"{WORK[place % len(WORK)]} {sites[site]}"
        teams.append(_team(f"{SLUG}-team-{place + 1}", name, here))
    return teams


def _team(slug: str, name: str, parent: Team | None) -> Team:
    return Team.objects.get_or_create(slug=slug, defaults={"name": name, "parent": parent})[0]

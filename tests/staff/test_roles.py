"""Who may do what follows from groups alone."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied

from staff import roles
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("names", "manager", "moderator", "admin"),
    [
        ([], False, False, False),
        (["managers"], True, False, False),
        (["moderators"], False, True, False),
        (["admins"], False, True, True),
        (["managers", "moderators"], True, True, False),
        (["something else"], False, False, False),
    ],
)
def test_each_group_gives_its_rights_and_no_more(names, manager, moderator, admin):
    user = UserFactory(roles=names)
    assert roles.is_staff(user)
    assert roles.is_manager(user) is manager
    assert roles.is_moderator(user) is moderator
    assert roles.is_admin(user) is admin


def test_a_superuser_is_an_admin():
    user = UserFactory(is_superuser=True)
    assert roles.is_admin(user)
    assert roles.is_moderator(user)


@pytest.mark.parametrize(
    "make", [AnonymousUser, lambda: UserFactory(is_active=False, roles=["admins"])]
)
def test_visitors_and_closed_accounts_have_none(make):
    user = make()
    for may in (roles.is_staff, roles.is_manager, roles.is_moderator, roles.is_admin):
        assert not may(user)
    assert roles.managed_team_ids(user) == set()


def test_a_manager_has_the_teams_they_lead_and_those_below():
    region = TeamFactory()
    site = TeamFactory(parent=region)
    team = TeamFactory(parent=site)
    TeamFactory(parent=region)
    manager, other = UserFactory(roles=["managers"]), UserFactory()
    manager.person.move_to(site, leads=True)
    other.person.move_to(region, leads=True)
    assert roles.managed_team_ids(manager) == {site.pk, team.pk}
    assert roles.managed_team_ids(other) == set()


def test_roles_are_read_once_a_request(django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        roles.is_admin(user)
        roles.is_moderator(user)
        roles.is_manager(user)


def test_the_three_roles_are_there_from_the_start():
    assert set(Group.objects.values_list("name", flat=True)) >= set(roles.ROLES)


def test_what_is_not_allowed_is_refused_with_a_sentence():
    roles.require(True)
    with pytest.raises(PermissionDenied, match="An admin can give it"):
        roles.require(False)

"""What every test may ask for: one signed-in client for each role."""

import pytest
from django.test import Client

from .factories import UserFactory

pytest_plugins = ["tests.browser"]

ROLES = {
    "staff": [],
    "manager": ["managers"],
    "moderator": ["moderators"],
    "admin": ["admins"],
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a group of tests on one worker, where what they share is made once.

    pytest-xdist 3.8 writes a test's group to where pytest from 9.2 on no longer looks for it, and
    deals the tests out as if they had none: https://github.com/pytest-dev/pytest-xdist/issues/1386
    """
    for item in items:
        written = vars(item).get("_nodeid", item.nodeid)
        if written != item.nodeid:
            item._id = type(item.id).parse(written)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def staff_client(db) -> Client:
    """Signed in as an employee without further roles; `.user` is the account."""
    return signed_in(UserFactory())


@pytest.fixture
def manager_client(db) -> Client:
    return signed_in(UserFactory(roles=["managers"]))


@pytest.fixture
def moderator_client(db) -> Client:
    return signed_in(UserFactory(roles=["moderators"]))


@pytest.fixture
def admin_client(db) -> Client:
    return signed_in(UserFactory(roles=["admins"]))

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

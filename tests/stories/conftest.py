import pytest

from tests.factories import UserFactory


@pytest.fixture
def moderator():
    return UserFactory(roles=["moderators"])

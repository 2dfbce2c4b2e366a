"""What pages needed while they were made is given back to the system, and not too often."""

from types import SimpleNamespace

import pytest

from retold import memory
from retold.memory import SECONDS_TO_KEEP, Spare
from tests.factories import PublishedStoryFactory


@pytest.fixture
def given(monkeypatch):
    """When something was given back, by a clock that only a test moves: `given.now`."""

    class Given(list):
        now = 1_000.0

    times = Given()
    monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: times.now))
    monkeypatch.setattr(memory, "give_back_what_is_free", lambda: times.append(times.now))
    return times


def test_it_is_given_back_once_in_a_while(given):
    spare = Spare()
    for now in (1_000, 1_001, 1_001 + SECONDS_TO_KEEP, 1_002 + SECONDS_TO_KEEP):
        given.now = now
        spare.give_back()
    assert given == [1_000, 1_001 + SECONDS_TO_KEEP]


@pytest.mark.parametrize("address", ["/", "/?q=kind", "story"])
def test_a_page_that_is_made_gives_back(staff_client, monkeypatch, address):
    given = []
    monkeypatch.setattr(Spare, "give_back", lambda _spare: given.append(1))
    if address == "story":
        address = PublishedStoryFactory().get_absolute_url()
    assert staff_client.get(address).status_code == 200
    assert given == [1]

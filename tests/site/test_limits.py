"""Nobody asks for more than their share, and nobody who merely reads is ever counted."""

import datetime

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from retold.limits import READING, network_of
from tests.shared import undone

from .addresses import TABLE, url

pytestmark = pytest.mark.django_db

TELL = reverse("tell")
# What takes more than a page although it is only read.
DEAR = (
    *("story_card", "story_poster", "line_up", "feed_atom", "feed_json"),
    *("story_alike", "story_from", "screen_slides", "readyz"),
)
SEARCHES = (
    "/?q=wrist",
    "/?%71=wrist",
    "/people/?q=Roberta",
    "/search/offers/?q=wri",
    "/stories/people/?q=ro",
)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture(autouse=True)
def counted_anew(settings):
    settings.LIMIT_WRITES = settings.LIMIT_READS = settings.LIMIT_ADDRESS = 0
    caches["limits"].clear()
    with time_machine.travel("2026-11-22T10:00:05+00:00", tick=False):
        yield


@pytest.mark.parametrize("name", sorted(TABLE))
def test_whatever_is_not_read_is_counted_wherever_it_goes(name, world, settings):
    settings.LIMIT_WRITES = settings.LIMIT_ADDRESS = 1
    client = world.client("admin")
    with undone(client):
        # Whoever signed out comes back.
        for reader in (world.client("admin"), client):
            response = reader.post(url(name, world), {})
        assert response.status_code == 429, name
        for method in ("put", "patch", "delete"):
            assert getattr(client, method)(url(name, world)).status_code == 429, (name, method)


@pytest.mark.parametrize("name", DEAR)
def test_what_costs_more_than_a_page_is_counted(name, world, settings):
    settings.LIMIT_READS, settings.LIMIT_ADDRESS = 20, 1
    client = world.client("staff")
    statuses = [client.get(url(name, world)).status_code for _time in range(21)]
    assert statuses[0] != 429
    assert statuses[-1] == 429


@pytest.mark.parametrize("address", SEARCHES)
def test_every_search_is_counted(address, world, settings):
    settings.LIMIT_READS = 1
    client = world.client("staff")
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 429


def test_plain_reading_is_never_counted(world, settings, monkeypatch):
    settings.LIMIT_READS = settings.LIMIT_WRITES = settings.LIMIT_ADDRESS = 1

    def no(*_args):
        raise AssertionError("It was counted.")

    monkeypatch.setattr("retold.limits.counted", no)
    client = world.client("staff")
    for address in ("/", "/?trait=personal", TELL, url("story", world), "/healthz"):
        assert client.get(address).status_code == 200, address


def test_counting_asks_nothing_of_the_database(world, settings):
    client, data = world.client("staff"), {"body": "She kept the lamp on."}
    asked = []
    for most in (0, 0, 100):
        settings.LIMIT_WRITES = most
        with CaptureQueriesContext(connection) as questions:
            client.post(reverse("suggest"), data)
        asked.append(len(questions))
    assert asked[1] == asked[2]


class TestWhoAsksForTooMuch:
    def test_is_told_for_how_long_and_keeps_the_words(self, world, settings):
        settings.LIMIT_WRITES = 1
        client = world.client("staff")
        with undone(client):
            client.post(TELL, {"body": "The first."})
            response = client.post(TELL, {"body": "The <b>second</b>."})
        page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (429, "55")
        assert "It goes on in 55 seconds." in page
        assert "The &lt;b&gt;second&lt;/b&gt;.</textarea>" in page

    def test_goes_on_in_the_next_minute(self, world, settings):
        settings.LIMIT_READS = 1
        client = world.client("staff")
        with time_machine.travel("2026-11-22T11:00:59+00:00", tick=False) as clock:
            assert [client.get("/?q=a").status_code for _ in range(2)] == [200, 429]
            clock.shift(1)
            assert client.get("/?q=a").status_code == 200
            # A clock that is put back locks nobody out for longer than a minute.
            clock.shift(-HOUR)
            assert client.get("/?q=a").status_code == 200

    def test_keeps_nobody_else_from_it(self, world, settings):
        settings.LIMIT_READS = 1
        assert [world.client("staff").get("/?q=a").status_code for _ in range(2)] == [200, 429]
        assert world.client("manager").get("/?q=a").status_code == 200

    def test_is_told_so_without_an_account_too(self, settings, db):
        settings.LIMIT_WRITES, settings.LIMIT_ADDRESS = 1, 2
        answers = [Client().post(reverse("account_login")).status_code for _ in range(3)]
        assert answers == [200, 200, 429]


def test_strangers_take_nothing_from_those_who_share_their_address(world, settings):
    settings.LIMIT_WRITES = settings.LIMIT_ADDRESS = 1
    stranger, client = Client(), world.client("staff")
    sign_in = reverse("account_login")
    while stranger.post(sign_in, {}).status_code != 429:
        pass
    assert client.post(TELL, {}).status_code != 429


def test_what_is_refused_for_want_of_an_account_costs_nothing(settings, db):
    settings.LIMIT_WRITES = settings.LIMIT_ADDRESS = 1
    for _time in range(3):
        assert Client().post("/people/me/naming/", {}).status_code == 302


def test_an_office_behind_one_address_may_do_so_many_times_as_much(world, settings):
    settings.LIMIT_READS, settings.LIMIT_ADDRESS = 1, 3
    roles = ("staff", "manager", "moderator", "admin")
    assert [world.client(role).get("/?q=a").status_code for role in roles] == [200, 200, 200, 429]
    elsewhere = world.client("admin", REMOTE_ADDR="192.0.2.7")
    caches["limits"].clear()
    assert elsewhere.get("/?q=a").status_code == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nowhere", "nowhere"),
    ],
)
def test_a_place_is_known_by_its_address_or_its_network(address, expected):
    assert network_of(address) == expected


def test_only_what_changes_nothing_counts_as_reading():
    assert set(READING) == {"GET", "HEAD", "OPTIONS"}

"""What Retold needs is away for a moment: it says so, keeps the words, and breaks nothing."""

import errno
import re
from html import unescape

import pytest
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.http import UnreadablePostError
from django.test import Client
from django.urls import reverse

from retold.errors import is_away
from staff.models import User
from stories.models import Story
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TELL = reverse("tell")


def away(*_args, **_about):
    raise OperationalError("the database is away")


@pytest.fixture
def reader(staff_client) -> Client:
    staff_client.raise_request_exception = False
    return staff_client


class TestWhileTheDatabaseIsAway:
    @pytest.fixture(autouse=True)
    def nothing_is_stored(self, monkeypatch):
        monkeypatch.setattr("stories.telling.views.save", away)

    def test_words_come_back_with_all_else_and_can_be_sent_again(self, reader, monkeypatch):
        data = {
            "body": "She kept <b>the</b> lamp on.",
            "traits": ["personal", "caring"],
            "line": "“Mind the step.”",
            "send": "",
        }
        response = reader.post(TELL, data)
        page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (503, "30")
        assert response["Cache-Control"] == "no-store"
        assert "She kept &lt;b&gt;the&lt;/b&gt; lamp on.</textarea>" in page
        monkeypatch.undo()
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
        again: dict[str, list[str]] = {"body": [data["body"]]}
        for name, value in fields:
            again.setdefault(name, []).append(unescape(value))
        assert again == {
            key: [data[key]] if isinstance(data[key], str) else data[key] for key in data
        }
        [action] = re.findall(r'<form method="post" action="([^"]*)"', page)
        assert reader.post(action, again).status_code == 302
        assert Story.objects.get().body == data["body"]

    def test_htmx_is_told_where_to_put_the_page(self, reader):
        response = reader.post(TELL, {"body": "Hello."}, headers={"HX-Request": "true"})
        assert (response.status_code, response["HX-Retarget"]) == (200, "#main")

    def test_photos_that_came_are_to_be_chosen_again(self, reader, tmp_path):
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(b"no photo")
        with photo.open("rb") as file:
            response = reader.post(TELL, {"body": "Hello.", "photos": file})
        assert "Only the photos have to be chosen again." in response.content.decode()


def test_a_session_that_cannot_be_asked_for_is_no_mistake_of_ours(reader, monkeypatch):
    monkeypatch.setattr("retold.sessions._glanced.raw", away)
    for address in ("/", TELL, reverse("account_login")):
        response = reader.get(address)
        page = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (503, "30"), address
        assert f'href="{address}">Try again</a>' in page
    assert reader.get("/healthz").status_code == 200


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_so_it_is_where_a_page_is_looked_for_before_all_else(reader, monkeypatch, kind):
    asked = []

    def gone(*key):
        asked.append(key)
        raise kind("the database is away")

    monkeypatch.setattr("retold.sessions._glanced.raw", gone)
    response = reader.get("/", headers={"If-None-Match": 'W/"wall-before"'})
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert response["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" in response
    # Whoever waits for a database that is away waits once.
    assert len(asked) == 1


def test_a_password_is_never_put_into_a_page(client, monkeypatch):
    UserFactory(username="roberta")
    monkeypatch.setattr(User.objects, "filter", away)
    client.raise_request_exception = False
    for more in ({}, {"note": "hello"}):
        data = {"login": "roberta", "password": "correct horse", **more}
        response = client.post(reverse("account_login"), data)
        assert response.status_code == 503
        assert "correct horse" not in response.content.decode()


def test_the_way_back_never_leads_elsewhere(client, monkeypatch):
    monkeypatch.setattr("retold.sessions._glanced.raw", away)
    client.raise_request_exception = False
    client.cookies["sessionid"] = "x"
    response = client.get("//evil.example/")
    assert 'href="//' not in response.content.decode()


def test_the_wall_is_there_to_read_while_nothing_can_be_written(reader, monkeypatch):
    monkeypatch.setattr("stories.models.Visit.objects.bulk_create", away)
    assert reader.get("/").status_code == 200


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("database or disk is full"), True),
        (InterfaceError("connection already closed"), True),
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EROFS, "Read-only file system"), True),
        (ConnectionRefusedError("mail"), True),
        (TimeoutError("storage"), True),
        (ProgrammingError("a mistake in a question"), False),
        (FileNotFoundError(errno.ENOENT, "No such file"), False),
        (UnreadablePostError("whoever sent it is gone"), False),
        (ValueError("a mistake"), False),
        (None, False),
    ],
    ids=repr,
)
def test_what_passes_by_itself_is_told_from_what_is_our_mistake(error, expected):
    assert is_away(error) is expected


def test_what_came_of_it_is_told_from_its_cause():
    error = RuntimeError("The photo could not be kept.")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert is_away(error)


def test_a_question_that_makes_no_sense_is_our_mistake_on_either_database():
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        connection.cursor().execute("SELECT nothing FROM nowhere")
    assert not is_away(raised.value)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite says so in its own way.")
def test_a_database_that_takes_nothing_is_away():
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        connection.cursor().execute("SET TRANSACTION READ ONLY; DELETE FROM django_migrations")
    assert is_away(raised.value)


def test_a_mistake_of_ours_is_still_called_one(reader, monkeypatch):
    def wrong(*_args, **_about):
        raise ValueError("a mistake")

    monkeypatch.setattr("stories.telling.views.save", wrong)
    response = reader.post(TELL, {"body": "Hello."})
    assert response.status_code == 500
    assert "It is our mistake" in response.content.decode()

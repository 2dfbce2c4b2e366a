"""Hostile and broken addresses and posts: never a server error, and nothing typed is lost."""

from urllib.parse import quote

import pytest
from django.test.client import FakePayload
from django.urls import reverse

from staff.models import Employee
from stories.models import Note, Story
from tests.shared import undone

from .addresses import OK, TABLE, Look, look_at, looks, url
from .world import READERS, World

pytestmark = pytest.mark.django_db

# Everything that any list reads from its address, here and in the admin.
KEYS = (
    *("q", "trait", "team", "person", "served", "setting", "initiative", "recovery", "gold"),
    *("year", "month", "sort", "view", "after", "page", "notes", "in", "ids", "next", "prompt"),
    *("inspired_by", "kept", "status"),
)
ADMIN_KEYS = (
    "q",
    "p",
    "o",
    "e",
    "status",
    "trait",
    "team",
    "gold__exact",
    "removed",
    "standing__exact",
    "role",
)
VALUES = {
    "nothing": "",
    "NUL": "%00",
    "NUL within": "bag%00handle",
    "lone surrogate": "%ED%A0%80",
    "broken UTF-8": "%C3%28",
    "markup": quote("<script>alert(1)</script>\"'>"),
    "right to left": quote("مرحبا\u202e"),
    "combining marks": quote("e" + "\u0301" * 300),
    "search syntax": quote("\" OR NEAR( -* ^ : AND ' ; --"),
    "negative": "-1",
    "huge number": "9" * 40,
    "forged cursor": "999999999.999999999999999999",
    "old cursor": "0.0",
    "cursor of letters": quote("eyJzZXEiOjF9=="),
    "percent": "%25",
    "path": quote("../../etc/passwd", safe=""),
}
UNREADABLE = {
    "parts without a boundary": ("multipart/form-data", b"x"),
    "parts that are none": ("multipart/form-data; boundary=b", b"--b\r\nx"),
    "more than we take": ("application/x-www-form-urlencoded", b"body=" + b"a" * 6_000_000),
    "another kind": ("application/json", b"{"),
}
PAGES = [look for look in looks() if look.state == "published" and not look.query]
LISTS = [
    Look(name, "", "published", next(role for role in READERS if get(role, "published") == OK))
    for name, get in ((name, address.get) for name, address in TABLE.items() if address.lists)
]


def keys(name: str) -> tuple[str, ...]:
    return ADMIN_KEYS if name.startswith("admin") else KEYS


@pytest.fixture(scope="module")
def clients(world: World) -> dict:
    return {role: world.client(role, raise_request_exception=False) for role in READERS}


@pytest.mark.parametrize("value", VALUES)
def test_hostile_addresses_are_answered(value, world, clients):
    for look in LISTS:
        query = "?" + "&".join(f"{key}={VALUES[value]}" for key in keys(look.name))
        found = look_at(look._replace(query=query), world, clients[look.role])
        assert found.status_code < 500, (look, query)


# These are the wall with a heading, and read their address by its form.
WALLS = {"trait", "person", "team", "me"}


@pytest.mark.parametrize("look", [look for look in LISTS if look.name not in WALLS], ids=str)
def test_each_key_alone_may_be_hostile(look, world, clients):
    """One that is refused early would hide what another does."""
    for key in keys(look.name):
        for value in ("bag%00handle", "9" * 40):
            found = look_at(look._replace(query=f"?{key}={value}"), world, clients[look.role])
            assert found.status_code < 500, (look, key, value)


def test_pages_that_read_nothing_from_their_address_are_answered_all_the_same(world, clients):
    query = "?q=%00&next=%00&page=%ED%A0%80"
    for look in PAGES:
        found = look_at(look._replace(query=query), world, clients[look.role])
        assert found.status_code < 500, look


def test_a_search_of_200_000_characters_is_answered(world, clients):
    for look in LISTS:
        found = look_at(look._replace(query="?q=" + "bag+" * 50_000), world, clients[look.role])
        assert found.status_code < 500, look


def test_unknown_repeated_and_forty_traits_are_answered(world, clients):
    many = "&".join(["trait=personal"] * 3 + [f"trait=unknown-{n}" for n in range(40)])
    for look in LISTS:
        found = look_at(look._replace(query=f"?{many}"), world, clients[look.role])
        assert found.status_code < 500, look


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name].arguments_matter])
def test_hostile_arguments_are_answered(name, world, clients):
    client = clients["admin" if name.startswith("admin") else "teller"]
    path = url(name, world)
    for argument in TABLE[name].arguments(world, world.stories["published"]):
        for hostile in ("%00", "%ED%A0%80", "9" * 40, "a" * 5000, "..%2f..", "-1"):
            wrong = path.replace(f"/{argument}", f"/{hostile}", 1)
            with undone(client):
                assert client.get(wrong).status_code < 500, wrong
                assert client.post(wrong).status_code < 500, wrong


@pytest.mark.parametrize(
    ("name", "key"), [("tell", "body"), ("note", "text")], ids=["a story", "a note"]
)
def test_what_was_typed_comes_back_when_the_token_is_missing(name, key, world):
    client = world.client("staff", enforce_csrf_checks=True)
    response = client.post(url(name, world), {key: "He said <b>thank you</b> twice."})
    assert response.status_code == 403
    assert "He said &lt;b&gt;thank you&lt;/b&gt; twice." in response.content.decode()


@pytest.mark.parametrize(
    ("name", "key"), [("tell", "body"), ("note", "text")], ids=["a story", "a note"]
)
def test_what_was_typed_comes_back_when_one_was_signed_out_meanwhile(name, key, world):
    client = world.client("staff")
    client.logout()
    response = client.post(url(name, world), {key: "He said <b>thank you</b> twice."})
    assert response.status_code in (401, 403)
    html = response.content.decode()
    assert "He said &lt;b&gt;thank you&lt;/b&gt; twice." in html
    assert reverse("account_login") in html


def test_a_tap_after_signing_out_leads_to_the_sign_in(world):
    response = world.client("visitor").post(url("salute", world), headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", sorted(name for name, a in TABLE.items() if a.post and a.token))
def test_a_post_without_its_token_changes_nothing(name, world):
    """Also where the view is decorated, or another library's: no door is left without the check."""
    address = TABLE[name]
    for role in ("visitor", "staff", "admin"):
        if address.post(role, "published") not in (OK, 302):
            continue
        client = world.client(role, enforce_csrf_checks=True)
        before = counts()
        with undone(client):
            response = client.post(
                url(name, world), address.data(world, world.stories["published"])
            )
        assert response.status_code == 403, (name, role)
        assert counts() == before


def counts() -> tuple[int, ...]:
    return (Story.objects.count(), Note.objects.count(), Employee.objects.unnamed().count())


class TestMoreThanWeTake:
    """A page of ours says so, and is heard: all of what was sent has been read by then."""

    FORM = "application/x-www-form-urlencoded"

    @pytest.mark.parametrize(
        ("name", "role"),
        [
            ("tell", "visitor"),
            ("tell", "staff"),
            ("autosave", "staff"),
            ("account_login", "visitor"),
        ],
    )
    def test_a_body_of_six_megabytes_is_too_large(self, name, role, world):
        body = FakePayload(b"body=" + b"x" * 6 * 1024 * 1024)
        sent = {"wsgi.input": body, "CONTENT_LENGTH": len(body), "CONTENT_TYPE": self.FORM}
        client = world.client(role, enforce_csrf_checks=True)
        response = client.post(url(name, world), **sent)
        assert response.status_code == 413
        assert "That was too large to take" in response.content.decode()
        assert body.read() == b""

    def test_htmx_is_told_to_show_the_page(self, world):
        response = world.client("staff").post(
            url("tell", world), "x" * 6 * 1024 * 1024, self.FORM, headers={"HX-Request": "true"}
        )
        assert (response.status_code, response["HX-Retarget"]) == (200, "#main")

    def test_somebody_who_hung_up_meanwhile_breaks_nothing(self, world):
        class Gone(FakePayload):
            def read(self, *_size):
                raise OSError("hung up")

        sent = {"wsgi.input": Gone(b"x"), "CONTENT_LENGTH": 6_000_000, "CONTENT_TYPE": self.FORM}
        assert world.client("staff").post(url("tell", world), **sent).status_code == 413

    def test_six_hundred_fields_are_not_understood(self, world):
        data = {f"field{number}": "x" for number in range(600)}
        response = world.client("staff").post(url("tell", world), data)
        assert response.status_code == 400
        assert "That could not be read" in response.content.decode()

    def test_a_host_that_is_none_of_ours_is_not_understood(self, world):
        response = world.client("staff").get(url("wall", world), headers={"Host": "evil.example"})
        assert response.status_code == 400
        assert "That could not be read" in response.content.decode()


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_sent_to_no_page_of_ours_is_not_read(client, kind):
    content_type, data = UNREADABLE[kind]
    response = client.generic("POST", "/no/such/page/", data, content_type=content_type)
    assert response.status_code == 404


@pytest.mark.parametrize("name", ["salute", "note", "retell"])
def test_the_address_of_a_button_that_is_opened_says_what_it_is(name, world):
    answer = world.client("staff").get(url(name, world))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is nothing to read here" in answer.content.decode()

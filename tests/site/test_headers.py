"""What every answer tells the browser: each address, to each reader, pages and refusals alike."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from tests.shared import undone

from .addresses import OK, TABLE, url
from .test_settings import REAL, ROOT
from .world import World

# On one worker: what is gathered once for all is gathered once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("headers")]

# A reader of feeds shows their photos on a page of its own.
SHOWN_ELSEWHERE = {"feed_photo"}


@pytest.fixture(scope="module")
def answers(world: World) -> dict:
    """Every address, read by everybody, and one that is not there."""
    found = {}
    for role in ("visitor", "staff", "admin"):
        client = world.client(role)
        for name in TABLE:
            with undone(client):
                found[name, role] = client.get(url(name, world))
        found["nowhere", role] = client.get("/nothing/here/")
    return found


def wrong(answers: dict, right) -> list:
    return sorted({(what[0], str(response)) for what, response in answers.items()
                   if not right(what[0], response)})  # fmt: skip


def test_the_policy_for_content_allows_nothing_inline_anywhere(answers):
    def strict(name, response):
        policy = response.headers.get("Content-Security-Policy", "")
        parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        return (
            "unsafe" not in policy
            and "*" not in policy
            and "http:" not in policy
            and parts["default-src"] == "'none'"
            and ("sandbox" in parts or parts["base-uri"] == parts["frame-ancestors"] == "'none'")
            and {parts.get(kind, "'none'") for kind in ("script-src", "style-src", "form-action")}
            <= {"'none'", "'self'"}
        )

    assert not wrong(answers, strict)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Permitted-Cross-Domain-Policies", "none"),
    ],
)
def test_every_answer_says(header, value, answers):
    assert not wrong(answers, lambda name, response: response.headers.get(header) == value)


def test_no_other_site_hears_which_page_one_came_from(answers):
    def right(name, response):
        return response.headers.get("Referrer-Policy") in ("same-origin", "no-referrer")

    assert not wrong(answers, right)


def test_other_sites_show_nothing_of_ours_but_the_photos_of_feeds(answers):
    def right(name, response):
        elsewhere = name in SHOWN_ELSEWHERE and response.status_code == OK
        value = "cross-origin" if elsewhere else "same-origin"
        return response.headers["Cross-Origin-Resource-Policy"] == value

    assert not wrong(answers, right)


def test_no_page_may_use_what_none_of_ours_needs(answers):
    def right(name, response):
        policy = response.headers["Permissions-Policy"]
        return all(f"{power}=()" in policy for power in ("camera", "microphone", "geolocation"))

    assert not wrong(answers, right)


def test_no_shared_cache_keeps_any_answer(answers):
    def right(name, response):
        said = response.headers.get("Cache-Control", "")
        return "private" in said and ("no-cache" in said or "no-store" in said)

    assert not wrong(answers, right)


def test_the_browser_keeps_no_page_about_accounts(answers):
    def right(name, response):
        ours = name.startswith(("account_", "mfa_", "admin:")) and response.status_code == OK
        return not ours or name == "admin:jsi18n" or "no-store" in response.headers["Cache-Control"]

    assert not wrong(answers, right)


def test_what_differs_by_reader_says_that_it_does(answers):
    """Else a cache in between could show one reader's page to another."""
    public = {"healthz", "readyz", "nowhere"}
    # Whose they are stands in the address; nobody's session is asked for.
    by_address = {"feed_atom", "feed_json", "feed_photo", "screen", "screen_photo", "screen_slides"}
    others = public | by_address

    def right(name, response):
        personal = response.status_code == OK and name not in others and response.wsgi_request.user
        return not (personal and personal.is_authenticated) or "Cookie" in response.headers.get(
            "Vary", ""
        )

    assert not wrong(answers, right)


def test_signing_out_empties_what_the_browser_kept(world):
    client = world.client("staff")
    with undone(client):
        response = client.post(reverse("account_logout"))
    assert response.headers["Clear-Site-Data"] == '"cache"'


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client, world):
    user = world.users["staff"]
    user.set_password("long-Walk-7")
    user.save()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": user.username, "password": "long-Walk-7"})
    assert {"sessionid", "csrftoken", "known"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in ("Lax", "Strict"), cookie.key
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_cookies_are_bound_to_https_and_to_this_host():
    """Tried in a process of its own: such names are read once, when Retold starts."""
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings as s; from staff import throttle\n"
        "from retold import messages; print(messages.COOKIE, end=' ')\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, throttle.COOKIE, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN)"
    )
    said = run(code)
    assert said.split() == [
        "__Host-messages",
        "__Host-session",
        "__Host-csrf",
        "__Host-known",
        "True",
        "True",
        "None",
    ]


def run(code: str) -> str:
    environment = {**os.environ, **REAL, "DJANGO_SETTINGS_MODULE": "retold.settings"}
    for ours in ("HTTPS", "ALLOWED_HOSTS", "DATABASE_URL"):
        environment.pop(ours, None)
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, check=True
    )
    return done.stdout.decode()


def test_browsers_are_told_to_insist_on_https_for_a_year():
    assert settings.HSTS_SECONDS == 31_536_000
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "r = Client().get('/healthz', secure=True, SERVER_NAME='stories.example.org')\n"
        "print(r.headers['Strict-Transport-Security'])"
    )
    assert "max-age=31536000" in run(code)

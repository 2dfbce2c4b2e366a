"""Guessing at the door: how often one may, who suffers for it, and what the time it takes tells."""

import threading

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staff import throttle
from staff.trying_out import DEMO_PASSWORD
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LOGIN = reverse("account_login")
PASSWORD, WRONG = "long-Walk-7", "short-Walk-8"
TOO_MANY = "Too many tries"


@pytest.fixture
def anke():
    user = UserFactory(username="anke", email="anke@example.org", password=PASSWORD)
    return user


def guess(client: Client, name="anke", password=WRONG, **about) -> str:
    data = {"login": name, "password": password}
    return client.post(LOGIN, data, **about).content.decode()


def is_in(client) -> bool:
    return get_user(client).is_authenticated


class TestGuessing:
    def test_at_one_account_is_counted_together_by_whatever_name_and_from_wherever(self, anke):
        for number, name in enumerate(["anke", "ANKE", "anke@example.org", "Anke@Example.org "]):
            assert TOO_MANY not in guess(Client(), name, REMOTE_ADDR=f"192.0.2.{number}")
        guess(Client(), "anke", REMOTE_ADDR="192.0.2.77")
        assert TOO_MANY in guess(Client(), "anke@example.org", REMOTE_ADDR="192.0.2.78")
        stranger = Client()
        guess(stranger, password=PASSWORD, REMOTE_ADDR="192.0.2.79")
        assert not is_in(stranger)

    def test_by_strangers_does_not_shut_out_its_owner(self, anke):
        known = Client()
        guess(known, password=PASSWORD)
        known.post(reverse("account_logout"))
        for number in range(20):
            guess(Client(), REMOTE_ADDR=f"192.0.2.{number}")
        guess(known, password=PASSWORD)
        assert is_in(known)

    def test_in_a_browser_that_is_known_ends_as_well(self, anke):
        known = Client()
        guess(known, password=PASSWORD)
        known.post(reverse("account_logout"))
        for _ in range(5):
            guess(known)
        assert TOO_MANY in guess(known, password=PASSWORD)

    def test_gains_nothing_by_being_known_as_somebody_else(self, anke):
        UserFactory(username="bram", password=PASSWORD)
        for number in range(5):
            guess(Client(), REMOTE_ADDR=f"192.0.2.{number}")
        client = Client()
        guess(client, "bram", PASSWORD)
        client.post(reverse("account_logout"))
        assert TOO_MANY in guess(client, "anke", PASSWORD)

    @pytest.mark.parametrize("cookie", ["", "x", "[1]", "WyJ4IixbMV1d:1abc:sig", "\x00" * 10])
    def test_gains_nothing_by_a_cookie_of_ones_own_making(self, cookie, anke):
        for number in range(5):
            guess(Client(), REMOTE_ADDR=f"192.0.2.{number}")
        client = Client()
        client.cookies[throttle.COOKIE] = cookie
        assert TOO_MANY in guess(client, password=PASSWORD)

    def test_from_one_address_at_many_accounts_ends_as_well(self):
        said = [guess(Client(), f"name{number}", REMOTE_ADDR="192.0.2.7") for number in range(31)]
        assert TOO_MANY in said[-1]
        assert TOO_MANY not in guess(Client(), "name99", REMOTE_ADDR="192.0.2.8")

    def test_is_not_what_a_hundred_people_of_one_address_do(self, anke):
        """The change of shift, behind one address."""
        for number in range(60):
            user = UserFactory(username=f"nurse{number}", password=PASSWORD)
            client = Client()
            guess(client, user.username, PASSWORD, REMOTE_ADDR="192.0.2.7")
            assert is_in(client), number

    def test_from_an_address_one_only_says_is_counted_as_what_it_is(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(31):
            claimed = {"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.7"}
            said = guess(Client(), f"name{number}", headers=claimed)
        assert TOO_MANY in said

    def test_leaves_the_counts_of_others_where_they_are(self, anke):
        """Made-up names fill the memory of tries; what was counted before has to stay in it."""
        for number in range(5):
            guess(Client(), REMOTE_ADDR=f"192.0.2.{number}")
        for number in range(2000):
            cache.set(f"allauth:rl:{number}", [1.0], 300)
        assert TOO_MANY in guess(Client(), REMOTE_ADDR="192.0.2.9")


class TestTheTimeItTakes:
    """Passwords are made slow to try; whether that was done would tell who has an account."""

    @pytest.fixture
    def hashed(self, monkeypatch):
        """How often a password was hashed."""
        times = []
        encode = MD5PasswordHasher.encode

        def counted(self, password, salt):
            times.append(password)
            return encode(self, password, salt)

        monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
        return times

    @pytest.fixture
    def accounts(self, anke):
        coded = UserFactory(username="code", email="code@example.org")
        coded.set_unusable_password()
        coded.save()
        UserFactory(
            username="closed", email="closed@example.org", is_active=False, password=PASSWORD
        )

    @pytest.mark.parametrize(
        "password",
        [WRONG, DEMO_PASSWORD, "x" * 4000, "é" * 50],
        ids=["wrong", "demo", "long", "letters"],
    )
    @pytest.mark.parametrize("kind", ["%s", "%s@example.org"])
    def test_is_the_same_whether_or_not_there_is_an_account(self, kind, password, accounts, hashed):
        work = {}
        for name in ("anke", "nobody", "code", "closed"):
            cache.clear()
            hashed.clear()
            with CaptureQueriesContext(connection) as asked:
                guess(Client(), kind % name, password)
            work[name] = (len(hashed), len(asked))
        assert {times for times, _asked in work.values()} == {1}, work
        most, least = max(n for _, n in work.values()), min(n for _, n in work.values())
        assert most - least <= 1, work

    @pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
    def test_asking_for_an_e_mail_says_the_same_to_everybody(self, name, anke):
        said = []
        for who in ("anke", "nobody"):
            client = Client()
            asked = client.post(reverse(name), {"email": f"{who}@example.org"})
            page = client.get(asked.url).content.decode()
            said.append((asked.status_code, asked.url, page.replace(who, "…").split("<main")[1]))
        assert len({(status, address) for status, address, _page in said}) == 1
        hide = [[line for line in page.split("\n") if "csrf" not in line] for *_, page in said]
        assert hide[0] == hide[1]

    @pytest.mark.parametrize("name", ["account_request_login_code", "account_reset_password"])
    def test_asking_for_an_e_mail_does_not_wait_for_it(self, name, anke, settings, monkeypatch):
        settings.ACCOUNT_MAILS_AT_ONCE = False
        sending, arrived = threading.Event(), threading.Event()

        def slow(message) -> None:
            arrived.set()
            sending.wait(10)

        monkeypatch.setattr("django.core.mail.EmailMessage.send", slow)
        assert Client().post(reverse(name), {"email": "anke@example.org"}).status_code == 302
        assert arrived.wait(10)
        sending.set()

    @pytest.mark.parametrize("who", ["anke", "nobody"])
    def test_that_no_e_mail_leaves_is_said_to_everybody(self, who, anke, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        code = reverse("account_request_login_code")
        Client().post(code, {"email": "anke@example.org"})
        page = Client().post(code, {"email": f"{who}@example.org"}, follow=True)
        assert "No e-mail could be sent just now" in page.content.decode()

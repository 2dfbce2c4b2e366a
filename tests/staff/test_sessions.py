"""Where somebody is signed in: seen by them alone, ended by them, and ended with the password."""

import re

import pytest
from django.contrib.auth import get_user
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from staff.models import Session
from staff.models.session import MOST_SESSIONS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST, LOGIN = reverse("account_sessions"), reverse("account_login")
PASSWORD = "long-Walk-7"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def anke():
    user = UserFactory(username="anke")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(user, agent=FIREFOX, password=PASSWORD) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post(LOGIN, {"login": user.username, "password": password})
    return client


def is_in(client) -> bool:
    return get_user(client).is_authenticated


def text(response) -> str:
    return response.content.decode()


def test_the_list_says_which_browser_and_from_where(anke):
    desk, _phone = sign_in(anke), sign_in(anke, PHONE)
    html = text(desk.get(LIST))
    assert "Firefox, Linux" in html
    assert "Safari, iPhone" in html
    assert "127.0.0.1" in html
    assert html.count("Here, now") == 1
    assert html.index("Firefox, Linux") < html.index("Safari, iPhone")


def test_the_list_tells_no_session_key(anke):
    desk, _phone = sign_in(anke), sign_in(anke, PHONE)
    html = text(desk.get(LIST))
    assert not [key for key in Session.objects.values_list("pk", flat=True) if key in html]


def test_one_of_them_is_ended(anke):
    desk, phone, tablet = (sign_in(anke, agent) for agent in (FIREFOX, PHONE, "iPad"))
    html = text(desk.get(LIST))
    entry = next(part for part in html.split("<li>") if "Safari, iPhone" in part)
    desk.post(LIST, {"end": re.search(r'name="end" value="(\w+)"', entry).group(1)})
    assert (is_in(desk), is_in(phone), is_in(tablet)) == (True, False, True)


def test_all_others_are_ended(anke):
    desk, phone, stranger = sign_in(anke), sign_in(anke, PHONE), Client()
    stranger.force_login(UserFactory())
    desk.post(LIST)
    assert (is_in(desk), is_in(phone), is_in(stranger)) == (True, False, True)


def test_nobody_ends_the_session_of_somebody_else(anke):
    phone = sign_in(anke, PHONE)
    mark = re.search(r'name="end" value="(\w+)"', text(sign_in(anke).get(LIST))).group(1)
    other = Client()
    other.force_login(UserFactory())
    assert "Safari, iPhone" not in text(other.get(LIST))
    other.post(LIST, {"end": mark})
    assert is_in(phone)


def test_a_new_password_ends_all_others(anke):
    desk, phone = sign_in(anke), sign_in(anke, PHONE)
    data = {"oldpassword": PASSWORD, "password1": "other-Walk-8", "password2": "other-Walk-8"}
    desk.post(reverse("account_change_password"), data)
    assert (is_in(desk), is_in(phone)) == (True, False)
    assert text(desk.get(LIST)).count("<li>") == text(desk.get(LIST)).count("Here, now") + 1


def test_a_password_given_by_an_admin_ends_all(anke, admin_client):
    phone = sign_in(anke, PHONE)
    url = reverse("admin:auth_user_password_change", args=[anke.pk])
    data = {"password1": "other-Walk-8", "password2": "other-Walk-8", "usable_password": "true"}
    assert admin_client.post(url, data).status_code == 302
    assert not is_in(phone)
    assert not Session.objects.filter(account=anke).exists()


def test_a_closed_account_is_out_at_once(anke, admin_client):
    phone = sign_in(anke, PHONE)
    url = reverse("admin:staff_user_change", args=[anke.pk])
    admin_client.post(url, {"username": anke.username, "email": anke.email})
    assert not is_in(phone)
    assert not Session.objects.filter(account=anke).exists()


def test_an_account_is_signed_in_at_so_many_browsers_at_most(anke):
    first = sign_in(anke)
    for number in range(MOST_SESSIONS):
        last = sign_in(anke, f"Firefox/{number}")
    assert Session.objects.filter(account=anke).count() == MOST_SESSIONS
    assert (is_in(first), is_in(last)) == (False, True)


def test_the_list_asks_as_often_for_many_as_for_few(anke, django_assert_max_num_queries):
    desk = sign_in(anke)
    for number in range(MOST_SESSIONS - 1):
        sign_in(anke, f"Firefox/{number}")
    with django_assert_max_num_queries(5):
        desk.get(LIST)


def test_signing_in_changes_the_key_so_that_nobody_can_know_it_before(anke):
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.post(LOGIN, {"login": "anke", "password": PASSWORD})
    assert client.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def test_what_has_expired_is_cleared_and_not_listed(anke, time_machine):
    time_machine.move_to("2026-03-03 12:00")
    sign_in(anke, PHONE)
    time_machine.move_to("2026-03-03 13:00")
    Session.objects.update(expire_date="2026-03-03T12:30Z")
    assert "Safari, iPhone" not in text(sign_in(anke).get(LIST))
    call_command("clearsessions")
    assert Session.objects.count() == 1


@pytest.mark.parametrize("agent", ["", "\x00", "<script>alert(1)</script>", "x" * 5000])
def test_any_browser_may_say_anything(anke, agent):
    client = sign_in(anke, agent)
    assert is_in(client)
    assert "<script>alert" not in text(client.get(LIST))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.7:5123", "192.0.2.7"),
        ("", None),
    ],
)
def test_the_address_is_one_or_none(said, kept, anke):
    client = Client(REMOTE_ADDR=said)
    client.post(LOGIN, {"login": "anke", "password": PASSWORD})
    assert is_in(client)
    assert Session.objects.get(account=anke).address == kept

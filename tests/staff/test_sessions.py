"""Where somebody is signed in: seen by them alone, ended by them, and ended with the password."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staff.models import Session
from staff.models.session import MOST_SESSIONS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST, LOGIN = reverse("account_sessions"), reverse("account_login")
PASSWORD = "long-Walk-7"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.fixture
def anke():
    user = UserFactory(username="anke", password=PASSWORD)
    return user


def sign_in(user, agent=FIREFOX, password=PASSWORD) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post(LOGIN, {"login": user.username, "password": password})
    return client


def ask_again(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


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
    ask_again(desk)
    html = text(desk.get(LIST))
    entry = next(part for part in html.split("<li>") if "Safari, iPhone" in part)
    desk.post(LIST, {"end": re.search(r'name="end" value="(\w+)"', entry).group(1)})
    assert (is_in(desk), is_in(phone), is_in(tablet)) == (True, False, True)


def test_all_others_are_ended(anke):
    desk, phone, stranger = sign_in(anke), sign_in(anke, PHONE), Client()
    stranger.force_login(UserFactory())
    ask_again(desk)
    desk.post(LIST)
    assert (is_in(desk), is_in(phone), is_in(stranger)) == (True, False, True)


def test_whoever_ends_one_is_asked_for_the_password_and_goes_on_from_there(anke):
    desk, phone = sign_in(anke), sign_in(anke, PHONE)
    asked = desk.post(LIST)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    desk.post(asked.url, {"password": "wrong"})
    assert is_in(phone)
    assert desk.post(asked.url, {"password": PASSWORD}).url == LIST
    assert (is_in(desk), is_in(phone)) == (True, False)


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


@pytest.mark.parametrize("again", ["password", "app"])
def test_saying_again_who_one_is_changes_the_key(again, anke):
    TOTP.activate(anke, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    desk = Client()
    desk.force_login(anke)
    before = desk.session.session_key
    if again == "password":
        desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    else:
        code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", now_in_steps()))
        desk.post(reverse("mfa_reauthenticate"), {"code": code})
    assert is_in(desk)
    assert desk.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()


def now_in_steps() -> int:
    return int(time.time()) // 30


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


class TestThatNobodyUses:
    """It ends by itself; that it is used costs a question now and then, not with each request."""

    BEGAN = "2026-03-02 08:00"

    @pytest.fixture
    def desk(self, anke, time_machine, settings):
        settings.SESSION_IDLE_HOURS, settings.SESSION_DAYS = 10, 3
        time_machine.move_to(self.BEGAN, tick=False)
        return sign_in(anke)

    def test_is_over_after_its_time(self, desk, time_machine):
        time_machine.move_to("2026-03-02 17:59")
        assert is_in(desk)
        time_machine.move_to("2026-03-03 04:00")
        assert not is_in(desk)

    def test_is_over_on_a_page_that_has_not_changed_as_well(self, desk, time_machine):
        desk.get("/")
        tag = desk.get("/").headers["ETag"]
        assert desk.get("/", headers={"If-None-Match": tag}).status_code == 304
        time_machine.move_to("2026-03-02 18:00")
        assert desk.get("/", headers={"If-None-Match": tag}).status_code == 302

    def test_lasts_on_when_it_is_used(self, desk, time_machine):
        for day, hour in ((2, 17), (3, 2), (3, 11), (3, 20)):
            time_machine.move_to(f"2026-03-0{day} {hour:02}:00")
            assert is_in(desk), (day, hour)

    def test_ends_some_day_however_much_it_is_used(self, desk, time_machine):
        for hour in range(0, 72, 8):
            time_machine.move_to(f"2026-03-0{2 + (8 + hour) // 24} {(8 + hour) % 24:02}:00")
            assert is_in(desk), hour
        time_machine.move_to("2026-03-05 08:00")
        assert not is_in(desk)

    def test_costs_no_question_that_writes_but_once_in_a_tenth_of_the_time(
        self, desk, time_machine
    ):
        desk.get(LIST)
        written = []
        for minute in range(0, 140, 5):
            time_machine.move_to(f"2026-03-02 {8 + minute // 60:02}:{minute % 60:02}")
            with CaptureQueriesContext(connection) as asked:
                desk.get(LIST)
            written += [one for one in asked if one["sql"].startswith(("UPDATE", "INSERT"))]
        assert len(written) == 2

    def test_costs_none_at_the_end_of_its_days(self, desk, time_machine):
        for day in ("02 17", "03 02", "03 11", "03 20", "04 05", "04 14", "04 23"):
            time_machine.move_to(f"2026-03-{day}:00")
            desk.get(LIST)
        for minute in range(10, 50, 10):
            time_machine.move_to(f"2026-03-05 07:{minute}")
            with CaptureQueriesContext(connection) as asked:
                desk.get(LIST)
            assert not [one for one in asked if one["sql"].startswith("UPDATE")]
        assert is_in(desk)

    def test_is_readable_where_nothing_can_be_written(self, desk, time_machine, monkeypatch):
        def full(*_args, **_about):
            raise OperationalError("no room")

        time_machine.move_to("2026-03-02 12:00")
        monkeypatch.setattr("django.db.models.query.QuerySet.update", full)
        assert desk.get(LIST).status_code == 200


class TestAnotherKey:
    """SECRET_KEY is changed, and the old one is named in SECRET_KEY_FALLBACKS."""

    @pytest.fixture
    def changed(self, settings):
        def change(*former: str) -> None:
            settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", list(former)

        return change

    def test_signs_nobody_out_and_is_used_from_then_on(self, anke, settings, changed):
        old, desk = settings.SECRET_KEY, sign_in(anke)
        changed(old)
        assert desk.get(LIST).status_code == 200
        changed()
        assert desk.get(LIST).status_code == 200

    def test_signs_nobody_out_who_asks_for_a_page_that_has_not_changed(
        self, anke, settings, changed
    ):
        old, desk = settings.SECRET_KEY, sign_in(anke)
        desk.get("/")
        tag = desk.get("/").headers["ETag"]
        changed(old)
        for _time in range(2):
            assert desk.get("/", headers={"If-None-Match": tag}).status_code == 304
        assert desk.get(LIST).status_code == 200

    def test_is_used_from_the_first_page_on_that_has_changed(self, anke, settings, changed):
        old, desk = settings.SECRET_KEY, sign_in(anke)
        changed(old)
        assert desk.get("/", headers={"If-None-Match": 'W/"wall-before"'}).status_code == 200
        changed()
        assert desk.get(LIST).status_code == 200

    def test_leaves_what_is_open_elsewhere_in_the_list(self, anke, settings, changed):
        old, desk, _phone = settings.SECRET_KEY, sign_in(anke), sign_in(anke, PHONE)
        changed(old)
        desk.get(LIST)
        assert "Safari, iPhone" in text(desk.get(LIST))

    def test_signs_everybody_out_without_it(self, anke, changed):
        desk = sign_in(anke)
        changed()
        assert desk.get(LIST).status_code == 302


class TestAnAdmin:
    def test_ends_what_an_account_has_open_and_leaves_it_open(self, anke, admin_client):
        phone = sign_in(anke, PHONE)
        url = reverse("admin:staff_user_change", args=[anke.pk])
        data = {"username": anke.username, "email": anke.email, "is_active": "on"}
        admin_client.post(url, data)
        assert is_in(phone)
        admin_client.post(url, {**data, "end_sessions": "on"})
        assert not is_in(phone)
        assert is_in(sign_in(anke))

    def test_ends_those_of_many_but_not_their_own(self, anke, admin_client):
        phone, other = sign_in(anke, PHONE), Client()
        other.force_login(UserFactory())
        ticked = [anke.pk, get_user(other).pk, admin_client.user.pk]
        admin_client.post(
            reverse("admin:staff_user_changelist"),
            {"action": "sign_out", "_selected_action": ticked},
        )
        assert (is_in(phone), is_in(other), is_in(admin_client)) == (False, False, True)

    def test_is_the_only_one_who_does(self, anke, moderator_client):
        phone = sign_in(anke, PHONE)
        moderator_client.post(
            reverse("admin:staff_user_changelist"),
            {"action": "sign_out", "_selected_action": [anke.pk]},
        )
        assert is_in(phone)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["abcdefgh\0", "abcdefgh'--", "a" * 5_000, "clésclés"])
def test_a_key_that_is_none_of_ours_is_nobodys(key, client, settings):
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get("/people/me/").status_code == 302

"""What concerns the safety of accounts is said in one place, in lines that nobody can forge."""

import logging
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from retold.logs import OneLine
from staff import security_log
from staff.models import History
from tests.factories import EmployeeFactory, StoryFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN, PASSWORD, SECRET = reverse("account_login"), "long-Walk-7", "their-Secret-9"


@pytest.fixture
def anke():
    user = UserFactory(username="anke", email="anke@example.org", password=PASSWORD)
    return user


@pytest.fixture
def lines(caplog):
    """What was said, each line with its pairs apart."""
    caplog.set_level(logging.INFO, "retold.security")

    def said(event: str = "") -> list[dict]:
        found = [one.getMessage() for one in caplog.records if one.name == "retold.security"]
        parted = [dict(pair.split("=", 1) for pair in line.split(" ")) for line in found]
        return [line for line in parted if line["event"] == event or not event]

    return said


def sign_in(name="anke", password=PASSWORD, **about) -> Client:
    client = Client(**about)
    client.post(LOGIN, {"login": name, "password": password})
    return client


class TestSigningIn:
    def test_is_said_with_the_account_the_way_and_the_address(self, anke, lines):
        sign_in(REMOTE_ADDR="192.0.2.7")
        [said] = lines("sign-in")
        number = str(anke.pk)
        assert said == {
            "event": "sign-in",
            "account": number,
            "by": number,
            "from": "192.0.2.7",
            "ways": "password",
        }

    def test_with_a_wrong_password_is_said(self, anke, lines):
        sign_in(password=SECRET, REMOTE_ADDR="192.0.2.7")
        [said] = lines("sign-in-failed")
        assert (said["account"], said["way"]) == (str(anke.pk), "password")
        assert said["from"] == "192.0.2.7"
        assert not lines("sign-in")

    def test_to_a_closed_account_is_said(self, anke, lines):
        anke.is_active = False
        anke.save()
        sign_in()
        assert [said["why"] for said in lines("sign-in-failed")] == ["closed"]

    def test_keeps_the_numbers_of_passkeys_out_of_the_log(self):
        assert not logging.getLogger("fido2.server").isEnabledFor(logging.INFO)
        assert logging.getLogger("fido2.server").isEnabledFor(logging.WARNING)

    def test_says_nothing_that_was_typed(self, anke, lines, caplog):
        """A password stands in the field above its own now and then."""
        sign_in(name=SECRET)
        sign_in(password=SECRET)
        assert len(lines("sign-in-failed")) == 2
        assert SECRET not in caplog.text
        assert "anke" not in str(lines())

    def test_too_often_is_said(self, anke, lines):
        for _time in range(6):
            sign_in(password=SECRET)
        assert len(lines("sign-in-held")) == 1

    def test_by_a_code_is_said_and_the_code_is_not(self, anke, lines, caplog):
        client = Client()
        asked = client.post(reverse("account_request_login_code"), {"email": anke.email})
        client.post(asked.url, {"code": "WRONG"})
        code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]*)\s*$", mail.outbox[0].body, re.M).group(1)
        client.post(asked.url, {"code": code})
        assert [said["way"] for said in lines("sign-in-failed")] == ["code"]
        assert [said["ways"] for said in lines("sign-in")] == ["code"]
        assert [said["kind"] for said in lines("account-mail")] == ["login_code"]
        assert code not in caplog.text
        assert anke.email not in caplog.text

    def test_with_a_second_factor_is_said_when_it_fails_as_well(self, anke, lines):
        TOTP.activate(anke, "JBSWY3DPEHPK3PXP")
        client = sign_in()
        assert not lines("sign-in")
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
        assert [said["way"] for said in lines("sign-in-failed")] == [Authenticator.Type.TOTP]

    def test_ends_with_a_line_as_well(self, anke, lines):
        sign_in().post(reverse("account_logout"))
        assert [said["account"] for said in lines("sign-out")] == [str(anke.pk)]


class TestWhoChangesWhoseRights:
    def test_is_said_with_the_roles_before_and_after(self, anke, admin_client, lines):
        url = reverse("admin:staff_user_change", args=[anke.pk])
        roles = admin_client.get(url).context["adminform"].form.fields["groups"].queryset
        moderators = roles.get(name="moderators").pk
        data = {"username": "anke", "email": anke.email, "is_active": "on"}
        admin_client.post(url, {**data, "groups": [moderators]})
        [said] = lines("roles-changed")
        assert (said["account"], said["by"]) == (str(anke.pk), str(admin_client.user.pk))
        assert (said["before"], said["after"]) == ("none", "moderators")
        admin_client.post(url, data)
        assert lines("roles-changed")[-1]["before"] == "moderators"

    def test_is_said_of_an_account_that_is_closed_signed_out_or_deleted(
        self, anke, admin_client, lines
    ):
        url = reverse("admin:staff_user_change", args=[anke.pk])
        admin_client.post(url, {"username": "anke", "email": anke.email})
        assert "is_active" in lines("account-changed")[-1]["fields"].split(",")
        admin_client.post(
            reverse("admin:staff_user_changelist"),
            {"action": "sign_out", "_selected_action": [anke.pk]},
        )
        assert [said["accounts"] for said in lines("sessions-ended")] == ["1"]
        admin_client.post(reverse("admin:staff_user_delete", args=[anke.pk]), {"post": "yes"})
        assert [said["account"] for said in lines("account-deleted")] == [str(anke.pk)]

    def test_is_said_of_a_password_that_is_given_and_the_password_is_not(
        self, anke, admin_client, lines, caplog
    ):
        url = reverse("admin:auth_user_password_change", args=[anke.pk])
        wrong = {"password1": SECRET, "password2": "other", "usable_password": "true"}
        admin_client.post(url, wrong)
        assert not lines("password-given")
        admin_client.post(url, {**wrong, "password2": SECRET})
        assert [said["account"] for said in lines("password-given")] == [str(anke.pk)]
        assert SECRET not in caplog.text

    def test_is_said_of_ones_own_password_and_sessions(self, anke, lines, caplog):
        desk, _phone = sign_in(), sign_in()
        data = {"oldpassword": PASSWORD, "password1": SECRET, "password2": SECRET}
        desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        desk.post(reverse("account_sessions"))
        desk.post(reverse("account_change_password"), data)
        assert [said["number"] for said in lines("sessions-ended")] == ["1"]
        assert len(lines("asked-again")) == 1
        assert [said["account"] for said in lines("password-changed")] == [str(anke.pk)]
        assert SECRET not in caplog.text


class TestWhatIsTakenAlong:
    def test_is_said_of_a_persons_data_whoever_asks(self, anke, admin_client, lines):
        person = anke.person.pk
        desk = sign_in()
        desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        desk.post(reverse("own_data"))
        admin_client.post(reverse("admin:staff_erasure_export", args=[person]))
        said = [(one["by"], one["account"]) for one in lines("data-handed-out")]
        assert said == [(str(user.pk), str(anke.pk)) for user in (anke, admin_client.user)]

    def test_is_said_of_an_erasure_without_whose_it_was(self, anke, admin_client, lines):
        url = reverse("admin:staff_erasure_erase", args=[anke.person.pk])
        assert admin_client.post(url, {"name": anke.person.full_name}).status_code == 302
        [said] = lines("person-erased")
        assert set(said) == {"event", "by", "from", "erasure"}

    def test_is_said_of_the_history(self, admin_client, lines):
        EmployeeFactory()
        chosen = {"action": "as_csv", "_selected_action": [History.objects.first().pk]}
        admin_client.post(reverse("admin:staff_history_changelist"), chosen)
        assert [said["form"] for said in lines("history-handed-out")] == ["csv"]


class TestARefusal:
    def test_of_a_page_says_who_and_which(self, staff_client, lines):
        assert staff_client.get(reverse("admin:index")).status_code == 403
        [said] = lines("refused")
        assert (said["by"], said["status"]) == (str(staff_client.user.pk), "403")
        assert said["page"] == "admin:index"

    def test_of_what_is_somebody_elses_says_which(self, staff_client, lines):
        draft = StoryFactory(status="draft")
        url = reverse("story", args=[draft.public_id])
        assert staff_client.get(url).status_code == 404
        [said] = lines("refused")
        assert (said["page"], said["public_id"]) == ("story", draft.public_id)

    def test_says_no_key_that_lets_somebody_in(self, client, lines, caplog):
        assert client.get(reverse("feed_atom", args=["guessed-token"])).status_code == 404
        assert [said["page"] for said in lines("refused")] == ["feed_atom"]
        assert "guessed-token" not in str(lines())

    def test_is_not_said_of_an_address_that_there_is_not(self, client, staff_client, lines):
        for one in (client, staff_client):
            one.get("/wp-login.php")
        assert not lines()

    def test_shows_no_line_of_code_but_a_page_that_broke_does(
        self, staff_client, caplog, monkeypatch
    ):
        staff_client.get("/admin/")
        staff_client.raise_request_exception = False
        monkeypatch.setattr("stories.wall.views.asked_for", lambda request: 1 / 0)
        staff_client.get("/")
        said = [(line.status_code, bool(line.exc_info)) for line in requests_of(caplog)]
        assert said == [(403, False), (500, True)]

    def test_costs_a_page_that_is_shown_nothing(self, staff_client, lines):
        assert staff_client.get("/").status_code == 200
        assert not lines()


def requests_of(caplog) -> list[logging.LogRecord]:
    return [line for line in caplog.records if line.name == "django.request"]


class TestALine:
    def line(self, caplog, **about) -> str:
        caplog.set_level(logging.INFO, "retold.security")
        request = RequestFactory().get("/")
        security_log.note("refused", request, **about)
        return OneLine("%(asctime)s %(levelname)s %(name)s: %(message)s").format(caplog.records[-1])

    def test_begins_with_the_time_in_utc(self, caplog, time_machine):
        time_machine.move_to("2026-03-02T08:00:00.250+02:00", tick=False)
        said = self.line(caplog)
        assert said == (
            "2026-03-02T06:00:00.250Z INFO retold.security: event=refused from=127.0.0.1"
        )

    @pytest.mark.parametrize(
        "text", ["a\nevent=sign-in", 'a" event="sign-in', "a event=sign-in", "a\u2028event=sign-in"]
    )
    def test_is_one_and_has_no_pair_that_somebody_made_up(self, text, caplog):
        said = self.line(caplog, slug=text)
        assert len(said.splitlines()) == 1
        outside_quotes = re.sub(r'"(?:[^"\\]|\\.)*"', "", said)
        assert outside_quotes.count("event=") == 1

    def test_is_no_longer_than_one_can_read(self, caplog):
        assert len(self.line(caplog, slug="x" * 100_000)) < 400


def test_every_event_is_listed_on_paper_and_no_other():
    said = set()
    for app in ("retold", "staff", "stories"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            said |= set(re.findall(r"\bnote\(\s*\"([a-z-]+)\", ", path.read_text()))
    # Those whose names do not stand right there.
    said |= {"account-added", "account-changed", "roles-changed"}
    table = (settings.BASE_DIR / "docs" / "logs.md").read_text().partition("## What `retold")[2]
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|", table, re.MULTILINE)
    assert {event for row in rows for event in re.findall(r"[a-z-]+", row)} == said

"""A second factor: an app’s code or a recovery code, and roles that wait until it was shown."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse

from staff.models import Session
from staff.second_factor import Adapter
from tests.factories import PendingStoryFactory, UserFactory

pytestmark = pytest.mark.django_db
# An app is set up once that is committed, while the page is answered.
COMMITTED = pytest.mark.django_db(transaction=True)

LOGIN, PROOF = reverse("account_login"), reverse("second_factor")
ASKED, AGAIN = reverse("mfa_authenticate"), reverse("mfa_reauthenticate")
REAUTHENTICATE = reverse("account_reauthenticate")
ADMIN, APP = reverse("admin:index"), reverse("mfa_activate_totp")
PASSWORD = "long-Walk-7"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def demanded(settings):
    settings.SECOND_FACTOR = "moderators"


def account(*roles, app=False, **about):
    user = UserFactory(roles=list(roles), **about, password=PASSWORD)
    if app:
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)
    return user


def code(secret: str = SECRET, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(user, **data) -> Client:
    client = Client()
    client.post(LOGIN, {"login": user.username, "password": PASSWORD, **data})
    return client


def text(response) -> str:
    return response.content.decode()


class TestSigningIn:
    def test_with_an_app_needs_its_code(self):
        user = account(app=True)
        client = sign_in(user)
        assert not get_user(client).is_authenticated
        assert "did not match" in text(client.post(ASKED, {"code": "000000"}))
        assert not get_user(client).is_authenticated
        client.post(ASKED, {"code": code()})
        assert get_user(client) == user

    def test_by_a_code_from_an_email_needs_it_too(self, client):
        user = account(app=True, email="anke@example.org")
        client.post(reverse("account_request_login_code"), {"email": user.email})
        sent = re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE).group(1)
        response = client.post(reverse("account_confirm_login_code"), {"code": sent})
        assert response.url == ASKED
        assert not get_user(client).is_authenticated

    def test_after_a_forgotten_password_needs_it_too(self, client):
        user = account(app=True, email="anke@example.org")
        client.post(reverse("account_reset_password"), {"email": user.email})
        link = re.search(r"http://testserver(/\S+)", mail.outbox[-1].body).group(1)
        here = client.get(link, follow=True).redirect_chain[-1][0]
        client.post(here, {"password1": "other-Walk-8", "password2": "other-Walk-8"})
        assert not get_user(client).is_authenticated
        response = client.post(LOGIN, {"login": user.username, "password": "other-Walk-8"})
        assert response.url == ASKED
        assert not get_user(client).is_authenticated

    def test_takes_a_code_once(self):
        user, once = account(app=True), code()
        assert get_user(sign_in_with(user, once)).is_authenticated
        assert not get_user(sign_in_with(user, once)).is_authenticated

    def test_takes_the_code_of_a_telephone_whose_clock_is_half_a_minute_slow(self):
        assert get_user(sign_in_with(account(app=True), code(steps=-1))).is_authenticated
        assert not get_user(sign_in_with(account(app=True), code(steps=-4))).is_authenticated

    def test_takes_a_recovery_code_once(self):
        user = account(app=True)
        codes = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
        spare = codes.get_unused_codes()[0]
        assert get_user(sign_in_with(user, spare)) == user
        assert not get_user(sign_in_with(user, spare)).is_authenticated

    def test_lets_nobody_guess_for_long(self):
        client = sign_in(account(app=True))
        for _ in range(6):
            response = client.post(ASKED, {"code": "000000"})
        assert "Too many tries" in text(response)
        client.post(ASKED, {"code": code()})
        assert not get_user(client).is_authenticated

    @pytest.mark.parametrize("hostile", ["", "[]", "{}", '{"id": 1}', "null", "x" * 10_000])
    def test_with_what_is_no_passkey_is_answered(self, hostile):
        client = sign_in(account(app=True))
        assert client.post(ASKED, {"credential": hostile}).status_code == 200
        login = reverse("mfa_login_webauthn")
        assert Client().post(login, {"credential": hostile}).status_code == 302


def sign_in_with(user, factor: str) -> Client:
    client = sign_in(user)
    client.post(ASKED, {"code": factor})
    return client


class TestSettingUpAnApp:
    @COMMITTED
    def test_asks_for_the_password_once_more_and_shows_a_code_to_scan(self):
        user = account(email="anke@example.org")
        client = sign_in(user)
        response = client.get(APP)
        assert response.url.startswith(reverse("account_reauthenticate"))
        client.post(response.url, {"password": PASSWORD, "next": APP})
        html = text(client.get(APP))
        assert 'src="data:image/svg+xml;base64,' in html
        secret = re.search(r'id="totp-secret"[^>]*value="(\w+)"', html).group(1)
        assert "did not match" in text(client.post(APP, {"code": "000000"}))
        response = client.post(APP, {"code": code(secret)})
        assert response.url == reverse("mfa_view_recovery_codes")
        shown = text(client.get(response.url))
        spare = Authenticator.objects.get(user=user, type="recovery_codes").wrap()
        assert all(one in shown for one in spare.get_unused_codes())
        assert len(spare.get_unused_codes()) == 10

    @COMMITTED
    def test_has_shown_it_by_its_code(self, demanded):
        user = account("moderators")
        client = sign_in(user)
        client.post(f"{REAUTHENTICATE}?next={APP}", {"password": PASSWORD})
        secret = re.search(r"[A-Z2-7]{32}", text(client.get(APP)))[0]
        codes = client.post(APP, {"code": code(secret)})
        assert client.get(codes.url).status_code == 200
        assert client.get(ADMIN).status_code == 200

    @pytest.mark.parametrize(
        "name",
        [
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_add_webauthn",
            "mfa_list_webauthn",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
        ],
    )
    def test_leaves_nothing_to_a_session_of_before_that_has_the_password_alone(self, name):
        """Else it would read the recovery codes, or add a key of its own, and show that."""
        user = account("moderators")
        stranger = sign_in(user)
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)
        address = reverse(name)
        stranger.post(f"{REAUTHENTICATE}?next={address}", {"password": PASSWORD})
        for answer in (stranger.get(address), stranger.post(address, {"credential": "{}"})):
            assert answer.url == f"{PROOF}?next={address}"
        assert AGAIN in text(stranger.get(answer.url))
        stranger.post(AGAIN, {"code": code()})
        assert stranger.get(address).status_code in (200, 302)
        assert PROOF not in stranger.get(address).get("Location", "")

    def test_names_retold_and_the_account_in_the_app(self):
        url = Adapter().build_totp_url(account(email="anke@example.org"), SECRET)
        assert url.startswith("otpauth://totp/anke%40example.org?secret=")
        assert "issuer=Retold%2C%20at%20Northgate" in url


@pytest.mark.usefixtures("demanded")
class TestARoleThatNeedsIt:
    @pytest.mark.parametrize("role", ["moderators", "admins"])
    def test_waits_and_leads_to_setting_it_up(self, role):
        user = account(role)
        client = sign_in(user)
        assert client.get(ADMIN).url == f"{PROOF}?next={ADMIN}"
        page = text(client.get(PROOF))
        assert reverse("mfa_add_webauthn") in page
        assert reverse("mfa_activate_totp") in page

    def test_of_a_superuser_waits_too(self):
        client = sign_in(account(is_superuser=True, is_staff=True))
        assert client.get(ADMIN).url == f"{PROOF}?next={ADMIN}"

    def test_is_offered_right_after_signing_in(self, client):
        user = account("moderators")
        response = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
        assert response.url == PROOF

    def test_does_nothing_meanwhile_and_one_can_read_and_tell(self):
        waiting = PendingStoryFactory()
        client = sign_in(account("moderators"))
        approve = reverse("admin:stories_story_approve", args=[waiting.pk])
        assert client.post(approve).url.startswith(PROOF)
        waiting.refresh_from_db()
        assert waiting.status == "pending"
        assert client.get(reverse("story", args=[waiting.public_id])).status_code == 404
        for name in ("wall", "tell", "mine"):
            response = client.get(reverse(name))
            assert response.status_code == 200
            assert ADMIN not in text(response)

    def test_can_be_used_once_it_was_shown(self):
        client = sign_in_with(account("moderators", app=True), code())
        assert client.get(ADMIN).status_code == 200
        assert client.get(f"{PROOF}?next={ADMIN}").url == ADMIN

    def test_leads_nowhere_else(self):
        client = sign_in_with(account("moderators", app=True), code())
        assert client.get(f"{PROOF}?next=https://evil.example/").url == reverse("wall")

    def test_stays_out_of_reach_of_a_session_that_began_without(self):
        """Somebody with the password was in before its owner set the app up."""
        user = account("moderators")
        stranger = sign_in(user)
        TOTP.activate(user, SECRET)
        assert stranger.get(ADMIN).url.startswith(PROOF)
        page = text(stranger.get(f"{PROOF}?next={ADMIN}"))
        assert AGAIN in page
        assert reverse("mfa_add_webauthn") not in page
        stranger.post(AGAIN, {"code": "000000"})
        assert stranger.get(ADMIN).url.startswith(PROOF)
        assert stranger.post(AGAIN, {"code": code(), "next": ADMIN}).url == ADMIN
        assert stranger.get(ADMIN).status_code == 200

    def test_keeps_its_only_factor(self):
        user = account("moderators", app=True)
        client = sign_in_with(user, code())
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        page = client.post(reverse("mfa_deactivate_totp"))
        assert "this is your only one" in text(page)
        assert Authenticator.objects.filter(user=user, type="totp").exists()

    def test_is_not_written_away_when_the_account_is_saved_meanwhile(self):
        user = account("admins", is_superuser=True)
        client = sign_in(user)
        data = {"oldpassword": PASSWORD, "password1": "other-Walk-8", "password2": "other-Walk-8"}
        client.post(reverse("account_change_password"), data)
        user.refresh_from_db()
        assert user.check_password("other-Walk-8")
        assert user.is_superuser
        assert set(user.groups.values_list("name", flat=True)) == {"admins"}

    @pytest.mark.parametrize("role", ["managers", None])
    def test_is_no_other(self, role):
        client = sign_in(account(*filter(None, [role])))
        assert client.get(PROOF).url == reverse("wall")
        assert client.get(ADMIN).status_code == 403


def test_nobody_needs_one_where_the_setting_does_not_say_so():
    assert sign_in(account("moderators")).get(ADMIN).status_code == 200


class TestAnAdmin:
    def test_takes_it_away_from_who_lost_it_and_signs_them_out(self, admin_client):
        user = account(app=True, email="anke@example.org")
        client = sign_in_with(user, code())
        url = reverse("admin:staff_user_change", args=[user.pk])
        assert "There is one." in text(admin_client.get(url))
        data = {"username": user.username, "email": user.email, "is_active": "on"}
        admin_client.post(url, {**data, "forget_factors": "on"})
        assert not Authenticator.objects.filter(user=user).exists()
        assert not get_user(client).is_authenticated
        assert get_user(sign_in(user)) == user

    def test_changes_an_account_without_touching_it(self, admin_client):
        user = account(app=True, email="anke@example.org")
        url = reverse("admin:staff_user_change", args=[user.pk])
        data = {"username": user.username, "email": user.email, "is_active": "on"}
        assert admin_client.post(url, data).status_code == 302
        assert Authenticator.objects.filter(user=user, type="totp").exists()

    def test_never_reads_the_secret_or_a_session_key(self, admin_client):
        user = account(app=True)
        sign_in_with(user, code())
        (key,) = Session.objects.filter(account=user).values_list("pk", flat=True)
        for page in ("change", "delete"):
            html = text(admin_client.get(reverse(f"admin:staff_user_{page}", args=[user.pk])))
            assert SECRET not in html
            assert key not in html

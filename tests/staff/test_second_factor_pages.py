"""The pages of second factors, most of which are behind a password asked for again."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.urls import reverse

from tests.site import validator

from .test_second_factor import PASSWORD, SECRET, account, code, sign_in

pytestmark = pytest.mark.django_db

WITHOUT = ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn")
WITH = (
    *("mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_reauthenticate", "account_email"),
)
OF_A_KEY = ("mfa_edit_webauthn", "mfa_remove_webauthn")


def asked_again(user):
    client = sign_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def key_of(user) -> Authenticator:
    data = {"name": "<b>Key</b>", "credential": {}}
    return Authenticator.objects.create(user=user, type="webauthn", data=data)


def test_a_passkey_is_asked_for_on_the_way_in_where_there_is_one():
    page = sign_in(account(app=True)).get(reverse("mfa_authenticate")).content.decode()
    assert "Use my passkey" not in page
    assert "passkey.js" not in page
    assert 'class="button">Sign in<' in page


def test_are_valid(tmp_path, settings):
    settings.SECOND_FACTOR = "moderators"
    user = account("moderators", email="anke@example.org")
    client, pages = asked_again(user), {}
    for name in (*WITHOUT, "second_factor", "account_email", "account_sessions"):
        pages[f"{name} without"] = client.get(reverse(name))
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    pages["second_factor to show"] = client.get(reverse("second_factor"))
    client.post(reverse("mfa_reauthenticate"), {"code": code()})
    key = key_of(user)
    for name in WITH:
        pages[f"{name} with"] = client.get(reverse(name))
    for name in OF_A_KEY:
        pages[name] = client.get(reverse(name, args=[key.pk]))
    pages["on the way in"] = sign_in(account(app=True)).get(reverse("mfa_authenticate"))
    for name, response in pages.items():
        assert response.status_code == 200, name
        assert "<b>Key" not in response.content.decode()
        (tmp_path / f"{name}.html").write_bytes(response.content)
    assert not validator.validate(tmp_path)


@pytest.mark.parametrize("name", OF_A_KEY)
def test_of_another_s_key_are_not_there(name):
    key = key_of(account())
    client = asked_again(account(email="bram@example.org"))
    url = reverse(name, args=[key.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "Mine"}).status_code == 404
    key.refresh_from_db()
    assert key.data["name"] == "<b>Key</b>"


def test_with_secrets_are_kept_by_no_browser():
    client = asked_again(account(email="anke@example.org"))
    assert "no-store" in client.get(reverse("mfa_activate_totp")).headers["Cache-Control"]

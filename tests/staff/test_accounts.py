"""Signing in: by name or e-mail, by a code, with a new password; and what strangers can't do."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.urls import reverse

from staff.models import Employee, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LOGIN = reverse("account_login")
CODE = reverse("account_request_login_code")
CONFIRM = reverse("account_confirm_login_code")
RESET = reverse("account_reset_password")
PASSWORD = "long-Walk-7"


@pytest.fixture
def anke():
    user = UserFactory(username="anke", email="anke@example.org", password=PASSWORD)
    return user


def is_in(client) -> bool:
    return get_user(client).is_authenticated


def text(response) -> str:
    return response.content.decode()


class TestPassword:
    @pytest.mark.parametrize(
        "name", ["anke", "ANKE", "anke@example.org", "Anke@Example.org", " anke "]
    )
    def test_signs_in_with_user_name_or_email(self, client, anke, name):
        client.post(LOGIN, {"login": name, "password": PASSWORD})
        assert is_in(client)

    def test_leads_back_to_where_one_wanted_to_go(self, client, anke):
        wanted = reverse("people")
        response = client.get(wanted)
        assert response.url == f"{LOGIN}?next={wanted}"
        assert f'name="next" value="{wanted}"' in text(client.get(response.url))
        response = client.post(LOGIN, {"login": "anke", "password": PASSWORD, "next": wanted})
        assert response.url == wanted

    def test_leads_nowhere_else(self, client, anke):
        data = {"login": "anke", "password": PASSWORD, "next": "https://evil.example/"}
        assert client.post(LOGIN, data).url == reverse("wall")

    @pytest.mark.parametrize("name", ["anke", "anke@example.org", "nobody", "nobody@example.org"])
    def test_that_is_wrong_says_the_same_whoever_it_is(self, client, anke, name):
        response = client.post(LOGIN, {"login": name, "password": "wrong"})
        assert "That does not match." in text(response)
        assert not is_in(client)

    def test_of_a_closed_account_does_not_sign_in(self, client, anke):
        User.objects.update(is_active=False)
        client.post(LOGIN, {"login": "anke", "password": PASSWORD})
        assert not is_in(client)

    def test_cannot_be_guessed_for_long(self, client, anke):
        for _ in range(6):
            response = client.post(LOGIN, {"login": "anke", "password": "wrong"})
        assert "Too many tries" in text(response)
        client.post(LOGIN, {"login": "anke", "password": PASSWORD})
        assert not is_in(client)

    def test_page_tells_a_password_manager_what_is_what(self, client):
        html = text(client.get(LOGIN))
        assert 'autocomplete="username"' in html
        assert 'autocomplete="current-password"' in html
        assert "placeholder" not in html.split("<main")[1]

    @pytest.mark.parametrize("name", ["\x00", "x" * 5000, "<script>", "\u202e"])
    def test_any_name_is_answered(self, client, name):
        assert client.post(LOGIN, {"login": name, "password": "x"}).status_code == 200

    def test_is_changed_by_who_knows_it_and_a_mail_says_so(self, client, anke):
        client.force_login(anke)
        url = reverse("account_change_password")
        wrong = {"oldpassword": "no", "password1": "other-Walk-8", "password2": "other-Walk-8"}
        assert "not your present password" in text(client.post(url, wrong))
        response = client.post(url, {**wrong, "oldpassword": PASSWORD}, follow=True)
        assert "Your password is changed." in text(response)
        assert is_in(client)
        anke.refresh_from_db()
        assert anke.check_password("other-Walk-8")
        assert "password of your Retold account was changed" in mail.outbox[0].body

    def test_the_mail_says_when_and_by_what_in_words_of_ours(self, client, anke):
        """What a browser says of itself would stand in our name in the mail of somebody else."""
        client.force_login(anke)
        data = {"oldpassword": PASSWORD, "password1": "other-Walk-8", "password2": "other-Walk-8"}
        agent = "Firefox/140.0 Linux. All is well, sign in at https://evil.example"
        client.post(reverse("account_change_password"), data, headers={"User-Agent": agent})
        (said,) = re.findall("It happened on (.*)", mail.outbox[0].body)
        when, _comma, where = said.partition(", from the address ")
        assert re.fullmatch(r"\d+ \w+ \d{4}, \d\d:\d\d", when)
        assert where == "127.0.0.1 (Firefox, Linux)."

    def test_that_is_weak_is_refused(self, client, anke):
        client.force_login(anke)
        data = {"oldpassword": PASSWORD, "password1": "12345678", "password2": "12345678"}
        assert "entirely numeric" in text(client.post(reverse("account_change_password"), data))

    @pytest.mark.parametrize(
        "password", ["northgate1", "Retold-26", "retold-northgate", "testserver"]
    )
    def test_made_of_our_own_names_is_refused(self, client, anke, password):
        client.force_login(anke)
        data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
        response = client.post(reverse("account_change_password"), data)
        assert "a name that everybody here knows" in text(response)

    @pytest.mark.parametrize("password", ["the lamp of Northgate", "retold by four cooks"])
    def test_may_say_our_names_among_other_words(self, client, anke, password):
        client.force_login(anke)
        data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
        assert client.post(reverse("account_change_password"), data).status_code == 302

    def test_is_chosen_by_who_has_none(self, client, anke):
        anke.set_unusable_password()
        anke.save()
        client.force_login(anke)
        url = reverse("account_set_password")
        assert client.get(reverse("account_change_password")).url == url
        client.post(url, {"password1": "other-Walk-8", "password2": "other-Walk-8"})
        anke.refresh_from_db()
        assert anke.check_password("other-Walk-8")


class TestCode:
    def ask(self, client, address="anke@example.org"):
        response = client.post(CODE, {"email": address}, follow=True)
        assert response.redirect_chain[-1][0].startswith(CONFIRM)
        return response

    def code(self) -> str:
        return re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE).group(1)

    def test_comes_by_mail_and_signs_in(self, client, anke):
        self.ask(client, "Anke@example.org")
        assert mail.outbox[0].to == ["anke@example.org"]
        assert mail.outbox[0].subject == "Your code for Retold"
        assert "Retold, at Northgate" in mail.outbox[0].body
        client.post(CONFIRM, {"code": self.code().lower()})
        assert get_user(client) == anke

    def test_that_is_wrong_does_not_sign_in_however_often(self, client, anke):
        self.ask(client)
        assert "That is not the code" in text(client.post(CONFIRM, {"code": "XXXXXX"}))
        for _ in range(3):
            client.post(CONFIRM, {"code": "XXXXXX"})
        client.post(CONFIRM, {"code": self.code()})
        assert not is_in(client)

    def test_that_was_wrong_three_times_says_that_another_can_be_asked_for(self, client, anke):
        self.ask(client)
        for _ in range(3):
            response = client.post(CONFIRM, {"code": "XXXXXX"}, follow=True)
        assert response.redirect_chain[-1][0] == CODE
        assert "after three wrong tries. Ask for another." in text(response)
        assert "five minutes" not in text(response)
        self.ask(client)
        client.post(CONFIRM, {"code": self.code()})
        assert get_user(client) == anke

    def test_holds_for_ten_minutes(self, client, anke, time_machine):
        time_machine.move_to("2026-03-03 12:00")
        self.ask(client)
        time_machine.move_to("2026-03-03 12:11")
        response = client.post(CONFIRM, {"code": self.code()}, follow=True)
        assert response.redirect_chain[-1][0] == CODE
        assert "after ten minutes. Ask for another." in text(response)
        assert not is_in(client)

    def test_holds_in_the_browser_that_asked(self, client, anke):
        self.ask(client)
        other = type(client)()
        other.post(CONFIRM, {"code": self.code()})
        assert not is_in(other)

    def test_for_an_address_nobody_has_looks_the_same_and_mails_nobody(self, client, anke):
        known = text(self.ask(client)).replace("anke@example.org", "")
        client.post(reverse("account_logout"))
        unknown = text(self.ask(type(client)(), "nobody@example.org"))
        strip = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
        assert strip.sub("", known) == strip.sub("", unknown.replace("nobody@example.org", ""))
        assert len(mail.outbox) == 1

    def test_of_a_closed_account_is_not_sent(self, client, anke):
        User.objects.update(is_active=False)
        self.ask(client)
        assert mail.outbox == []

    def test_is_not_sent_again_and_again(self, client, anke):
        for _ in range(6):
            client.post(CODE, {"email": "anke@example.org"})
        assert len(mail.outbox) <= 3


class TestForgotten:
    def link(self) -> str:
        return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body).group(1)

    def test_password_is_chosen_anew_by_a_link(self, client, anke):
        client.post(RESET, {"email": "anke@example.org"})
        assert mail.outbox[0].subject == "A new password for Retold"
        assert "Your user name is anke." in mail.outbox[0].body
        link = self.link()
        page = client.get(link, follow=True)
        here = page.redirect_chain[-1][0]
        assert "csrfmiddlewaretoken" in text(page)
        response = client.post(
            here, {"password1": "other-Walk-8", "password2": "other-Walk-8"}, follow=True
        )
        assert "That is your password now" in text(response)
        client.post(LOGIN, {"login": "anke", "password": "other-Walk-8"})
        assert is_in(client)
        assert "This link has been used" in text(type(client)().get(link, follow=True))

    def test_link_lasts_three_days(self, client, anke, time_machine):
        time_machine.move_to("2026-03-03 12:00")
        client.post(RESET, {"email": "anke@example.org"})
        time_machine.move_to("2026-03-06 12:01")
        assert "This link has been used" in text(client.get(self.link(), follow=True))

    @pytest.mark.parametrize("key", ["1-abc", "zzz-set-password", "1-x\x00"])
    def test_link_that_is_forged_says_so(self, client, anke, key):
        response = client.get(f"/accounts/password/reset/key/{key}/")
        assert "This link has been used" in text(response)

    def test_by_somebody_we_do_not_know_looks_the_same_and_mails_nobody(self, client, anke):
        known = client.post(RESET, {"email": "anke@example.org"})
        unknown = client.post(RESET, {"email": "nobody@example.org"})
        assert known.url == unknown.url
        assert "Look at your e-mail" in text(client.get(unknown.url))
        assert len(mail.outbox) == 1


class TestTheRest:
    def test_nobody_signs_up(self, client):
        url = reverse("account_signup")
        data = {
            "username": "new", "email": "new@example.org",
            "password1": PASSWORD, "password2": PASSWORD,
        }  # fmt: skip
        assert "Accounts are made for you" in text(client.get(url))
        assert "Accounts are made for you" in text(client.post(url, data))
        assert not User.objects.exists()

    def test_signing_out_is_done_by_posting(self, client, anke):
        client.force_login(anke)
        url = reverse("account_logout")
        assert "Drafts you are writing are kept" in text(client.get(url))
        assert is_in(client)
        response = client.post(url, follow=True)
        assert not is_in(client)
        assert response.redirect_chain[-1][0] == LOGIN
        assert "You are signed out." in text(response)

    def test_who_is_in_already_is_led_on(self, staff_client):
        assert staff_client.get(LOGIN).url == reverse("wall")

    def test_my_address_is_shown_and_not_mine_to_change(self, moderator_client):
        url = reverse("account_email")
        html = text(moderator_client.get(url))
        assert moderator_client.user.email in html
        assert "moderator" in html
        data = {"action_add": "", "email": "boss@example.org"}
        assert moderator_client.post(url, data).status_code == 405

    def test_my_account_is_for_who_is_in(self, client):
        assert LOGIN in client.get(reverse("account_email")).url

    @pytest.mark.parametrize("name", [
        "account_login", "account_request_login_code", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key_done", "account_signup",
        "account_inactive", "account_email_verification_sent",
    ])  # fmt: skip
    def test_pages_on_the_way_in_are_open_and_ours(self, client, name):
        html = text(client.get(reverse(name)))
        assert "door-poster" in html
        assert 'rel="stylesheet"' in html

    def test_too_many_requests_get_a_plain_page(self, client, settings):
        settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
        client.post(LOGIN, {"login": "a", "password": "b"})
        response = client.post(LOGIN, {"login": "a", "password": "b"})
        assert response.status_code == 429
        assert "That was a lot at once" in text(response)


class TestWhatAnAdminDid:
    """Their owners hear of it: they may not have asked for it."""

    @pytest.fixture
    def told(self, admin_client, django_capture_on_commit_callbacks):
        def told(account: User, url: str, **data: str) -> list:
            mail.outbox.clear()
            with django_capture_on_commit_callbacks(execute=True):
                answer = admin_client.post(reverse(f"admin:{url}", args=[account.pk]), data)
            assert answer.status_code == 302, answer.content.decode()
            return mail.outbox

        return told

    @pytest.mark.parametrize(
        ("usable", "said"), [("true", "gave your Retold account another"), ("false", "took the")]
    )
    def test_with_a_password(self, anke, told, admin_client, usable, said):
        word = "a long way round the harbour" if usable == "true" else ""
        button = "set-password" if usable == "true" else "unset-password"
        data = {"password1": word, "password2": word, "usable_password": usable, button: "on"}
        (sent,) = told(anke, "auth_user_password_change", **data)
        assert sent.to == ["anke@example.org"]
        assert f"{admin_client.user.shown_name}, an admin, {said}" in sent.body
        assert "harbour" not in sent.body

    def test_with_second_factors(self, anke, told):
        Authenticator.objects.create(user=anke, type="totp", data={})
        data = {"username": anke.username, "email": anke.email, "is_active": "on"}
        (sent,) = told(anke, "staff_user_change", forget_factors="on", **data)
        assert (sent.to, "passkeys" in sent.body) == (["anke@example.org"], True)
        assert told(anke, "staff_user_change", forget_factors="on", **data) == []

    def test_with_an_address_is_told_to_the_former_one(self, anke, told):
        data = {"username": anke.username, "email": "other@example.org", "is_active": "on"}
        (sent,) = told(anke, "staff_user_change", **data)
        assert sent.to == ["anke@example.org"]
        assert "other@example.org" not in sent.body

    def test_names_no_admin_who_asked_not_to_be_named(self, anke, told, admin_client):
        admin_client.user.person.ask_not_to_be_named()
        data = {"password1": "", "password2": "", "usable_password": "false", "unset-password": "1"}
        (sent,) = told(anke, "auth_user_password_change", **data)
        assert sent.body.startswith("A colleague, an admin, took")

    def test_to_their_own_account_is_no_news(self, admin_client, told):
        admin_client.user.email = "admin@example.org"
        admin_client.user.save()
        word = "a long way round the harbour"
        data = {"password1": word, "password2": word, "usable_password": "true"}
        assert told(admin_client.user, "auth_user_password_change", **data) == []


class TestWhenTheMailServerIsAway:
    SORRY = "No e-mail could be sent just now"

    @pytest.fixture(autouse=True)
    def nobody_answers(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    @pytest.mark.parametrize("address", [CODE, RESET])
    def test_whoever_waits_for_an_e_mail_is_told(self, client, anke, address):
        response = client.post(address, {"email": "anke@example.org"}, follow=True)
        assert response.status_code == 200
        assert self.SORRY in text(response)

    def test_a_new_password_holds_all_the_same(self, client, anke):
        client.force_login(anke)
        new = "a-longer-Walk-8"
        data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert client.post(reverse("account_change_password"), data).status_code == 302
        anke.refresh_from_db()
        assert anke.check_password(new)


class TestDemoAccounts:
    def test_are_offered_while_trying_out(self, client, settings):
        settings.DEBUG = True
        UserFactory(username="moderator")
        html = text(client.get(LOGIN))
        assert 'name="login" value="moderator"' in html
        assert 'name="login" value="admin"' not in html

    def test_are_never_offered_otherwise(self, client):
        UserFactory(username="moderator")
        html = text(client.get(LOGIN))
        assert "trying it out" not in html
        assert "retold-demo" not in html

    def test_are_those_the_demo_makes(self):
        from staff import accounts
        from stories.demo import content

        assert set(accounts.DEMO_ACCOUNTS) == set(content.ROLE_OF)


@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/accounts/login/code/", "/accounts/password/reset/"]
)
@pytest.mark.parametrize("typed", ["x" * 100_000, f"{'x' * 60_000}@a.example", "a\x00b", "’ or 1"])
def test_whatever_is_typed_for_a_name_is_answered(client, address, typed):
    data = {"login": typed, "email": typed, "password": typed}
    assert client.post(address, data).status_code in (200, 302)


def test_knowing_whose_account_it_is_waits_for_nobody(django_assert_num_queries):
    """No transaction, which SQLite would let wait for whoever writes just then."""
    account = User.objects.get(pk=UserFactory().pk)
    Employee.objects.get_or_create(account=account, defaults={"first_name": "Noor"})
    with django_assert_num_queries(1):
        assert account.person.account_id == account.pk

"""Passkeys in a real browser, with a key made of software: added, asked for, and enough alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser import DESK, PHONE
from tests.factories import UserFactory
from tests.site.test_accessibility import RULES

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "long-Walk-7"


@pytest.fixture
def anke():
    user = UserFactory(username="anke", first_name="Anke", roles=["moderators"], password=PASSWORD)
    return user


def with_a_key(page: Page) -> Page:
    """Give the browser a key that is touched, and opened by its owner's finger, at once."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def no_complaints(page: Page) -> None:
    """Whatever axe knows of accessibility, and nothing that scrolls sideways."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    assert not [(page.url, rule["id"], rule["nodes"][0]["html"]) for rule in found]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill("anke")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="It is me").click()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_moderator_adds_one_and_signs_in_with_it_alone(size, anke, page_as, settings):
    settings.SECOND_FACTOR = "moderators"
    page = with_a_key(page_as(None, **size))
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One thing more")
    session_of_before = page.context.cookies()
    page.context.clear_cookies()
    sign_in(page)
    page.get_by_role("link", name="A passkey").click()
    add(page)
    page.goto("/admin/")
    expect(page).to_have_url(re.compile(r"/admin/$"))

    # Here it was made; elsewhere it has to be shown.
    page.context.clear_cookies()
    page.context.add_cookies(session_of_before)
    page.goto("/admin/")
    page.get_by_role("link", name="With a passkey").click()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(re.compile(r"/admin/$"))

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))
    page.goto("/admin/")
    expect(page).to_have_url(re.compile(r"/admin/$"))


def test_one_that_does_not_sign_in_alone_is_asked_for_after_the_password(anke, page_as):
    page = with_a_key(page_as(None, **DESK))
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="It is me").click()
    page.get_by_label("What to call it").fill("The key on my ring")
    page.get_by_label("Let it sign me in alone").uncheck()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert str(Authenticator.objects.get(type="webauthn")) == "The key on my ring"

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(re.compile(r":\d+/$"))


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (390, "dark"), (320, "light")], ids=str
)
def test_the_pages_are_for_everybody(width, scheme, anke, page_as, settings):
    settings.SECOND_FACTOR = "moderators"
    size = {"viewport": {"width": width, "height": 800}}
    page = with_a_key(page_as(None, **size, color_scheme=scheme))
    page.goto("/accounts/login/")
    no_complaints(page)
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("One thing more")
    no_complaints(page)
    page.get_by_role("link", name="A passkey").click()
    no_complaints(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="It is me").click()
    no_complaints(page)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    no_complaints(page)
    for path in ("", "totp/activate/", "webauthn/", "webauthn/reauthenticate/", "reauthenticate/"):
        page.goto(f"/accounts/2fa/{path}")
        no_complaints(page)
    for path in ("sessions/", "second-factor/", "email/"):
        page.goto(f"/accounts/{path}")
        no_complaints(page)


def test_one_that_is_not_there_is_said_to_be_missing(anke, page_as):
    page = with_a_key(page_as(None, **DESK))
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-status]")).to_have_text(re.compile("That did not work"))
    sign_in(page)
    expect(page).to_have_url(re.compile(r":\d+/$"))

"""A browser for tests: the Chromium of tools/browser.py, and pages that belong to somebody.

`page_as(user)` opens a page of the live server, signed in by the session's cookie. What a page
complains of (an error in the console, a script that failed, a file that is not there, something
that the content security policy stopped) fails the test that opened it.
"""

import os
import time
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from tools.browser import find

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
DESK = {"viewport": {"width": 1440, "height": 900}}

# How long a page may take over a step, in milliseconds: a machine that runs everything else beside
# it is slow, and slow is not wrong. Nothing waits longer than it must.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser, and keep each such file on one worker: one start, one world."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    # Playwright keeps an event loop in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = find()
    where = {"executable_path": path} if path else {}
    return {**browser_type_launch_args, **where, "args": list(ARGUMENTS)}


def sign_in(context: BrowserContext, url: str, user) -> None:
    """Give a browser the session of an account."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def until(page: Page, condition: str) -> None:
    """Wait until this JavaScript is true of a page.

    Playwright's own `wait_for_function` asks again by `eval`, which our pages do not allow.
    """
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"Never came true: {condition}"
        page.wait_for_timeout(50)


# Who moves on before one page has faded into the next ends the fade, and nothing else.
FADE_CUT_SHORT = "Transition was "


def complaints_of(page: Page) -> list[str]:
    """A list that fills with whatever this page complains of from now on."""
    found: list[str] = []
    page.on(
        "pageerror",
        lambda error: (
            None
            if error.message.startswith(FADE_CUT_SHORT)
            else found.append(f"{page.url}: {error}")
        ),
    )
    page.on(
        "console",
        lambda message: (
            found.append(f"{page.url}: {message.text}")
            if message.type in ("error", "warning")
            else None
        ),
    )
    return found


@pytest.fixture
def page_as(new_context: Callable[..., BrowserContext], live_server):
    """`page_as(user, **options)`: a page for an account (None: a visitor) at the live server.

    Options are those of a browser's context: `**PHONE`, `java_script_enabled=False` and so on.
    """
    complaints: list[list[str]] = []

    def open_page(user=None, **options) -> Page:
        context = new_context(**{"base_url": live_server.url, **(options or DESK)})
        if user is not None:
            sign_in(context, live_server.url, user)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        complaints.append(complaints_of(page))
        return page

    yield open_page
    assert not any(complaints), complaints

"""Every page in a browser: axe finds nothing, nothing scrolls sideways, nothing is refused.

Each page is loaded once on a desk in the light; then the dark, the phone and the narrowest screen
are made of the same page, as a browser does when somebody turns the lights off or the phone.
"""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

from tests.browser import complaints_of, sign_in

from .addresses import OK, Look, looks, path
from .world import World, build

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
# A finger's width: what readers and tellers tap most, on a phone.
TARGET = 44


@pytest.fixture
def live_world(live_server) -> World:
    world = build()
    world.grow(3)
    return world


@pytest.fixture(scope="module")
def context(browser) -> Iterator[BrowserContext]:
    """One for all, so that the styles and the type are fetched once."""
    context = browser.new_context(color_scheme="light")
    yield context
    context.close()


@pytest.fixture
def page(context) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()
    context.clear_cookies()


def open_look(look: Look, page: Page, world: World, server) -> None:
    """The page of this look, as its reader has it on a desk."""
    if world.users[look.role] is not None:
        sign_in(page.context, server.url, world.users[look.role])
    size(page, DESK)
    response = page.goto(server.url + path(look, world))
    assert response.status == OK, look


def size(page: Page, box: tuple[int, int]) -> None:
    page.set_viewport_size({"width": box[0], "height": box[1]})


def violations(page: Page, where: str, rules: dict) -> list[str]:
    """What axe says of the page as it stands, a line for each rule and element."""
    # Preloading would copy imported style sheets into the page, against its own content policy.
    options = json.dumps({"runOnly": rules, "resultTypes": ["violations"], "preload": False})
    found = page.evaluate(f"async () => (await axe.run(document, {options})).violations")
    return [
        f"{where}: {rule['id']}: {rule['help']}: {node['target']} {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def test_names_of_looks_are_distinct():
    shown = [str(look) for look in looks()]
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize("look", [look for look in looks() if not look.fragment], ids=str)
def test_a_page_is_for_everyone(look, page, live_world, live_server):
    complaints = complaints_of(page)
    open_look(look, page, live_world, live_server)
    page.evaluate(AXE_SCRIPT)
    everything = {"type": "tag", "values": RULES}
    colours = {"type": "rule", "values": ["color-contrast"]}
    found = violations(page, "desk", everything)
    page.emulate_media(color_scheme="dark")
    found += violations(page, "desk, dark", colours)
    size(page, PHONE)
    found += violations(page, "phone, dark", colours)
    page.emulate_media(color_scheme="light")
    found += violations(page, "phone", everything)
    size(page, NARROWEST)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROWEST[0]:
        found.append(f"scrolls sideways: {wide} px wide at {NARROWEST[0]}; {widest(page)}")
    assert not found, "\n".join(found)
    assert not complaints, "\n".join(complaints)


def widest(page: Page) -> list[str]:
    """The elements that stick out, for whoever has to mend it."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5)
            .map((part) => part.tagName + '.' + part.className)"""
    )

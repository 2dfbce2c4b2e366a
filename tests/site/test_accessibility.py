"""Every page in a browser: axe finds nothing, nothing scrolls sideways, nothing is refused.

Each page is loaded once on a desk in the light; then the dark, the phone and the narrowest screen
are made of the same page, as a browser does when somebody turns the lights off or the phone.
"""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page

from stories.models import Visit
from tests.browser import PHONE as PHONE_IN_HAND
from tests.browser import complaints_of, sign_in

from . import test_styleguide
from .addresses import OK, Look, looks, path
from .world import World, build

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
IN_EVERY_STATE = {"story", "admin:stories_story_change"}
# A finger's width: what readers and tellers tap most, on a phone.
TARGET = 44
ON_PHONE = {("", "published"), ("", "draft")}
TAPPED = {"wall", "story", "tell", "mine", "edit", "me", "people", "teams", "account_login"}


@pytest.fixture(scope="module")
def transactional_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What a live server asks for, and has emptied after each test: here after all of them."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture(scope="module")
def stored(transactional_db) -> World:
    world = build()
    world.grow(3)
    return world


@pytest.fixture
def live_world(stored) -> World:
    """One for all, who look at it and leave it as it is, and where nobody has been before."""
    Visit.objects.all().delete()
    return stored


@pytest.fixture(scope="module")
def context(browser) -> Iterator[BrowserContext]:
    """One for all, so that the styles and the type are fetched once."""
    context = browser.new_context(color_scheme="light")
    # Handed to the browser once: to hand it to each page takes longer than a look around.
    context.add_init_script(AXE_SCRIPT)
    yield context
    context.close()


@pytest.fixture
def page(context) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()
    context.clear_cookies()


def open_look(look: Look, page: Page, world: World, server, on: tuple | None = DESK) -> None:
    """The page of this look, as its reader has it, on a desk unless told otherwise."""
    if world.users[look.role] is not None:
        sign_in(page.context, server.url, world.users[look.role])
    if on:
        size(page, on)
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


def seen() -> list:
    """Each page once; those that say where a story stands, in every state of it.

    The admin's and the others go to two workers, if there are two.
    """
    once = {}
    for look in looks():
        key = (look.name, look.query, look.state if look.name in IN_EVERY_STATE else "")
        if not look.fragment:
            once.setdefault(key, look)
    return [
        pytest.param(look, id=str(look), marks=pytest.mark.xdist_group(f"axe {group_of(look)}"))
        for look in once.values()
    ]


def group_of(look: Look) -> str:
    return "admin" if look.name.startswith("admin") else "pages"


def test_names_of_looks_are_distinct():
    shown = [str(look) for look in looks()]
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize("look", seen())
def test_a_page_is_for_everyone(look, page, live_world, live_server):
    complaints = complaints_of(page)
    open_look(look, page, live_world, live_server)
    found = examined(page)
    assert not found, "\n".join(found)
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("address", test_styleguide.PAGES)
def test_each_part_in_each_state_is_for_everyone(address, page, live_server, settings):
    """Errors and states that no page of the small world shows."""
    settings.ROOT_URLCONF = test_styleguide.__name__
    complaints = complaints_of(page)
    # So high that nothing lies under what sticks to the foot of a page.
    size(page, (DESK[0], 3000))
    assert page.goto(live_server.url + address).status == OK
    found = examined(page)
    assert not found, "\n".join(found)
    assert not complaints, "\n".join(complaints)


def examined(page: Page) -> list[str]:
    """What is wrong with the page, in both themes and on each screen."""
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
    return found


def widest(page: Page) -> list[str]:
    """The elements that stick out, for whoever has to mend it."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 5)
            .map((part) => part.tagName + '.' + part.className)"""
    )


@pytest.fixture(scope="module")
def phone(browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE_IN_HAND)
    yield context
    context.close()


@pytest.mark.parametrize(
    "look", [look for look in looks() if look.name in TAPPED and look[1:3] in ON_PHONE], ids=str
)
def test_what_is_tapped_on_a_phone_is_as_large_as_a_finger(look, phone, live_world, live_server):
    page = phone.new_page()
    open_look(look, page, live_world, live_server, on=None)
    small = page.evaluate(TOO_SMALL, TARGET)
    page.close()
    phone.clear_cookies()
    assert not small, small


# Links within a text may be as small as the text; whatever stands by itself may not.
TOO_SMALL = """(least) => [...document.querySelectorAll(
        `button, .button, summary, select, .site-header a, input:not([type=hidden]),
        label:has(input)`)]
    .filter((part) => part.checkVisibility() && !part.closest(".vh"))
    .filter((part) => !part.matches(":disabled") && !part.closest("label:has(input) input"))
    .map((part) => [part, part.getBoundingClientRect()])
    .filter(([part, box]) => box.height < least - 0.5 || box.width < least - 0.5)
    .map(([part, box]) => `${part.outerHTML.slice(0, 90)} ${box.width} × ${box.height}`)"""

"""The search box in a real browser: what it offers is chosen by keyboard and by touch."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.factories import EmployeeFactory, PublishedStoryFactory, UserFactory, named_trait

pytestmark = pytest.mark.django_db(transaction=True)

WALL = reverse("wall")


@pytest.fixture
def warm(db):
    for name in ("Personal", "Playful"):
        named_trait(name)
    return PublishedStoryFactory(line="Warm hands.", traits=["Playful"], title="yes")


def test_what_is_offered_is_chosen_by_keyboard(warm, page_as):
    page = page_as(UserFactory(), **DESK)
    page.goto(WALL)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search the stories")
    expect(box).to_be_focused()
    page.keyboard.type("warm pl")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Playful trait"])
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    page.keyboard.press("Enter")
    expect(box).to_have_value("warm trait:Playful ")
    expect(options).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=**")
    expect(page.locator(".chips .chip")).to_have_count(2)
    expect(page.locator("[data-story]")).to_have_count(1)


def test_an_operator_that_was_chosen_offers_what_may_follow(warm, page_as):
    page = page_as(UserFactory(), **PHONE)
    page.goto(WALL)
    box = page.get_by_role("combobox", name="Search the stories")
    box.tap()
    page.keyboard.type("tra")
    page.get_by_role("option", name="trait:").tap()
    expect(box).to_have_value("trait:")
    page.get_by_role("option", name="Personal trait").tap()
    expect(box).to_have_value("trait:Personal ")
    expect(box).to_be_focused()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_a_person_is_found_from_the_filters_beside_what_was_asked_for(warm, page_as, screen):
    ada = EmployeeFactory(first_name="Ada", last_name="Lovell")
    PublishedStoryFactory(line="Warm bread.", traits=["Personal"], people=[ada])
    PublishedStoryFactory(line="Cold bread.", traits=["Playful"], people=[ada])
    page = page_as(UserFactory(), **screen)
    page.goto(f"{WALL}?trait=personal&q=bread")
    if screen is PHONE:
        page.get_by_role("link", name="Filter", exact=True).tap()
    page.get_by_role("link", name="Find a person").click()
    box = page.get_by_role("combobox", name="Search the stories")
    expect(box).to_be_focused()
    expect(box).to_have_value("bread person:")
    page.keyboard.type("ada")
    page.get_by_role("option", name="Ada Lovell").click()
    page.keyboard.press("Enter")
    expect(page.locator(".chips .chip")).to_have_count(3)
    expect(page.locator("[data-story]")).to_have_count(1)


def test_words_in_the_middle_are_ended_where_they_are(warm, page_as):
    page = page_as(UserFactory(), **DESK)
    page.goto(f"{WALL}?q=play+hands")
    box = page.get_by_role("combobox", name="Search the stories")
    box.focus()
    box.evaluate("box => box.setSelectionRange(4, 4)")
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name="Playful trait").click()
    expect(box).to_have_value("trait:Playful hands")
    assert box.evaluate("box => box.selectionStart") == len("trait:Playful ")


def test_escape_closes_the_list_and_leaves_the_words(warm, page_as):
    page = page_as(UserFactory(), **DESK)
    page.goto(WALL)
    box = page.get_by_role("combobox", name="Search the stories")
    box.press_sequentially("pers")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("pers")
    expect(box).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("scripted", [True, False], ids=["scripted", "plain"])
@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
def test_how_to_search_is_said_beside_the_box(held, scripted, page_as):
    page = page_as(UserFactory(), **held, java_script_enabled=scripted)
    page.goto(WALL)
    page.get_by_label("Search the stories").click()
    page.locator(".search-help > summary").click()
    expect(page.get_by_text("words that stand together")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_open_below_the_box_is_for_everyone(held, scheme, warm, page_as):
    page = page_as(UserFactory(), **held, color_scheme=scheme)
    page.goto(WALL)
    box = page.get_by_role("combobox", name="Search the stories")
    box.click()
    box.press_sequentially("trait:p")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    page.evaluate(AXE_SCRIPT)
    assert violations(page) == []
    box.press("Escape")
    page.locator(".search-help > summary").click()
    expect(page.get_by_text("words that stand together")).to_be_visible()
    assert violations(page) == []


def violations(page) -> list[str]:
    found = page.evaluate("async () => (await axe.run('.site-header')).violations")
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]

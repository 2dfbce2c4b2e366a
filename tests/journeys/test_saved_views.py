"""Keeping a view, opening the wall with it, sharing it: by keyboard and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from stories.models import SavedView
from tests.browser import DESK, PHONE, until
from tests.factories import MembershipFactory, PublishedStoryFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

CARING, OTHER = "The kettle was on.", "Nobody asked me to."


@pytest.fixture
def reader():
    reader = UserFactory()
    team = TeamFactory(name="Till six")
    MembershipFactory(employee=reader.person, team=team)
    PublishedStoryFactory(line=CARING, traits=["caring"])
    PublishedStoryFactory(line=OTHER, traits=["personal"], people__team=team)
    return reader


def lines(page: Page) -> list[str]:
    return [text.strip("“”") for text in page.locator(".poster-line").all_inner_texts()]


def row(page: Page):
    return page.get_by_role("navigation", name="My views")


def test_by_keyboard_a_view_is_kept_and_opens_the_wall(reader, page_as):
    page = page_as(reader, **DESK)
    page.goto("/?trait=caring")
    page.get_by_role("link", name="Keep this view").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What do you call it?").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Kind ones")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Open the wall with it")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kind ones")
    expect(row(page).locator("[aria-current]")).to_have_text("Kind ones")

    page.goto("/people/")
    page.locator(".brand").press("Enter")
    expect(page).to_have_url(re.compile(r"/views/\w+/$"))
    assert [line for line in lines(page) if line] == [CARING]
    page.go_back()
    expect(page).to_have_url(re.compile(r"/people/$"))
    page.go_forward()
    page.locator(".chips .chip").press("Enter")
    expect(page).to_have_url(re.compile(r"/\?all=1$"))
    expect(page.locator("[data-story]")).to_have_count(2)
    page.reload()
    expect(page.locator("[data-story]")).to_have_count(2)


@pytest.mark.parametrize("scripted", [True, False], ids=["with a script", "without a script"])
def test_on_a_phone_the_wall_opens_with_my_team(scripted, reader, page_as):
    page = page_as(reader, **PHONE, java_script_enabled=scripted)
    page.goto("/views/")
    page.get_by_label("My team: Till six, and those below").check()
    page.get_by_role("button", name="Open the wall with this").click()
    page.locator(".brand").click()
    expect(page).to_have_url(re.compile(r"/\?team=till-six$"))
    expect(row(page).locator("[aria-current]")).to_have_text("My team")
    expect(page.locator("[data-story]")).to_have_count(1)
    row(page).get_by_role("link", name="All stories").click()
    expect(page.locator("[data-story]")).to_have_count(2)


IS_INSET = """
(() => {
  const row = document.querySelector(".views");
  const at = row.querySelector("[aria-current]").getBoundingClientRect().x;
  return Math.abs(at - parseFloat(getComputedStyle(row).paddingInlineStart)) < 1;
})()
"""


def test_on_a_phone_the_view_that_is_shown_stands_where_the_page_begins(reader, page_as):
    for number in range(8):
        name = f"Kind ones {number}"
        SavedView.keep(reader.person, name, "trait=caring", pinned=False, opens=False)
    page = page_as(reader, **PHONE)
    for name in ("All stories", "Kind ones 3"):
        page.goto("/")
        row(page).get_by_role("link", name=name).click()
        expect(row(page).locator("[aria-current]")).to_have_text(name)
        until(page, IS_INSET)


def test_a_colleague_opens_it_and_keeps_it_too(reader, page_as):
    page, other = page_as(reader, **DESK), page_as(UserFactory(), **DESK)
    page.goto("/views/new/?trait=caring")
    page.get_by_role("button", name="Keep it").click()
    expect(page).to_have_url(re.compile(r"/views/\w+/$"))
    page.get_by_role("link", name="Rename, share or delete it").click()
    address = page.get_by_label("Its address").input_value()
    other.goto("/" + address.partition("://")[2].partition("/")[2])
    expect(other.get_by_text(f"Kept by {reader.person.called}")).to_be_visible()
    other.get_by_role("link", name="Keep it as mine").click()
    expect(other.get_by_label("What do you call it?")).to_have_value("caring")
    other.get_by_role("button", name="Keep it").click()
    expect(other.get_by_role("link", name="Rename, share or delete it")).to_be_visible()


def test_keep_this_view_begins_where_the_count_above_it_does_on_a_phone(page_as):
    page = page_as(UserFactory(), **PHONE)
    page.goto("/?view=list")
    edges = page.evaluate(
        """() => [".wall-count", ".chips .keep"].map((part) => {
            const words = document.createRange();
            words.selectNodeContents(document.querySelector(part));
            return words.getBoundingClientRect().left;
        })"""
    )
    assert edges[0] == edges[1]

"""Reading on: more stories come in before one gets there, and nothing moves before one's eyes."""

import pytest
from playwright.sync_api import expect

from stories.models import Story
from tests.browser import DESK, PHONE, until
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

STORIES = 50
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""
# A step, and as long as it takes to be drawn.
SCROLL = """async () => {
  window.scrollBy(0, 250);
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""
# What has come meanwhile is gone, and is nowhere to be seen either.
BELOW = "!(document.querySelector('.pager')?.getBoundingClientRect().top <= innerHeight)"
AT_THE_END = "innerHeight + scrollY >= document.body.scrollHeight - 2"


def at_a_long_wall(page_as, held):
    """A reader's page, at the top of a wall of several pages."""
    PublishedStoryFactory.create_batch(STORIES)
    page = page_as(UserFactory(), **held)
    page.goto("/")
    return page


@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_while_more_stories_come_in(held, page_as):
    page = at_a_long_wall(page_as, held)
    # The letters are there: how late they come to a busy browser is no affair of the stories.
    page.evaluate("document.fonts.ready.then(() => true)")
    page.add_init_script(WATCH)
    page.goto("/")
    shown, footer = page.locator("[data-story]"), page.locator(".site-footer")
    for _ in range(400):
        page.evaluate(SCROLL)
        coming = page.locator(".pager.htmx-request")
        if coming.count():
            # Whoever reads is not there yet; how long it takes is the machine's affair.
            assert page.evaluate(BELOW)
            expect(coming).to_have_count(0)
        if page.evaluate(AT_THE_END):
            break
    expect(shown).to_have_count(STORIES)
    expect(footer).to_be_in_viewport()
    assert page.evaluate("window.shifts") == []


def test_without_a_script_the_link_leads_on(page_as):
    for _ in range(25):
        PublishedStoryFactory()
    page = page_as(UserFactory(), **PHONE, java_script_enabled=False)
    page.goto("/")
    box, footer = page.locator(".pager").bounding_box(), page.locator(".site-footer").bounding_box()
    assert footer["y"] - box["y"] - box["height"] < 100
    page.locator(".pager").click()
    expect(page.locator("[data-story]")).to_have_count(1)


READ_DOWN = "scrollTo(0, document.body.scrollHeight)"
TOP = "document.querySelector('[data-story=\"%s\"]')?.getBoundingClientRect().top"
# The story that the browser's history would lead back to from now on.
NOTED = "history.state?.reading?.story"


def read_to_the_end(page) -> None:
    while page.locator(".pager").count():
        page.evaluate(READ_DOWN)
        page.wait_for_timeout(50)


@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
def test_who_comes_back_stands_where_they_left(held, page_as):
    page = at_a_long_wall(page_as, held)
    read_to_the_end(page)
    left = page.locator("[data-story]").nth(STORIES - 6)
    name = left.get_attribute("data-story")
    left.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    top = page.evaluate(TOP % name)
    # A click of the browser's own would first scroll the page to where it likes it.
    left.locator("a").first.evaluate("(link) => link.click()")
    page.wait_for_url(f"**/stories/{name}/")
    page.go_back()
    until(page, f"Math.abs({TOP % name} - {top}) < 2")


def test_who_comes_back_to_a_story_that_is_gone_is_led_no_further(page_as):
    page = at_a_long_wall(page_as, PHONE)
    first = page.locator("[data-story]").first
    name = first.get_attribute("data-story")
    first.locator("a").first.click()
    page.wait_for_url(f"**/stories/{name}/")
    Story.objects.get(public_id=name).withdraw(by=UserFactory())
    page.go_back()
    expect(page.locator(f"[data-story='{name}']")).to_have_count(0)
    expect(page.locator("[data-story]")).to_have_count(24)
    assert page.evaluate("scrollY") == 0


def test_who_leaves_by_a_button_of_the_browser_stands_where_they_left_too(page_as):
    page = at_a_long_wall(page_as, DESK)
    read_to_the_end(page)
    shown = page.locator("[data-story]")
    first, left = (shown.nth(at).get_attribute("data-story") for at in (0, STORIES - 6))
    page.locator(f"[data-story='{left}'] a").first.evaluate("(link) => link.click()")
    page.wait_for_url(f"**/stories/{left}/")
    page.go_back()
    until(page, f"Math.abs({TOP % left}) < innerHeight")
    page.keyboard.press("Home")
    until(page, f"scrollY === 0 && {NOTED} === '{first}'")
    page.go_forward()
    page.wait_for_url(f"**/stories/{left}/")
    page.go_back()
    expect(shown.first).to_be_visible()
    # As long as it takes to be led away again.
    page.wait_for_timeout(1000)
    assert page.evaluate("scrollY") == 0

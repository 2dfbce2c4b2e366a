"""Reading on: more stories come in before one gets there, and nothing moves before one's eyes."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
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


@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_while_more_stories_come_in(held, page_as):
    for _ in range(STORIES):
        PublishedStoryFactory()
    page = page_as(UserFactory(), **held)
    # The letters are there: how late they come to a busy browser is no affair of the stories.
    page.goto("/")
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

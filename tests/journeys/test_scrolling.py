"""Reading on: more stories come in before one gets there, and nothing moves before one's eyes."""

import pytest
from playwright.sync_api import expect

from tests.browser import DESK, PHONE
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

STORIES = 60
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_moves_while_more_stories_come_in(device, page_as):
    for _ in range(STORIES):
        PublishedStoryFactory()
    page = page_as(UserFactory(), **device)
    page.add_init_script(WATCH)
    page.goto("/")
    shown, footer = page.locator("[data-story]"), page.locator(".site-footer")
    for _ in range(400):
        page.evaluate("window.scrollBy(0, 250)")
        page.wait_for_timeout(15)
        if page.evaluate("innerHeight + scrollY >= document.body.scrollHeight - 2"):
            break
    expect(shown).to_have_count(STORIES)
    expect(footer).to_be_in_viewport()
    assert page.evaluate("window.shifts") == []


def test_without_a_script_the_link_leads_on(page_as):
    for _ in range(STORIES):
        PublishedStoryFactory()
    page = page_as(UserFactory(), **PHONE, java_script_enabled=False)
    page.goto("/")
    page.locator(".pager").click()
    expect(page.locator("[data-story]")).to_have_count(24)
    box, footer = page.locator(".pager").bounding_box(), page.locator(".site-footer").bounding_box()
    assert footer["y"] - box["y"] - box["height"] < 100

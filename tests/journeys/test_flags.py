"""Something is wrong with a story: said from its page, and decided about in the admin."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stories.models import Flag
from tests.browser import DESK, PHONE
from tests.factories import EmployeeFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_unfolds_in_place_and_says_thank_you(page_as):
    page = page_as(UserFactory(), **PHONE)
    story = PublishedStoryFactory()
    page.goto(story.get_absolute_url())
    page.get_by_role("link", name="Flag this story").press("Enter")
    heading = page.get_by_role("heading", name="Flag this story")
    expect(heading).to_be_focused()
    # The browser gives it the focus at once; a moment later the form is sent in place.
    expect(page.locator("#flag.htmx-added")).to_have_count(0)
    page.get_by_role("button", name="Flag it").press("Enter")
    expect(page.get_by_text("Choose what comes nearest.")).to_be_visible()
    expect(page.locator("#flag.htmx-added")).to_have_count(0)
    page.get_by_label("It did not happen like this").check()
    page.get_by_label("In your own words").fill("It was a Tuesday.")
    page.get_by_role("button", name="Flag it").press("Enter")
    expect(page.locator("#flag")).to_contain_text("You flagged this today")
    assert page.url.endswith(story.get_absolute_url())
    assert Flag.objects.get().words == "It was a Tuesday."


def test_a_moderator_decides_from_the_first_page_of_the_admin(page_as):
    page = page_as(UserFactory(roles=["moderators"]), **DESK)
    story = PublishedStoryFactory()
    Flag.begin(story, by=EmployeeFactory(), reason="private", words="That is my aunt.")
    page.goto(reverse("admin:index"))
    page.get_by_role("link", name="1 thing is flagged").click()
    page.get_by_role("link", name=story.title).click()
    expect(page.get_by_text("That is my aunt.")).to_be_visible()
    page.get_by_label("Take it down").check()
    page.get_by_label("Because").fill("Her aunt did not agree.")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile("/admin/stories/flag/$"))
    story.refresh_from_db()
    assert not story.is_published

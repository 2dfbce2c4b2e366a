"""Back, and the same page once more: words stay, and what is newer is not written over."""

import datetime
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from stories.models import Status, Story
from tests.browser import PHONE, sign_in
from tests.factories import StoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

TELL, MINE = reverse("tell"), reverse("mine")
WORDS = "She left the lamp on for a guest.\n\nHe did not like the dark, and she said nothing of it."
LINE = "I left the light on."


@pytest.fixture
def teller(db):
    return UserFactory()


@pytest.fixture
def plain(new_context, live_server, teller) -> Page:
    """A phone without JavaScript, whose console may complain: of a 409."""
    context = new_context(base_url=live_server.url, **PHONE, java_script_enabled=False)
    sign_in(context, live_server.url, teller)
    return context.new_page()


def write(page: Page) -> None:
    page.fill("#id_body", WORDS)
    page.get_by_text("Line and title").click()
    page.fill("#id_line", LINE)


def expect_written(page: Page) -> None:
    expect(page.locator("#id_body")).to_have_value(WORDS)
    expect(page.locator("#id_line")).to_have_value(LINE)


def changed_elsewhere(story: Story) -> None:
    story.refresh_from_db()
    story.body, story.line = "Written on another phone.", "Another."
    story.save_content(by=story.teller.account)


def test_after_an_error_the_words_are_there_without_scripts(plain):
    plain.goto(TELL)
    write(plain)
    plain.get_by_text("When and where").click()
    plain.fill("#id_happened_on", (datetime.date.today() + datetime.timedelta(days=3)).isoformat())
    plain.get_by_role("button", name="Send").click()
    expect(plain.get_by_role("heading", name="One thing to look at")).to_be_visible()
    plain.go_back()
    expect_written(plain)


def test_after_sending_too_and_sent_again_they_are_the_same_story(plain):
    plain.goto(TELL)
    write(plain)
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url(re.compile("/sent/$"))
    plain.go_back()
    expect_written(plain)
    plain.get_by_role("button", name="Send").click()
    plain.wait_for_url(re.compile("/sent/$"))
    plain.go_back()
    plain.get_by_text("Line and title").click()
    plain.fill("#id_line", "I left it on for you.")
    plain.get_by_role("button", name="Send").click()
    expect(plain.get_by_role("heading", name="This story was changed meanwhile")).to_be_visible()
    plain.get_by_role("button", name="Save").click()
    plain.wait_for_url(re.compile("/sent/$"))
    story = Story.objects.get()
    assert (story.status, story.line) == (Status.PENDING, "I left it on for you.")


def test_a_draft_is_come_back_to_as_it_was_left_without_scripts(plain, teller):
    draft = StoryFactory(teller=teller.person, body="As it was.")
    plain.goto(MINE)
    plain.goto(reverse("edit", args=[draft.public_id]))
    write(plain)
    plain.goto(MINE)
    plain.go_back()
    expect_written(plain)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_newer_draft_is_not_hidden_by_what_the_browser_remembers(page_as, teller, scripts):
    draft = StoryFactory(teller=teller.person, body="As it was.", line="Old.")
    page = page_as(teller, **PHONE, java_script_enabled=scripts)
    page.goto(reverse("edit", args=[draft.public_id]))
    write(page)
    if scripts:
        expect(page.locator("[data-kept]")).to_have_text("Kept as a draft")
    page.goto(MINE)
    changed_elsewhere(draft)
    page.go_back()
    expect(page.locator("#id_body")).to_have_value("Written on another phone.")
    expect(page.locator("#id_line")).to_have_value("Another.")

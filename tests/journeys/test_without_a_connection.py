"""On a story's page while the connection is away: nothing is lost, and nothing is silent."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, sign_in
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

THANKS = "My father has those hands."


def test_a_reader_is_told_and_sends_it_again(new_context, live_server):
    story = PublishedStoryFactory()
    # Not by `page_as`: a browser without a connection complains of it, as it should.
    context = new_context(base_url=live_server.url, **PHONE)
    sign_in(context, live_server.url, UserFactory())
    page = context.new_page()
    page.goto(story.get_absolute_url())
    said = page.get_by_role("alert").filter(has_text="Not sent: there is no connection.")
    note = page.locator("#notes textarea, #notes input:not([type=hidden])").first
    note.fill(THANKS)
    context.set_offline(True)
    page.locator("#send-note").click()
    expect(said).to_be_visible()
    expect(note).to_have_value(THANKS)
    # Other things that are asked for meanwhile do not take it away.
    page.mouse.wheel(0, 20_000)
    page.get_by_role("link", name="Flag this story").click()
    expect(said).to_be_attached()
    assert not said.evaluate("words => words.hidden")
    context.set_offline(False)
    page.locator("#send-note").click()
    expect(page.locator(".notes")).to_contain_text(THANKS)
    expect(said).to_have_count(0)
    assert story.notes.count() == 1

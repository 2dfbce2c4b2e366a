"""From the e-mail: two taps, without signing in, and the name is gone from every page."""

import pytest
from playwright.sync_api import expect

from stories import sealed
from tests.browser import PHONE
from tests.factories import EmployeeFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person():
    return EmployeeFactory(first_name="Philippina", last_name="Oosterschelde")


def test_a_name_is_taken_back_by_who_has_no_account(person, page_as):
    story = PublishedStoryFactory(people=[person], line="Ask Philippina Oosterschelde.")
    reader = page_as(UserFactory())
    reader.goto("/")
    expect(reader.locator("main")).to_contain_text("Philippina")
    page = page_as(**PHONE)
    page.goto(sealed.address(story.pk, person.pk))
    page.get_by_role("button", name="a colleague").tap()
    expect(page.get_by_role("alert")).to_contain_text("It holds from the next page on")
    expect(page.get_by_role("button", name="a colleague")).to_have_attribute("aria-pressed", "true")
    for path in ("/", story.get_absolute_url(), "/?q=Oosterschelde"):
        reader.goto(path)
        expect(reader.locator("main")).not_to_contain_text("Philippina")
    expect(reader.locator(f"[data-story='{story.public_id}']")).to_have_count(0)


def test_on_ones_own_page_one_tap_names_a_story_otherwise(person, page_as):
    account = UserFactory(first_name="Anke", last_name="Vos")
    story = PublishedStoryFactory(people=[account.person], line="Mrs Vos had the kettle on.")
    page = page_as(account, **PHONE)
    page.goto("/people/me/")
    page.get_by_role("link", name="choose how you are named story by story").tap()
    page.get_by_role("button", name="Anke", exact=True).tap()
    expect(page.get_by_role("button", name="Anke", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.goto(story.get_absolute_url())
    expect(page.locator("main")).to_contain_text("Anke had the kettle on.")

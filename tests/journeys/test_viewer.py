"""A story's photos over the whole screen, and what is not offered where it would do nothing."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from stories.models import Story
from tests.browser import PHONE, until
from tests.factories import PhotoFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story() -> Story:
    story = PublishedStoryFactory()
    for number in range(3):
        PhotoFactory(story=story, position=number, alt=f"Photo {number}.", made=True)
    return story


def words(page) -> Locator:
    return page.locator(".viewer-words")


def opened(page, story, number=0):
    page.goto(story.get_absolute_url())
    page.locator("a[data-photo]").nth(number).click()
    page.locator("dialog.viewer[open]").wait_for()
    return page


def test_it_says_which_photo_of_how_many_and_walks_by_the_keyboard(story, page_as):
    page = opened(page_as(UserFactory()), story, 1)
    expect(words(page)).to_have_text("2 / 3 · Photo 1.")
    page.keyboard.press("End")
    expect(words(page)).to_have_text("3 / 3 · Photo 2.")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.viewer[open]")).to_have_count(0)


def test_a_phone_that_is_turned_shows_the_same_photo(story, page_as):
    page = opened(page_as(UserFactory(), **PHONE), story, 2)
    for width, height in ((844, 390), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        until(
            page,
            "() => { const strip = document.querySelector('.viewer-strip');"
            f"  return innerWidth === {width} && strip.scrollLeft === 2 * strip.clientWidth }}",
        )
        expect(words(page)).to_have_text("3 / 3 · Photo 2.")


def test_one_photo_has_no_way_on(page_as):
    page = opened(page_as(UserFactory()), PhotoFactory(alt="A door.", made=True).story)
    expect(words(page)).to_have_text("A door.")
    assert page.get_by_role("button", name="Close").is_visible()
    assert not page.get_by_role("button", name="Next").is_visible()


def test_without_a_script_nothing_is_offered_that_needs_one(story, page_as):
    page = page_as(UserFactory(), java_script_enabled=False)
    page.goto(story.get_absolute_url())
    page.get_by_text("Share it").click()
    assert page.locator("#share-link").is_visible()
    assert not page.locator("[data-copy]").is_visible()
    assert (
        page.locator("a[data-photo]")
        .first.get_attribute("href")
        .startswith(reverse("photo", args=["x", "x"]).partition("x")[0])
    )

"""With the reader’s own colours, what can be pressed has an edge, and what is chosen is marked."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, expect

from tests.browser import DESK, PHONE
from tests.factories import PublishedStoryFactory, UserFactory, named_trait

pytestmark = pytest.mark.django_db(transaction=True)


def edge(part: Locator) -> float:
    """How wide the frame around something is, where it is seen."""
    return part.evaluate(
        """part => {
            const { borderTopWidth, borderTopColor } = getComputedStyle(part);
            const seen = borderTopColor !== getComputedStyle(document.body).backgroundColor;
            return seen ? parseFloat(borderTopWidth) : 0;
        }"""
    )


def ground(part: Locator) -> str:
    return part.evaluate("part => getComputedStyle(part).backgroundColor")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_buttons_of_the_telling_form_have_a_frame_and_a_chosen_tile_is_marked(page_as, size):
    named_trait("Caring")
    named_trait("Sincere")
    page = page_as(UserFactory(), **size, forced_colors="active")
    page.goto(reverse("tell"))
    for button in page.locator(".dock > button").all():
        assert edge(button) >= 1
    tiles = page.locator(".tiles label[data-hue]")
    chosen, other = tiles.nth(0), tiles.nth(1)
    assert ground(chosen) == ground(other)
    chosen.locator("input").check(force=True)
    expect(chosen.locator(".chosen")).to_be_visible()
    assert ground(chosen) != ground(other)
    assert edge(other) >= 1


def test_the_traits_of_a_story_have_a_frame(page_as):
    story = PublishedStoryFactory(traits=["Caring"])
    page = page_as(UserFactory(), **DESK, forced_colors="active")
    page.goto(story.get_absolute_url())
    assert edge(page.locator(".trait-tiles .trait").first) >= 1

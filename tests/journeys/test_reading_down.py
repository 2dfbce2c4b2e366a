"""A story's poster on a desk: it stays beside the text, and leaves with it in one piece."""

import pytest

from tests.browser import until
from tests.factories import PhotoFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

WORDS_END = "document.querySelector('.story-poster .poster-text').getBoundingClientRect().bottom"
PICTURE = "document.querySelector('.story-poster .poster-picture').getBoundingClientRect()"
POSTER_END = "document.querySelector('.story-poster').getBoundingClientRect().bottom"


@pytest.mark.parametrize("about", [{}, {"recovery": True}, {"setting": "elsewhere"}], ids=str)
def test_the_photo_never_slides_over_the_line(about, page_as):
    story = PublishedStoryFactory(body="He came back every day.\n\n" * 60, **about)
    PhotoFactory(story=story, made=True)
    page = page_as(UserFactory())
    page.goto(story.get_absolute_url())
    for left in (850, 800, 770):
        page.evaluate(f"scrollBy(0, {POSTER_END} - {left})")
        until(page, f"Math.abs({POSTER_END} - {left}) < 2")
        assert page.evaluate(f"{PICTURE}.top - {WORDS_END}") > -1
        assert page.evaluate(f"{PICTURE}.bottom <= {POSTER_END}")

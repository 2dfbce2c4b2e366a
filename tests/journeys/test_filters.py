"""What stands beside the wall, in a real browser."""

import pytest

from tests.browser import DESK
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

# How many rows the words of an element take.
ROWS = """(one) => {
    const words = document.createRange();
    words.selectNodeContents(one);
    return new Set([...words.getClientRects()].map((box) => box.top)).size;
}"""


def test_what_stands_behind_a_filter_is_never_broken(page_as):
    PublishedStoryFactory()
    page = page_as(UserFactory(), **DESK)
    page.goto("/")
    counts = page.locator(".filter-list .count").all()
    assert counts
    for count in counts:
        assert count.evaluate(ROWS) == 1, count.inner_text()

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


# How far apart the words of neighbours stand, from the last row of one to the first of the next.
GAPS = """(list) => {
    const words = [...list.querySelectorAll("li span:not(.count, .swatch)")];
    const boxes = words.map((one) => one.getBoundingClientRect());
    return boxes.slice(1).map((box, number) => Math.round(box.top - boxes[number].bottom));
}"""


def test_words_in_two_rows_stand_as_far_from_their_neighbours_as_others(page_as):
    for asked in ("nobody", "after", "before"):
        PublishedStoryFactory(took_permission=asked)
    page = page_as(UserFactory(), **DESK)
    page.goto("/")
    asked = page.locator(".filter-group", has_text="Who was asked").locator(".filter-list")
    assert asked.get_by_text("Told somebody afterwards").evaluate(ROWS) == 2
    first, *others = asked.evaluate(GAPS)
    assert all(abs(gap - first) <= 1 for gap in others)
    assert first >= 12

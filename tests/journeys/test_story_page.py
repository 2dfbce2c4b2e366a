"""A story in a real browser: the words that show a trait, marked over several rows; on paper."""

import pytest
from django.urls import reverse

from tests.browser import DESK, PHONE
from tests.factories import NoteFactory, PublishedStoryFactory, UserFactory, named_trait

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCE = (
    "She put a stool in front and a pillow at the back, and a blanket over the whole, with one "
    "corner folded down the way one does a bed, and then she sat with him until the bus came."
)
# From the line under each row to the tint of the next.
BETWEEN = """mark => {
    const rows = [...mark.getClientRects()];
    return rows.slice(1).map((row, before) => row.top - rows[before].bottom);
}"""


@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
def test_the_line_under_one_row_is_not_covered_by_the_tint_of_the_next(held, page_as):
    story = PublishedStoryFactory(body=SENTENCE, traits=[named_trait("Caring")])
    story.story_traits.update(evidence=SENTENCE)
    page = page_as(UserFactory(), **held)
    page.goto(reverse("story", args=[story.public_id]))
    between = page.locator("mark.ev").evaluate(BETWEEN)
    assert between
    assert min(between) >= 0


def test_what_can_only_be_pressed_is_not_printed(page_as):
    story = NoteFactory(story=PublishedStoryFactory()).story
    page = page_as(UserFactory())
    page.goto(reverse("story", args=[story.public_id]))
    page.emulate_media(media="print")
    assert (
        page.locator("main a, main button, main summary").evaluate_all(
            "all => all.filter(one => one.checkVisibility()).map(one => one.innerText)"
        )
        == []
    )

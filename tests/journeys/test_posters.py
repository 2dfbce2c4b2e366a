"""How posters stand, in a real browser."""

import pytest

from tests.browser import DESK, PHONE
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

# Where each part of the first poster ends on the right: label, line without its mark, title, day.
ENDS = """() => {
    const end = (node) => {
        const words = document.createRange();
        words.selectNodeContents(node);
        return Math.max(...[...words.getClientRects()].map((box) => box.right));
    };
    const poster = document.querySelector(".poster");
    const [label, title, day] = [".poster-traits span", ".poster-title", ".poster-foot time"]
        .map((part) => end(poster.querySelector(part)));
    const line = poster.querySelector(".poster-line");
    const before = parseFloat(getComputedStyle(line).paddingRight);
    const axis = line.getBoundingClientRect().right - before;
    return [label, title, day].map((right) => Math.abs(right - axis));
}"""


@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("title", ["صباح بارد عند المتجر", "A cold morning"])
def test_a_line_that_begins_from_the_right_has_label_title_and_day_on_its_axis(
    held, title, page_as
):
    PublishedStoryFactory(line="لا قرابة بيننا، إنه زبوني", title=title, traits=["Sincere"])
    page = page_as(UserFactory(), **held)
    page.goto("/")
    assert all(off < 3 for off in page.evaluate(ENDS)), page.evaluate(ENDS)


# How far each poster's words reach into the margin that they leave below them, in pixels.
BELOW = """() => [...document.querySelectorAll(".poster")].map((poster) => {
    const foot = poster.querySelector(".poster-foot");
    return Math.round(foot.getBoundingClientRect().bottom - poster.getBoundingClientRect().bottom);
})"""


@pytest.mark.parametrize("width", [1280, 1440])
def test_a_poster_holds_all_of_its_words(width, page_as):
    elsewhere = {
        "setting": "elsewhere",
        "organisation": "A dental practice with a view of the old harbour",
        "title": "Champagne from the dentist next door",
        "traits": ["Put right", "Unexpected", "Personal"],
    }
    for line in ["Hoje pago eu.", "I’d rather you got the one you wanted.", "I saw your car."] * 4:
        PublishedStoryFactory(line=line, **elsewhere)
    page = page_as(UserFactory(), viewport={"width": width, "height": 900})
    page.goto("/")
    assert all(over <= 0 for over in page.evaluate(BELOW)), page.evaluate(BELOW)


# The rows that a card's day and the like take, with what of them is seen of a dot: none before the
# first, where the edge cuts it off, and one before every other.
DOTS = """() => [...document.querySelectorAll(".dotted")].map((line) => {
    const edge = line.getBoundingClientRect().left, rows = new Map();
    const cut = getComputedStyle(line).overflowX === "clip";
    for (const part of line.children) {
        const box = part.getBoundingClientRect(), dot = getComputedStyle(part, "::before");
        const seen = dot.content.startsWith('"·"')
            && (box.left + parseFloat(dot.left) >= edge || !cut);
        rows.set(box.top, [...(rows.get(box.top) ?? []), seen]);
    }
    return [...rows.values()];
})"""


def test_where_a_row_breaks_no_dot_is_left_over(page_as):
    PublishedStoryFactory(traits=["Put right", "Unexpected", "Personal"], setting="elsewhere",
        organisation="A dental practice with a view of the harbour")  # fmt: skip
    page = page_as(UserFactory(), **PHONE)
    page.goto("/?view=list")
    (rows,) = page.evaluate(DOTS)
    assert len(rows) > 1
    assert any(len(row) > 1 for row in rows)
    assert all(row == [False] + [True] * (len(row) - 1) for row in rows), rows


def test_a_pale_trait_is_printed_with_its_ground(page_as):
    story = PublishedStoryFactory(body="He had no coat. Marek gave him his.", traits=["Personal"])
    story.story_traits.update(evidence="Marek gave him his.")
    page = page_as(UserFactory())
    page.emulate_media(media="print")
    for address, ground, whole in (
        ("/traits/personal/", ".page-head", ".shown > li"),
        ("/traits/", ".vocabulary > li", ".vocabulary > li"),
    ):
        page.goto(address)
        found = page.evaluate(
            """([ground, whole]) => [
                getComputedStyle(document.querySelector(ground)).printColorAdjust,
                getComputedStyle(document.querySelector(whole)).breakInside,
            ]""",
            [ground, whole],
        )
        assert found == ["exact", "avoid"], address

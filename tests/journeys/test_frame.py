"""The frame of every page, by keyboard: header, telling, the reader's own badge."""

import pytest

from tests.browser import DESK, PHONE
from tests.factories import PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

# What has the focus, and how far inside the window its ring ends, in pixels.
RING = """() => {
    const one = document.activeElement;
    const style = getComputedStyle(one);
    const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
    const box = one.getBoundingClientRect();
    const ends = [box.left, box.top, innerWidth - box.right, innerHeight - box.bottom];
    return [one.matches("main *"), one.innerText, Math.min(...ends) - ring];
}"""


@pytest.mark.parametrize("held", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["in", "out"])
def test_the_window_cuts_no_ring_off(held, signed_in, page_as):
    PublishedStoryFactory()
    page = page_as(UserFactory() if signed_in else None, **held)
    page.goto("/" if signed_in else "/accounts/login/")
    page.wait_for_load_state("networkidle")
    rings = {}
    for _ in range(9):
        page.keyboard.press("Tab")
        page.wait_for_timeout(20)
        in_main, name, inside = page.evaluate(RING)
        if in_main and "Skip" not in name:
            break
        rings[name] = inside
    assert "Retold" in rings
    assert not {name for name, inside in rings.items() if inside < 0}, rings

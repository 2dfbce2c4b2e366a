"""What a process remembers of pages: so many bytes of the newest version, packed or as they are."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from stories.remembered import BESIDES, Lately, Pages

PAGE = b"<p>All pages begin with the same words, and end with them.</p>" * 40


@pytest.fixture(params=[False, True], ids=["as they are", "packed"])
def packed(request) -> bool:
    return request.param


def page(number: int) -> bytes:
    return PAGE + f"<p>Page {number}</p>".encode() + PAGE


def filled(pages: Pages, *numbers: int) -> Pages:
    for number in numbers:
        pages.put(number, page(number), "now", f"/{number}/")
    return pages


def test_a_page_comes_back_as_it_was(packed):
    pages = filled(Pages(100_000, packed=packed), 1, 2, 3)
    assert [pages.get(number, "now") for number in (1, 2, 3, 4)] == [
        page(1),
        page(2),
        page(3),
        None,
    ]
    assert (len(pages), pages.has_any_at("/2/"), pages.has_any_at("/4/")) == (3, True, False)


def test_of_another_version_there_is_none(packed):
    pages = filled(Pages(100_000, packed=packed), 1, 2)
    assert pages.get(1, "later") is None
    pages.put(3, page(3), "later", "/3/")
    assert len(pages) == 1
    assert pages.get(1, "now") is None
    assert pages.get(3, "later") == page(3)
    assert not pages.has_any_at("/1/")


def test_it_takes_no_more_bytes_than_it_may_and_lets_go_what_is_least_used(packed):
    one = filled(Pages(10**9, packed=packed), 1).size
    pages = filled(Pages(4 * one, packed=packed), 1, 2, 3)
    assert pages.get(1, "now")
    filled(pages, *range(4, 8))
    assert pages.size <= 4 * one
    assert pages.get(2, "now") is None
    assert not pages.has_any_at("/2/")
    assert pages.get(7, "now") == page(7)
    filled(pages, 7, 7)
    assert pages.size == sum(len(kept) + BESIDES for kept, _address in pages._pages.values())


def test_a_page_that_is_larger_than_all_it_may_take_is_not_kept(packed):
    pages = filled(Pages(100, packed=packed), 1)
    assert (len(pages), pages.size, pages.has_any_at("/1/")) == (0, 0, False)


def test_several_pages_of_one_address_are_counted(packed):
    pages = Pages(10**6, packed=packed)
    for key in ("noor", "sam"):
        pages.put(key, page(1), "now", "/")
    pages._take("noor")
    assert pages.has_any_at("/")
    pages._take("sam")
    assert not pages.has_any_at("/")


def test_packed_pages_take_a_part_of_the_room():
    numbers = range(20)
    plain, packed = (filled(Pages(10**9, packed=packed), *numbers) for packed in (False, True))
    assert packed.size - 20 * BESIDES < (plain.size - 20 * BESIDES) / 10


def test_what_was_found_lately_is_never_more_than_so_much():
    lately, tomorrow = Lately(2), timezone.now() + datetime.timedelta(days=1)
    for key in "aab":
        lately.put(key, f"found at {key}", tomorrow)
    assert lately.get("a") == "found at a"
    lately.put("c", "found at c", tomorrow)
    assert [lately.get(key) for key in "abc"] == ["found at a", None, "found at c"]


def test_what_was_found_lately_holds_until_it_may_be_otherwise():
    lately, soon = Lately(2), timezone.now() + datetime.timedelta(minutes=1)
    lately.put("a", "found at a", soon)
    with time_machine.travel(soon, tick=False):
        assert lately.get("a") is None

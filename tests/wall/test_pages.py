"""Page after page shows every story once, whatever happens in the meantime."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.filtering.meant import Place
from stories.models import Entry, Story
from stories.wall.pages import PAGE, read
from tests.factories import PublishedStoryFactory
from tests.shared import seen_anew, shared

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """More than two pages of stories, some of them told on or saluted, many equally often."""
    with shared(django_db_blocker):
        stories = PublishedStoryFactory.create_batch(60, body="It was cold outside.")
        for number, story in enumerate(stories):
            Story.objects.filter(pk=story.pk).update(
                retelling_count=number % 4, salute_count=number // 20, line=f"Cold {number % 3}."
            )
        Entry.objects.follow([story.pk for story in stories])
        yield


@pytest.fixture
def sixty(told, db):
    seen_anew()
    return list(Story.objects.order_by("seq"))


@pytest.fixture
def walk(staff_client, shown):
    """All that one reads by following the link to more, page by page."""

    def follow(address="/", between=lambda: None):
        pages = []
        while address:
            response = staff_client.get(address)
            pages.append(shown(response))
            found = re.search(r'class="pager" href="([^"]+)"', response.content.decode())
            address = found and found[1].replace("&amp;", "&")
            between()
        return pages

    return follow


@pytest.fixture
def walk_back(staff_client, shown):
    def follow(address):
        pages = []
        while address:
            response = staff_client.get(address)
            pages.append(shown(response))
            found = re.search(r'href="([^"]+)" rel="prev"', response.content.decode())
            address = found and found[1].replace("&amp;", "&")
        return pages

    return follow


def place_of(public_id, sort):
    story = Story.objects.get(public_id=public_id)
    measure = {"retold": story.retelling_count, "saluted": story.salute_count}.get(sort)
    return Place(story.seq, measure)


def in_order(pages):
    return [story for page in pages for story in page]


@pytest.mark.parametrize("sort", ["newest", "retold", "saluted", "relevance"])
def test_a_walk_shows_every_story_once(sixty, walk, sort):
    pages = walk(f"/?q=cold&sort={sort}")
    assert [len(page) for page in pages] == [PAGE, PAGE, 12]
    assert sorted(in_order(pages)) == sorted(story.public_id for story in sixty)


def test_newest_first(sixty, walk):
    assert in_order(walk()) == [story.public_id for story in reversed(sixty)]


def test_most_retold_first_and_newest_among_equals(sixty, walk):
    order = Story.objects.order_by("-retelling_count", "-seq").values_list("public_id", flat=True)
    assert in_order(walk("/?sort=retold")) == list(order)


def test_best_match_has_it_in_the_line(walk):
    body = PublishedStoryFactory(line="", title="A night", body="The kettle sang.")
    line = PublishedStoryFactory(line="Kettle first.", title="A morning", body="…")
    title = PublishedStoryFactory(line="", title="The kettle", body="…")
    expected = [story.public_id for story in (line, title, body)]
    assert in_order(walk("/?q=kettle&sort=relevance")) == expected


def test_a_story_that_arrives_moves_nothing(sixty, walk):
    pages = walk(between=PublishedStoryFactory)
    assert in_order(pages) == [story.public_id for story in reversed(sixty)]


def test_a_story_that_leaves_takes_no_other_with_it(sixty, walk):
    leaving = iter([sixty[-PAGE], sixty[0], sixty[5]])
    pages = walk(between=lambda: next(leaving).withdraw(by=None))
    assert in_order(pages) == [story.public_id for story in reversed(sixty[1:])]


def test_the_link_says_how_many_more(sixty, staff_client):
    page = staff_client.get("/").content.decode()
    assert "Twenty-four more" in page
    assert "36 still to read" in page
    second = re.search(r'class="pager" href="([^"]+)"', page)[1]
    page = staff_client.get(second).content.decode()
    assert "Twelve more" in page
    assert "12 still to read" in page
    assert "60 stories" in page


def test_the_end_is_a_kind_one(sixty, staff_client, walk):
    page = staff_client.get(f"/?after={sixty[5].seq}").content.decode()
    assert 'class="pager"' not in page
    assert "The next one is yours to tell." in page


def test_past_the_end_there_is_a_way_back(sixty, staff_client):
    response = staff_client.get(f"/?after={sixty[0].seq}")
    assert response.status_code == 200
    page = response.content.decode()
    assert "You have read them all" in page
    assert page.count("Back to the beginning") == 1


@pytest.mark.parametrize("sort", ["newest", "retold", "saluted"])
def test_one_walks_back_by_the_way_one_came(sixty, walk, walk_back, sort):
    pages = walk(f"/?sort={sort}")
    last = f"/?sort={sort}&after=" + str(place_of(pages[1][-1], sort))
    assert walk_back(last) == pages[::-1]


def test_the_way_back_ends_on_a_full_first_page_even_if_stories_left(sixty, staff_client, shown):
    third = sixty[20]
    for story in sixty[-10:]:
        story.withdraw(by=None)
    response = staff_client.get(f"/?before={third.seq}")
    assert len(shown(response)) == PAGE


def test_a_page_far_down_says_how_many_stand_before_it(sixty, staff_client):
    page = staff_client.get(f"/?after={sixty[10].seq}").content.decode()
    assert "50 before these" in page
    assert 'rel="prev"' in page


def test_a_later_page_has_a_way_back_to_the_beginning(sixty, staff_client):
    page = staff_client.get(f"/?trait=nope&gold=&after={sixty[40].seq}").content.decode()
    assert '<a href="/">Back to the beginning</a>' in page


@pytest.mark.parametrize(
    "cursor",
    ["x", "-1", "1.2.3", "9" * 30, "1.", ".", "3.17", "0x10", "%00", "١", "' OR 1=1 --", "12 "],
)
def test_a_forged_cursor_begins_at_the_beginning_and_says_so(sixty, staff_client, shown, cursor):
    response = staff_client.get("/", {"after": cursor})
    assert shown(response) == [story.public_id for story in reversed(sixty[-PAGE:])]
    assert "That part of the wall could not be found" in response.content.decode()


def test_a_cursor_of_another_order_begins_at_the_beginning(sixty, staff_client, shown):
    response = staff_client.get("/?sort=retold&after=17")
    assert "That part of the wall could not be found" in response.content.decode()
    assert len(shown(response)) == PAGE


@given(st.integers(0, 10**18 - 1), st.none() | st.integers(0, 10**9 - 1))
def test_a_cursor_is_read_as_it_was_written(seq, measure):
    cursor = Place(seq, measure)
    assert read(str(cursor), "newest" if measure is None else "retold") == cursor


@given(st.text(max_size=40), st.sampled_from(["newest", "retold", "saluted", "relevance"]))
def test_a_cursor_is_read_or_refused(text, sort):
    cursor = read(text, sort)
    assert cursor is None or read(str(cursor), sort) == cursor

"""Pages of a search are the same however many stories it finds, and in which steps it is asked."""

import random

import pytest
from django.http import QueryDict

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering import searched
from stories.filtering.filters import FilterForm
from stories.models import Entry, Story
from tests.factories import EmployeeFactory, PublishedStoryFactory
from tests.walls import meant

pytestmark = pytest.mark.django_db
PAGE = 4


@pytest.fixture
def told():
    """Stories of which most say “kettle”, some plainly, some told on more often than others."""
    chance = random.Random(7)  # noqa: S311
    for number in range(24):
        story = PublishedStoryFactory(
            title="A kettle" if number % 5 == 0 else "A cup",
            line="The kettle sang." if number % 7 == 0 else "",
            body="No." if number % 6 == 5 else "Then the kettle.",
            traits=["Caring"] if number % 2 else ["Playful"],
        )
        Story.objects.filter(pk=story.pk).update(retelling_count=chance.choice((0, 0, 0, 1, 2, 5)))
        story.refresh_from_db()
        Entry.objects.measure(story)


def form(query: str, naming: Naming | None = None) -> FilterForm:
    return FilterForm(QueryDict(query), naming or Naming(ORGANISATION))


def wanted(sort: str, query: str) -> list[int]:
    """The places in their order, by reading every story."""
    stories = Story.objects.published().filter(body__contains="kettle")
    stories |= Story.objects.published().filter(line__contains="kettle")
    stories |= Story.objects.published().filter(title__contains="kettle")
    if "caring" in query:
        stories = stories.filter(traits__slug="caring")

    def order(story: Story) -> tuple:
        tier = 0 if "kettle" in story.line else 1 if "kettle" in story.title else 2
        first = {"newest": 0, "relevance": tier, "retold": -story.retelling_count}[sort]
        return first, -(story.seq or 0)

    return [story.seq for story in sorted(stories.distinct(), key=order)]


@pytest.mark.parametrize(
    "sizes",
    [
        {},
        {"FEW": 8},
        {"FEW": 0},
        {"FEW": 0, "MOST": 5, "AT_ONCE": 3},
        {"FEW": 0, "MOST": 5, "MOST_HELD": 6, "AT_ONCE": 2},
        {"FEW": 0, "MOST": 1, "MOST_HELD": 1, "AT_ONCE": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("sort", ["newest", "relevance", "retold"])
@pytest.mark.parametrize("query", ["q=kettle", "q=kettle&trait=caring"])
def test_pages_forwards_and_backwards_are_the_whole_in_order(told, monkeypatch, sizes, sort, query):
    for name, size in sizes.items():
        monkeypatch.setattr(searched, name, size)
    expected = wanted(sort, query)
    found = meant(form(query))
    pages, after = [], None
    while after is not None or not pages:
        stretch = found.stretch(sort, PAGE, after=after)
        pages.append(stretch.places)
        after = stretch.places[-1] if stretch.after else None
    assert [place.seq for page in pages for place in page] == expected
    before = found.stretch(sort, PAGE, before=pages[-1][0])
    assert before.places == pages[-2]
    assert bool(before.before) == (len(pages) > 2)
    assert before.after
    assert found.newest(3) == sorted(expected, reverse=True)[:3]


def test_numbers_are_exact_or_say_that_there_are_more(told, monkeypatch):
    found = meant(form("q=kettle"))
    assert found.counts_all(found.seqs)
    assert len(found) == len(wanted("newest", "q=kettle"))
    monkeypatch.setattr(searched, "MOST", 5)
    found = meant(form("q=kettle"))
    assert not found.counts_all(found.seqs)


def test_where_nobody_is_named_so_much_is_read_and_no_more(told, monkeypatch):
    anke = EmployeeFactory(first_name="Anke")
    PublishedStoryFactory(people=[anke], body="Anke’s kettle.", line="", title="")
    monkeypatch.setattr(searched, "MOST_READ", 3)
    monkeypatch.setattr(searched, "AT_ONCE", 2)
    for sort in ("newest", "relevance", "retold"):
        places = meant(form("q=kettle", Naming(ORGANISATION, names=False))).stretch(sort, 30).places
        assert 0 < len(places) < 20
        places = meant(form("q=anke", Naming(ORGANISATION, names=False))).stretch(sort, 30).places
        assert places == []

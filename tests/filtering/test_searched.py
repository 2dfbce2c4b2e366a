"""Pages of a search are the same however many stories it finds, and in which steps it is asked."""

import random

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories import search
from stories.filtering import alone, gathering, searched, sought
from stories.filtering.filters import FilterForm
from stories.filtering.meant import Condition
from stories.filtering.searched import Searched
from stories.models import Entry, Story, Trait
from stories.models.postings import UNSURE, Moves
from stories.search.plan import Plan, Says, Some, Under
from stories.search.reading import among
from stories.wall import pages, views
from stories.wall.counts import Counts
from tests.factories import EmployeeFactory, PublishedStoryFactory, TeamFactory, UserFactory
from tests.shared import seen_anew, shared
from tests.walls import meant

pytestmark = pytest.mark.django_db
PAGE = 4


@pytest.fixture(scope="module")
def kettles(django_db_setup, django_db_blocker):
    """Stories of which most say “kettle”, some plainly, some told on more often than others."""
    with shared(django_db_blocker):
        chance = random.Random(7)  # noqa: S311
        for number in range(24):
            story = PublishedStoryFactory(
                title="A kettle" if number % 5 == 0 else "A cup",
                line="The kettle sang." if number % 7 == 0 else "",
                body="No." if number % 6 == 5 else "Then the kettle.",
                traits=["Caring"] if number % 2 else ["Playful"],
            )
            Story.objects.filter(pk=story.pk).update(
                retelling_count=chance.choice((0, 0, 0, 1, 2, 5))
            )
            story.refresh_from_db()
            Entry.objects.measure(story)
        yield


@pytest.fixture
def told(kettles, db):
    seen_anew()


def sized(monkeypatch, sizes: dict) -> None:
    """As if so much were many, on either database."""
    for name, size in sizes.items():
        for module in (searched, gathering, sought):
            if hasattr(module, name):
                both = isinstance(getattr(module, name), dict)
                new = {"sqlite": size, "postgresql": size} if both else size
                monkeypatch.setattr(module, name, new)


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
        {"FEW": 0, "SELDOM": 0},
        {"FEW": 0, "SELDOM": 0, "MOST": 5, "AT_ONCE": 3},
        {"FEW": 0, "SELDOM": 0, "MOST": 5, "MOST_SAID": 0},
        {"FEW": 0, "SELDOM": 0, "MOST": 5, "MOST_SAID": 12, "AT_ONCE": 3},
        {"FEW": 0, "SELDOM": 0, "MOST": 5, "MOST_HELD": 6, "AT_ONCE": 2},
        {"FEW": 0, "SELDOM": 0, "MOST": 1, "MOST_HELD": 1, "AT_ONCE": 1},
        {"FEW": 0, "SELDOM": 0, "MOST": 2, "AT_ONCE": 1, "OFTEN": 1},
        {"FEW": 0, "SELDOM": 0, "MOST": 2, "AT_ONCE": 1, "MOST_TRIES": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("sort", ["newest", "relevance", "retold"])
@pytest.mark.parametrize("query", ["q=kettle", "q=kettle&trait=caring"])
def test_pages_forwards_and_backwards_are_the_whole_in_order(told, monkeypatch, sizes, sort, query):
    sized(monkeypatch, sizes)
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


def test_a_page_and_its_numbers_are_one_question_where_little_is_near(told, monkeypatch):
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST_SAID": 0})
    whole = meant(form("q=kettle&served=customer&setting=here&initiative=own"))
    assert whole._alone.likely
    with CaptureQueriesContext(connection) as asked:
        assert whole.seqs <= whole.seqs_without("served")
        whole.seqs_without_each(whole.conditions.keys() - {"q"})
    assert len(asked) == 1


def test_what_stands_together_is_looked_for_from_where_it_begins(told, monkeypatch):
    """As the stories of a year do: above them the engine would look in vain."""
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST_NEAR": 0, "MOST_SAID": 0})
    monkeypatch.setattr(alone, "SAMPLE", 3)
    asked: list[dict] = []
    newest = searched.search.newest

    def noted(*query, **options):
        asked.append(options)
        return newest(*query, **options)

    monkeypatch.setattr(searched.search, "newest", noted)
    whole = meant(form("q=kettle&trait=playful&served=customer"))
    assert list(whole.seqs) == sorted(
        story.seq for story in Story.objects.filter(traits__slug="playful") if kettle(story)
    )
    playful = whole.index.under(f"trait:{Trait.objects.get(slug='playful').pk}")
    assert asked[-1]["below"] == playful.max() + 1 < whole.newest_of_all + 1
    if connection.vendor == "postgresql":
        assert 0 < asked[-1]["share"] < 1


def kettle(story: Story) -> bool:
    return "kettle" in f"{story.line} {story.title} {story.body}".lower()


def test_numbers_are_exact_or_say_that_there_are_more(told, monkeypatch):
    found = meant(form("q=kettle"))
    assert found.counts_all(found.seqs)
    assert len(found) == len(wanted("newest", "q=kettle"))
    sized(monkeypatch, {"MOST": 5})
    found = meant(form("q=kettle"))
    assert not found.counts_all(found.seqs)


def test_no_more_is_said_to_stand_behind_a_filter_than_is_said_to_be_found(told, monkeypatch):
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST": 2, "AT_ONCE": 1})
    counts = Counts(meant(form("q=kettle&trait=caring")))
    caring = Trait.objects.get(slug="caring")
    assert str(counts.total) == str(counts.trait(caring)) == "2+"


def test_without_its_only_words_a_search_counts_all_stories(told, monkeypatch):
    sized(monkeypatch, {"MOST": 2})
    asked = form("q=nowhere")
    (chip,) = asked.chips
    assert str(Counts(meant(asked)).without(chip.key)) == str(Story.objects.published().count())


NONE_OF = "&".join(f"trait=-{slug}" for slug in ("honest", "generous", "sincere", "noticed"))


@pytest.mark.parametrize(
    "asked",
    [
        f"q=kettle&{NONE_OF}",
        f"q=kettle+-giraffe+-ostrich&{NONE_OF}&setting=here",
        "q=kettle&sort=retold",
        "q=kettle&sort=retold&before=0.2",
    ],
)
def test_a_search_asks_little_however_much_stands_beside_it_and_is_found(
    told, staff_client, monkeypatch, django_assert_max_num_queries, asked
):
    sizes = {"FEW": 0, "SELDOM": 0, "MOST_NEAR": 0, "MOST": 15, "MOST_HELD": 6, "AT_ONCE": 6}
    sized(monkeypatch, sizes)
    for module in (pages, views):
        monkeypatch.setattr(module, "PAGE", 4)
    # What a process holds after its first pages.
    staff_client.get("/?sort=retold")
    with django_assert_max_num_queries(12):
        assert staff_client.get(f"/?{asked}").status_code == 200


@pytest.mark.parametrize("most_said", [0, 15_000], ids=["by the engine", "gathered"])
def test_without_a_filter_the_newest_are_found_however_they_are_asked_for(
    told, monkeypatch, most_said
):
    sized(monkeypatch, {"FEW": 0, "MOST": 12, "MOST_SAID": most_said, "SELDOM": 0})
    monkeypatch.setattr(alone, "SAMPLE", 3)
    whole = meant(form("q=kettle&trait=-caring"))
    assert whole.counts_all(whole.seqs)
    newest = whole.seqs_without("trait:-caring")
    assert list(newest) == sorted(wanted("newest", "q=kettle")[:13])
    assert not whole.counts_all(newest)
    assert (whole._alone.all is None) == (most_said == 0)


def test_what_is_found_by_name_and_what_by_words_is_one_list(told):
    PublishedStoryFactory(body="A playful cup.", traits=["Caring"])
    whole = meant(form("q=playful&served=customer"))
    query = whole._query()
    each = search.newest(query, limit=100)
    assert len(each) > 8
    assert whole.newest(100) == each
    far = {"below": 10**15}
    for bounds in ({}, far, {"below": 0}, {"below": each[3]}, {"above": each[6], "below": each[2]}):
        for limit in (1, 3, 100):
            expected = search.newest(query, limit=limit, **bounds)
            assert whole._found(query, limit, **bounds) == expected, bounds


@pytest.mark.parametrize("query", ["team=nowhere-yet", "served=community", "year=2020&gold=1"])
def test_without_what_nothing_stands_under_there_are_numbers(told, monkeypatch, query):
    TeamFactory(name="Nowhere yet", slug="nowhere-yet")
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST_NEAR": 0, "MOST": 5, "MOST_SAID": 0})
    whole = meant(form(f"q=kettle&{query}"))
    assert not whole.seqs
    for key in whole.conditions:
        others = f"q=kettle&{query}".split("&")
        left = "&".join(one for one in others if not one.startswith(f"{key}="))
        assert whole.seqs_without(key) == meant(form(left)).seqs, key


def test_what_is_one_thing_or_not_is_counted_with_the_page(told, monkeypatch):
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST": 2})
    PublishedStoryFactory.create_batch(2, body="A kettle.", recovery=True)
    PublishedStoryFactory(body="A kettle.")
    counts = Counts(meant(form("q=kettle&recovery=1")))
    assert str(counts.fact("recovery", "1")) == str(counts.total) == "2"


@pytest.mark.parametrize("doubt", [False, True])
def test_what_is_left_out_is_counted_as_if_it_were_asked_by_itself(told, monkeypatch, doubt):
    """In one question for all, and one by one where what is found has to be read."""
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST_NEAR": 0, "MOST": 5})
    if doubt:
        moves = Moves()
        moves.into(UNSURE, [Story.objects.latest("seq").seq])
        moves.write()
    whole = meant(form("q=kettle+-giraffe&trait=-caring&served=customer&new=1"))
    each = whole.seqs_without_each(whole.conditions)
    assert each.keys() == whole.conditions.keys()
    assert len(each) > 3
    for key, seqs in each.items():
        assert seqs == whole.seqs_without(key), key


def test_where_nobody_is_named_so_much_is_read_and_no_more(told, monkeypatch):
    anke = EmployeeFactory(first_name="Anke")
    PublishedStoryFactory(people=[anke], body="Anke’s kettle.", line="", title="")
    sized(monkeypatch, {"MOST_READ": 3, "AT_ONCE": 2})
    for sort in ("newest", "relevance", "retold"):
        places = meant(form("q=kettle", Naming(ORGANISATION, names=False))).stretch(sort, 30).places
        assert 0 < len(places) < 20
        places = meant(form("q=anke", Naming(ORGANISATION, names=False))).stretch(sort, 30).places
        assert places == []


@pytest.mark.parametrize("few", [0, 500])
def test_without_what_is_new_there_is_all_that_says_the_words(told, monkeypatch, few):
    sized(monkeypatch, {"FEW": few})
    seqs = wanted("newest", "q=kettle")
    asked = meant(form("q=kettle"))
    new = {**asked.conditions, "new": Condition(above=seqs[2])}
    found = Searched(UserFactory(), new, naming=Naming(ORGANISATION))
    assert list(found.seqs) == sorted(seqs[:2])
    assert list(found.seqs_without("new")) == sorted(seqs)


def test_the_best_of_what_is_new_ends_where_it_is_not_new_any_more(told, monkeypatch):
    sized(monkeypatch, {"AT_ONCE": 2})
    seqs = wanted("newest", "q=kettle")
    asked: list[int] = []
    best = searched.search.best

    def counted(*args, **options):
        asked.append(1)
        return best(*args, **options)

    monkeypatch.setattr(searched.search, "best", counted)
    new = {**meant(form("q=kettle")).conditions, "new": Condition(above=seqs[2])}
    found = Searched(UserFactory(), new, naming=Naming(ORGANISATION))
    places = found.stretch("relevance", 30).places
    assert {place.seq for place in places} == set(seqs[:2])
    # Each of the three tiers is left as soon as it is below.
    assert len(asked) <= 5


def test_any_number_of_things_one_of_which_is_to_hold_are_asked_for(told):
    seqs = [story.seq for story in Story.objects.published()]
    facets = [f"team:{number}" for number in range(3_000)]
    plan = Plan(Some((Says(("kettl",)), *map(Under, facets))))
    assert sorted(among(plan, seqs)) == sorted(wanted("newest", "q=kettle"))

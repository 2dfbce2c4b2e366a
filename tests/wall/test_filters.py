"""The address of a wall says what is on it, however it was typed."""

import datetime

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering.asked import CHOSEN, SWITCHES
from stories.filtering.filters import FilterForm
from stories.models import Entry, Story, Trait
from tests.factories import (
    EmployeeFactory,
    PublishedStoryFactory,
    TeamFactory,
    TraitFactory,
    merged,
)
from tests.walls import meant

pytestmark = pytest.mark.django_db


def told(title, **facts):
    return PublishedStoryFactory(title=title, **facts)


def test_all_traits_asked_for_are_on_every_story(found):
    told("both", traits=["Personal", "Caring", "Playful"])
    told("one", traits=["Personal"])
    told("other", traits=["Caring"])
    assert found("trait=personal") == {"both", "one"}
    assert found("trait=caring&trait=personal") == {"both"}
    assert found("trait=personal&trait=caring&trait=honest") == set()


def test_a_team_brings_those_below_it(found):
    region = TeamFactory(name="North")
    site = TeamFactory(name="Harbour", parent=region)
    team = TeamFactory(name="Night desk", parent=site)
    elsewhere = TeamFactory(name="South")
    told("deep", people__team=team)
    told("middle", people__team=site)
    told("south", people__team=elsewhere)
    assert found("team=north") == {"deep", "middle"}
    assert found("team=night-desk") == {"deep"}
    assert found("team=south") == {"south"}


def test_a_person_brings_the_stories_that_credit_them(found):
    ada, ben = EmployeeFactory(), EmployeeFactory()
    told("both", people=[ada, ben])
    told("ada", people=[ada])
    told("told by ada", teller=ada, people=[ben])
    assert found(f"person={ada.pk}") == {"both", "ada"}


@pytest.mark.parametrize(
    ("address", "facts"),
    [
        ("served=colleague", {"served": "colleague"}),
        ("setting=elsewhere", {"setting": "elsewhere"}),
        ("initiative=own", {"initiative": "own"}),
        ("recovery=1", {"recovery": True}),
    ],
)
def test_a_fact_brings_the_stories_it_is_true_of(found, address, facts):
    told("yes", **facts)
    told("no", served="community", initiative="manager")
    assert found(address) == {"yes"}


def test_gold_brings_what_is_held_up_as_the_example(found):
    told("gold").set_gold(True, by=None)
    told("plain")
    assert found("gold=1") == {"gold"}


def test_a_month_or_year_goes_by_the_day_it_happened_or_else_was_published(found):
    told("february", happened_on=datetime.date(2026, 2, 28))
    told("march", happened_on=datetime.date(2026, 3, 1))
    told("last year", happened_on=datetime.date(2025, 3, 31))
    undated = told("undated", happened_on=None)
    Story.objects.filter(pk=undated.pk).update(
        published_at=datetime.datetime(2026, 3, 31, 23, tzinfo=datetime.UTC)
    )
    Entry.objects.follow([undated.pk])
    assert found("month=2026-03") == {"march", "undated"}
    assert found("year=2026") == {"february", "march", "undated"}
    assert found("month=2025-12") == set()


def test_filters_add_up(found):
    ada, team = EmployeeFactory(), TeamFactory(name="Harbour")
    facts = {"traits": ["Caring"], "people": [ada], "people__team": team, "served": "colleague"}
    told("all", line="Cold hands.", **facts)
    told("no trait", line="Cold hands.", **{**facts, "traits": ["Honest"]})
    told("no word", line="Warm hands.", **facts)
    told("nobody", line="Cold hands.", **{**facts, "people": []})
    address = f"trait=caring&team=harbour&person={ada.pk}&served=colleague&q=cold"
    assert found(address) == {"all"}


def test_the_old_word_of_a_merged_trait_leads_to_its_target(asked, found):
    kind = TraitFactory(name="Kind", slug="kind")
    told("kind", traits=[kind])
    merged(kind, Trait.objects.get(slug="caring"))
    form = asked("trait=kind&trait=caring")
    assert [trait.slug for trait in form.traits] == ["caring"]
    assert form.notes == []
    assert form.address() == "/?trait=caring"
    assert found("trait=kind") == {"kind"}


@pytest.mark.parametrize("standing", [Trait.Standing.PROPOSED, Trait.Standing.DROPPED])
def test_a_trait_that_readers_do_not_know_of_is_unknown(asked, standing):
    TraitFactory(name="Sparkly", slug="sparkly", standing=standing)
    form = asked("trait=sparkly")
    assert form.traits == []
    assert form.notes == ["There is no trait “sparkly”; it was left out."]


def test_a_retired_trait_can_still_be_asked_for(asked):
    TraitFactory(name="Punctual", slug="punctual").retire()
    assert [trait.slug for trait in asked("trait=punctual").traits] == ["punctual"]


def test_what_is_unknown_is_left_out_with_a_word(asked, found):
    told("here")
    address = "trait=nope&team=nope&person=999&served=cat&setting=x&initiative=y&sort=z"
    form = asked(f"{address}&year=soon&month=2026-13")
    assert form.conditions == {}
    assert len(form.notes) == 9
    assert "There is no team “nope”; it was left out." in form.notes
    assert form.address() == "/"


@pytest.mark.parametrize("name", CHOSEN)
def test_of_several_values_one_that_there_is_not_is_left_out_with_a_word(asked, name):
    form = asked(f"{name}=cat")
    assert form.notes == ["“cat” is not something to choose here; it was left out."]
    assert form.address() == "/"


@pytest.mark.parametrize("name", [*SWITCHES, "mine", "new"])
def test_what_says_neither_yes_nor_no_is_left_out_with_a_word(asked, found, name):
    told("here", traits=["Caring"])
    told("there", traits=["Personal"])
    form = asked(f"trait=caring&{name}=Maybe")
    assert form.notes == [f"“{name}=maybe” says neither yes nor no; it was left out."]
    assert form.address() == "/?trait=caring"
    assert found(f"trait=caring&{name}=Maybe") == {"here"}


@pytest.mark.parametrize("value", ["", "0", "off", "False", "no"])
def test_what_is_said_no_to_is_not_asked_for(asked, value):
    form = asked(f"gold={value}&mine={value}")
    assert (form.address(), form.notes) == ("/", [])


def test_looks_that_there_are_not_are_left_out_with_a_word(asked):
    form = asked("view=table&gold=1")
    assert form.notes == ["“table” is not something to choose here; it was left out."]
    assert form.address() == "/?gold=1"
    assert asked("view=LIST").as_list


def test_an_unnamed_person_is_as_unknown_as_nobody(asked):
    ada = EmployeeFactory(first_name="Ada")
    ada.ask_not_to_be_named()
    unnamed, nobody = asked(f"person={ada.pk}"), asked("person=987654")
    assert unnamed.conditions == nobody.conditions == {}
    assert unnamed.notes == [nobody.notes[0].replace("987654", str(ada.pk))]
    assert unnamed.address() == "/"


def test_repeated_traits_count_once(asked):
    form = asked("trait=personal&trait=personal&trait=PERSONAL")
    assert [chip.name for chip in form.chips] == ["Personal"]


def test_forty_traits_are_bounded(asked):
    slugs = [TraitFactory(name=f"Extra {n}").slug for n in range(40)]
    form = asked("&".join(f"trait={slug}" for slug in slugs))
    assert len(form.traits) == 8
    assert form.notes == ["A story has 8 traits at most; the first 8 are asked for."]


def test_forty_unknown_traits_are_not_forty_notes(asked):
    form = asked("&".join(f"trait=nope{n}" for n in range(40)))
    assert len(form.notes) == 4
    assert form.notes[-1] == "37 more unknown traits were left out."


def test_the_same_wall_has_one_address(asked):
    one = asked("q=cold&gold=on&trait=caring&served=COLLEAGUE&trait=personal&sort=newest&utm=1")
    other = asked("served=colleague&trait=personal&trait=caring&gold=1&q=+cold+")
    assert one.address() == other.address()
    assert one.address() == "/?trait=personal&trait=caring&served=colleague&gold=1&q=cold"


def test_an_address_is_read_as_it_was_written(asked):
    address = (
        "/?trait=personal&served=customer&recovery=1&month=2026-03"
        "&q=%E2%80%9Ctwo+sugars%E2%80%9D&sort=retold&view=list"
    )
    assert asked(address.partition("?")[2]).address() == address


def test_each_chip_takes_itself_away_and_nothing_else(asked):
    team = TeamFactory(name="Harbour")
    form = asked(f"trait=personal&trait=caring&team={team.slug}&gold=1&sort=saluted")
    for chip in form.chips:
        left = asked(chip.url.partition("?")[2])
        assert [other.key for other in form.chips if other != chip] == [c.key for c in left.chips]
        assert left.sort_chosen == "saluted"


def test_what_nobody_knows_is_said_in_words_too(asked):
    assert [chip.name for chip in asked("initiative=unknown").chips] == [
        "Not known how it was decided"
    ]


def test_chips_say_it_in_words(asked):
    ada = EmployeeFactory(first_name="Ada", last_name="Lund")
    form = asked(
        f"trait=put-right&person={ada.pk}&served=colleague&setting=elsewhere&initiative=own"
        "&recovery=1&gold=1&month=2026-03&q=cold"
    )
    assert [chip.name for chip in form.chips] == [
        "Put right",
        "Ada Lund",
        "For a colleague",
        "Seen elsewhere",
        "Decided on their own",
        "Went wrong first",
        "Gold standard",
        "March 2026",
        "“cold”",
    ]


def test_relevance_without_a_search_is_newest(asked):
    assert asked("sort=relevance").sort_chosen == "newest"
    assert asked("sort=relevance&q=cold").sort_chosen == "relevance"


def test_a_month_is_more_particular_than_a_year(asked):
    form = asked("year=2026&month=2026-03")
    assert (form.address(), form.notes) == ("/?month=2026-03", [])
    form = asked("year=2025&month=2026-03")
    assert form.address() == "/?month=2026-03"
    assert form.notes == ["The month is of another year than “2025”; the year was left out."]


@pytest.mark.parametrize(
    ("address", "kept", "named"),
    [
        ("served=colleague&served=nonsense", "served=colleague", ["nonsense"]),
        ("served=nonsense&served=colleague", "served=colleague", []),
        ("served=colleague&served=customer", "served=customer", []),
        ("served=customer&served=", "", []),
        ("team=harbour&team=nope&team=none", "team=harbour", ["none", "nope"]),
        ("gold=1&gold=maybe", "gold=1", ["gold=maybe"]),
        ("gold=1&gold=0", "", []),
        ("month=2026-03&month=2026-13", "month=2026-03", ["2026-13"]),
        ("sort=retold&sort=best", "sort=retold", ["best"]),
    ],
)
def test_of_a_value_given_twice_the_last_that_makes_sense_holds(asked, address, kept, named):
    TeamFactory(name="Harbour")
    form = asked(address)
    assert form.address() == (f"/?{kept}" if kept else "/")
    assert [note.partition("“")[2].partition("”")[0] for note in form.notes] == named


def test_of_a_person_given_many_times_only_a_few_are_looked_up(
    asked, django_assert_max_num_queries
):
    ada = EmployeeFactory()
    numbers = "&".join(f"person={number}" for number in range(900_000, 900_040))
    with django_assert_max_num_queries(8):
        form = asked(f"{numbers}&person={ada.pk}&person=999&person=998")
    assert form.address() == f"/?person={ada.pk}"
    with django_assert_max_num_queries(8):
        assert asked(f"person={ada.pk}&{numbers}").address() == "/"


def test_a_form_of_another_page_keeps_its_path(asked):
    assert asked("gold=1", path="/teams/harbour/").address(gold=None) == "/teams/harbour/"


class AnyAddress(TestCase):
    @given(
        st.dictionaries(
            st.sampled_from(
                ["trait", "team", "person", "served", "year", "month", "q", "sort", "view", "gold"]
            ),
            st.lists(st.text(st.characters(codec=None), max_size=30), max_size=3),
        )
    )
    @settings(max_examples=60)
    def test_no_address_is_too_strange_to_be_read_and_written(self, values):
        data = QueryDict(mutable=True)
        for name, given_values in values.items():
            data.setlist(name, given_values)
        form = FilterForm(data, Naming(ORGANISATION))
        len(meant(form))
        again = FilterForm(QueryDict(form.address().partition("?")[2]), Naming(ORGANISATION))
        assert again.address() == form.address()
        assert again.notes == []

"""Filters that are typed into the search box ask for the same stories as those beside the wall."""

import datetime

import pytest
from django.http import QueryDict

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering.filters import FilterForm
from stories.models import Story, Trait
from tests.factories import (
    EmployeeFactory,
    PublishedStoryFactory,
    TeamFactory,
    named_trait,
)
from tests.walls import stories

pytestmark = pytest.mark.django_db


def asked(text: str) -> FilterForm:
    data = QueryDict(mutable=True)
    data["q"] = text
    return FilterForm(data, Naming(ORGANISATION))


def found(text: str) -> set[str]:
    return set(stories(asked(text)).values_list("title", flat=True))


def said(text: str) -> list[str]:
    return [chip.name for chip in asked(text).chips]


def told(title: str, **facts) -> Story:
    return PublishedStoryFactory(title=title, **{"line": "", "body": "Nothing much.", **facts})


@pytest.fixture
def two(db):
    """Two stories that differ in everything."""
    region = TeamFactory(name="The South")
    desk = TeamFactory(name="Front desk", parent=region)
    roberta = EmployeeFactory(first_name="Roberta", last_name="Kline", known_as="Bobbie")
    robin = EmployeeFactory(first_name="Robin", last_name="Vos")
    told(
        "one",
        body="Two sugars.",
        traits=["Personal", "Small thing"],
        people=[roberta],
        people__team=desk,
        happened_on=datetime.date(2026, 3, 14),
    )
    told(
        "other",
        body="Two umbrellas.",
        traits=["Caring"],
        people=[robin],
        people__team=TeamFactory(name="Kiosk"),
        happened_on=datetime.date(2026, 5, 1),
    )


@pytest.mark.parametrize(
    "text",
    [
        "trait:personal",
        "trait:PERSONAL",
        "trait:small-thing",
        'trait:"Small thing"',
        "trait:pers",
        "-trait:caring",
        "team:front-desk",
        'team:"front desk"',
        "team:south",
        "-team:kiosk",
        "person:roberta",
        "person:bobbie",
        "person:“roberta kline”",
        "person:“kline roberta”",
        "-person:vos",
        "before:2026-04",
        "before:2026-05-01",
        "-after:2026-03",
        "after:2026-03-13 before:2026-03-15",
        "two -umbrellas",
        "-umbrellas",
        '-"two umbrellas" two',
        "two trait:personal -trait:caring before:2027",
    ],
)
def test_what_is_typed_finds_what_the_filters_find(two, text):
    assert found(text) == {"one"}
    assert asked(text).notes == []


@pytest.mark.parametrize("text", ["after:2025", "before:2027", "two -person:nobody", "two", "-tea"])
def test_what_holds_for_both_finds_both(two, text):
    assert found(text) == {"one", "other"}


@pytest.mark.parametrize(
    "text", ["after:2026-03-14 before:2026-05", "after:2026-05-01", "before:2026 two", "-two"]
)
def test_what_holds_for_none_finds_none(two, text):
    assert found(text) == set()


def test_a_story_without_a_day_is_of_the_day_it_was_published(two):
    year = told("today", happened_on=None).published_at.year
    assert "today" in found(f"-before:{year}")
    assert "today" not in found(f"before:{year}")


def test_each_thing_is_a_chip_and_each_chip_leads_to_all_the_others(two):
    form = asked(
        "two “my customer” trait:personal -team:Kiosk -tea after:2026-03 before:2026-06-01"
    )
    assert [(chip.name, chip.hue) for chip in form.chips] == [
        ("“two” “my customer”", ""),
        ("Without “tea”", ""),
        ("Personal", "personal"),
        ("Without Kiosk", ""),
        ("After March 2026", ""),
        ("Before 1 June 2026", ""),
    ]
    for chip in form.chips:
        rest = FilterForm(QueryDict(chip.url.partition("?")[2]), Naming(ORGANISATION))
        assert [other.name for other in rest.chips] == [
            other.name for other in form.chips if other != chip
        ]


def test_a_phrase_alone_is_said_in_one_pair_of_marks(two):
    assert said('"my customer"') == ["“my customer”"]
    assert said("-after:2026 -before:2025-02") == ["Until 2026", "From February 2025 on"]


def test_the_address_keeps_what_was_typed(two):
    form = asked("two trait:Personal")
    assert form.address() == "/?q=two+trait%3APersonal"
    assert form.search.text == "two trait:Personal"


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("two trait:nope", "There is no trait “nope”; it was left out."),
        ("two team:nope", "There is no team “nope”; it was left out."),
        ("two person:nope", "There is nobody here called “nope”; it was left out."),
        ("two person:99999", "There is nobody here called “99999”; it was left out."),
        (
            "two before:soon",
            "“soon” is not a day; it was left out. Days are written 2026-03-14 or 2026-03.",
        ),
        (
            "two person:rob",
            "“rob” may be any of these; it was left out: Roberta Kline, Robin Vos.",
        ),
    ],
)
def test_what_names_nothing_is_told_and_left_out(two, text, note):
    form = asked(text)
    assert form.notes == [note]
    assert form.address() == "/?q=two"
    assert found(text) == {"one", "other"}


def test_operators_that_all_mean_nothing_ask_for_nothing_and_say_so(two):
    form = asked("trait:nope")
    assert form.notes == ["There is no trait “nope”; it was left out."]
    assert form.address() == "/"


def test_somebody_who_is_not_named_is_nobody_here(two):
    ottoline = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    told("hers", people=[ottoline])
    assert found("person:ottoline") == {"hers"}
    ottoline.ask_not_to_be_named()
    for text in ("person:ottoline", "person:zwart", f"person:{ottoline.pk}"):
        (note,) = asked(text).notes
        assert "There is nobody here called" in note
        assert asked(text).chips == []


def test_an_exact_name_is_meant_even_if_it_begins_others(two):
    for first in ("Ann", "Anna", "Annabel"):
        told(first, people=[EmployeeFactory(first_name=first, last_name="Berg")])
    assert found("person:ann") == {"Ann"}
    assert found("person:“anna berg”") == {"Anna"}


def test_teams_of_one_name_are_asked_for_together(two):
    for number in range(2):
        told(f"till {number}", people__team=TeamFactory(name="Till"))
    assert found("team:till") == {"till 0", "till 1"}


def test_a_merged_trait_is_asked_for_as_what_it_became(two):
    old = named_trait("Kindly")
    Trait.objects.filter(pk=old.pk).update(
        standing=Trait.Standing.MERGED, merged_into=named_trait("Personal")
    )
    assert found("trait:kindly") == {"one"}
    assert said("trait:kindly") == ["Personal"]


def test_a_proposed_trait_is_as_unknown_as_none(two):
    Trait.objects.create(name="Sparkly", standing=Trait.Standing.PROPOSED)
    assert asked("trait:sparkly").notes == ["There is no trait “sparkly”; it was left out."]


def test_more_than_can_be_looked_up_is_cut_and_says_so(two, django_assert_max_num_queries):
    names = ("roberta", "robin", "roberta.k", "kline", "vos", "r", "q", "x")
    text = " ".join(f"person:{name}" for name in names)
    with django_assert_max_num_queries(4):
        notes = asked(text).notes
    assert notes[-1] == "That is a lot to search for; only its beginning was looked up."


def test_what_is_not_there_may_be_left_out_without_telling_who_is_unnamed(two):
    """A story that speaks of somebody unnamed stays, whether her name is asked for or not."""
    ottoline = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    told("hers", people=[ottoline], body="Ottoline came.")
    assert found("-ottoline") == {"one", "other"}
    ottoline.ask_not_to_be_named()
    assert found("-ottoline") == {"one", "other", "hers"}

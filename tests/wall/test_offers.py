"""While one types, the search box offers what ends the words that were begun."""

import re
from html import unescape

import pytest
import time_machine

from stories.filtering.known import Known
from stories.filtering.typed import read, unfinished
from stories.models import Trait
from stories.wall.offers import MOST_ALONE, MOST_OF_EACH, offers
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    TeamFactory,
    named_trait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    """Some traits, teams and people."""
    for name in ("Personal", "Playful", "Small thing"):
        named_trait(name)
    south = TeamFactory(name="The South")
    desk = TeamFactory(name="Front desk", parent=south)
    roberta = EmployeeFactory(first_name="Roberta", last_name="Perez", known_as="Bobbie")
    MembershipFactory(employee=roberta, team=desk)
    return desk


def texts(typed: str) -> list[str]:
    return [offer.text for offer in offers(typed, Known())]


def names(typed: str) -> list[str]:
    return [offer.name for offer in offers(typed, Known())]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("pers", "trait:Personal "),
        ("warm pers", "warm trait:Personal "),
        ("-pers", "-trait:Personal "),
        ("small thi", 'trait:"Small thing" '),
        ("thing", 'trait:"Small thing" '),
        ("trait:pl", "trait:Playful "),
        ("warm -trait: pl", "warm -trait:Playful "),
        ("front d", 'team:"Front desk" '),
        ("desk", 'team:"Front desk" '),
        ('team:"front d', 'team:"Front desk" '),
        ("robe", 'person:"Roberta Perez" '),
        ("roberta pe", 'person:"Roberta Perez" '),
        ("thanks bobbie", 'thanks person:"Roberta Perez" '),
        ("person:perez", 'person:"Roberta Perez" '),
        ("tra", "trait:"),
        ("warm bef", "warm before:"),
        ("-tea", "-team:"),
    ],
)
def test_what_was_begun_is_ended(here, typed, text):
    assert text in texts(typed)


@pytest.mark.parametrize("typed", ["", "pers ", '"pers', "p", "trait:nope", "-", "person:", "…"])
def test_where_nothing_was_begun_nothing_is_offered(here, typed):
    assert texts(typed) == []


def test_an_operator_alone_offers_all_it_may_mean(here):
    assert names("trait:")[:2] == ["Unexpected", "Personal"]
    assert len(names("trait:")) == MOST_ALONE
    assert set(names("team:")) == {"The South", "Front desk"}


def test_the_longest_name_that_fits_comes_first(here):
    TeamFactory(name="Deskside")
    assert names("front desk")[:2] == ["Front desk", "Deskside"]
    assert texts("front desk")[1] == "front team:Deskside "


@time_machine.travel("2026-03-10")
def test_days_are_offered_from_the_latest_back(here):
    assert texts("before:")[:2] == ["before:2026 ", "before:2025 "]
    assert names("after:2026") == ["2026", "March 2026", "February 2026", "January 2026"]
    assert texts("after:2025-1") == ["after:2025-12 ", "after:2025-11 ", "after:2025-10 "]


def test_somebody_who_is_not_named_is_never_offered(here):
    EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
    for typed in ("otto", "ottoline zw", "person:otto", "person:zwart"):
        assert texts(typed) == []


def test_words_that_stories_say_are_offered(here):
    PublishedStoryFactory(line="", body="Umbrellas, and an umbrella stand.", title="")
    gone = PublishedStoryFactory(line="", body="An umbrage.", title="")
    assert texts("an umb") == ["an umbrage ", "an umbrella ", "an umbrellas "]
    assert texts("-umbre") == ["-umbrella ", "-umbrellas "]
    gone.withdraw(by=gone.teller.account)
    assert texts("an umb") == ["an umbrella ", "an umbrellas "]
    assert texts("um") == []


def test_no_word_is_offered_that_names_somebody_unnamed(here):
    ottoline = EmployeeFactory(first_name="Ottoline", last_name="Quill")
    PublishedStoryFactory(people=[ottoline], body="Ottoline’s ottolines.", line="", title="")
    assert "ottoline " in texts("ottol")
    ottoline.ask_not_to_be_named()
    assert texts("ottol") == []


def test_somebody_who_left_is_not_offered(here):
    EmployeeFactory(first_name="Wout", last_name="Alleman", active=False)
    assert texts("wout") == []


def test_a_trait_that_readers_do_not_choose_is_not_offered(here):
    for standing in (Trait.Standing.PROPOSED, Trait.Standing.RETIRED, Trait.Standing.DROPPED):
        Trait.objects.create(name=f"Sparkly {standing}", standing=standing)
    assert texts("spark") == []


def test_those_of_one_name_are_told_apart(here):
    for _ in range(2):
        EmployeeFactory(first_name="Anna", last_name="Berg")
        TeamFactory(name="Till")
    for typed in ("anna", "till"):
        found = offers(typed, Known())
        assert len({offer.text for offer in found}) == 2
        for offer in found:
            (piece,) = read(offer.text)
            assert " " not in piece.text


def test_what_is_offered_is_bounded(here):
    for number in range(20):
        TeamFactory(name=f"Team {number}")
        EmployeeFactory(first_name="Team", last_name=f"Person{number}")
    assert len(texts("team:team")) == MOST_ALONE
    # With the operator itself.
    assert len(texts("team")) == 2 * MOST_OF_EACH + 1


def test_the_page_answers_with_options_of_a_list(here, staff_client, django_assert_max_num_queries):
    PublishedStoryFactory(body="Perspective, perseverance, persist, perspire, persuade.")
    with django_assert_max_num_queries(12):
        page = staff_client.get("/search/offers/", {"q": "warm <b> pers"}).content.decode()
    found = re.findall(r'<li role="option"[^>]* data-text="([^"]*)"', page)
    texts = list(map(unescape, found))
    assert (texts[0], texts[-1]) == ("warm <b> trait:Personal ", "warm <b> person:")
    assert "warm <b> persist " in texts
    assert 'data-hue="personal"' in page


@pytest.mark.parametrize(
    "typed",
    ["\x00", "pers\x00", "\ud800", "%_\\", "x" * 5000, "a " * 200, "trait:" * 60, "👩‍🚒", "友"],
)
def test_anything_may_be_typed(here, staff_client, typed):
    data = {"q": typed.encode("utf-8", "surrogatepass")}
    assert staff_client.get("/search/offers/", data).status_code == 200
    assert len(offers(typed.replace("\x00", ""), Known())) <= MOST_ALONE + 3


def test_a_word_is_unfinished_until_a_space_follows():
    assert unfinished("warm hands").words == (0, 5)
    assert unfinished("warm -hands").words == (5,)
    assert unfinished('"warm" hands').words == (7,)
    assert unfinished("warm ") is None

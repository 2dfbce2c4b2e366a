"""A search among stories of its own finds the same in whichever steps it is asked."""

import random
from itertools import product
from urllib.parse import urlencode

import pytest
from django.db import transaction

from staff.models import Employee
from stories.filtering import alone
from stories.models import Story
from stories.models.postings import UNSURE, Moves, WallVersion
from tests.factories import EmployeeFactory, PublishedStoryFactory
from tests.walls import meant

from .test_searched import form, sized

pytestmark = pytest.mark.django_db


WAYS = {
    "read": {"FEW": 500, "HANDFUL": 500},
    "gathered, as they are seldom": {"FEW": 500, "HANDFUL": 0},
    "gathered, as more are": {"FEW": 0, "SELDOM": 0, "MOST_NEAR": 0},
    "once near all that is asked": {"FEW": 0, "SELDOM": 0, "MOST_SAID": 0},
    "one by one, as near it are more than thought": {
        "FEW": 0,
        "SELDOM": 0,
        "MOST_SAID": 0,
        "MOST_NEAR": 2,
    },
    "one by one": {"FEW": 0, "SELDOM": 0, "MOST_SAID": 0, "MOST_NEAR": 0},
}


FACTS = [{"served": "customer"}, {"served": "customer", "setting": "here", "initiative": "own"}]


@pytest.mark.parametrize("sizes", WAYS.values(), ids=WAYS.keys())
def test_page_and_numbers_are_those_of_the_stories_however_their_words_are_found(
    monkeypatch, sizes
):
    chance = random.Random(3)  # noqa: S311
    stories = [
        PublishedStoryFactory(
            body="A kettle." if chance.random() < 0.8 else "A cup.",
            served=chance.choice(["customer", "colleague"]),
            setting=chance.choice(["here", "elsewhere"]),
            initiative=chance.choice(["own", "manager"]),
        )
        for _number in range(30)
    ]
    saying = [story for story in stories if "kettle" in story.body]
    monkeypatch.setattr(alone, "SAMPLE", 4)
    for facts, most in product(FACTS, (2, 1_000)):
        sized(monkeypatch, {**sizes, "MOST": most})
        whole = meant(form(urlencode({"q": "kettle", **facts})))
        assert list(whole.seqs) == places(saying, facts)[-(most + 1) :]
        for name, seqs in whole.seqs_without_each(facts).items():
            others = {key: value for key, value in facts.items() if key != name}
            assert list(seqs) == places(saying, others)[-(most + 1) :], name


def places(stories: list[Story], facts: dict[str, str]) -> list[int]:
    """Of the stories of which all of this is true, in their order."""
    return [
        story.seq or 0
        for story in stories
        if all(getattr(story, name) == value for name, value in facts.items())
    ]


def test_a_story_is_not_left_out_for_a_name_that_readers_do_not_see(monkeypatch):
    anke = EmployeeFactory(first_name="Anke", last_name="Petersen")
    other = PublishedStoryFactory(body="A kettle.", line="", title="")
    story = PublishedStoryFactory(people=[anke], body="Anke’s kettle.", line="", title="")
    query = "q=kettle -anke"
    assert list(meant(form(query)).seqs) == [other.seq]
    Employee.objects.filter(pk=anke.pk).update(unnamed=True)
    moves = Moves()
    moves.into(UNSURE, [story.seq])
    with transaction.atomic():
        WallVersion.hold()
        moves.write()
    for few in (0, 500):
        sized(monkeypatch, {"FEW": few})
        found = meant(form(query))
        assert list(found.seqs) == [other.seq, story.seq]
        best = found.stretch("relevance", 9).places
        assert {place.seq for place in best} == {other.seq, story.seq}
    assert list(meant(form("q=anke")).seqs) == []


@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_the_page_before_is_whole_whatever_is_left_out_as_it_is_read(sort, monkeypatch):
    anke = EmployeeFactory(first_name="Anke", last_name="Petersen")
    for number in range(18):
        # Of the newer ones most are about her, and are not to be found by her name.
        people = [anke] if number > 6 and number % 3 else []
        PublishedStoryFactory(people=people, body="Anke’s kettle.", line="", title="")
    Employee.objects.filter(pk=anke.pk).update(unnamed=True)
    moves = Moves()
    moves.into(UNSURE, Story.objects.values_list("seq", flat=True))
    with transaction.atomic():
        WallVersion.hold()
        moves.write()
    sized(monkeypatch, {"FEW": 0, "SELDOM": 0, "MOST": 1})
    whole = meant(form("q=anke"))
    places = whole.stretch(sort, 30).places
    assert len(places) == 10
    for at in range(3, 10):
        back = whole.stretch(sort, 3, before=places[at])
        assert back.places == places[at - 3 : at]
        assert bool(back.before) == (at > 3)

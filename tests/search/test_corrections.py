"""“Did you mean”: words like the one typed, if this reader's search finds them."""

import pytest

from stories.drawing import draw_all
from stories.search import Part, Query, correction
from tests.factories import EmployeeFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


def asked(*words: str, **more) -> Query:
    return Query(tuple(Part((word,)) for word in words), **more)


@pytest.fixture
def stories():
    return [
        PublishedStoryFactory(line="She held his umbrella.", body=f"It rained. {number}")
        for number in range(4)
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["umbrela"], {"umbrela": "umbrella"}),
        (["UMBERLLA"], {"umberlla": "umbrella"}),
        (["mubrella"], {"mubrella": "umbrella"}),
        (["held", "umbrrella"], {"umbrrella": "umbrella"}),
        (["umbrella"], {}),
        (["ubrla"], {}),
        (["his"], {}),
        (["hsi"], {}),
        (["giraffe"], {}),
        (["友達"], {}),
        (["…"], {}),
        ([], {}),
    ],
)
def test_a_mistyped_word_is_told_from_the_words_of_the_stories(stories, typed, meant):
    assert correction(asked(*typed)) == meant


def test_a_word_that_is_said_elsewhere_is_not_mistyped(stories):
    PublishedStoryFactory.create_batch(3, line="His umbrela.", served="colleague")
    among = frozenset({"served:customer"})
    assert correction(asked("umbrela", facets=(among,))) == {}


def test_a_word_of_a_phrase_is_corrected_within_it(stories):
    assert correction(Query((Part(("his", "umbrela")),))) == {"umbrela": "umbrella"}
    assert correction(Query((Part(("umbrela", "his")),))) == {}


def test_of_words_as_like_it_the_one_said_most_is_meant(stories):
    PublishedStoryFactory(body="He said umbrelle.")
    assert correction(asked("umbrellx")) == {"umbrellx": "umbrella"}


def test_what_somebody_else_mistyped_is_a_mistake_as_well(stories):
    PublishedStoryFactory(body="The umbrela.")
    assert correction(asked("umbrela")) == {"umbrela": "umbrella"}


def test_only_what_the_whole_search_finds_is_offered(stories):
    stories[0].set_gold(True, by=None)
    query = asked("umbrela", facets=(frozenset({"gold"}),))
    assert correction(query) == {"umbrela": "umbrella"}
    assert correction(asked("umbrela", facets=(frozenset({"recovery"}),))) == {}
    assert correction(asked("umbrela", "giraffe")) == {}


def test_a_withheld_name_is_never_offered():
    person = EmployeeFactory(first_name="Ottoline", last_name="Quill")
    for _number in range(4):
        PublishedStoryFactory(people=[person], body="Then Ottoline came.")
    assert correction(asked("otoline")) == {"otoline": "ottoline"}
    person.ask_not_to_be_named()
    draw_all(lambda done: None)
    assert correction(asked("otoline")) == {}

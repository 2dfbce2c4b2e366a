"""A screen says no more of a name than was agreed for screens, and shows no story that would."""

import pytest
from django.test import Client
from django.urls import reverse

from staff.audiences import COLLEAGUE, FIRST, ORGANISATION, SCREENS
from stories.models import Screen
from tests.factories import EmployeeFactory, PublishedStoryFactory, ScreenFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return EmployeeFactory(first_name="Philippina", last_name="Oosterschelde")


@pytest.fixture
def story(person):
    """Told of somebody who is named here, and is a colleague on screens."""
    story = PublishedStoryFactory(
        people=[person], line="Ask Philippina.", body="Mrs Oosterschelde had the kettle on."
    )
    story.name_as(person, {SCREENS: COLLEAGUE}, by=None, how="email")
    return story


def shown(**about) -> str:
    screen: Screen = ScreenFactory(**about)
    return Client().get(reverse("screen_slides", args=[screen.token])).content.decode()


def test_the_name_is_not_said(story):
    slides = shown()
    assert "Ask a colleague." in slides
    assert "Philippina" not in slides
    assert "Philippina" in of_staff().get(reverse("wall")).content.decode()


def of_staff() -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


@pytest.mark.parametrize("query", ["q=Oosterschelde", "q=philipp", "q=kettle+Oosterschelde"])
def test_no_search_of_a_screen_finds_what_it_does_not_say(story, query):
    other = PublishedStoryFactory(line="Another kettle.", body="Oosterschelde told it.")
    slides = shown(query=query)
    assert "Ask a colleague." not in slides
    assert (other.line in slides) == (query != "q=philipp")


def test_words_that_it_says_are_found_as_ever(story):
    assert "Ask a colleague." in shown(query="q=kettle")


@pytest.mark.parametrize("query", ["person={pk}", "q=person:{pk}", "q=kettle+person:{pk}"])
def test_a_screen_of_one_persons_stories_leaves_out_those_in_which_they_are_none(
    story, person, query
):
    named = PublishedStoryFactory(people=[person], line="Named all over.", body="A kettle.")
    slides = shown(query=query.format(pk=person.pk))
    assert named.line in slides
    assert "Ask a colleague." not in slides


def test_where_everyone_hears_only_the_first_name_nobody_asks_for_the_person(story, person):
    story.name_as(person, {ORGANISATION: FIRST}, by=None, how="email")
    client = of_staff()
    for query in (f"person={person.pk}", f"q=person:{person.pk}", "q=Oosterschelde"):
        assert story.public_id not in client.get(f"/?{query}").content.decode()
    assert story.public_id in client.get("/?q=Philippina").content.decode()

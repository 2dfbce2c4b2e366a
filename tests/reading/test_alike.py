"""Which stories stand beside a story."""

import pytest

from stories.models import Story
from stories.reading import alike as module
from stories.reading.alike import beside
from tests.factories import PendingStoryFactory, PublishedStoryFactory

from .conftest import address, words_of

pytestmark = pytest.mark.django_db


def titles(pks) -> list[str]:
    found = Story.objects.in_bulk(pks)
    return [found[pk].title for pk in pks]


def published(title: str, *traits: str, **kwargs) -> Story:
    return PublishedStoryFactory(title=title, traits=list(traits), **kwargs)


def test_more_shared_traits_come_first():
    story = published("It", "Caring", "Noticed", "Playful")
    published("none", "Honest")
    published("one", "Playful")
    published("three", "Playful", "Noticed", "Caring")
    published("two", "Caring", "Noticed")
    assert titles(beside(story).alike) == ["three", "two", "one"]


def test_among_as_many_traits_whom_it_served_decides_then_where_it_was_then_the_newest():
    story = published("It", "Caring", served="colleague", setting="elsewhere")
    published("older neither", "Caring")
    published("both", "Caring", served="colleague", setting="elsewhere")
    published("served", "Caring", served="colleague")
    published("setting", "Caring", setting="elsewhere")
    published("newer neither", "Caring")
    assert titles(beside(story).alike) == ["both", "served", "setting"]
    Story.objects.filter(title__in=["both", "served", "setting"]).update(seq=None, status="draft")
    for gone in Story.objects.filter(status="draft"):
        gone.story_traits.update(seq=None)
    assert titles(beside(story).alike) == ["newer neither", "older neither"]


def test_a_story_without_traits_stands_beside_those_of_its_kind():
    story = published("It", served="community")
    published("customer")
    published("community", served="community")
    assert titles(beside(story).alike) == ["community", "customer"]


def test_only_what_is_on_the_wall_stands_beside():
    story = published("It", "Caring")
    PendingStoryFactory(title="waiting", traits=["Caring"])
    published("withdrawn", "Caring").withdraw(by=None)
    assert beside(story) == ([], [], [])


def test_what_it_inspired_or_was_inspired_by_is_not_named_twice():
    first = published("first", "Caring")
    story = published("It", "Caring", inspired_by=first)
    published("later", "Caring", inspired_by=story)
    published("other", "Caring")
    found = beside(story)
    assert titles(found.inspired) == ["later"]
    assert titles(found.alike) == ["other"]


def test_what_it_inspired_comes_newest_first_and_is_bounded(monkeypatch):
    story = published("It")
    for number in range(8):
        published(f"later {number}", inspired_by=story)
    assert titles(beside(story).inspired) == [f"later {number}" for number in range(7, 1, -1)]


def test_traits_that_readers_do_not_see_do_not_count(traits):
    [hidden] = traits("Zesty")
    hidden.standing = "proposed"
    hidden.save()
    story = published("It", hidden)
    published("shares the hidden word", hidden, served="colleague")
    published("served the same")
    assert titles(beside(story).alike)[0] == "served the same"


def test_it_asks_once_and_looks_at_a_bounded_number(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(module, "CANDIDATES", 2)
    story = published("It", "Caring")
    for number in range(5):
        published(f"story {number}", "Caring")
    with django_assert_num_queries(1):
        found = beside(story)
    assert titles(found.alike) == ["story 4", "story 3"]


def test_three_are_shown_as_posters(staff_client):
    story = published("It", "Caring")
    for number in range(5):
        published(f"story {number}", "Caring")
    response = staff_client.get(address(story))
    assert "Stories like this" in words_of(response)
    assert response.content.decode().count("data-story=") == 4


def test_alone_it_shows_no_empty_heading(staff_client, story):
    assert "Stories like this" not in words_of(staff_client.get(address(story)))

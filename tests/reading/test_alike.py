"""Which stories stand beside a story."""

import pytest

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.drawing import draw_cards
from stories.models import Story
from stories.reading.alike import Learnt, alike, posters_alike
from stories.reading.kin import beside
from tests.factories import EmployeeFactory, PendingStoryFactory, PublishedStoryFactory
from tests.walls import everything

from .conftest import address, words_of

pytestmark = pytest.mark.django_db


def titles(pks) -> list[str]:
    found = Story.objects.in_bulk(pks)
    return [found[pk].title for pk in pks]


def like(story: Story) -> list[int]:
    fetched = Story.objects.select_related("entry").get(pk=story.pk)
    pks = dict(Story.objects.values_list("seq", "pk"))
    return [pks[seq] for seq in alike(fetched, everything(), but_not=[], most=3)]


def published(title: str, *traits: str, **kwargs) -> Story:
    return PublishedStoryFactory(title=title, traits=list(traits), **kwargs)


def others(*numbers: int) -> None:
    for number in range(*numbers):
        published(f"other {number}", body=f"Somebody waited at counter {number}.")


def test_more_shared_traits_come_first():
    story = published("It", "Caring", "Noticed", "Playful")
    published("none", "Honest")
    published("one", "Playful")
    published("three", "Playful", "Noticed", "Caring")
    published("two", "Caring", "Noticed")
    assert titles(like(story)) == ["three", "two", "one"]


def test_among_as_many_traits_whom_it_served_decides_then_where_it_was_then_the_newest():
    story = published("It", "Caring", served="colleague", setting="elsewhere")
    published("older neither", "Caring")
    published("both", "Caring", served="colleague", setting="elsewhere")
    published("served", "Caring", served="colleague")
    published("setting", "Caring", setting="elsewhere")
    published("newer neither", "Caring")
    assert titles(like(story)) == ["both", "served", "setting"]
    for gone in Story.objects.filter(title__in=["both", "served", "setting"]):
        gone.withdraw(by=None)
    assert titles(like(story)) == ["newer neither", "older neither"]


def test_a_story_without_traits_stands_beside_those_of_its_kind():
    story = published("It", served="community")
    published("customer")
    published("community", served="community")
    assert titles(like(story)) == ["community", "customer"]


def test_only_what_is_on_the_wall_stands_beside():
    story = published("It", "Caring")
    PendingStoryFactory(title="waiting", traits=["Caring"])
    published("withdrawn", "Caring").withdraw(by=None)
    assert like(story) == []


def test_what_it_inspired_or_was_inspired_by_is_not_named_twice():
    first = published("first", "Caring")
    story = published("It", "Caring", inspired_by=first)
    published("later", "Caring", inspired_by=story)
    published("other", "Caring")
    assert titles(beside(story).inspired) == ["later"]
    fetched = Story.objects.select_related("entry").get(pk=story.pk)
    (shown,) = posters_alike(fetched, everything(), Naming(ORGANISATION), most=3)
    assert "other" in shown.html


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
    assert titles(like(story))[0] == "served the same"


def test_telling_words_count_as_well():
    story = published("It", body="The harbour master rowed out with a thermos.")
    others(12)
    published("the harbour", body="At the harbour again, with another thermos.")
    others(12, 24)
    assert titles(like(story))[0] == "the harbour"


def test_a_word_that_only_an_old_story_says_counts_most(monkeypatch):
    monkeypatch.setattr("stories.reading.alike.LEARNT_FROM", 10)
    monkeypatch.setattr("stories.reading.alike.OF_THE_PROCESS", Learnt())
    published("the old dentist", body="The dentist had sent champagne ahead.", served="colleague")
    others(60)
    story = published("It", body="There stood champagne, from somebody at the counter.")
    others(60, 70)
    assert titles(like(story))[0] == "the old dentist"


def test_words_that_came_since_a_young_wall_was_learnt_from_tell_nothing_yet(monkeypatch):
    monkeypatch.setattr("stories.reading.alike.OF_THE_PROCESS", Learnt())
    like(published("the first", body="We met."))
    usual = "Unfortunately everybody complained downstairs immediately."
    story = published("It", "Caring", body=f"{usual} She found the ring.")
    published("caring", "Caring", body="Two hands, one cup.")
    for number in range(12):
        published(f"other {number}", body=f"{usual} Number {number} came.")
    assert titles(like(story))[0] == "caring"


def test_words_that_nobody_else_says_make_the_others_tell_no_less(monkeypatch):
    monkeypatch.setattr("stories.reading.alike.LEARNT_FROM", 13)
    monkeypatch.setattr("stories.reading.alike.OF_THE_PROCESS", Learnt())
    names = "Xanthippa Quillfeather and Bartholomea Wrenningham"
    story = published("It", "Caring", body=f"{names} rowed out with a thermos.")
    published("the thermos", body="At the pier again, with another thermos.")
    published("caring", "Caring", body="Somebody waited at the counter.")
    others(11)
    assert titles(like(story))[0] == "the thermos"


def test_one_that_shares_traits_is_found_among_many_newer_ones():
    story = published("It", "Caring", "Noticed")
    published("both", "Caring", "Noticed")
    for number in range(70):
        published(f"one {number}", "Caring", body=f"Counter {number}.")
    assert titles(like(story))[0] == "both"


def test_it_asks_as_often_of_many_as_of_few(staff_client, django_assert_max_num_queries):
    story = published("It", "Caring")
    for number in range(5):
        published(f"story {number}", "Caring")
    draw_cards.call()
    with django_assert_max_num_queries(12):
        response = staff_client.get(likes_of(story), headers={"HX-Request": "true"})
    assert response.content.decode().count("data-story=") == 3


def likes_of(story: Story) -> str:
    return f"{address(story)}alike/"


def test_who_is_not_named_is_asked_once_as_long_as_nothing_changes(
    staff_client, django_assert_max_num_queries
):
    EmployeeFactory(unnamed=True)
    story = published("It", "Caring")
    published("other", "Caring")
    staff_client.get(likes_of(story), headers={"HX-Request": "true"})
    # Nobody has drawn the cards yet, so that they are drawn here.
    with django_assert_max_num_queries(12):
        staff_client.get(likes_of(story), headers={"HX-Request": "true"})


def test_three_are_brought_as_posters(staff_client):
    story = published("It", "Caring")
    for number in range(5):
        published(f"story {number}", "Caring")
    assert likes_of(story) in staff_client.get(address(story)).content.decode()
    response = staff_client.get(likes_of(story), headers={"HX-Request": "true"})
    assert "Stories like this" in words_of(response)
    assert response.content.decode().count("data-story=") == 3


def test_without_javascript_they_have_a_page_of_their_own(staff_client):
    story = published("It", "Caring")
    for number in range(5):
        published(f"story {number}", "Caring")
    response = staff_client.get(likes_of(story))
    assert "Stories like this" in words_of(response)
    assert response.content.decode().count("data-story=") == 5


def test_alone_it_shows_no_empty_heading(staff_client, story):
    response = staff_client.get(likes_of(story), headers={"HX-Request": "true"})
    assert response.content.strip() == b""
    assert "There is none like it yet" in words_of(staff_client.get(likes_of(story)))

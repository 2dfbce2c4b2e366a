"""The list of stories: what waits comes first, longest first."""

import datetime

import pytest
from django.utils import timezone

from stories.models import Story, Trait
from stories.moderation import queue
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
)

from .pages import LIST

pytestmark = pytest.mark.django_db


def sent(hours: float, **fields):
    story = PendingStoryFactory(**fields)
    Story.objects.filter(pk=story.pk).update(
        submitted_at=timezone.now() - datetime.timedelta(hours=hours)
    )
    story.refresh_from_db()
    return story


def listed(response) -> list[Story]:
    return list(response.context["cl"].result_list)


def test_the_queue_is_what_opens_and_the_oldest_comes_first(moderator_client):
    late, newest, oldest = sent(30), sent(1), sent(50)
    PublishedStoryFactory()
    assert listed(moderator_client.get(LIST)) == [oldest, late, newest]


def test_ages_are_said_in_words_and_marked_once_late(moderator_client, settings):
    settings.MODERATION_HOURS = 24
    sent(50), sent(3)
    page = moderator_client.get(LIST).content.decode()
    assert '<b class="late">waiting 2 days, late</b>' in page
    assert "waiting 3 hours<" in page


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "just sent in"), (0.5, "30 minutes"), (1.5, "1 hour"), (47, "47 hours"), (49, "2 days")],
)
def test_ages(hours, words, settings):
    settings.MODERATION_HOURS = 1000
    assert words in queue.age(timezone.now() - datetime.timedelta(hours=hours))


def test_nobody_finds_another_s_draft(moderator_client):
    draft = StoryFactory(title="Not yet")
    for query in ("", "?status=all", "?status=draft", "?status=all&q=Not+yet"):
        assert draft not in listed(moderator_client.get(LIST + query))
    answer = moderator_client.get(f"{LIST}{draft.pk}/change/")
    assert answer.status_code == 404


def test_filters_and_search(moderator_client):
    elsewhere = PublishedStoryFactory(setting="elsewhere", traits=["Personal"])
    here = PublishedStoryFactory(title="Shoes for a funeral", served="colleague")
    gold = PublishedStoryFactory()
    gold.set_gold(True, by=None)
    trait = Trait.objects.get(name="Personal")
    for query, expected in (
        ("status=published&setting__exact=elsewhere", [elsewhere]),
        (f"status=published&trait={trait.slug}", [elsewhere]),
        ("status=published&served__exact=colleague", [here]),
        ("status=published&gold__exact=1", [gold]),
        ("status=all&q=funeral", [here]),
        ("status=rejected", []),
    ):
        assert listed(moderator_client.get(f"{LIST}?{query}")) == expected, query


def test_hints_and_probable_duplicates_are_marked(moderator_client):
    PublishedStoryFactory(title="One")
    PendingStoryFactory(title="Two", body=StoryFactory.body + " Ring 020 7946 0958.")
    page = moderator_client.get(LIST).content.decode()
    assert "1 hint, told before?" in page


def test_the_first_page_of_the_admin_says_what_waits(moderator_client):
    assert "Nothing waits" in moderator_client.get("/admin/").content.decode()
    sent(1), sent(40)
    page = moderator_client.get("/admin/").content.decode()
    assert "2 stories wait" in page
    assert "the oldest since" in page


def test_the_list_asks_the_database_as_often_for_many_stories_as_for_one(
    moderator_client, django_assert_max_num_queries
):
    def count() -> int:
        with django_assert_max_num_queries(12) as asked:
            moderator_client.get(LIST)
        return len(asked)

    PendingStoryFactory(traits=["Personal"], people=[EmployeeFactory()], body="Ask Walter Higgins.")
    once = count()
    for number in range(12):
        PendingStoryFactory(
            traits=["Personal", "Caring"],
            people=[EmployeeFactory(), EmployeeFactory()],
            body=f"Then came Walter Higgins and number {number} of twelve.",
        )
    assert count() == once


def test_a_hundred_stories_come_by_the_page(moderator_client):
    for _ in range(27):
        PendingStoryFactory()
    assert len(listed(moderator_client.get(LIST))) == 25
    assert len(listed(moderator_client.get(LIST + "?p=2"))) == 2


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "Waiting to be read"),
        ("?status=", "Waiting to be read"),
        ("?status=pending&q=hands", "Waiting to be read"),
        ("?status=published", "Stories"),
        ("?status=all", "Stories"),
    ],
)
def test_the_heading_says_where_only_what_waits_is_listed(query, heading, moderator_client):
    sent(1)
    page = moderator_client.get(LIST + query).content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert f"<title>{heading} · " in page

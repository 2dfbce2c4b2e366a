"""The same moment told twice is pointed at; two moments of the same people are not."""

import datetime
import re
import time

import pytest
from django.db import connection

from stories.models import Story
from stories.moderation import duplicates
from stories.moderation.duplicates import MOST_CANDIDATES, duplicates_for, probable_duplicates
from tests.factories import EmployeeFactory, PendingStoryFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db

WHISTLE = (
    "The 17.42 to the coast was ready to leave. A woman came down the stairs with a cello, and "
    "behind her a girl with her grandmother on her arm. Marek had the whistle in his mouth. He "
    "took it out and said to them: I have a whistle. I’m just not blowing it yet. They sat down, "
    "all three, and the train left ninety seconds late. Nobody on board complained."
)
AGAIN = (
    "I drive the 17.42. Marek held the whistle ninety seconds for a cello on the stairs, and for "
    "a girl behind it with her grandmother. I have a whistle, he told them, I’m just not blowing "
    "it yet. Nobody on board complained and we left ninety seconds late."
)
ANOTHER = (
    "Locked out at ten past three, nine of us from the night shift. Priya at the IT desk stayed on "
    "the line until the ninth of us was in, and would not hang up before that."
)


def twins(story) -> list[int]:
    return [twin.pk for twin in probable_duplicates(story)]


def test_a_story_sent_twice():
    first, second = PublishedStoryFactory(body=WHISTLE), PendingStoryFactory(body=WHISTLE)
    [twin] = probable_duplicates(second)
    assert (twin.pk, twin.score) == (first.pk, 100)


def test_the_same_moment_told_by_another():
    marek = EmployeeFactory(first_name="Marek")
    first = PublishedStoryFactory(body=WHISTLE, people=[marek], title="Ninety seconds", line="")
    second = PendingStoryFactory(body=AGAIN, people=[marek], title="A cello", line="")
    assert twins(second) == [first.pk]


def test_another_moment_of_the_same_person_is_no_duplicate():
    marek = EmployeeFactory()
    PublishedStoryFactory(body=WHISTLE, people=[marek], place="Platform 4", line="", title="")
    other = PendingStoryFactory(body=ANOTHER, people=[marek], place="Platform 4", line="", title="")
    assert twins(other) == []


def test_a_few_words_are_not_found_in_every_long_story():
    PublishedStoryFactory(body=WHISTLE, title="", line="")
    assert twins(PendingStoryFactory(body="Nobody on board complained.", title="", line="")) == []


def test_only_stories_of_about_the_same_time_that_are_or_may_be_on_the_wall():
    long_ago(body=AGAIN)
    rejected = PendingStoryFactory(body=WHISTLE)
    rejected.reject(by=None, reason="Twice.")
    assert twins(PendingStoryFactory(body=WHISTLE)) == []


def long_ago(**facts) -> Story:
    """A published story of years ago."""
    old = PublishedStoryFactory(happened_on=datetime.date(2020, 1, 1), **facts)
    Story.objects.filter(pk=old.pk).update(submitted_at="2020-01-01T00:00Z")
    return old


@pytest.mark.parametrize(
    "copy",
    [
        WHISTLE,
        WHISTLE.upper(),
        WHISTLE.replace(". ", ".\n\n"),
        WHISTLE.replace("a cello", "a double bass"),
        f"Dear all, {WHISTLE}",
        WHISTLE.removesuffix("."),
    ],
    ids=["word for word", "capitals", "paragraphs", "other words", "greeting", "no full stop"],
)
def test_a_copy_of_an_old_story(copy):
    old = long_ago(body=WHISTLE, title="Ninety seconds", line="I have a whistle.")
    [twin] = probable_duplicates(PendingStoryFactory(body=copy, title="", line="Not yet."))
    assert twin.pk == old.pk
    assert twin.score >= 90


def test_a_copy_of_a_few_words():
    old = long_ago(body="She warmed his hands.", title="Warm", line="Come in from the cold.")
    assert twins(PendingStoryFactory(body="She warmed his hands.", title="", line="")) == [old.pk]


def test_an_old_story_that_only_begins_or_ends_alike_is_no_copy():
    begins = "Reported by the station manager on behalf of the whole team: "
    long_ago(body=begins + WHISTLE)
    long_ago(body=ANOTHER + " Thank you for reading this, with kind regards from all of us.")
    own = (
        begins
        + ANOTHER.swapcase()[:60]
        + " Thank you for reading this, with kind regards from all of us."
    )
    assert twins(PendingStoryFactory(body=own, title="", line="")) == []


def test_a_copy_is_found_among_very_many_that_begin_alike(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_ALIKE", 2)
    begins = "Reported by the station manager on behalf of the whole team: "
    for number in range(4):
        long_ago(body=f"{begins}{number} {ANOTHER}{number}")
    old = long_ago(body=begins + WHISTLE)
    assert twins(PendingStoryFactory(body=begins + WHISTLE, title="", line="")) == [old.pk]


def test_one_that_begins_like_many_keeps_no_copy_of_another_out(monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_ALIKE", 2)
    begins = "Reported by the station manager on behalf of the whole team: "
    for number in range(3):
        long_ago(body=f"{begins}{number} {ANOTHER}{number}")
    old = long_ago(body=WHISTLE)
    waiting = [
        PendingStoryFactory(body=f"{begins}{number} {AGAIN}", title="", line="")
        for number in range(3)
    ]
    copy = PendingStoryFactory(body=f"{WHISTLE} So it was.", title="", line="")
    assert old.pk in [twin.pk for twin in duplicates_for([*waiting, copy])[copy.pk]]


def test_copies_that_wait_beside_each_other_are_named_too():
    first = PendingStoryFactory(body=WHISTLE, title="", line="")
    second = PendingStoryFactory(body=WHISTLE, title="", line="")
    Story.objects.filter(pk=first.pk).update(submitted_at="2020-01-01T00:00Z")
    found = duplicates_for(list(Story.objects.prefetch_related("credits")))
    assert [twin.pk for twin in found[second.pk]] == [first.pk]


def test_two_questions_for_many_stories(django_assert_num_queries):
    for _ in range(4):
        PendingStoryFactory(body=WHISTLE)
    stories = list(Story.objects.prefetch_related("credits"))
    with django_assert_num_queries(2):
        assert all(len(found) == 3 for found in duplicates_for(stories).values())


def test_three_hundred_long_stories_take_less_than_a_blink():
    people = EmployeeFactory()
    base = PendingStoryFactory(body=(WHISTLE + " ") * 8)
    Story.objects.bulk_create(
        Story(
            teller=people,
            body=(f"{number} " + WHISTLE + " ") * 8,
            status="pending",
            submitted_at=base.submitted_at,
        )
        for number in range(MOST_CANDIDATES + 20)
    )
    start = time.process_time()
    assert len(probable_duplicates(base)) == 5
    # Fifty milliseconds by itself; the bound leaves room for a busy machine.
    assert time.process_time() - start < 0.4


def test_stories_of_about_the_same_time_are_looked_up_not_looked_for():
    story = PendingStoryFactory(body=WHISTLE)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few stories it is quicker to read all.
            cursor.execute("SET LOCAL enable_seqscan = off")
        plans = [part[:10].explain() for part in duplicates._around([story])]
    assert len(plans) == 3
    for plan in plans:
        assert re.search(r"story_queue|story_sent|story_happened", plan), plan
        assert not re.search(r"SCAN stories_story$|Seq Scan on stories_story", plan, re.M), plan

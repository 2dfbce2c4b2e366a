"""What is done to a story in one go is written as one, in its order, or not at all."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.models import Entry, Index, Notice, Story
from stories.models.content import Credited
from tests.factories import EmployeeFactory, PendingStoryFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE")


@pytest.fixture
def story(moderator) -> Story:
    sent_back = PendingStoryFactory()
    sent_back.send_back(by=moderator, note="When was it?")
    return Story.objects.hold()


def edited_and_sent(story: Story) -> None:
    with story.written_together():
        story.title = "Warm hands"
        story.save_content(by=None)
        story.submit(by=None)


def test_the_story_and_its_record_are_each_written_once(story):
    with CaptureQueriesContext(connection) as asked:
        edited_and_sent(story)
    written = [query["sql"].split('"')[1] for query in asked if query["sql"][:6] in WRITES]
    assert sorted(written) == [
        "staff_history",
        "staff_history",
        "stories_story",
        "stories_storyevent",
    ]
    stored = Story.objects.get(pk=story.pk)
    assert (stored.title, stored.status, stored.version) == ("Warm hands", "pending", 2)


def test_the_record_tells_all_of_it_in_its_order(story):
    edited_and_sent(story)
    submitted, edited = story.events.all()[:2]
    assert (edited.action, edited.status_after) == ("edited", "sent_back")
    assert (submitted.action, submitted.status_before) == ("submitted", "sent_back")


def test_where_it_fails_nothing_is_written(story, monkeypatch):
    title, events = story.title, story.events.count()
    monkeypatch.setattr(Story, "submit", lambda story, by: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        edited_and_sent(story)
    stored = Story.objects.get(pk=story.pk)
    assert (stored.title, stored.status, stored.events.count()) == (title, "sent_back", events)


def test_what_is_edited_and_published_stands_on_the_wall_as_edited():
    story, person = PendingStoryFactory(), EmployeeFactory()
    held = Story.objects.filter(pk=story.pk)
    with CaptureQueriesContext(connection) as asked:
        story = held.hold()
        with story.written_together():
            story.title = "Warm hands"
            story.save_content(by=None, credited=Credited(people=[person]))
            story.publish(by=None)
    stored = held.get()
    assert (stored.title, stored.status, stored.version) == ("Warm hands", "published", 2)
    assert Entry.objects.get(story=story).title == "warm hand"
    assert [credit.seq for credit in stored.credits.all()] == [stored.seq]
    assert [event.action for event in stored.events.all()[:2]] == ["published", "edited"]
    published = stored.events.first()
    told = {(notice.to, notice.kind, notice.once) for notice in Notice.objects.all()}
    own = (stored.teller, "published", str(published.pk))
    assert told == {own, (person, "credited", "")}
    updates = [query for query in asked if query["sql"].startswith('UPDATE "stories_story"')]
    assert len(updates) == 1


def test_the_wall_follows_a_story_on_it_that_is_written_together():
    story = Story.objects.filter(pk=PublishedStoryFactory().pk).hold()
    with story.written_together():
        story.title = "Warm hands"
        story.save_content(by=None)
    assert Entry.objects.get(story=story).title == "warm hand"


def test_news_is_owed_and_the_wall_followed_once_for_all_that_is_done_to_it(story, moderator):
    story.submit(by=None)
    story = Story.objects.filter(pk=story.pk).hold()
    with CaptureQueriesContext(connection) as asked, story.written_together():
        story.publish(by=moderator)
        story.set_gold(True, by=moderator)
        story.tell_credited([EmployeeFactory().pk])
    inserted = [query["sql"] for query in asked if query["sql"].startswith("INSERT")]
    for table in ("stories_storyevent", "stories_notice", "stories_entry"):
        assert sum(f'"{table}"' in sql.split("(")[0] for sql in inserted) == 1
    gold, published = story.events.all()[:2]
    assert (gold.action, published.action) == ("gold", "published")
    owed = Notice.objects.filter(story=story).exclude(kind="sent_back").values_list("kind", "once")
    assert set(owed) == {("published", str(published.pk)), ("credited", "")}
    assert set(Index().under("gold")) == {story.seq}


def test_news_is_owed_once_for_each_event_that_is_written_with_it(moderator):
    story = Story.objects.filter(pk=PublishedStoryFactory().pk).hold()
    Notice.objects.all().delete()
    with CaptureQueriesContext(connection) as asked, story.written_together():
        story.withdraw(by=moderator, reason="It names a patient.")
        story.tell_credited([EmployeeFactory().pk])
    inserted = [query["sql"] for query in asked if query["sql"].startswith("INSERT")]
    assert sum('"stories_notice"' in sql.split("(")[0] for sql in inserted) == 1
    assert Story.objects.get(pk=story.pk).status == "withdrawn"
    assert not Entry.objects.filter(story=story).exists()
    owed = Notice.objects.values_list("kind", "once")
    assert set(owed) == {("taken_down", str(story.events.first().pk)), ("credited", "")}

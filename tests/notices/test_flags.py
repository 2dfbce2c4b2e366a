"""Moderators get one digest of what is flagged; whoever flagged hears what was decided."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache

from stories.models import Flag, FlagDigest, Story
from stories.notices.sending import owe_moderators, send_owed
from tests.factories import EmployeeFactory, NoteFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def flagged(story, note=None, reader=None, reason="named", words="") -> Flag:
    return Flag.begin(story, note=note, by=reader or EmployeeFactory(), reason=reason, words=words)


def sent() -> list:
    """What goes out now."""
    cache.clear()
    mail.outbox.clear()
    owe_moderators()
    send_owed()
    return mail.outbox


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def story():
    story = PublishedStoryFactory(title="The seat by the door")
    story.notices.all().delete()
    return story


def test_each_moderator_has_one_mail_a_day_however_much_is_flagged(clock, story):
    moderators = [UserFactory(roles=["moderators"]) for _number in range(2)]
    UserFactory(roles=["admins"])
    for _number in range(3):
        flagged(story)
    flagged(PublishedStoryFactory(title="Another"))
    first = sent()
    assert sorted(message.to[0] for message in first) == sorted(user.email for user in moderators)
    assert first[0].subject == "2 things are flagged"
    assert "Somebody in it would rather not be named (3)" in first[0].body
    flagged(PublishedStoryFactory())
    assert not sent()
    clock.shift(datetime.timedelta(hours=20))  # five in the morning
    assert not sent()
    clock.shift(datetime.timedelta(hours=2))
    assert [message.subject for message in sent()] == ["3 things are flagged"] * 2
    clock.shift(datetime.timedelta(days=1))
    assert not sent()


def test_nothing_flagged_is_no_mail(clock, story):
    UserFactory(roles=["moderators"])
    assert not sent()
    flag = flagged(story)
    owe_moderators()
    flag.decide("kept", by=None, reason="She agreed.")
    assert not [message for message in sent() if "flagged" in message.subject]
    assert FlagDigest.objects.get().sent_at


def test_without_moderators_admins_are_told(clock, story):
    admin = UserFactory(roles=["admins"])
    flagged(story)
    assert [message.to for message in sent()] == [[admin.email]]


def test_who_cannot_sign_in_is_not_told(clock, story):
    UserFactory(roles=["moderators"], is_active=False)
    flagged(story)
    assert not sent()


def test_the_digest_names_nobody_and_repeats_no_words(clock):
    UserFactory(roles=["moderators"])
    unnamed = EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
    story = PublishedStoryFactory(title="Ottoline Zwart held the door", people=[unnamed])
    story.notices.all().delete()
    reader = EmployeeFactory(first_name="Wanda", last_name="Obi")
    flagged(story, reader=reader, words="That is my aunt Zebedee.")
    flagged(story, note=NoteFactory(story=story, text="Typical of her."), reader=reader)
    [message] = sent()
    for text in (message.body, message.alternatives[0][0]):
        assert "A colleague held the door" in text
        assert "A note under" in text
        for secret in ("Ottoline", "Zwart", "Wanda", "Zebedee", "Typical"):
            assert secret not in text


def test_a_story_that_came_down_is_not_repeated(clock, story):
    UserFactory(roles=["moderators"])
    flagged(story)
    story.withdraw(by=None)
    [message] = sent()
    assert "The seat by the door" not in message.body


@pytest.mark.parametrize(
    ("decision", "on_note", "words"),
    [
        ("kept", False, "it stays as it is"),
        ("taken_down", False, "off the wall"),
        ("kept", True, "the note that you flagged, and it stays"),
        ("taken_down", True, "off the page"),
    ],
)
def test_whoever_flagged_it_hears_what_was_decided(story, decision, on_note, words):
    reader = EmployeeFactory(email="wanda@example.org")
    flag = flagged(story, NoteFactory(story=story) if on_note else None, reader)
    flag.decide(decision, by=UserFactory(roles=["moderators"]), reason="She was asked.")
    [message] = sent()
    assert message.to == ["wanda@example.org"]
    assert message.subject == "What came of your flag"
    for text in (message.body, message.alternatives[0][0]):
        assert words in text
        assert "She was asked." in text
        assert (story.get_absolute_url() in text) == Story.objects.get().is_published


def test_a_change_is_said_as_one(clock, story):
    flag = flagged(story, reader=EmployeeFactory(email="wanda@example.org"))
    story.body += " And more."
    story.save_content(by=None, version=story.version)
    flag.decide("changed", by=None, reason="The name is out.")
    [message] = sent()
    assert "changed it" in message.body


def test_asking_for_the_digest_again_costs_one_question(clock, django_assert_num_queries):
    with django_assert_num_queries(3):  # and a savepoint
        FlagDigest.owe(MONDAY.date())

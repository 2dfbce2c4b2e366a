"""Deciding about flags: all flags on a thing at once, on the record, and never two ways."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from stories.models import Flag, Notice, Status, StoryEvent, TransitionRefused
from tests.factories import EmployeeFactory, NoteFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return PublishedStoryFactory()


def flagged(story, note=None, times: int = 1) -> list[Flag]:
    return [
        Flag.begin(story, note=note, by=EmployeeFactory(), reason="named") for _ in range(times)
    ]


def test_a_decision_is_about_every_flag_on_the_thing_and_on_no_other(story, moderator):
    note = NoteFactory(story=story)
    flags, others = flagged(story, times=3), flagged(story, note) + flagged(PublishedStoryFactory())
    assert flags[1].decide("kept", by=moderator, reason="She agreed.") == 3
    assert set(Flag.objects.open()) == set(others)
    for flag in Flag.objects.filter(pk__in=[flag.pk for flag in flags]):
        assert (flag.decision, flag.decided_for) == ("kept", "She agreed.")
        assert (flag.decided_by, flag.decided_by_name) == (moderator, str(moderator))
        assert timezone.now() - flag.decided_at < datetime.timedelta(minutes=1)
    story.refresh_from_db()
    assert story.is_published


def test_who_flagged_it_hears_once_for_each_thing(story, moderator):
    person = EmployeeFactory()
    note = NoteFactory(story=story)
    flags = [Flag.begin(story, note=each, by=person, reason="named") for each in (None, note)]
    for flag in flags:
        flag.decide("kept", by=moderator, reason="She agreed.")
    owed = Notice.objects.filter(kind=Notice.Kind.FLAGGED)
    assert {notice.flag for notice in owed} == set(flags)
    assert {(notice.to, notice.reason) for notice in owed} == {(person, "She agreed.")}


def test_it_is_on_the_record_of_the_story(story, moderator):
    [flag] = flagged(story)
    flag.decide("kept", by=moderator, reason="She agreed.")
    event = story.events.first()
    assert (event.action, event.actor) == (StoryEvent.Action.FLAGS, moderator)
    assert (event.reason, event.changes) == ("She agreed.", {"flags": ["open", "kept"]})


def test_a_story_is_taken_down_and_the_record_says_so(story, moderator):
    [flag] = flagged(story)
    flag.decide("taken_down", by=moderator, reason="It names a patient.")
    story.refresh_from_db()
    assert story.status == Status.WITHDRAWN
    withdrawn = story.events.get(action=StoryEvent.Action.WITHDRAWN)
    assert (withdrawn.actor, withdrawn.reason) == (moderator, "It names a patient.")


def test_a_note_is_taken_down_and_the_story_stays(story, moderator):
    note = NoteFactory(story=story)
    [flag] = flagged(story, note)
    flag.decide("taken_down", by=moderator, reason="It mocks her.")
    note.refresh_from_db()
    story.refresh_from_db()
    assert (note.removed_by, note.removed_for) == (moderator, "It mocks her.")
    assert story.is_published


def test_changed_is_what_was_changed_since(story, moderator):
    story.body += " And more."
    story.save_content(by=moderator, version=story.version)
    [flag] = flagged(story)
    with pytest.raises(TransitionRefused, match="Change it first"):
        flag.decide("changed", by=moderator, reason="The name is out.")
    story.body += " And again."
    story.save_content(by=moderator, version=story.version)
    flag.decide("changed", by=moderator, reason="The name is out.")
    assert Flag.objects.get().decision == "changed"


def test_a_note_is_never_changed(story, moderator):
    [flag] = flagged(story, NoteFactory(story=story))
    with pytest.raises(TransitionRefused):
        flag.decide("changed", by=moderator, reason="Better now.")


@pytest.mark.parametrize("on_note", [False, True])
def test_nothing_is_kept_that_is_gone_already(story, moderator, on_note):
    note = NoteFactory(story=story) if on_note else None
    [flag] = flagged(story, note)
    if note:
        note.remove(by=moderator, reason="Mine.")
    else:
        story.withdraw(by=None)
    with pytest.raises(TransitionRefused):
        flag.decide("kept", by=moderator, reason="She agreed.")
    flag.decide("taken_down", by=moderator, reason="It is gone.")
    assert not Flag.objects.open().exists()
    if note:
        note.refresh_from_db()
        assert note.removed_for == "Mine."


def test_of_two_decisions_the_first_stands(story, moderator):
    first, second = flagged(story, times=2)
    first.decide("kept", by=moderator, reason="She agreed.")
    with pytest.raises(TransitionRefused, match="meanwhile"):
        second.decide("taken_down", by=moderator, reason="No.")
    story.refresh_from_db()
    assert story.is_published
    assert Notice.objects.filter(kind=Notice.Kind.FLAGGED).count() == 2


def test_what_a_refused_decision_held_is_asked_for_again_by_the_next(story, moderator):
    [flag] = flagged(story)
    with pytest.raises(TransitionRefused, match="as it was"):
        flag.decide("changed", by=moderator, reason="The name is out.")
    Flag.objects.get(pk=flag.pk).decide("kept", by=moderator, reason="She agreed.")
    with pytest.raises(TransitionRefused, match="meanwhile"):
        flag.decide("taken_down", by=moderator, reason="No.")
    story.refresh_from_db()
    assert story.is_published


def test_a_decision_says_why(story, moderator):
    [flag] = flagged(story)
    with pytest.raises(ValueError, match="why"):
        flag.decide("kept", by=moderator, reason=" ")
    assert Flag.objects.open().exists()


def test_of_many_flags_on_one_thing_the_first_stands_for_all(story):
    note = NoteFactory(story=story)
    firsts = [flagged(story, each, times=3)[0] for each in (None, note, NoteFactory(story=story))]
    assert list(Flag.objects.open().first_of_each()) == firsts


@pytest.mark.parametrize("on_note", [False, True])
def test_the_database_too_keeps_one_flag_a_reader(story, on_note):
    [flag] = flagged(story, NoteFactory(story=story) if on_note else None)
    flag.pk = None
    flag._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        flag.save()

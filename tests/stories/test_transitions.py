"""How a story moves: by whom, from where, and what is left behind."""

import ast
import inspect
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from staff.models import Employee
from stories.models import (
    Notice,
    Status,
    Story,
    StoryEvent,
    TransitionRefused,
    Visibility,
    WallVersion,
)
from stories.models.transitions import MOVES, Transitions
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return UserFactory(username="mo", roles=["moderators"])


def test_a_draft_is_sent_in_and_recorded():
    story = StoryFactory()
    story.submit(by=None)
    story.refresh_from_db()
    assert story.status == Status.PENDING
    assert story.submitted_at is not None
    event = story.events.get()
    assert (event.status_before, event.status_after) == ("draft", "pending")


def test_a_story_that_is_held_is_not_read_again_by_its_next_move_alone(moderator):
    waiting = PendingStoryFactory()
    with transaction.atomic():
        story = Story.objects.filter(pk=waiting.pk).hold()
        with CaptureQueriesContext(connection) as asked:
            story.send_back(by=moderator, note="When was it?")
        assert not [one for one in asked if "stories_story WHERE" in one["sql"].replace('"', "")]
        Story.objects.filter(pk=waiting.pk).update(status=Status.PENDING)
        story.reject(by=moderator, reason="It names a patient.")
    assert story.status == Status.REJECTED


def test_a_story_that_was_held_in_another_transaction_is_read_again(moderator):
    waiting = PendingStoryFactory()
    with transaction.atomic():
        story = Story.objects.filter(pk=waiting.pk).hold()
    waiting.reject(by=moderator, reason="It names a patient.")
    with pytest.raises(TransitionRefused):
        story.publish(by=moderator)


def test_sending_in_twice_changes_nothing():
    story = PendingStoryFactory()
    first = story.submitted_at
    story.submit(by=None)
    assert story.submitted_at == first
    assert story.events.count() == 1


def test_publishing_gives_the_next_place_to_story_traits_and_credits(moderator):
    earlier = PublishedStoryFactory()
    story = PendingStoryFactory(traits=["personal"], people=[EmployeeFactory()])
    story.publish(by=moderator)
    assert story.seq == earlier.seq + 1
    assert story.story_traits.get().seq == story.seq
    assert story.credits.get().seq == story.seq
    event = story.events.latest()
    assert (event.actor, event.actor_name) == (moderator, "mo")


def test_the_database_itself_carries_the_place_to_traits_and_credits():
    story = PublishedStoryFactory(traits=["personal"], people=[EmployeeFactory()])
    for place in (story.seq + 100, None):
        status = Status.PUBLISHED if place else Status.WITHDRAWN
        Story.objects.filter(pk=story.pk).update(seq=place, status=status)
        assert (story.story_traits.get().seq, story.credits.get().seq) == (place, place)


@pytest.mark.parametrize("there", [True, False], ids=["", "before the wall has a version"])
def test_the_database_itself_counts_the_wall_up_where_a_story_on_it_is_stored(there):
    waiting, up = PendingStoryFactory(), PublishedStoryFactory()
    before = WallVersion.current()
    Story.objects.filter(pk=waiting.pk).update(version=2)
    Story.objects.filter(pk=up.pk).update(updated_at=timezone.now())
    assert WallVersion.current() == before
    if not there:
        WallVersion.objects.all().delete()
    Story.objects.filter(pk=up.pk).update(version=2)
    after = WallVersion.current()
    if there:
        assert after == before._replace(number=before.number + 1)
    else:
        assert after.number == 1
        assert after.era not in ("", before.era)


def test_publishing_owes_one_notice_to_teller_and_one_to_each_credited_person(moderator):
    teller, friend = EmployeeFactory(), EmployeeFactory()
    story = PendingStoryFactory(teller=teller, people=[teller, friend])
    story.publish(by=moderator)
    owed = {(notice.to, notice.kind) for notice in story.notices.all()}
    assert owed == {(teller, "published"), (friend, "credited")}


def test_a_second_moderator_is_told_what_the_first_did(moderator):
    story = PendingStoryFactory()
    same_story = Story.objects.get(pk=story.pk)
    story.publish(by=moderator)
    with pytest.raises(
        TransitionRefused, match=rf"{moderator.shown_name} got there first: published"
    ):
        same_story.reject(by=UserFactory(), reason="Too long ago.")
    assert Story.objects.get(pk=story.pk).status == Status.PUBLISHED


def test_whoever_decides_the_same_twice_is_told_that_they_did(moderator):
    story = PendingStoryFactory()
    same_story = Story.objects.get(pk=story.pk)
    story.publish(by=moderator)
    with pytest.raises(TransitionRefused, match=r"^You have decided about it: published"):
        same_story.publish(by=moderator)


@pytest.mark.parametrize(("unnamed", "who"), [(False, "Gwen Ashby"), (True, "A colleague")])
def test_whoever_was_first_is_called_as_colleagues_call_them(moderator, unnamed, who):
    Employee.objects.filter(account=moderator).update(
        first_name="Gwen", last_name="Ashby", unnamed=unnamed
    )
    story = PendingStoryFactory()
    story.publish(by=moderator)
    assert story.refusal().startswith(f"{who} got there first: published")
    assert story.last_decision().actor_name == "mo", "the record keeps the account"


def test_an_account_that_is_nobodys_is_called_by_its_own_name(moderator):
    Employee.objects.filter(account=moderator).update(account=None)
    story = PendingStoryFactory()
    story.publish(by=moderator)
    assert story.refusal().startswith("mo got there first: published")


def test_sending_back_needs_a_note_and_keeps_it(moderator):
    story = PendingStoryFactory()
    with pytest.raises(ValueError, match="what is missing"):
        story.send_back(by=moderator, note="  ")
    story.send_back(by=moderator, note="Which shift was it?")
    assert story.events.latest().reason == "Which shift was it?"
    assert story.notices.get().reason == "Which shift was it?"
    story.submit(by=story.teller.account)
    assert story.status == Status.PENDING


def test_each_sending_back_is_news_of_its_own(moderator):
    story = PendingStoryFactory()
    for note in ("Which shift?", "And who was it?"):
        story.send_back(by=moderator, note=note)
        story.submit(by=None)
    assert story.notices.filter(kind=Notice.Kind.SENT_BACK).count() == 2


def test_rejecting_needs_a_reason(moderator):
    story = PendingStoryFactory()
    with pytest.raises(ValueError, match="why"):
        story.reject(by=moderator, reason="")
    story.reject(by=moderator, reason="It names a patient.")
    assert story.status == Status.REJECTED


def test_withdrawing_takes_a_story_from_every_index(moderator):
    story = PublishedStoryFactory(traits=["personal"], people=[EmployeeFactory()])
    story.set_gold(True, by=moderator)
    version = story.version
    story.withdraw(by=story.teller.account)
    story.refresh_from_db()
    assert (story.status, story.seq, story.gold) == (Status.WITHDRAWN, None, False)
    assert story.version == version + 1
    assert story.story_traits.get().seq is None
    assert story.credits.get().seq is None


def test_a_withdrawn_story_published_again_gets_a_new_place(moderator):
    story = PublishedStoryFactory()
    place = story.seq
    story.withdraw(by=None)
    story.submit(by=None)
    story.publish(by=moderator)
    assert story.seq > place


@pytest.mark.parametrize("move", ["publish", "withdraw"])
def test_a_draft_cannot_skip_the_moderators(move, moderator):
    with pytest.raises(TransitionRefused):
        getattr(StoryFactory(), move)(by=moderator)


def test_only_a_published_story_is_held_up_as_gold(moderator):
    with pytest.raises(TransitionRefused):
        PendingStoryFactory().set_gold(True, by=moderator)
    story = PublishedStoryFactory()
    story.set_gold(True, by=moderator)
    story.set_gold(True, by=moderator)
    assert story.events.filter(action="gold").count() == 1


def test_a_story_is_public_only_if_teller_and_customer_agreed(moderator):
    story = PublishedStoryFactory(may_show_outside=True)
    with pytest.raises(ValueError, match="agreed"):
        story.set_visibility(Visibility.PUBLIC, by=moderator)
    agreed = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
    agreed.set_visibility(Visibility.PUBLIC, by=moderator)
    assert agreed.events.latest().changes == {"visibility": ["organisation", "public"]}


def test_consent_taken_back_meanwhile_keeps_a_story_inside(moderator):
    story = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
    Story.objects.filter(pk=story.pk).update(customer_agreed=False)
    with pytest.raises(ValueError, match="agreed"):
        story.set_visibility(Visibility.PUBLIC, by=moderator)


def test_what_was_done_first_is_the_decision_not_what_came_after_it(moderator):
    story = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
    story.set_visibility(Visibility.PUBLIC, by=moderator)
    with pytest.raises(TransitionRefused, match="published"):
        story.publish(by=moderator)


def test_a_move_that_fails_leaves_nothing_behind(moderator, monkeypatch):
    story = PendingStoryFactory()
    monkeypatch.setattr(Story, "_follow_to", lambda self, *beside, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        story.publish(by=moderator)
    fresh = Story.objects.get(pk=story.pk)
    assert (fresh.status, fresh.seq) == (Status.PENDING, None)
    assert fresh.events.count() == 1
    assert not mail.outbox


def test_the_record_is_never_changed():
    story = PendingStoryFactory()
    event = story.events.get()
    event.reason = "something else"
    with pytest.raises(TypeError):
        event.save()


def test_a_salute_counts_once_a_reader():
    story, reader = PublishedStoryFactory(), EmployeeFactory()
    assert story.salute(by=reader)
    assert not story.salute(by=reader)
    story.salute(by=EmployeeFactory())
    assert story.salute_count == 2
    story.take_back_salute(by=reader)
    story.take_back_salute(by=reader)
    assert story.salute_count == 1


def test_telling_the_same_people_on_the_same_day_is_one_retelling():
    story, reader = PublishedStoryFactory(), EmployeeFactory()
    story.retell(by=reader, told_to="team")
    story.retell(by=reader, told_to="team", heads=6)
    story.retell(by=reader, told_to="friend")
    assert story.retelling_count == 2
    assert story.retellings.get(told_to="team").heads == 6


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "published"},
        {"status": "pending"},
        {"status": "nonsense"},
        {"gold": True},
        {"organisation": "7-Eleven"},
        {"went_wrong": "The boiler."},
        {"visibility": "public"},
        {"body": ""},
        {"served": "nobody"},
    ],
    ids=lambda wrong: next(iter(wrong)) + "=" + str(next(iter(wrong.values()))),
)
def test_the_database_itself_refuses(wrong):
    story = StoryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(**wrong)


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_make_one_decision(held):
    story = PendingStoryFactory()
    moderators = [UserFactory(username=f"mo{n}") for n in range(4)]
    start, refused = threading.Barrier(len(moderators)), []

    def decide(moderator):
        try:
            own = Story.objects.get(pk=story.pk)
            start.wait()
            with transaction.atomic():
                own = Story.objects.filter(pk=story.pk).hold() if held else own
                own.publish(by=moderator)
        except TransitionRefused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[moderator]) for moderator in moderators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    published = StoryEvent.objects.filter(story=story, action="published")
    assert published.count() == 1
    assert len(refused) == len(moderators) - 1
    assert all(published.get().done_by() in message for message in refused)


def moves_of_the_code() -> Iterator[tuple[str, str]]:
    """Each method that moves a story, with its own source."""
    tree = ast.parse(Path(inspect.getfile(Transitions)).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "self._move(" in ast.unparse(node):
            yield node.name, ast.unparse(node)


MOVING = dict(moves_of_the_code())


@pytest.mark.parametrize("name", MOVING)
def test_whoever_comes_second_is_told_of_each_move(name):
    called = set(re.findall(r"Action\.(\w+)", MOVING[name]))
    assert called <= {move.name for move in MOVES}, "Put it into MOVES: the last one is told."


@pytest.mark.parametrize("name", MOVING)
def test_the_wall_follows_each_move_on_to_it_and_off_it(name):
    if re.search(r"self\.(seq|_take_place)", MOVING[name]):
        assert "self._follow_to(" in MOVING[name], "It stays on the wall, or never comes there."


@pytest.mark.parametrize("name", MOVING)
def test_each_move_can_be_written_with_those_of_other_stories(name):
    assert not re.search(r"\.(save|bulk_create|create)\(", MOVING[name]), "Use write() or owe()."

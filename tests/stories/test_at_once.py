"""What is done to several stories is written with one statement of a kind, or not at all."""

import pytest

from staff.models import History
from stories.models import Entry, Index, Notice, Status, Story, StoryEvent, TransitionRefused
from stories.models.at_once import at_once
from tests.factories import PendingStoryFactory, PublishedStoryFactory, StoryFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator():
    return UserFactory(roles=["moderators"])


def test_they_are_held_always_in_the_same_order(moderator):
    one, two, three = (StoryFactory() for _number in range(3))
    with at_once(Story.objects.exclude(pk=two.pk).order_by("-pk"), by=moderator) as them:
        assert them.stories == [one, three]
        assert all(story.is_still_held for story in them.stories)


def test_one_that_refuses_keeps_nothing_and_none_of_the_others_from_it(moderator):
    waits, up = PendingStoryFactory(), PublishedStoryFactory()
    before = list(up.events.values_list("pk", flat=True))
    with at_once(Story.objects.all(), by=moderator) as them:
        for story in them.stories:
            try:
                with them.of(story):
                    story.publish(by=moderator)
            except TransitionRefused as error:
                refused = error
    assert "got there first" in str(refused) or "decided" in str(refused)
    waits.refresh_from_db()
    assert waits.is_published
    assert list(up.events.values_list("pk", flat=True)) == before


def test_what_was_said_before_it_refused_is_not_written(moderator):
    story, other = PublishedStoryFactory(), PublishedStoryFactory()
    history = History.objects.of("stories.story", story.pk).count()
    with at_once(Story.objects.all(), by=moderator) as them:
        for one in them.stories:
            try:
                with them.of(one):
                    one.set_gold(True, by=moderator)
                    if one == story:
                        raise TransitionRefused
            except TransitionRefused:
                pass
    assert list(Story.objects.filter(gold=True)) == [other]
    assert not story.events.filter(action=StoryEvent.Action.GOLD).exists()
    assert History.objects.of("stories.story", story.pk).count() == history
    assert set(Index().under("gold")) == {other.seq}


def test_each_may_be_moved_in_a_way_of_its_own(moderator):
    back, up, down = PendingStoryFactory(), PendingStoryFactory(), PublishedStoryFactory()
    with at_once(Story.objects.all(), by=moderator, going_up=True) as them:
        for story, move in zip(
            them.stories,
            (
                lambda one: one.send_back(by=moderator, note="Where?"),
                lambda one: one.publish(by=moderator),
                lambda one: one.withdraw(by=moderator, reason="They asked."),
            ),
            strict=True,
        ):
            with them.of(story):
                move(story)
    found = [Story.objects.get(pk=story.pk) for story in (back, up, down)]
    assert [one.status for one in found] == [Status.SENT_BACK, Status.PUBLISHED, Status.WITHDRAWN]
    assert [one.version for one in found] == [1, 1, 2]
    assert set(Index().under("published")) == {found[1].seq}
    assert list(Entry.objects.values_list("story", flat=True)) == [up.pk]
    assert Entry.objects.recount(0, mend=False) == []
    for story, kind in ((back, "sent_back"), (up, "published"), (down, "taken_down")):
        event = story.events.first()
        assert Notice.objects.filter(story=story, kind=kind, once=str(event.pk)).count() == 1


def test_where_nothing_is_done_nothing_is_asked(moderator, django_assert_num_queries):
    PublishedStoryFactory(gold=False)
    with (
        django_assert_num_queries(5),  # four of them savepoints
        at_once(Story.objects.all(), by=moderator) as them,
        them.of(them.stories[0]),
    ):
        them.stories[0].set_gold(False, by=moderator)

"""Gold standard: who holds a story up as the example."""

import pytest
from django.contrib.messages import get_messages

from stories.models import Story, StoryEvent
from tests.factories import MembershipFactory, PublishedStoryFactory, TeamFactory, UserFactory

from .conftest import address, words_of

pytestmark = pytest.mark.django_db


def hold_up(client, story, gold="1"):
    return client.post(address(story, to="gold/"), {"gold": gold})


@pytest.fixture
def region():
    return TeamFactory(name="North region")


@pytest.fixture
def desk(region):
    return TeamFactory(name="Night desk", parent=TeamFactory(name="Station", parent=region))


@pytest.fixture
def story_of_the_desk(desk):
    return PublishedStoryFactory(people=[MembershipFactory(team=desk).employee])


def leads(client, team):
    MembershipFactory(employee=client.user.person, team=team, leads=True)


def is_gold(story) -> bool:
    story.refresh_from_db()
    return story.gold


@pytest.mark.parametrize("role", ["moderator", "admin"])
def test_moderators_hold_up_any_story(request, role, story):
    client = request.getfixturevalue(f"{role}_client")
    assert "Hold it up" in words_of(client.get(address(story)))
    assert hold_up(client, story).url == address(story)
    assert is_gold(story)
    page = client.get(address(story))
    assert 'class="seal"' in page.content.decode()
    assert "No longer hold it up" in words_of(page)
    hold_up(client, story, "0")
    assert not is_gold(story)


def test_a_manager_holds_up_a_story_of_their_own_team(manager_client, story_of_the_desk, desk):
    leads(manager_client, desk)
    hold_up(manager_client, story_of_the_desk)
    assert is_gold(story_of_the_desk)


def test_and_of_the_teams_below(manager_client, story_of_the_desk, region):
    leads(manager_client, region)
    assert "Hold it up" in words_of(manager_client.get(address(story_of_the_desk)))
    hold_up(manager_client, story_of_the_desk)
    assert is_gold(story_of_the_desk)


def test_not_of_another_team_nor_of_those_above(manager_client, story_of_the_desk, desk):
    leads(manager_client, TeamFactory(name="Early desk", parent=desk))
    assert "Hold it up" not in words_of(manager_client.get(address(story_of_the_desk)))
    assert hold_up(manager_client, story_of_the_desk).status_code == 403
    assert not is_gold(story_of_the_desk)


def test_not_a_story_without_a_team(manager_client, story, desk):
    leads(manager_client, desk)
    assert hold_up(manager_client, story).status_code == 403


def test_leading_a_team_is_not_enough_without_the_role(staff_client, story_of_the_desk, desk):
    leads(staff_client, desk)
    assert "Hold it up" not in words_of(staff_client.get(address(story_of_the_desk)))
    assert hold_up(staff_client, story_of_the_desk).status_code == 403
    assert not is_gold(story_of_the_desk)


def test_it_is_recorded_with_who_did_it_and_only_when_something_changed(moderator_client, story):
    for _ in range(2):
        hold_up(moderator_client, story)
    [event] = story.events.filter(action=StoryEvent.Action.GOLD)
    assert event.actor == moderator_client.user
    assert event.changes == {"gold": [False, True]}


@pytest.mark.parametrize("value", ["", "x", "\x00"])
def test_whatever_else_is_sent_does_not_hold_it_up(moderator_client, story, value):
    assert hold_up(moderator_client, story, value).status_code == 302
    assert not is_gold(story)


def test_a_manager_who_comes_too_late_is_not_told_who_withdrew_it(
    manager_client, story_of_the_desk, desk, monkeypatch
):
    leads(manager_client, desk)
    held_up = Story.set_gold

    def withdrawn_just_before(story, *args, **kwargs):
        Story.objects.get(pk=story.pk).withdraw(by=UserFactory(username="anke"))
        held_up(story, *args, **kwargs)

    monkeypatch.setattr(Story, "set_gold", withdrawn_just_before)
    response = hold_up(manager_client, story_of_the_desk)
    assert response.url == "/"
    said = str(next(iter(get_messages(response.wsgi_request))))
    assert "not on the wall any more" in said
    assert "anke" not in said

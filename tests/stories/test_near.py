"""Whom a story plainly speaks of: for them, first and last names alone are withheld in it."""

import datetime
import gc

import pytest
from django.core.exceptions import FieldError

from stories.models import Story
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PublishedStoryFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 3, 2)


def member(team, **when):
    person = EmployeeFactory()
    MembershipFactory(employee=person, team=team, **when)
    return person


def test_it_speaks_of_those_it_credits_and_of_its_teller_and_of_their_teams():
    desk, kitchen, ward = TeamFactory(), TeamFactory(), TeamFactory()
    credited, teller = member(desk), member(ward)
    near = PublishedStoryFactory(people=[credited], people__team=kitchen, teller=teller).near
    assert near.people == {credited.pk, teller.pk}
    assert near.teams == {desk.pk, kitchen.pk, ward.pk}
    assert near.credited == (credited,)


def test_the_tellers_team_is_the_one_they_told_it_in():
    before, now = TeamFactory(), TeamFactory()
    teller = member(before, until=datetime.date(2026, 3, 1))
    MembershipFactory(employee=teller, team=now, since=datetime.date(2026, 3, 1))
    told = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
    assert PublishedStoryFactory(teller=teller, created_at=told).near.teams == {before.pk}
    told = datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC)
    assert PublishedStoryFactory(teller=teller, created_at=told).near.teams == {now.pk}


def test_told_before_anything_is_known_of_the_teller_it_is_their_first():
    team = TeamFactory()
    teller = member(team, since=datetime.date(2026, 9, 1))
    told = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
    assert PublishedStoryFactory(teller=teller, created_at=told).near.teams == {team.pk}


def test_a_story_of_nobody_speaks_of_its_teller():
    story = PublishedStoryFactory()
    assert (story.near.people, story.near.teams) == ({story.teller_id}, frozenset())


def test_it_is_fetched_with_the_stories(django_assert_num_queries):
    desk = TeamFactory()
    for _ in range(3):
        PublishedStoryFactory(people=[member(desk), member(desk)], teller=member(TeamFactory()))
    with django_assert_num_queries(2):
        assert all(len(story.near.teams) == 2 for story in Story.objects.for_naming())


@pytest.mark.parametrize("page", ["story", "wall", "team", "trait", "me"])
def test_pages_withhold_the_name_of_somebody_of_a_credited_team(staff_client, page):
    desk = TeamFactory(name="Night desk")
    person, me = EmployeeFactory(first_name="Ottoline"), staff_client.user.person
    for one in (person, me):
        MembershipFactory(employee=one, team=desk)
    story = PublishedStoryFactory(
        people=[me],
        traits=["Caring"],
        line="Ask Ottoline.",
        title="Ottoline",
        body="Then Ottoline came. Ottoline asked why.",
        place="Ottoline’s desk",
    )
    story.set_traits([(story.traits.get(), "Then Ottoline came.")])
    NoteFactory(story=story, text="Thank Ottoline for me.")
    address = {
        "story": story.get_absolute_url(),
        "wall": "/?q=came",
        "team": desk.get_absolute_url(),
        "trait": story.traits.get().get_absolute_url(),
        "me": "/people/me/",
    }[page]
    assert "Ottoline" in staff_client.get(address).content.decode()
    person.ask_not_to_be_named()
    response = staff_client.get(address)
    assert response.status_code == 200
    assert "Ottoline" not in response.content.decode()


def test_asking_for_the_team_of_tellers_leaves_no_error_behind():
    # An error that Django keeps holds the whole request for as long as itself.
    gc.collect()
    gc.disable()
    try:
        list(Story.objects.with_teller_team())
        assert not [one for one in gc.get_objects() if isinstance(one, FieldError)]
    finally:
        gc.enable()

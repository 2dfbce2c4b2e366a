"""What is the reader's own on the wall: told by them, and new since they were last here."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from stories.models import SavedView
from tests.factories import PublishedStoryFactory

pytestmark = pytest.mark.django_db

MORNING = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


def at(hour: int, minute: int = 0):
    return time_machine.travel(MORNING.replace(hour=hour, minute=minute), tick=False)


def test_told_by_me_are_my_own(staff_client, shown):
    mine = PublishedStoryFactory(teller=staff_client.user.person)
    PublishedStoryFactory()
    assert shown(staff_client.get("/?mine=1")) == [mine.public_id]


def test_a_view_of_what_i_told_means_whoever_opens_it(staff_client, manager_client, shown):
    mine = PublishedStoryFactory(teller=staff_client.user.person)
    theirs = PublishedStoryFactory(teller=manager_client.user.person)
    view = SavedView.objects.create(
        owner=staff_client.user.person, name="Told by me", query="mine=1"
    )
    assert shown(staff_client.get(view.get_absolute_url())) == [mine.public_id]
    assert shown(manager_client.get(view.get_absolute_url())) == [theirs.public_id]


def test_on_a_first_visit_all_is_new(staff_client, shown):
    stories = [PublishedStoryFactory().public_id for _ in range(2)]
    assert shown(staff_client.get("/?new=1")) == stories[::-1]


def test_what_came_since_the_last_visit_is_new_and_stays_so_for_this_one(staff_client, shown):
    with at(9):
        PublishedStoryFactory()
        staff_client.get("/")
    with at(12):
        later = PublishedStoryFactory().public_id
        assert shown(staff_client.get("/?new=1")) == [later]
    with at(12, 5):
        assert shown(staff_client.get("/?new=1")) == [later]
    with at(12, 15):
        assert shown(staff_client.get("/?new=1")) == [later]


def test_each_visit_knows_of_the_one_before_it(staff_client, shown):
    for hour in (9, 11):
        with at(hour):
            PublishedStoryFactory()
            staff_client.get("/")
    with at(14):
        latest = PublishedStoryFactory().public_id
        assert shown(staff_client.get("/?new=1")) == [latest]

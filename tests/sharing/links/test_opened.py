"""Coming by a shared link or a poster's code."""

import pytest
from django.test import Client
from django.urls import reverse

from stories.models import Retelling
from tests.factories import PendingStoryFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return PublishedStoryFactory()


def come(client, story, way="link", **extra):
    return client.get(reverse("story_from", args=[story.public_id, way]), **extra)


@pytest.mark.parametrize("way", ["link", "poster"])
def test_an_opening_is_counted_without_who_it_was_and_leads_to_the_story(staff_client, story, way):
    response = come(staff_client, story, way)
    assert response.url == story.get_absolute_url()
    told = Retelling.objects.get()
    assert (told.story, told.told_to, told.heads, told.reader) == (story, way, 1, None)


def test_the_same_browser_counts_once_and_another_again(staff_client, manager_client, story):
    for client in (staff_client, staff_client, manager_client):
        come(client, story)
    assert Retelling.objects.get().heads == 2
    story.refresh_from_db()
    assert story.retelling_count == 1


def test_what_remembers_it_is_sent_to_this_address_alone(staff_client, story):
    cookie = come(staff_client, story).cookies["opened"]
    assert cookie["path"] == f"/stories/{story.public_id}/from/link/"
    assert cookie["httponly"]
    assert cookie.value == "1"


def test_a_visitor_signs_in_first_and_is_not_counted_before(story):
    response = come(Client(), story)
    assert response.url.endswith(f"next=/stories/{story.public_id}/from/link/")
    assert not Retelling.objects.exists()


def test_a_browser_that_looks_ahead_is_not_counted(staff_client, story):
    come(staff_client, story, headers={"sec-purpose": "prefetch;prerender"})
    staff_client.head(reverse("story_from", args=[story.public_id, "link"]))
    assert not Retelling.objects.exists()


def test_a_story_that_is_not_there_to_read_is_not_found(staff_client, story):
    assert come(staff_client, PendingStoryFactory()).status_code == 404
    assert come(staff_client, story, "elsewhere").status_code == 404
    assert come(staff_client, story, "team").status_code == 404


def test_tellers_come_to_their_own_waiting_story_without_a_count(staff_client):
    story = PendingStoryFactory(teller=staff_client.user.person)
    assert come(staff_client, story).status_code == 302
    assert not Retelling.objects.exists()


def test_an_opening_asks_the_database_a_fixed_number_of_times(
    staff_client, story, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20):
        come(staff_client, story)

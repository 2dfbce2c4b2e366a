"""What I follow: the ways to it, its page, and the address of my feeds."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from stories.models import Follow
from stories.models.follow import MOST_FOLLOWED
from tests.factories import EmployeeFactory, PublishedStoryFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return UserFactory()


def begin(account, query="", rhythm="daily", weekday=0) -> Follow:
    return Follow.begin(account, query, rhythm=rhythm, weekday=weekday)


@pytest.fixture
def client(account):
    client = Client()
    client.force_login(account)
    return client


def post(client, **data):
    return client.post(reverse("follow_new"), {"rhythm": "daily", "weekday": "0", **data})


def test_the_wall_leads_there_with_its_filter(client):
    PublishedStoryFactory(traits=["personal"])
    html = client.get("/?trait=personal&sort=retold").content.decode()
    assert "/follow/new/?trait=personal" in html
    assert "/stories/line-up.pdf?trait=personal" in html
    assert "/screens/new/" not in html


def test_so_do_a_team_a_person_and_a_trait(client):
    team, person = TeamFactory(name="Ward four"), EmployeeFactory()
    PublishedStoryFactory(people=[person], people__team=team, traits=["personal"])
    for page, query in (
        ("/teams/ward-four/?gold=1", "team=ward-four&amp;gold=1"),
        (f"/people/{person.pk}/", f"person={person.pk}"),
        ("/traits/personal/?trait=caring", "trait=personal&amp;trait=caring"),
    ):
        assert f"/follow/new/?{query}" in client.get(page).content.decode()


@pytest.mark.parametrize("page", ["/people/{two}/?person={one}", "/teams/one/?team=two"])
def test_what_no_filter_can_say_is_not_offered(client, page):
    one, two = EmployeeFactory(), EmployeeFactory()
    TeamFactory(name="One"), TeamFactory(name="Two")
    html = client.get(page.format(one=one.pk, two=two.pk)).content.decode()
    assert "Take it with you" not in html


def test_a_filter_is_stored_as_it_is_understood(client, account):
    post(client, query="view=list&trait=unknown&sort=retold&trait=personal&after=7")
    assert Follow.objects.get(account=account).query == "trait=personal"


def test_followed_twice_it_is_one_with_the_new_rhythm(client):
    post(client, query="trait=personal")
    response = post(client, query="trait=personal", rhythm="weekly", weekday="3")
    assert response.status_code == 302
    html = client.get("/follow/").content.decode()
    assert Follow.objects.count() == 1
    assert "Once a week, on Thursday" in html
    assert "Personal" in html


def test_what_is_followed_already_shows_how(client, account):
    begin(account, "trait=personal", "weekly", 3)
    html = client.get("/follow/new/?trait=personal").content.decode()
    assert re.search(r'value="weekly"[^>]* checked', html)
    assert '<option value="3" selected>' in html


def test_ended_there_it_is_gone(client, account):
    follow = begin(account, "trait=personal")
    client.post(reverse("follow_stop", args=[follow.pk]))
    assert "Nothing yet" in client.get("/follow/").content.decode()


def test_nobody_ends_what_others_follow(client):
    follow = begin(UserFactory())
    assert client.post(reverse("follow_stop", args=[follow.pk])).status_code == 404
    follow.refresh_from_db()
    assert follow.ended_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"rhythm": "hourly"},
        {"rhythm": ""},
        {"weekday": "7"},
        {"weekday": "x"},
        {"query": "q=" + "ก" * 200},
    ],
)
def test_what_makes_no_sense_is_said(client, wrong):
    assert post(client, **wrong).status_code == 422
    assert not Follow.objects.exists()


def test_fifty_are_enough(client, account):
    for number in range(MOST_FOLLOWED):
        begin(account, f"q=word{number}")
    response = post(client, query="trait=personal")
    assert response.status_code == 422
    assert "You follow 50 filters already" in response.content.decode()
    assert post(client, query="q=word1", rhythm="at_once").status_code == 302


def test_a_person_who_is_not_named_any_more_is_not_named_there(client, account):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    begin(account, f"person={person.pk}")
    assert "Ottoline" in client.get("/follow/").content.decode()
    person.ask_not_to_be_named()
    html = client.get("/follow/").content.decode()
    assert "Ottoline" not in html
    assert "Something that is there no more" in html


def test_the_feed_address_is_made_when_asked_for_and_renewed_and_switched_off(client):
    def address():
        found = re.search(r"/feeds/(\w+)/stories\.atom", client.get("/follow/").content.decode())
        return found and found[1]

    assert address() is None
    client.post(reverse("follow_feed"))
    first = address()
    response = client.post(reverse("follow_feed"), {"query": "trait=personal&sort=retold"})
    assert response["Location"] == "/follow/new/?trait=personal#feed"
    second = address()
    assert Client().get(f"/feeds/{first}/stories.atom").status_code == 404
    assert Client().get(f"/feeds/{second}/stories.atom").status_code == 200
    client.post(reverse("follow_feed"), {"off": "1"})
    assert address() is None
    assert Client().get(f"/feeds/{second}/stories.atom").status_code == 404


def test_a_search_for_who_is_not_named_any_longer_is_not_repeated(client, account):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    follow = begin(account, "q=Ottoline+Zwart")
    end = reverse("follow_end", args=[follow.token])
    assert "“Ottoline Zwart”" in client.get("/follow/").content.decode()
    person.ask_not_to_be_named()
    for address in ("/follow/", end):
        page = client.get(address).content.decode()
        assert "Ottoline" not in page
        assert "“A colleague”" in page
    assert "no e-mail comes" in client.get("/follow/").content.decode()

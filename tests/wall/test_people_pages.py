"""People's and teams' pages: the wall with a heading, and no score."""

import datetime

import pytest
from django.urls import reverse

from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return EmployeeFactory(first_name="Ada", last_name="Lund", job_title="Night porter")


def test_a_persons_page_shows_the_stories_that_credit_them(staff_client, shown, ada):
    credited = PublishedStoryFactory(people=[ada])
    PublishedStoryFactory(teller=ada)
    StoryFactory(people=[ada])
    response = staff_client.get(f"/people/{ada.pk}/")
    assert shown(response) == [credited.public_id]
    page = response.content.decode()
    assert '<h1 class="badge" dir="auto">Ada Lund</h1>' in page
    assert "Night porter" in page


def test_a_persons_page_says_where_they_have_worked(staff_client, ada):
    harbour, desk = TeamFactory(name="Harbour"), TeamFactory(name="Night desk")
    MembershipFactory(employee=ada, team=harbour, since=datetime.date(2019, 5, 1))
    ada.move_to(desk, on=datetime.date(2024, 2, 1))
    page = staff_client.get(f"/people/{ada.pk}/").content.decode()
    route = page[page.index('class="route"') :]
    assert route.index("Night desk") < route.index("Harbour")
    assert "May 2019" in route
    assert "February 2024" in route


def test_old_stories_stay_with_the_old_team(staff_client, shown, ada):
    harbour, desk = TeamFactory(name="Harbour"), TeamFactory(name="Night desk")
    MembershipFactory(employee=ada, team=harbour)
    story = PublishedStoryFactory(people=[ada], happened_on=datetime.date(2023, 1, 1))
    ada.move_to(desk, on=datetime.date(2024, 2, 1))
    assert shown(staff_client.get("/teams/harbour/")) == [story.public_id]
    assert shown(staff_client.get("/teams/night-desk/")) == []
    assert shown(staff_client.get(f"/people/{ada.pk}/")) == [story.public_id]


@pytest.mark.parametrize("role", ["staff", "manager", "moderator", "admin"])
def test_an_unnamed_person_has_no_page_for_anybody_else(request, role, ada):
    ada.ask_not_to_be_named()
    client = request.getfixturevalue(f"{role}_client")
    unnamed = client.get(f"/people/{ada.pk}/")
    nobody = client.get("/people/987654/")
    assert unnamed.status_code == nobody.status_code == 404
    assert "Ada" not in unnamed.content.decode()


def test_an_unnamed_person_still_has_their_page_for_themselves(staff_client):
    me = staff_client.user.person
    me.ask_not_to_be_named()
    page = staff_client.get(f"/people/{me.pk}/").content.decode()
    assert "you alone see this page" in page
    assert me.last_name not in page.partition("<main")[2]


def test_somebody_who_left_keeps_their_stories(staff_client, shown, ada):
    story = PublishedStoryFactory(people=[ada])
    ada.active = False
    ada.save()
    response = staff_client.get(f"/people/{ada.pk}/")
    assert shown(response) == [story.public_id]
    assert "No longer works here" in response.content.decode()


def test_a_page_without_stories_blames_nobody(staff_client, ada):
    page = staff_client.get(f"/people/{ada.pk}/").content.decode()
    assert "That says more about what was told than about anybody." in page


def test_a_teams_page_shows_the_way_to_it_and_all_below_it(staff_client, shown):
    region = TeamFactory(name="Coast")
    site = TeamFactory(name="Harbour", parent=region)
    team = TeamFactory(name="Ferry desk", parent=site)
    other = TeamFactory(name="Pier", parent=region)
    story = PublishedStoryFactory(people__team=team)
    elsewhere = PublishedStoryFactory(people__team=other)
    response = staff_client.get("/teams/harbour/")
    assert shown(response) == [story.public_id]
    page = response.content.decode()
    assert 'href="/teams/coast/"' in page
    assert 'href="/teams/ferry-desk/"' in page
    assert 'href="/teams/harbour/?team=ferry-desk"' in page
    assert shown(staff_client.get("/teams/coast/")) == [elsewhere.public_id, story.public_id]


def test_a_teams_people_wear_badges_and_the_unnamed_one_too(staff_client, ada):
    team = TeamFactory(name="Harbour")
    ben = EmployeeFactory(first_name="Ben")
    gone = EmployeeFactory(first_name="Gone", active=False)
    for person in (ada, ben, gone):
        MembershipFactory(employee=person, team=team)
    ben.ask_not_to_be_named()
    page = staff_client.get("/teams/harbour/").content.decode()
    assert f'<a class="badge" href="/people/{ada.pk}/" dir="auto">Ada</a>' in page
    assert '<span class="badge" dir="auto">a colleague</span>' in page
    assert "Ben" not in page
    assert "Gone" not in page


def test_a_teams_badges_come_as_people_are_called_and_the_unnamed_ones_last(staff_client):
    team = TeamFactory(name="Harbour")
    for person in (
        EmployeeFactory(first_name="Ada", unnamed=True),
        EmployeeFactory(first_name="Beatriz"),
        EmployeeFactory(first_name="Alexandra", known_as="Sandy"),
        EmployeeFactory(first_name="Femi"),
    ):
        MembershipFactory(employee=person, team=team)
    shown = [badge["name"] for badge in staff_client.get("/teams/harbour/").context["badges"]]
    assert shown == ["Beatriz", "Femi", "Sandy", "a colleague"]


def test_a_large_teams_badges_are_bounded(staff_client):
    team = TeamFactory(name="Harbour")
    for _n in range(30):
        MembershipFactory(team=team)
    page = staff_client.get("/teams/harbour/").content.decode()
    assert page.count('class="badge"') == 24
    assert 'href="/people/?team=harbour"' in page


def test_my_page_shows_the_stories_that_name_me(staff_client, shown):
    mine = PublishedStoryFactory(people=[staff_client.user.person])
    PublishedStoryFactory(teller=staff_client.user.person)
    response = staff_client.get("/people/me/")
    assert shown(response) == [mine.public_id]
    page = response.content.decode()
    assert 'href="/stories/mine/"' in page
    assert 'action="/people/me/naming/"' in page
    assert "csrfmiddlewaretoken" in page


def test_my_page_still_shows_them_when_i_am_not_named(staff_client, shown):
    me = staff_client.user.person
    mine = PublishedStoryFactory(people=[me])
    me.ask_not_to_be_named()
    response = staff_client.get("/people/me/")
    assert shown(response) == [mine.public_id]
    assert "You asked not to be named." in response.content.decode()


@pytest.mark.parametrize("address", ["/people/987654/", "/teams/nowhere/", "/traits/nothing/"])
def test_what_is_not_there_is_not_found(staff_client, address):
    assert staff_client.get(address).status_code == 404


def test_nobody_is_ranked(staff_client, ada):
    MembershipFactory(employee=ada, team=TeamFactory(name="Harbour"))
    PublishedStoryFactory(people=[ada])
    for address in (f"/people/{ada.pk}/", "/teams/harbour/", "/people/me/"):
        page = staff_client.get(address).content.decode().lower()
        assert not {"points", "score", "rank", "top "} & set(page.split())


class TestAPersonAmongTheFilters:
    def beside(self, client, address: str) -> str:
        return client.get(address).content.decode()

    def test_the_way_to_choose_one_stands_beside_the_wall_alone(self, staff_client):
        team = TeamFactory()
        for address, offered in [
            (reverse("wall"), True),
            (f"{reverse('wall')}?gold=1", True),
            (reverse("team", args=[team.slug]), False),
        ]:
            assert ('data-begins="person:"' in self.beside(staff_client, address)) is offered

    def test_who_was_chosen_stands_there_and_is_taken_away_again(self, staff_client):
        ada = EmployeeFactory(first_name="Ada", last_name="Lovell")
        PublishedStoryFactory(people=[ada])
        page = self.beside(staff_client, f"{reverse('wall')}?person={ada.pk}&served=customer")
        group = page.split("<h2>Person</h2>")[1].split("</ul>")[0]
        assert '<a href="/?served=customer" class="on" aria-current="true">' in group
        assert "Ada Lovell" in group
        assert "data-begins" not in page

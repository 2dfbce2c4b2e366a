"""Screens: who makes them, what a display without an account gets to see, and for how long."""

import pytest
from django.test import Client
from django.urls import reverse

from stories.models import Screen
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    ScreenFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def slides(screen, **headers):
    return Client().get(reverse("screen_slides", args=[screen.token]), headers=headers)


def lines(screen):
    return slides(screen).content.decode()


def words_of_list(client):
    return client.get(reverse("screens")).content.decode()


def fields(**changes):
    return {"name": "Staff room", "names": "1", "seconds": "20", "query": "", **changes}


@pytest.fixture
def led():
    """A team with one below it, and the client of the manager who leads it."""
    manager = UserFactory(roles=["managers"])
    site = TeamFactory(name="Harbour")
    below = TeamFactory(name="Till six", parent=site)
    MembershipFactory(employee=manager.person, team=site, leads=True)
    return site, below, signed_in(manager)


def of_team(team, line):
    person = EmployeeFactory()
    MembershipFactory(employee=person, team=team)
    return PublishedStoryFactory(line=line, people=[person], people__team=team)


def test_a_manager_makes_a_screen_of_a_team_and_those_below(led):
    site, below, client = led
    of_team(site, "Of the site.")
    of_team(below, "Of the till.")
    of_team(TeamFactory(), "Of somebody else.")
    response = client.post(reverse("screen_new"), fields(team=site.pk))
    assert response.url == reverse("screens")
    shown = lines(Screen.objects.get())
    assert "Of the site." in shown
    assert "Of the till." in shown
    assert "Of somebody else." not in shown


@pytest.mark.parametrize("team", ["", "other", "9" * 30, "x"])
def test_a_manager_cannot_show_the_stories_of_others(led, team):
    other = TeamFactory()
    answer = led[2].post(reverse("screen_new"), fields(team=other.pk if team == "other" else team))
    assert answer.status_code == 422
    assert "Choose one of your teams." in answer.content.decode()
    assert not Screen.objects.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": " "}, "Say where it hangs"),
        ({"name": "x" * 200}, "there is room for 80"),
        ({"seconds": "1"}, "Choose how long a story stays."),
        ({"seconds": "\x00"}, "Choose how long a story stays."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_rest_kept(
    moderator_client, changes, message
):
    answer = moderator_client.post(reverse("screen_new"), fields(query="gold=1", **changes))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert message in html
    assert 'value="gold=1"' in html
    assert "Gold standard" in html


def test_it_shows_what_the_walls_filter_says(moderator_client):
    PublishedStoryFactory(line="A kind one.", traits=["Caring"])
    PublishedStoryFactory(line="A funny one.", traits=["Playful"])
    page = moderator_client.get(reverse("screen_new"), {"trait": "caring", "sort": "retold"})
    assert 'name="query" value="trait=caring"' in page.content.decode()
    moderator_client.post(reverse("screen_new"), fields(query="trait=caring&sort=retold&x=1"))
    screen = Screen.objects.get()
    assert screen.query == "trait=caring"
    assert "A kind one." in lines(screen)
    assert "A funny one." not in lines(screen)


def test_the_whole_address_is_there_to_be_copied_to_the_display(moderator_client, settings):
    settings.SITE_URL = "https://retold.example"
    screen = ScreenFactory()
    words = moderator_client.get(reverse("screens")).content.decode()
    assert f'value="https://retold.example{screen.get_absolute_url()}"' in words


def test_staff_make_none_and_see_none(staff_client):
    screen = ScreenFactory()
    for address in (reverse("screens"), reverse("screen_new")):
        assert staff_client.get(address).status_code == 403
    assert staff_client.post(reverse("screen_off", args=[screen.pk])).status_code == 403


def test_managers_keep_their_own_and_those_of_their_teams_only(led):
    _site, below, client = led
    mine = ScreenFactory(name="Of the till", team=below)
    theirs = ScreenFactory(name="Of everybody")
    words = client.get(reverse("screens")).content.decode()
    assert "Of the till" in words
    assert "Of everybody" not in words
    assert client.post(reverse("screen_off", args=[theirs.pk])).status_code == 404
    client.post(reverse("screen_off", args=[mine.pk]))
    mine.refresh_from_db()
    assert mine.switched_off_by == client.user


def test_many_screens_are_listed_with_as_few_questions_as_one(
    moderator_client, django_assert_max_num_queries
):
    for number in range(20):
        ScreenFactory(query=f"trait=caring&q=hands{number}", team=TeamFactory())
    PublishedStoryFactory(traits=["Caring"])
    with django_assert_max_num_queries(12):
        moderator_client.get(reverse("screens"))


def test_only_what_is_published_is_shown_newest_first():
    screen = ScreenFactory()
    PendingStoryFactory(line="Waiting.", teller=screen.made_by.person)
    PublishedStoryFactory(line="Earlier.")
    PublishedStoryFactory(line="Later.")
    shown = lines(screen)
    assert "Waiting." not in shown
    assert shown.index("Later.") < shown.index("Earlier.")


def test_one_story_stands_there_and_the_others_wait():
    for number in range(3):
        PublishedStoryFactory(line=f"Line {number}.")
    screen = ScreenFactory()
    address = screen.get_absolute_url()
    html = Client().get(address).content.decode()
    assert html.count('<div class="slide" hidden>') == 2
    assert "url=?at=2" in html
    last = Client().get(address, {"at": "3"}).content.decode()
    assert "url=?at=1" in last
    assert last.index("hidden") < last.index('<div class="slide">')


@pytest.mark.parametrize("at", ["0", "-1", "99", "x", "9" * 40, "\x00", "٣"])
def test_a_number_that_cannot_be_shows_a_story_all_the_same(at):
    PublishedStoryFactory(line="There is one.")
    answer = Client().get(ScreenFactory().get_absolute_url(), {"at": at})
    assert '<div class="slide">' in answer.content.decode()


def test_a_screen_without_stories_invites():
    assert "still on its way" in lines(ScreenFactory())


def test_switched_off_it_shows_nothing_at_any_address():
    photo = PhotoFactory()
    screen = ScreenFactory()
    screen.switch_off(by=None)
    for name, arguments in (
        ("screen", []),
        ("screen_slides", []),
        ("screen_photo", [photo.key, "halftone-plain.png"]),
    ):
        answer = Client().get(reverse(name, args=[screen.token, *arguments]))
        assert answer.status_code == 404


def test_it_ends_when_whoever_made_it_leaves_or_leads_the_team_no_more(led):
    site, _below, client = led
    screen = ScreenFactory(made_by=client.user, team=site)
    assert slides(screen).status_code == 200
    client.user.person.memberships.update(leads=False)
    assert slides(screen).status_code == 404
    client.user.person.memberships.update(leads=True)
    client.user.is_active = False
    client.user.save()
    assert slides(screen).status_code == 404


def test_who_asked_not_to_be_named_is_a_colleague_from_the_next_answer_on():
    anke = EmployeeFactory(first_name="Anke", last_name="Vries")
    PublishedStoryFactory(line="Anke has eaten.", people=[anke])
    screen = ScreenFactory()
    assert "Anke" in lines(screen)
    anke.unnamed = True
    anke.save()
    assert "Anke" not in lines(screen)


def test_a_screen_of_what_is_there_no_more_shows_nothing_rather_than_everything(moderator_client):
    anke = EmployeeFactory(first_name="Anke", last_name="Vries")
    PublishedStoryFactory(line="Hers.", people=[anke])
    photo = PhotoFactory(story=PublishedStoryFactory(line="Somebody’s."), made=True)
    screen = ScreenFactory(query=f"person={anke.pk}")
    assert "Hers." in lines(screen)
    assert "It shows nothing" not in words_of_list(moderator_client)
    anke.unnamed = True
    anke.save()
    assert "data-story" not in lines(screen)
    address = reverse("screen_photo", args=[screen.token, photo.key, "halftone-plain.png"])
    assert Client().get(address).status_code == 404
    assert "It shows nothing" in words_of_list(moderator_client)


def test_who_made_a_screen_is_named_as_anywhere(moderator_client):
    screen = ScreenFactory()
    maker = screen.made_by.person
    maker.first_name, maker.unnamed = "Ottoline", True
    maker.save()
    screen.made_by.first_name = "Ottoline"
    screen.made_by.save()
    assert "Made by a colleague" in words_of_list(moderator_client)
    assert "Ottoline" not in words_of_list(moderator_client)


def test_a_screen_without_names_names_nobody():
    anke = EmployeeFactory(first_name="Anke", last_name="Vries")
    PublishedStoryFactory(line="Anke has eaten.", people=[anke], title="How Anke Vries ate")
    assert "Anke" not in lines(ScreenFactory(names=False))
    assert "Vries" not in lines(ScreenFactory(names=False))


def test_its_photos_are_those_of_its_stories_at_addresses_of_its_own():
    story = PublishedStoryFactory(traits=["Caring"])
    photo = PhotoFactory(story=story, made=True)
    other = PhotoFactory(story=PendingStoryFactory(), made=True)
    screen = ScreenFactory(query="trait=caring")
    address = reverse("screen_photo", args=[screen.token, photo.key, "halftone-caring.png"])
    assert f'src="{address}"' in lines(screen)
    assert Client().get(address).status_code == 200
    theirs = reverse("screen_photo", args=[screen.token, other.key, "halftone-caring.png"])
    assert Client().get(theirs).status_code == 404
    story.withdraw(by=None)
    assert Client().get(address).status_code == 404


def test_unchanged_slides_are_not_sent_again():
    PublishedStoryFactory(line="One.")
    screen = ScreenFactory()
    first = slides(screen)
    again = slides(screen, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    PublishedStoryFactory(line="Two.")
    assert slides(screen, if_none_match=first["ETag"]).status_code == 200


def test_nobody_else_keeps_it_or_learns_its_address():
    answer = slides(ScreenFactory())
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"


def test_many_stories_ask_the_database_as_often_as_one(django_assert_max_num_queries):
    screen = ScreenFactory(team=TeamFactory())
    for _ in range(40):
        of_team(screen.team, "One of many.")
    with django_assert_max_num_queries(12):
        shown = lines(screen)
    assert shown.count("data-story") == 30


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("Ottoline Zwart’s corner", ""),
        ("Ottoline’s corner", "person={person}"),
        ("The corner", "q=Ottoline+Zwart"),
    ],
)
def test_a_name_in_what_it_is_called_or_searches_for_is_withheld(name, query, moderator_client):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    screen = ScreenFactory(
        name=name, query=query.format(person=person.pk), made_by=moderator_client.user
    )
    pages = [(Client(), screen.get_absolute_url()), (moderator_client, reverse("screens"))]
    assert "Ottoline" in words_of_list(moderator_client)
    person.ask_not_to_be_named()
    for reader, address in pages:
        page = reader.get(address).content.decode()
        assert "Ottoline" not in page
        assert "Zwart" not in page


def test_the_name_of_somebody_in_its_team_is_withheld_too(led):
    site, below, manager = led
    person = EmployeeFactory(first_name="Ottoline", unnamed=True)
    MembershipFactory(employee=person, team=below)
    screen = ScreenFactory(name="Ottoline’s till", team=site, made_by=manager.user)
    assert "Ottoline" not in words_of_list(manager)
    assert "Ottoline" not in Client().get(screen.get_absolute_url()).content.decode()

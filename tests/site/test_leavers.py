"""Who leaves is deactivated, not lost: the stories stay, and every way in ends at once."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from staff.models import Employee, User
from stories.models import FeedKey, Follow, Story
from tests.conftest import signed_in
from tests.factories import PhotoFactory, PublishedStoryFactory, ScreenFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "seven warm handles"


@pytest.fixture
def leaver() -> User:
    """A moderator who told stories, is in one, hung up a screen, reads a feed and follows."""
    user = UserFactory(username="anke", roles=["moderators"], password=PASSWORD)
    PhotoFactory(story=PublishedStoryFactory(teller=user.person, title="Told by her"), made=True)
    PublishedStoryFactory(people=[user.person], title="About her")
    ScreenFactory(made_by=user)
    FeedKey.renew(user)
    Follow.begin(user, "", rhythm="daily", weekday=0)
    return user


def leave(user: User) -> User:
    assert Employee.objects.filter(account=user).leave() == 1
    user.refresh_from_db()
    return user


def feeds_and_screens(user: User) -> list[str]:
    token, screen = user.feed_key.token, user.screens.get().token
    photo = ["/photos/", Story.objects.get(title="Told by her").photos.get().key, "/480.webp"]
    return [
        reverse("feed_atom", args=[token]),
        reverse("feed_json", args=[token]),
        f"/feeds/{token}{''.join(photo)}",
        reverse("screen_slides", args=[screen]),
        f"/screens/{screen}{''.join(photo)}",
    ]


def test_the_stories_stay_and_say_who(leaver, staff_client):
    leave(leaver)
    wall = staff_client.get("/").content.decode()
    assert "Told by her" in wall
    assert "About her" in wall
    story = Story.objects.get(title="About her")
    page = staff_client.get(story.get_absolute_url()).content.decode()
    assert leaver.person.get_absolute_url() in page
    assert staff_client.get(leaver.person.get_absolute_url()).status_code == 200


def test_the_directory_offers_them_no_more(leaver, staff_client):
    people = reverse("people")
    link = leaver.person.get_absolute_url()
    assert link in staff_client.get(people).content.decode()
    leave(leaver)
    assert link not in staff_client.get(people).content.decode()


@pytest.mark.parametrize("address", ["/", "/stories/new/", "/stories/mine/", "/admin/"])
def test_a_session_that_is_open_ends_at_the_next_request(leaver, address):
    client = signed_in(leaver)
    assert client.get(address).status_code == 200
    leave(leaver)
    assert "login" in client.get(address)["Location"]


@pytest.mark.parametrize("name", ["anke", "anke@example.org"])
def test_no_password_lets_them_in(leaver, name):
    asked = {"login": name, "password": PASSWORD}
    assert Client().post(reverse("account_login"), asked).status_code == 302
    leave(leaver)
    client = Client()
    client.post(reverse("account_login"), asked)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("way", ["account_request_login_code", "account_reset_password"])
def test_no_e_mail_lets_them_in(leaver, way):
    leave(leaver)
    client = Client()
    client.post(reverse(way), {"email": leaver.email})
    assert not mail.outbox
    assert "_auth_user_id" not in client.session


def test_feeds_and_screens_end(leaver):
    addresses = feeds_and_screens(leaver)
    assert [Client().get(address).status_code for address in addresses] == [200] * 5
    leave(leaver)
    assert {Client().get(address).status_code for address in addresses} <= {404, 410}


def test_nothing_is_sent_to_them(leaver):
    leave(leaver)
    assert not Follow.objects.going().exists()
    story = Story.objects.get(title="Told by her")
    mail.outbox.clear()
    story.withdraw(by=None)
    assert not [message for message in mail.outbox if leaver.email in message.to]


def test_what_they_had_is_theirs_again_when_they_come_back(leaver):
    leave(leaver)
    Employee.objects.filter(account=leaver).update(active=True)
    User.objects.filter(pk=leaver.pk).update(is_active=True)
    addresses = feeds_and_screens(leaver)
    assert [Client().get(address).status_code for address in addresses] == [200] * 5

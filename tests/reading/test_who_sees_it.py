"""Who reads a story's page, in every state of the story and every role; and what they may do."""

import pytest
from django.test import Client

from stories.models import Note, Retelling, Salute, Story
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
)

from .conftest import HTMX, address, words_of

pytestmark = pytest.mark.django_db

STATES = ["draft", "pending", "sent_back", "rejected", "withdrawn", "published"]
ROLES = {
    "teller": [],
    "staff": [],
    "manager": ["managers"],
    "moderator": ["moderators"],
    "admin": ["admins"],
}


@pytest.fixture
def accounts():
    return {name: UserFactory(username=name, roles=roles) for name, roles in ROLES.items()}


def story_in(state: str, teller) -> Story:
    if state == "draft":
        return StoryFactory(teller=teller)
    if state == "published":
        return PublishedStoryFactory(teller=teller)
    story = PendingStoryFactory(teller=teller)
    if state == "sent_back":
        story.send_back(by=None, note="Which evening was it?")
    elif state == "rejected":
        story.reject(by=None, reason="It names a patient.")
    elif state == "withdrawn":
        story.withdraw(by=None)
    return story


def signed_in(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_who_reads_it(accounts, state, role):
    story = story_in(state, accounts["teller"].person)
    response = signed_in(accounts[role]).get(address(story))
    others_read = state == "published"
    moderators_read = state != "draft" and role in ("moderator", "admin")
    expected = 200 if role == "teller" or others_read or moderators_read else 404
    assert response.status_code == expected


@pytest.mark.parametrize("state", STATES)
def test_a_visitor_is_asked_to_sign_in(client, accounts, state):
    story = story_in(state, accounts["teller"].person)
    response = client.get(address(story))
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


def test_someone_who_has_left_is_signed_out(accounts):
    story = story_in("published", accounts["teller"].person)
    client = signed_in(accounts["staff"])
    accounts["staff"].is_active = False
    accounts["staff"].save()
    assert client.get(address(story)).status_code == 302


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "A draft"),
        ("pending", "Waiting to be read A moderator reads it, usually within 24 hours."),
        ("sent_back", "Which evening was it?"),
        ("rejected", "It names a patient."),
        ("withdrawn", "Withdrawn It is on no wall"),
    ],
)
def test_its_teller_is_told_where_it_stands(accounts, state, said):
    story = story_in(state, accounts["teller"].person)
    assert said in words_of(signed_in(accounts["teller"]).get(address(story)))


@pytest.mark.parametrize(
    ("state", "editable"),
    [("draft", 1), ("pending", 1), ("sent_back", 1), ("rejected", 0), ("withdrawn", 1)],
)
def test_its_teller_finds_the_way_to_change_it_while_that_is_possible(accounts, state, editable):
    story = story_in(state, accounts["teller"].person)
    html = signed_in(accounts["teller"]).get(address(story)).content.decode()
    assert html.count(f'href="{address(story, to="edit/")}"') == editable


def test_a_moderator_finds_the_way_to_decide_and_not_to_change_it_here(accounts):
    story = story_in("pending", accounts["teller"].person)
    html = signed_in(accounts["moderator"]).get(address(story)).content.decode()
    assert f'href="/admin/stories/story/{story.pk}/change/"' in html
    assert address(story, to="edit/") not in html


@pytest.mark.parametrize("state", [state for state in STATES if state != "published"])
def test_what_is_not_on_the_wall_offers_nothing_to_do_with_it(accounts, state):
    story = story_in(state, accounts["teller"].person)
    words = words_of(signed_in(accounts["teller"]).get(address(story)))
    for offer in ("I salute you", "I told this on", "Notes of thanks", "Hold it up", "reminded me"):
        assert offer not in words


def posts(story) -> list[tuple[str, dict]]:
    note = Note.objects.filter(story=story).first() or Note(pk=1)
    return [
        (address(story, to="salute/"), {"salute": "1"}),
        (address(story, to="retell/"), {"told_to": "team"}),
        (address(story, to="notes/"), {"text": "Thank you."}),
        (address(story, to=f"notes/{note.pk}/remove/"), {}),
        (address(story, to="gold/"), {"gold": "1"}),
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", [state for state in STATES if state != "published"])
def test_nobody_does_anything_with_what_is_not_on_the_wall(accounts, state, role):
    story = story_in(state, accounts["teller"].person)
    note = Note.objects.create(story=story, author=accounts[role].person, text="Earlier.")
    client = signed_in(accounts[role])
    for where, data in posts(story):
        assert client.post(where, data).status_code == 404
    note.refresh_from_db()
    story.refresh_from_db()
    assert not note.removed_at
    assert not story.gold
    assert not Salute.objects.exists()
    assert not Retelling.objects.exists()
    assert Note.objects.count() == 1


def test_a_visitor_does_nothing(client, story):
    for where, data in posts(story):
        response = client.post(where, data)
        # With words of their own they are shown those, otherwise led to the sign-in at once.
        assert response.status_code in (302, 401)
        assert "/accounts/login/" in response.headers.get("Location", response.content.decode())
    assert not Salute.objects.exists()
    assert not Note.objects.exists()


def test_a_note_written_before_signing_out_is_not_lost(client, story):
    response = client.post(address(story, to="notes/"), {"text": "My father has those hands."})
    assert "My father has those hands." in response.content.decode()


def test_looking_changes_nothing(staff_client, story):
    for where, _data in posts(story):
        assert staff_client.get(where).status_code == 405
    assert staff_client.post(address(story)).status_code == 405


def test_a_form_without_its_token_is_refused(accounts, story):
    client = Client(enforce_csrf_checks=True)
    client.force_login(accounts["staff"])
    for where, data in posts(story):
        assert client.post(where, data).status_code == 403
    assert not Salute.objects.exists()


def test_who_told_it_anonymously_is_shown_to_moderators_and_the_teller(accounts):
    teller = accounts["teller"].person
    teller.first_name = "Wilhelmina"
    teller.save()
    story = PublishedStoryFactory(teller=teller, anonymous=True)
    for role in ("staff", "manager"):
        words = words_of(signed_in(accounts[role]).get(address(story)))
        assert "Told by someone on staff," in words
        assert "Someone on staff told it" in words
        assert "Wilhelmina" not in words
    for role in ("teller", "moderator", "admin"):
        words = words_of(signed_in(accounts[role]).get(address(story)))
        assert "Told by Wilhelmina, anonymously" in words
        assert "Wilhelmina told it, anonymously" in words


def test_the_answer_to_a_retelling_keeps_the_anonymous_teller_too(staff_client):
    teller = EmployeeFactory(first_name="Wilhelmina")
    story = PublishedStoryFactory(teller=teller, anonymous=True)
    response = staff_client.post(address(story, to="retell/"), {"told_to": "team"}, headers=HTMX)
    assert "Wilhelmina" not in response.content.decode()
    assert "Someone on staff told it" in words_of(response)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("state", STATES)
def test_only_its_teller_is_offered_to_withdraw_it(accounts, state, role):
    story = story_in(state, accounts["teller"].person)
    html = signed_in(accounts[role]).get(address(story)).content.decode()
    offered = role == "teller" and state in ("pending", "sent_back", "published")
    assert (address(story, to="withdraw/") in html) == offered

"""Moderators read who agreed to what, settle corrections, and write down what customers say."""

import re

import pytest
from django.urls import reverse

from staff.audiences import COLLEAGUE, Audience
from stories.models import Consent, Story
from tests.factories import EmployeeFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return EmployeeFactory(first_name="Philippina", last_name="Oosterschelde")


@pytest.fixture
def story(person):
    return PublishedStoryFactory(people=[person])


def page(client, story) -> str:
    address = reverse("admin:stories_story_change", args=[story.pk])
    return client.get(address).content.decode()


def seen(shown: str) -> str:
    return re.search(r'name="seen" value="(\d+)"', shown)[1]


def settle(client, story, newest: str | None) -> None:
    data = {} if newest is None else {"seen": newest}
    client.post(reverse("admin:stories_story_settled", args=[story.pk]), data)


def test_what_holds_stands_on_the_page_of_the_story_and_leads_to_the_ledger(
    moderator_client, story, person
):
    assert "‘a colleague’" not in page(moderator_client, story)
    chosen = dict.fromkeys(Audience, COLLEAGUE)
    story.name_as(person, chosen, by=None, how=Consent.How.OWN_PAGE)
    shown = page(moderator_client, story)
    assert "<dd>‘a colleague’</dd>" in shown
    ledger = f"{reverse('admin:stories_consent_changelist')}?story__id__exact={story.pk}"
    assert ledger in shown
    assert "on their own page" in moderator_client.get(ledger).content.decode()


def test_it_is_a_list_of_its_own_and_of_each_person(moderator_client, story, person):
    story.asked(person)
    story.asked(EmployeeFactory(first_name="Wout"))
    ledger = reverse("admin:stories_consent_changelist")
    listed = moderator_client.get(ledger).content.decode()
    assert "Wout" in listed
    assert "2 entries\n" in listed
    theirs = f"{ledger}?employee__id__exact={person.pk}"
    employee = reverse("admin:staff_employee_change", args=[person.pk])
    assert theirs in moderator_client.get(employee).content.decode()
    shown = moderator_client.get(theirs).content.decode()
    assert "Oosterschelde" in shown
    assert "Wout" not in shown


def test_nobody_changes_it(admin_client, story, person):
    story.asked(person)
    address = reverse("admin:stories_consent_change", args=[story.consents.get().pk])
    assert admin_client.post(address, {"what": "agreed"}).status_code == 403


def test_a_correction_waits_until_a_moderator_has_settled_it(moderator_client, story, person):
    story.ask_for_correction(person, "I am no nurse.", by=None, how=Consent.How.EMAIL)
    waiting = reverse("admin:stories_consent_changelist") + "?waiting=1"
    assert waiting in moderator_client.get(reverse("admin:index")).content.decode()
    assert "Oosterschelde" in moderator_client.get(waiting).content.decode()
    shown = page(moderator_client, story)
    assert "Somebody in the story asked for a correction" in shown
    assert "I am no nurse." in shown
    settle(moderator_client, story, seen(shown))
    assert not Consent.objects.open_corrections().exists()
    assert "Somebody in the story asked for a correction" not in page(moderator_client, story)
    assert waiting not in moderator_client.get(reverse("admin:index")).content.decode()


def test_all_that_waits_is_read_before_it_is_settled(moderator_client, story, person):
    story.ask_for_correction(person, "I am no nurse.", by=None, how=Consent.How.EMAIL)
    story.ask_for_correction(person, "It was a Monday.", by=None, how=Consent.How.EMAIL)
    shown = page(moderator_client, story)
    assert "I am no nurse." in shown
    assert "It was a Monday." in shown
    story.ask_for_correction(person, "And it rained.", by=None, how=Consent.How.EMAIL)
    settle(moderator_client, story, seen(shown))
    assert Consent.objects.open_corrections().count() == 3
    shown = page(moderator_client, story)
    assert "And it rained." in shown
    settle(moderator_client, story, seen(shown))
    assert not Consent.objects.open_corrections().exists()


@pytest.mark.parametrize("newest", [None, "", "x", "9" * 30])
def test_whoever_does_not_say_what_they_read_settles_nothing(
    moderator_client, story, person, newest
):
    story.ask_for_correction(person, "I am no nurse.", by=None, how=Consent.How.EMAIL)
    settle(moderator_client, story, newest)
    assert Consent.objects.open_corrections().count() == 1


def test_what_comes_at_the_very_moment_is_not_settled_unread(
    moderator_client, story, person, monkeypatch
):
    story.ask_for_correction(person, "I am no nurse.", by=None, how=Consent.How.EMAIL)
    newest, lock = seen(page(moderator_client, story)), Story._lock

    def lock_after_somebody_asked(self):
        monkeypatch.setattr(Story, "_lock", lock)
        story.ask_for_correction(person, "And it rained.", by=None, how=Consent.How.EMAIL)
        return lock(self)

    monkeypatch.setattr(Story, "_lock", lock_after_somebody_asked)
    settle(moderator_client, story, newest)
    # What was asked in there is undone with the refusal, as it was asked in the same transaction.
    assert Consent.objects.open_corrections().exists()
    assert not story.consents.filter(what=Consent.What.SETTLED).exists()


def test_all_that_three_people_ask_for_is_shown(moderator_client, story):
    for number in range(30):
        if not number % 10:
            person = EmployeeFactory()
        words = f"Wrong, part {number}."
        assert story.ask_for_correction(person, words, by=None, how=Consent.How.EMAIL)
    shown = page(moderator_client, story)
    assert all(f"Wrong, part {number}." in shown for number in range(30))


@pytest.mark.parametrize(
    ("said", "visibility", "status", "agreed"),
    [
        ("not_outside", "organisation", "published", False),
        ("not_here", "organisation", "withdrawn", False),
        ("outside", "public", "published", True),
        ("here", "public", "published", True),
    ],
)
def test_what_a_customer_says_is_written_down_and_true_at_once(
    moderator_client, said, visibility, status, agreed
):
    story = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
    story.set_visibility("public", by=None)
    address = reverse("admin:stories_story_customer", args=[story.pk])
    moderator_client.post(address, {"said": said, "how": "in_person"})
    story.refresh_from_db()
    found = (story.visibility, story.status, story.customer_agreed)
    assert found == (visibility, status, agreed)
    row = story.consents.first()
    assert (row.employee, row.how, row.by_name != "") == (None, "in_person", True)


@pytest.mark.parametrize("data", [{}, {"said": "here", "how": "x"}, {"said": "x", "how": "email"}])
def test_what_makes_no_sense_is_not_written_down(moderator_client, story, data):
    moderator_client.post(reverse("admin:stories_story_customer", args=[story.pk]), data)
    assert not story.consents.exists()

"""Moderators read who agreed to what, settle corrections, and write down what customers say."""

import re

import pytest
from django.urls import reverse

from staff.audiences import COLLEAGUE, Audience
from stories.models import Consent
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
    assert "Wout" in moderator_client.get(ledger).content.decode()
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
    moderator_client.post(reverse("admin:stories_story_settled", args=[story.pk]))
    assert not Consent.objects.open_corrections().exists()
    assert "Somebody in the story asked for a correction" not in page(moderator_client, story)
    assert waiting not in moderator_client.get(reverse("admin:index")).content.decode()


def test_all_that_waits_is_read_before_it_is_settled(moderator_client, story, person):
    story.ask_for_correction(person, "I am no nurse.", by=None, how=Consent.How.EMAIL)
    story.ask_for_correction(person, "It was a Monday.", by=None, how=Consent.How.EMAIL)
    shown = page(moderator_client, story)
    assert "I am no nurse." in shown
    assert "It was a Monday." in shown
    seen = re.search(r'name="seen" value="(\d+)"', shown)[1]
    story.ask_for_correction(person, "And it rained.", by=None, how=Consent.How.EMAIL)
    settled = reverse("admin:stories_story_settled", args=[story.pk])
    moderator_client.post(settled, {"seen": seen})
    assert Consent.objects.open_corrections().count() == 3
    shown = page(moderator_client, story)
    assert "And it rained." in shown
    moderator_client.post(settled, {"seen": re.search(r'name="seen" value="(\d+)"', shown)[1]})
    assert not Consent.objects.open_corrections().exists()


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

"""The draft on the server follows what is being written, and never overwrites another page."""

import uuid

import pytest
from django.urls import reverse

from stories.models import Status, Story, Trait
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    TraitFactory,
)

from .conftest import fresh

pytestmark = pytest.mark.django_db

AUTOSAVE, TELL = reverse("autosave"), reverse("tell")


def test_a_new_story_becomes_a_draft_and_its_version_comes_back(staff_client):
    data = fresh(line="Two sugars.")
    answer = staff_client.post(AUTOSAVE, data)
    assert answer.json().items() >= {"state": "kept", "version": 1, "left": []}.items()
    story = Story.objects.get()
    assert (story.status, story.line) == (Status.DRAFT, "Two sugars.")
    assert str(story.submission) == data["submission"]


def test_the_same_draft_grows(staff_client):
    data = fresh()
    for version, body in enumerate(("She.", "She warmed.", "She warmed his hands.")):
        answer = staff_client.post(AUTOSAVE, {**data, "body": body, "version": version})
        assert answer.json()["version"] == version + 1
    assert Story.objects.get().body == "She warmed his hands."


def test_a_draft_that_was_kept_while_writing_is_then_sent(staff_client):
    data = fresh()
    staff_client.post(AUTOSAVE, data)
    staff_client.post(TELL, {**data, "version": 1, "send": ""})
    assert Story.objects.get().status == Status.PENDING


def test_an_answer_that_got_lost_is_no_conflict(staff_client):
    data = fresh(writer=str(uuid.uuid4()))
    staff_client.post(AUTOSAVE, data)
    answer = staff_client.post(AUTOSAVE, {**data, "body": "And more."})
    assert answer.status_code == 200
    staff_client.post(TELL, {**data, "body": "And more. The end.", "send": ""})
    story = Story.objects.get()
    assert (story.body, story.status) == ("And more. The end.", Status.PENDING)


def test_another_pages_words_are_never_overwritten(staff_client):
    data = fresh()
    staff_client.post(AUTOSAVE, {**data, "writer": str(uuid.uuid4())})
    answer = staff_client.post(AUTOSAVE, {**data, "body": "Mine.", "writer": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert answer.json()["state"] == "conflict"
    assert answer.json()["body"] == "She warmed his hands."
    assert Story.objects.get().body == "She warmed his hands."


def test_what_is_not_right_yet_stays_with_the_page(staff_client):
    data = fresh(place="Till six")
    staff_client.post(AUTOSAVE, data)
    answer = staff_client.post(
        AUTOSAVE,
        {**data, "version": 1, "body": "More.", "place": "Till 7", "happened_on": "0001-01-01"},
    )
    assert answer.json().items() >= {"state": "kept", "version": 2, "left": ["happened_on"]}.items()
    story = Story.objects.get()
    assert (story.body, story.place, story.happened_on) == ("More.", "Till 7", None)


def test_traits_that_are_not_right_leave_the_stored_ones_alone(staff_client):
    trait = TraitFactory()
    data = fresh(traits=[trait.slug])
    staff_client.post(AUTOSAVE, data)
    staff_client.post(AUTOSAVE, {**data, "version": 1, "body": "More.", "traits": ["no-such"]})
    assert [held.tag for held in Story.objects.get().story_traits.all()] == [trait]


@pytest.mark.parametrize(
    ("body", "state"), [("", "empty"), ("  ", "empty"), ("x" * 12_001, "too_long")]
)
def test_nothing_and_too_much_are_not_stored_and_said(staff_client, body, state):
    answer = staff_client.post(AUTOSAVE, fresh(body=body))
    assert answer.status_code == 422
    assert answer.json()["state"] == state
    assert answer.json()["message"]
    assert not Story.objects.exists()


@pytest.mark.parametrize("factory", [PendingStoryFactory, PublishedStoryFactory])
def test_what_was_sent_is_left_as_it_is(staff_client, factory):
    story = factory(teller=staff_client.user.person)
    answer = staff_client.post(AUTOSAVE, fresh(submission=story.submission, version=1))
    assert (answer.status_code, answer.json()["state"]) == (409, "sent")
    assert Story.objects.get().body == story.body


def test_half_a_word_is_no_proposal_and_a_proposal_is_kept(staff_client):
    data = fresh()
    staff_client.post(AUTOSAVE, {**data, "trait_proposed": "Bra"})
    assert not Trait.objects.proposed().exists()
    staff_client.post(TELL, {**data, "version": 1, "trait_proposed": "Brave", "keep": ""})
    staff_client.post(AUTOSAVE, {**data, "version": 2, "body": "More.", "trait_proposed": "Brave"})
    assert [held.tag.name for held in Story.objects.get().story_traits.all()] == ["Brave"]


def test_another_account_with_the_same_submission_has_its_own_draft(staff_client, manager_client):
    data = fresh()
    staff_client.post(AUTOSAVE, data)
    manager_client.post(AUTOSAVE, {**data, "body": "Mine."})
    assert sorted(Story.objects.values_list("body", flat=True)) == [
        "Mine.",
        "She warmed his hands.",
    ]


def test_keeping_is_only_by_post(staff_client):
    assert staff_client.get(AUTOSAVE).status_code == 405
    assert staff_client.get(reverse("suggest")).status_code == 405
    assert staff_client.post(reverse("people_suggest")).status_code == 405


def test_the_words_suggest_the_poster_the_sentences_and_the_people(staff_client):
    beatriz = EmployeeFactory(first_name="Beatriz")
    unnamed = EmployeeFactory(first_name="Ottoline", unnamed=True)
    html = staff_client.post(
        reverse("suggest"),
        fresh(body="Beatriz and Ottoline left a card: “I left the light on.” So there."),
    ).content.decode()
    assert 'data-line="I left the light on."' in html
    assert 'data-title="So there"' in html
    assert "So there.</button>" in html
    assert beatriz.full_name in html
    assert unnamed.full_name not in html
    assert not Story.objects.exists()


def test_a_line_the_teller_emptied_stays_empty_on_the_poster(staff_client):
    body = "A card: “I left the light on.”"
    html = staff_client.post(
        reverse("suggest"), fresh(body=body, line="", own="line")
    ).content.decode()
    assert "The line, taken from your words." not in html


class TestPeople:
    URL = reverse("people_suggest")

    def found(self, client, **query) -> list[str]:
        return [person["name"] for person in client.get(self.URL, query).json()["people"]]

    def test_are_offered_with_job_and_team_so_that_the_right_one_is_thanked(self, staff_client):
        person = EmployeeFactory(first_name="Beatriz", last_name="Alves", job_title="Turn-down")
        membership = MembershipFactory(employee=person)
        assert staff_client.get(self.URL, {"q": "alv"}).json() == {
            "people": [
                {
                    "id": person.pk,
                    "name": "Beatriz Alves",
                    "where": f"Turn-down, {membership.team.name}",
                }
            ]
        }

    def test_who_asked_not_to_be_named_or_left_is_never_offered(self, staff_client):
        gone = EmployeeFactory(first_name="Beatriz", active=False)
        unnamed = EmployeeFactory(first_name="Beatriz", unnamed=True)
        assert self.found(staff_client, q="beatriz") == []
        assert self.found(staff_client, ids=f"{gone.pk},{unnamed.pk},x,{'9' * 30}") == []

    def test_are_at_most_eight(self, staff_client):
        EmployeeFactory.create_batch(12, first_name="Beatriz")
        assert len(self.found(staff_client, q="beatriz")) == 8

    @pytest.mark.parametrize("words", ["", "  ", "\x00", "%", "\ud7ff" * 50, "a" * 5_000])
    def test_nonsense_finds_nobody(self, staff_client, words):
        EmployeeFactory(first_name="Beatriz")
        assert self.found(staff_client, q=words) == []

    def test_take_the_same_few_queries_however_many_there_are(
        self, staff_client, django_assert_max_num_queries
    ):
        for person in EmployeeFactory.create_batch(8, first_name="Beatriz"):
            MembershipFactory(employee=person)
        with django_assert_max_num_queries(5):
            self.found(staff_client, q="beatriz")


def test_what_does_not_fit_together_yet_is_kept_as_far_as_it_does(staff_client):
    data = fresh(setting="elsewhere", organisation="7-Eleven", went_wrong="It froze.")
    staff_client.post(AUTOSAVE, data)
    answer = staff_client.post(AUTOSAVE, {**data, "version": 1, "setting": "here"})
    assert (
        answer.json().items() >= {"state": "kept", "version": 2, "left": ["organisation"]}.items()
    )
    assert Story.objects.get().organisation == ""
    staff_client.post(AUTOSAVE, {**fresh(), "setting": "nonsense", "organisation": "7-Eleven"})
    assert Story.objects.count() == 2

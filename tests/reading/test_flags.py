"""A reader flags a story or a note: once, quietly, and nothing is hidden by it."""

import pytest
from django.test import Client
from django.urls import reverse

from stories.models import Flag, flag
from tests.factories import NoteFactory, PendingStoryFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


def goal(story, note=None) -> str:
    if note is None:
        return reverse("flag", args=[story.public_id])
    return reverse("flag_note", args=[story.public_id, note.pk])


@pytest.fixture
def story():
    return PublishedStoryFactory(title="The seat by the door")


def test_the_story_leads_to_it_and_stays_after_it(staff_client, story):
    page = staff_client.get(story.get_absolute_url()).content.decode()
    assert f'href="{goal(story)}"' in page
    answer = staff_client.post(goal(story), {"reason": "untrue", "words": "It was me."})
    assert answer["Location"] == f"{story.get_absolute_url()}#flag"
    raised = Flag.objects.get()
    assert (raised.story, raised.note, raised.reason) == (story, None, "untrue")
    assert raised.words == "It was me."
    assert raised.reader.account == staff_client.user
    assert staff_client.get(story.get_absolute_url()).status_code == 200
    assert "The seat by the door" in staff_client.get("/").content.decode()


def test_a_note_under_it_is_flagged_by_itself(staff_client, story):
    note = NoteFactory(story=story, text="Typical of that ward.")
    page = staff_client.get(story.get_absolute_url()).content.decode()
    assert f'href="{goal(story, note)}"' in page
    asked = staff_client.get(goal(story, note)).content.decode()
    assert "Typical of that ward." in asked
    staff_client.post(goal(story, note), {"reason": "unkind"})
    assert Flag.objects.get().note == note
    assert "Typical of that ward." in staff_client.get(story.get_absolute_url()).content.decode()


def test_whoever_wrote_a_note_removes_it_instead(staff_client, story):
    note = NoteFactory(story=story, author=staff_client.user.person)
    page = staff_client.get(story.get_absolute_url()).content.decode()
    assert goal(story, note) not in page


@pytest.mark.parametrize("on_note", [False, True])
def test_a_second_flag_of_the_same_reader_changes_nothing(staff_client, story, on_note):
    address = goal(story, NoteFactory(story=story) if on_note else None)
    for reason in ("named", "unkind"):
        assert staff_client.post(address, {"reason": reason}).status_code == 302
    assert Flag.objects.get().reason == "named"
    again = staff_client.get(address).content.decode()
    assert "You flagged this" in again
    assert "<form" not in again.partition('id="flag"')[2].partition("</section>")[0]


def test_story_and_note_are_two_things(staff_client, story):
    note = NoteFactory(story=story)
    for address in (goal(story), goal(story, note), goal(story, NoteFactory(story=story))):
        staff_client.post(address, {"reason": "named"})
    assert Flag.objects.count() == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose what comes nearest."),
        ({"reason": "because"}, "Choose what comes nearest."),
        ({"reason": "other", "words": "  "}, "Say in a few words what it is."),
        ({"reason": "named", "words": "x" * 501}, "501 characters"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(staff_client, story, data, said):
    answer = staff_client.post(goal(story), data | {"reason": data.get("reason", "")})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert data.get("words", "").strip() in answer.content.decode()
    assert not Flag.objects.exists()


def test_it_unfolds_on_the_page_of_the_story(staff_client, story):
    asked = staff_client.get(goal(story), headers={"HX-Request": "true"})
    assert "<html" not in asked.content.decode()
    assert asked["Vary"].count("HX-Request") == 1
    wrong = staff_client.post(goal(story), {}, headers={"HX-Request": "true"})
    assert "Choose what comes nearest." in wrong.content.decode()
    done = staff_client.post(goal(story), {"reason": "named"}, headers={"HX-Request": "true"})
    assert done.status_code == 200
    assert "You flagged this" in done.content.decode()


def test_nobody_flags_more_than_anybody_reads_in_a_day(staff_client, story, monkeypatch):
    monkeypatch.setattr(flag, "MOST_A_DAY", 2)
    answers = [
        staff_client.post(goal(PublishedStoryFactory()), {"reason": "named", "words": "Ask first."})
        for _number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Try again tomorrow" in answers[-1].content.decode()
    assert "Ask first." in answers[-1].content.decode()
    assert Flag.objects.count() == 2


def test_another_reader_is_not_kept_from_it(staff_client, manager_client, story, monkeypatch):
    monkeypatch.setattr(flag, "MOST_A_DAY", 1)
    for client in (staff_client, manager_client):
        client.post(goal(story), {"reason": "named"})
    assert Flag.objects.count() == 2


def test_what_a_reader_may_not_see_is_not_there_to_be_flagged(staff_client, story):
    note = NoteFactory(story=story)
    note.remove(by=None)
    pending = PendingStoryFactory()
    other = PublishedStoryFactory()
    for address in (goal(pending), goal(story, note), goal(other, NoteFactory(story=story))):
        assert staff_client.get(address).status_code == 404
        assert staff_client.post(address, {"reason": "named"}).status_code == 404
    assert Client().post(goal(story), {"reason": "named"}).status_code == 401
    assert not Flag.objects.exists()


def test_the_teller_of_a_story_never_learns_who_flagged_it(staff_client, manager_client):
    story = PublishedStoryFactory(teller=manager_client.user.person)
    staff_client.post(goal(story), {"reason": "untrue", "words": "Quixotic nonsense."})
    for address in (story.get_absolute_url(), goal(story), reverse("mine")):
        page = manager_client.get(address).content.decode()
        assert "Quixotic" not in page
        assert staff_client.user.last_name not in page


def test_the_page_says_what_was_decided(staff_client, moderator_client, story):
    raised = Flag.begin(story, by=staff_client.user.person, reason="untrue")
    raised.decide("kept", by=moderator_client.user, reason="Two others saw it.")
    page = staff_client.get(goal(story)).content.decode()
    assert "kept as it is" in page
    assert "Two others saw it." in page

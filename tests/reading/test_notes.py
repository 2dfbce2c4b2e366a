"""Notes of thanks under a story."""

import datetime

import pytest

from stories.models import Note
from tests.factories import NoteFactory, PublishedStoryFactory

from .conftest import HTMX, address, words_of

pytestmark = pytest.mark.django_db


def thank(client, story, text, **extra):
    return client.post(address(story, to="notes/"), {"text": text}, **extra)


def test_a_note_stands_under_the_story_with_its_author(staff_client, story):
    response = thank(staff_client, story, "My father has those hands.")
    note = Note.objects.get()
    assert response.url == f"{address(story)}#note-{note.pk}"
    assert note.author == staff_client.user.person
    assert "“My father has those hands.” Noor, today" in words_of(staff_client.get(address(story)))


def test_without_a_load_the_notes_come_back_with_an_empty_field(staff_client, story):
    response = thank(staff_client, story, "Thank you.", headers=HTMX)
    html = response.content.decode()
    assert html.startswith('<section class="section" id="notes">')
    assert "“Thank you.”" in html
    assert html.count("Thank you.") == 1


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_note_for_a_story_that_went_meanwhile_is_given_back(staff_client, story, htmx):
    story.withdraw(by=story.teller.account)
    headers = HTMX if htmx else {}
    response = thank(staff_client, story, "Two minutes of <words>.", headers=headers)
    assert response.status_code == (200 if htmx else 404)
    assert response.headers.get("HX-Retarget") == ("#main" if htmx else None)
    html = response.content.decode()
    assert "the story may have been withdrawn" in html
    assert "Two minutes of &lt;words&gt;.</textarea>" in html
    assert not Note.objects.exists()


@pytest.mark.parametrize("text", ["a", "a" * 1000, "a\r\n" * 499 + "a"])
def test_from_one_to_a_thousand_characters(staff_client, story, text):
    assert thank(staff_client, story, text).status_code == 302
    assert len(Note.objects.get().text) == len(text.replace("\r", ""))


@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write a word or two first."),
        (" \n\t ", "Write a word or two first."),
        ("\x00", "Write a word or two first."),
        ("a" * 1001, "That is 1,001 characters, and there is room for 1,000."),
        ("a" * 200_000, "That is 200,000 characters, and there is room for 1,000."),
    ],
    ids=["empty", "blank", "NUL", "1001", "200000"],
)
def test_what_cannot_be_stored_comes_back_with_its_reason(staff_client, story, text, said, htmx):
    response = thank(staff_client, story, text, headers=HTMX if htmx else {})
    assert response.status_code == (200 if htmx else 422)
    assert said in words_of(response)
    assert text.strip("\n\t \x00") in response.content.decode()
    assert not Note.objects.exists()


def test_nul_and_lone_surrogates_are_left_out(staff_client, story):
    thank(staff_client, story, "Thank\x00 you.")
    assert Note.objects.get().text == "Thank you."
    body = b"text=%ED%A0%80Dear"
    kind = "application/x-www-form-urlencoded"
    response = staff_client.post(address(story, to="notes/"), body, content_type=kind)
    assert response.status_code == 302
    assert Note.objects.last().text.endswith("Dear")


@pytest.mark.parametrize("text", ["<b>bold</b>", "مرحبا", "👩‍👩‍👧‍👦", "Z̴͑a̸l̷g̶o"])
def test_any_writing_is_kept_and_escaped(staff_client, story, text):
    thank(staff_client, story, text)
    assert Note.objects.get().text == text
    html = staff_client.get(address(story)).content.decode()
    assert "<b>bold" not in html


def test_the_same_note_sent_twice_is_stored_once(staff_client, story):
    for _ in range(3):
        assert thank(staff_client, story, "Thank you.").status_code == 302
    assert Note.objects.count() == 1


def test_the_same_words_by_another_or_under_another_story_are_another_note(staff_client, story):
    NoteFactory(story=story, text="Thank you.")
    thank(staff_client, story, "Thank you.")
    thank(staff_client, PublishedStoryFactory(), "Thank you.")
    assert Note.objects.count() == 3


def test_what_was_removed_may_be_said_again(staff_client, story):
    thank(staff_client, story, "Thank you.")
    Note.objects.get().remove(by=None)
    thank(staff_client, story, "Thank you.")
    assert Note.objects.shown().count() == 1


def remove(client, note, **extra):
    return client.post(address(note.story, to=f"notes/{note.pk}/remove/"), **extra)


def test_an_author_takes_back_their_own_note(staff_client, story):
    note = NoteFactory(story=story, author=staff_client.user.person, text="Hasty.")
    assert "Remove" in words_of(staff_client.get(address(story)))
    assert remove(staff_client, note).url == f"{address(story)}#notes"
    assert "Hasty." not in words_of(staff_client.get(address(story)))


def test_another_may_not(staff_client, manager_client, story):
    note = NoteFactory(story=story)
    for client in (staff_client, manager_client):
        assert "Remove" not in words_of(client.get(address(story)))
        assert remove(client, note).status_code == 403
    note.refresh_from_db()
    assert not note.removed_at


def test_a_moderator_takes_down_any(moderator_client, admin_client, story):
    for client in (moderator_client, admin_client):
        note = NoteFactory(story=story)
        assert "Remove" in words_of(client.get(address(story)))
        remove(client, note)
        note.refresh_from_db()
        assert note.removed_at


def test_removed_twice_is_removed_when_it_first_was(moderator_client, story):
    note = NoteFactory(story=story)
    note.remove(by=None)
    before = note.removed_at
    assert remove(moderator_client, note).status_code == 302
    note.refresh_from_db()
    assert note.removed_at == before


def test_without_a_load_the_notes_come_back_without_it(moderator_client, story):
    note = NoteFactory(story=story, text="Hasty.")
    response = remove(moderator_client, note, headers=HTMX)
    assert response.content.decode().startswith('<section class="section" id="notes">')
    assert "Hasty." not in response.content.decode()


def test_a_note_of_another_story_is_not_found(moderator_client, story):
    note = NoteFactory()
    where = address(story, to=f"notes/{note.pk}/remove/")
    assert moderator_client.post(where).status_code == 404
    assert moderator_client.post(address(story, to="notes/999999/remove/")).status_code == 404


@pytest.fixture
def thirty_notes(story):
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    for number in range(30):
        NoteFactory(
            story=story, text=f"Note {number}.", created_at=start + datetime.timedelta(hours=number)
        )
    return story


def shown_notes(response) -> list[int]:
    return [int(part.split(".")[0]) for part in words_of(response).split("“Note ")[1:]]


def test_the_newest_page_is_shown_in_the_order_of_writing(staff_client, thirty_notes):
    response = staff_client.get(address(thirty_notes))
    assert shown_notes(response) == list(range(18, 30))
    assert "Earlier notes" in words_of(response)
    assert "Later notes" not in words_of(response)


def test_earlier_notes_are_a_link_away(staff_client, thirty_notes):
    assert shown_notes(staff_client.get(address(thirty_notes), {"notes": 2})) == list(range(6, 18))
    response = staff_client.get(address(thirty_notes), {"notes": 3})
    assert shown_notes(response) == list(range(6))
    assert "Earlier notes" not in words_of(response)
    assert "Later notes" in words_of(response)


def test_without_a_load_only_the_earlier_notes_come(staff_client, thirty_notes):
    response = staff_client.get(address(thirty_notes), {"notes": 3}, headers=HTMX)
    assert response.content.decode().strip().startswith("<li")
    assert shown_notes(response) == list(range(6))


def test_a_story_without_notes_invites_one(staff_client, story):
    assert "Write a note of thanks" in words_of(staff_client.get(address(story)))


def test_earlier_notes_ask_the_database_as_often_for_many_as_for_one(
    staff_client, thirty_notes, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        staff_client.get(address(thirty_notes), {"notes": 2}, headers=HTMX)

"""Notes are taken off a page, never deleted; the record is for admins to read."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils.html import strip_tags

from stories.models import Note
from tests.conftest import signed_in
from tests.factories import NoteFactory, PendingStoryFactory, UserFactory

from .pages import asks_as_often_however_many_did_something, said

pytestmark = pytest.mark.django_db

NOTES, RECORD = "/admin/stories/note/", "/admin/stories/storyevent/"


def take_off(client, *notes, **asked):
    data = {"action": "remove", "_selected_action": [note.pk for note in notes]}
    return client.post(NOTES, data | asked, follow=True)


def shown(client, note) -> str:
    return strip_tags(client.get(f"{NOTES}{note.pk}/change/").content.decode())


def test_a_note_is_taken_off_the_page_once_it_is_said_why(moderator_client):
    note, other = NoteFactory(), NoteFactory()
    assert "Why, if you care to say" in take_off(moderator_client, note).content.decode()
    assert Note.objects.shown().count() == 2
    take_off(moderator_client, note, decide="1", reason=" It names\na patient. ")
    note.refresh_from_db()
    assert note.removed_at
    assert (note.removed_by, note.removed_for) == (moderator_client.user, "It names a patient.")
    assert Note.objects.shown().get() == other
    assert LogEntry.objects.get().user == moderator_client.user


def test_who_took_a_note_off_when_and_why_is_read_in_the_admin(moderator_client):
    note = NoteFactory()
    assert "Today, by" not in shown(moderator_client, note)
    moderator_client.post(f"{NOTES}{note.pk}/remove/", {"reason": "It names a patient."})
    words = f"Today, by {moderator_client.user.username}: It names a patient."
    assert words in shown(moderator_client, note)
    assert words in strip_tags(moderator_client.get(NOTES).content.decode())
    moderator_client.user.delete()
    assert words in shown(signed_in(UserFactory(roles=["moderators"])), note)


def test_a_note_its_author_took_back_says_so(staff_client, moderator_client):
    note = NoteFactory(author=staff_client.user.person)
    staff_client.post(f"{note.story.get_absolute_url()}notes/{note.pk}/remove/")
    assert "Today, by its author" in shown(moderator_client, note)


def test_of_two_who_take_a_note_off_the_first_is_kept(moderator_client, admin_client):
    note = NoteFactory()
    page = f"{NOTES}{note.pk}/remove/"
    moderator_client.post(page, {"reason": "First."})
    assert "had been taken off already" in said(admin_client.post(page, follow=True))[0]
    assert "had been taken off already" in said(take_off(admin_client, note))[0]
    note.refresh_from_db()
    assert (note.removed_by, note.removed_for) == (moderator_client.user, "First.")


def test_a_reason_that_is_too_long_comes_back_whole(moderator_client):
    note, reason = NoteFactory(), "x" * 301
    for answer in (
        take_off(moderator_client, note, decide="1", reason=reason),
        moderator_client.post(f"{NOTES}{note.pk}/remove/", {"reason": reason}),
    ):
        assert reason in answer.content.decode()
    assert Note.objects.shown().exists()


def test_notes_are_neither_added_nor_changed_nor_deleted(admin_client):
    note = NoteFactory()
    assert admin_client.get(NOTES + "add/").status_code == 403
    assert admin_client.post(f"{NOTES}{note.pk}/delete/", {"post": "yes"}).status_code == 403
    other = {"text": "Other words"}
    assert admin_client.post(f"{NOTES}{note.pk}/change/", other).status_code == 403


def test_the_record_is_read_by_admins_and_changed_by_nobody(admin_client, moderator_client):
    story = PendingStoryFactory()
    event = story.events.get()
    assert "Sent in" in admin_client.get(RECORD).content.decode()
    assert admin_client.get(f"{RECORD}{event.pk}/change/").status_code == 200
    for address in ("add/", f"{event.pk}/change/", f"{event.pk}/delete/"):
        assert admin_client.post(RECORD + address, {"reason": "x"}).status_code == 403
    assert moderator_client.get(RECORD).status_code == 403


def test_the_record_names_people_and_finds_them_by_their_names_and_their_accounts(admin_client):
    story, moderator = PendingStoryFactory(), UserFactory(first_name="Gwen", last_name="Pritchard")
    story.send_back(by=moderator, note="When was it?")
    event = story.events.get(actor=moderator)
    for address in (RECORD, f"{RECORD}{event.pk}/change/"):
        assert "Gwen Pritchard" in strip_tags(admin_client.get(address).content.decode())
    for asked in ("Gwen", "pritchard", moderator.username):
        found = admin_client.get(RECORD, {"q": asked}).context["cl"].result_list
        assert [one.pk for one in found] == [event.pk]
    moderator.delete()
    assert moderator.username in strip_tags(admin_client.get(RECORD).content.decode())


def test_the_list_of_records_asks_as_often_however_many_did_something(admin_client):
    story = PendingStoryFactory()
    assert asks_as_often_however_many_did_something(admin_client, RECORD, story)


def test_notes_are_for_moderators(staff_client, manager_client):
    note = NoteFactory()
    for client in (staff_client, manager_client):
        assert client.get(NOTES).status_code == 403
        assert client.post(f"{NOTES}{note.pk}/remove/").status_code == 403
    assert Note.objects.shown().exists()

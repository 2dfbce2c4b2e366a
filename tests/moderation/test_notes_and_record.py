"""Notes are taken off a page, never deleted; the record is for admins to read."""

import pytest
from django.contrib.admin.models import LogEntry

from tests.factories import NoteFactory, PendingStoryFactory

pytestmark = pytest.mark.django_db

NOTES, RECORD = "/admin/stories/note/", "/admin/stories/storyevent/"


def test_a_note_is_taken_off_the_page_and_it_is_known_who_did_it(moderator_client):
    note, other = NoteFactory(), NoteFactory()
    moderator_client.post(NOTES, {"action": "remove", "_selected_action": [note.pk]})
    note.refresh_from_db()
    other.refresh_from_db()
    assert note.removed_at
    assert other.removed_at is None
    assert LogEntry.objects.get().user == moderator_client.user


def test_notes_are_neither_added_nor_changed_nor_deleted(admin_client):
    note = NoteFactory()
    assert admin_client.get(NOTES + "add/").status_code == 403
    assert admin_client.post(f"{NOTES}{note.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_client.post(f"{NOTES}{note.pk}/change/", {"text": "Other words"})
    before = note.text
    note.refresh_from_db()
    assert note.text == before


def test_the_record_is_read_by_admins_and_changed_by_nobody(admin_client, moderator_client):
    story = PendingStoryFactory()
    event = story.events.get()
    assert "Sent in" in admin_client.get(RECORD).content.decode()
    assert admin_client.get(f"{RECORD}{event.pk}/change/").status_code == 200
    for address in ("add/", f"{event.pk}/change/", f"{event.pk}/delete/"):
        assert admin_client.post(RECORD + address, {"reason": "x"}).status_code == 403
    assert moderator_client.get(RECORD).status_code == 403


def test_notes_are_for_moderators(staff_client, manager_client):
    for client in (staff_client, manager_client):
        assert client.get(NOTES).status_code == 403

"""Photos on the moderation page: each change on the record, and nobody works on an old page."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from stories.models import Photo
from tests.factories import PendingStoryFactory, PhotoFactory, PublishedStoryFactory, StoryFactory

from .pages import change, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return PendingStoryFactory(title="The lamp")


@pytest.fixture
def photo(story):
    return PhotoFactory(story=story, made=True)


def do(client, photo, what, **data):
    story = photo.story
    story.refresh_from_db()
    where = reverse("admin:stories_story_photo", args=[story.pk, photo.key])
    return client.post(where, {"version": story.version, "do": what, **data}, follow=True)


def test_photos_are_shown_true_with_all_that_can_be_done(moderator_client, photo):
    page = moderator_client.get(change(photo.story)).content.decode()
    for words in (photo.src, photo.full_url, "Turn left", "Save the photo", "Take it off"):
        assert words in page


def test_words_and_focus_are_stored_and_recorded(moderator_client, photo):
    response = do(moderator_client, photo, "save", alt="A lamp", focus_x="10", focus_y="90")
    photo.refresh_from_db()
    assert (photo.alt, photo.focus_x, photo.focus_y) == ("A lamp", 10, 90)
    event = photo.story.events.first()
    assert (event.action, event.actor) == ("photos", moderator_client.user)
    page = response.content.decode()
    assert "A lamp (10, 90)" in page


@pytest.mark.parametrize("focus", [{"focus_x": "101"}, {"focus_y": "-1"}, {"focus_x": "middle"}])
def test_a_focus_outside_the_photo_stores_nothing(moderator_client, photo, focus):
    values = {"alt": "New words", "focus_x": "1", "focus_y": "1", **focus}
    response = do(moderator_client, photo, "save", **values)
    assert "from 0 to 100" in said(response)[0]
    photo.refresh_from_db()
    assert (photo.alt != "New words", photo.focus_x) == (True, 50)


OFF = {"left": "25", "top": "0", "right": "25", "bottom": "50"}


def test_a_photo_is_cut_to_its_subject_and_the_rest_is_gone(moderator_client, photo):
    before = photo.stored_names()
    width, height = photo.width, photo.height
    response = do(moderator_client, photo, "cut", **OFF)
    assert said(response) == ["The photo is cut, and what was cut off is gone."]
    photo.refresh_from_db()
    assert (photo.width, photo.height) == (width // 2, height // 2)
    assert (photo.focus_x, photo.focus_y) == (50, 100)
    assert photo.open_image().size == (photo.width, photo.height)
    assert photo.ready
    assert "25 %, 0 %, 25 %, 50 %" in response.content.decode()
    assert set(before).isdisjoint(photo.stored_names())


@pytest.mark.parametrize(
    "off",
    [
        {"left": "60", "right": "40"},
        {"top": "91"},
        {"bottom": "-1"},
        {"left": "half"},
        {"left": ""},
        {"right": "9" * 40},
    ],
)
def test_a_cut_that_leaves_nothing_or_makes_no_sense_is_refused(moderator_client, photo, off):
    before = photo.stored_names()
    response = do(moderator_client, photo, "cut", **{**dict.fromkeys(OFF, "0"), **off})
    assert "cent" in said(response)[0] or "tenth" in said(response)[0]
    photo.refresh_from_db()
    assert photo.stored_names() == before


def test_nothing_cut_off_changes_nothing(moderator_client, photo):
    before = photo.stored_names()
    response = do(moderator_client, photo, "cut", **dict.fromkeys(OFF, "0"))
    assert said(response) == ["Say on which side to cut, and how much."]
    photo.refresh_from_db()
    assert photo.stored_names() == before


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_photo_is_turned_and_made_anew(moderator_client, photo, side):
    do(moderator_client, photo, side)
    photo.refresh_from_db()
    assert (photo.width, photo.height, photo.state) == (48, 64, "ready")
    assert "Photo turned" in moderator_client.get(change(photo.story)).content.decode()


def test_a_photo_comes_off_with_a_reason_and_its_files_go(
    moderator_client, photo, django_capture_on_commit_callbacks
):
    names = photo.stored_names()
    response = do(moderator_client, photo, "remove", reason="  ")
    assert said(response) == ["Write down why, for the record."]
    assert Photo.objects.filter(pk=photo.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        response = do(moderator_client, photo, "remove", reason="A customer’s face.")
    assert not Photo.objects.exists()
    assert not any(default_storage.exists(name) for name in names)
    assert photo.story.events.first().reason == "A customer’s face."
    assert "A customer’s face." in response.content.decode()


def test_one_that_failed_says_why_and_is_tried_again(moderator_client, photo):
    photo.failed("OSError: disk full")
    page = moderator_client.get(change(photo.story)).content.decode()
    assert "disk full" in page
    assert "Try again" in page
    do(moderator_client, photo, "again")
    photo.refresh_from_db()
    assert photo.ready


def test_the_second_of_two_moderators_is_told(moderator_client, admin_client, photo):
    read = photo.story.version
    do(admin_client, photo, "right")
    where = reverse("admin:stories_story_photo", args=[photo.story.pk, photo.key])
    data = {"version": read, "do": "remove", "reason": "It lies on its side."}
    response = moderator_client.post(where, data, follow=True)
    assert "changed while you were looking" in said(response)[0]
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_a_story_is_not_approved_with_photos_nobody_looked_at(moderator_client, photo):
    story = photo.story
    read = story.version
    story.remove_photo(photo, by=None)
    approve = reverse("admin:stories_story_approve", args=[story.pk])
    response = moderator_client.post(approve, {"version": read}, follow=True)
    assert "Read it again" in said(response)[0]


def test_a_story_is_approved_while_its_photos_wait(moderator_client, story):
    PhotoFactory(story=story)
    approve = reverse("admin:stories_story_approve", args=[story.pk])
    moderator_client.post(approve, {"version": story.version})
    story.refresh_from_db()
    assert story.is_published


def test_a_photo_whose_file_is_gone_is_no_server_error(moderator_client, photo):
    default_storage.delete(photo.original.name)
    response = do(moderator_client, photo, "right")
    assert "cannot be read" in said(response)[0]


def test_only_moderators_and_only_photos_of_this_story(staff_client, moderator_client, photo):
    elsewhere = PhotoFactory(story=PublishedStoryFactory())
    draft = PhotoFactory(story=StoryFactory())
    assert do(staff_client, photo, "left").status_code in (403, 404)
    assert do(moderator_client, draft, "left").status_code == 404
    where = reverse("admin:stories_story_photo", args=[photo.story.pk, elsewhere.key])
    data = {"version": photo.story.version, "do": "left"}
    assert moderator_client.post(where, data).status_code == 404
    assert do(moderator_client, photo, "paint").status_code == 404

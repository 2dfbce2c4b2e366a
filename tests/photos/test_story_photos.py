"""A story's photos: added, put in order, described, turned and removed, on the record."""

import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.models import MOST_PHOTOS, Photo, Story, TooManyPhotos
from stories.photos.checking import CheckedPicture, check
from tests.factories import PhotoFactory, PublishedStoryFactory, StoryFactory, UserFactory

from . import corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture() -> CheckedPicture:
    return check(ContentFile(corpus.held(1)))


@pytest.fixture
def somebody():
    return UserFactory(username="noor")


def alts(story: Story) -> list[str]:
    return [photo.alt for photo in Photo.objects.filter(story=story)]


def test_photos_follow_each_other_as_they_are_added(picture, somebody):
    story = StoryFactory()
    story.add_photos([(picture, "The bag"), (picture, " A\u202e hand ")], by=somebody)
    story.add_photos([(picture, "")], by=somebody)
    assert alts(story) == ["The bag", "A hand", ""]
    assert len({photo.key for photo in story.photos.all()}) == 3
    assert [photo.position for photo in story.photos.all()] == [0, 1, 2]


def test_names_in_storage_say_nothing_and_the_photo_is_made(picture, somebody):
    [photo] = StoryFactory().add_photos([(picture, "The bag")], by=somebody)
    photo.refresh_from_db()
    assert photo.ready
    assert set(photo.files) == {"480", "halftone"}
    names = photo.stored_names()
    assert all(name.startswith("photos/") and photo.key not in name for name in names)
    assert all(default_storage.exists(name) for name in names)


def test_a_story_has_room_for_six(picture, somebody):
    story = StoryFactory()
    story.add_photos([(picture, str(number)) for number in range(MOST_PHOTOS)], by=somebody)
    with pytest.raises(TooManyPhotos, match="room for 6"):
        story.add_photos([(picture, "one more")], by=somebody)
    assert story.photos.count() == MOST_PHOTOS


def test_photos_are_put_in_order_and_removed_with_their_files(
    picture, somebody, django_capture_on_commit_callbacks
):
    story = PublishedStoryFactory()
    first, _second, third = story.add_photos([(picture, name) for name in "abc"], by=somebody)
    story.order_photos([third.key, first.key], by=somebody)
    assert alts(story) == ["c", "a", "b"]
    first.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        story.remove_photo(first, by=somebody)
    assert alts(story) == ["c", "b"]
    assert not any(default_storage.exists(name) for name in first.stored_names())
    assert [event.changes["photos"] for event in story.events.filter(action="photos")] == [
        ["c · a · b", "c · b"],
        ["a · b · c", "c · a · b"],
        ["", "a · b · c"],
    ]
    assert story.events.first().actor == somebody


def test_one_call_says_which_photos_a_story_has(picture, somebody):
    story = PublishedStoryFactory()
    first, second = story.add_photos([(picture, "a"), (picture, "b")], by=somebody)
    kept = story.set_photos([(second, "b, closer"), (picture, "new")], by=somebody)
    assert kept[0] == second
    assert alts(story) == ["b, closer", "new"]
    events = story.events.count()
    story.set_photos([(photo, photo.alt) for photo in kept], by=somebody)
    assert story.events.count() == events
    # What somebody else removed meanwhile, and what is another story's, stays away.
    stranger = PhotoFactory()
    story.set_photos([(first, "a"), (stranger, "?"), (kept[0], "b")], by=somebody)
    assert alts(story) == ["b"]
    assert Photo.objects.filter(pk=stranger.pk).exists()


def test_photos_of_a_draft_are_its_tellers_own_affair(picture, somebody):
    story = StoryFactory()
    [photo] = story.add_photos([(picture, "a")], by=somebody)
    story.remove_photo(photo, by=somebody)
    assert not story.events.exists()


@pytest.mark.parametrize("factory", [StoryFactory, PublishedStoryFactory])
def test_a_story_takes_the_files_of_its_photos_along(factory, django_capture_on_commit_callbacks):
    photos = [PhotoFactory(story=factory(), made=True)]
    photos.append(PhotoFactory(story=photos[0].story))
    other = PhotoFactory(made=True)
    with django_capture_on_commit_callbacks(execute=True):
        Story.objects.get(pk=photos[0].story_id).delete()
        assert all(default_storage.exists(photo.original.name) for photo in photos)
    names = [name for photo in photos for name in photo.stored_names()]
    assert not any(default_storage.exists(name) for name in names)
    assert all(default_storage.exists(name) for name in other.stored_names())
    assert list(Photo.objects.all()) == [other]


def test_the_leading_photo_is_the_first_that_is_ready(somebody):
    story = PublishedStoryFactory()
    assert story.leading_photo is None
    PhotoFactory(story=story, position=0)
    ready = PhotoFactory(story=story, position=1, made=True)
    assert story.leading_photo == ready
    shown = Story.objects.for_cards().get(pk=story.pk)
    with CaptureQueriesContext(connection) as asked:
        assert shown.leading_photo == ready
    assert not asked


@pytest.mark.parametrize(("clockwise", "focus"), [(True, (70, 20)), (False, (30, 80))])
def test_a_photo_is_turned_by_a_quarter_with_its_focus(picture, somebody, clockwise, focus):
    story = PublishedStoryFactory()
    [photo] = story.add_photos([(picture, "a")], by=somebody)
    story.describe_photo(photo, by=somebody, alt="A hand", focus=(20, 30))
    before = Photo.objects.get(pk=photo.pk)
    story.turn_photo(photo, by=somebody, clockwise=clockwise)
    photo.refresh_from_db()
    assert (photo.width, photo.height) == (240, 320)
    assert (photo.focus_x, photo.focus_y) == focus
    assert photo.ready
    assert photo.alt == "A hand"
    assert set(photo.stored_names()).isdisjoint(before.stored_names())
    red = corpus.corners(photo.open_image())[1 if clockwise else 2]
    assert red[0] > 180
    assert red[1] < 90


def test_describing_a_photo_bounds_its_focus_and_is_recorded_once(picture, somebody):
    story = PublishedStoryFactory()
    [photo] = story.add_photos([(picture, "a")], by=somebody)
    for _twice in range(2):
        story.describe_photo(photo, by=somebody, alt="A hand\x00", focus=(-5, 300))
    photo.refresh_from_db()
    assert (photo.alt, photo.focus_x, photo.focus_y) == ("A hand", 0, 100)
    changes = [event.changes for event in story.events.filter(action="photos")]
    assert changes[0] == {"photo": ["a (50, 50)", "A hand (0, 100)"]}
    assert len(changes) == 2


def test_the_true_photo_opens_no_larger_than_asked_for():
    photo = PhotoFactory()
    assert photo.open_image().size == (64, 48)
    assert photo.open_image(32).size == (32, 24)


def test_widths_are_never_wider_than_the_photo():
    def widths(width: int) -> dict[int, int]:
        return Photo(width=width, height=10).widths

    assert widths(300) == {480: 300}
    assert widths(480) == {480: 480}
    assert widths(700) == {480: 480, 960: 700}
    assert widths(2560) == {480: 480, 960: 960, 1920: 1920}
    photo = Photo(key="k", width=1000, height=10)
    assert photo.srcset == (
        "/photos/k/480.webp 480w, /photos/k/960.webp 960w, /photos/k/1920.webp 1000w"
    )


def test_moderators_read_in_the_record_what_became_of_photos(picture, somebody, moderator_client):
    story = StoryFactory()
    story.submit(by=None)
    first, _second = story.add_photos([(picture, "The bag"), (picture, "")], by=somebody)
    story.turn_photo(first, by=somebody)
    story.describe_photo(first, by=somebody, alt="A hand", focus=(10, 20))
    page = moderator_client.get(f"/admin/stories/story/{story.pk}/change/").content.decode()
    assert "Photos changed" in page
    assert "A hand (10, 20)" in page


@pytest.mark.django_db(transaction=True)
def test_two_pages_cannot_add_a_seventh_together(picture):
    story = StoryFactory()
    story.add_photos([(picture, str(number)) for number in range(5)], by=None)
    refused: list[Exception] = []

    def add() -> None:
        try:
            Story.objects.get(pk=story.pk).add_photos([(picture, "x")], by=None)
        except TooManyPhotos as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    assert story.photos.count() == MOST_PHOTOS

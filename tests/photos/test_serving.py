"""A photo's address: who gets what of it, and how."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from stories import palette
from stories.models import Photo
from stories.photos.checking import check
from tests.factories import PhotoFactory, PublishedStoryFactory, StoryFactory

from . import corpus

pytestmark = pytest.mark.django_db

NAMES = ("480.webp", "960.webp", "1920.webp", "full.jpg", "halftone-caring.png")


@pytest.fixture
def photo() -> Photo:
    story = PublishedStoryFactory()
    [photo] = story.add_photos([(check(ContentFile(corpus.telltale_jpeg())), "A hand")], by=None)
    photo.refresh_from_db()
    return photo


def image_in(response) -> Image.Image:
    image = Image.open(io.BytesIO(response.content))
    image.load()
    return image


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_gets_a_picture_and_nothing_but_pixels(name, photo, staff_client):
    response = staff_client.get(photo.address(name))
    assert response.status_code == 200
    image = image_in(response)
    assert response["Content-Type"] == Image.MIME[image.format]
    assert image.size == (320, 240)
    assert corpus.SECRET not in response.content
    assert not image.getexif()
    assert {"icc_profile", "xmp", "exif", "comment"}.isdisjoint(image.info)
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"].split("; ")
    assert policy == ["default-src 'none'", "sandbox"]


def test_no_file_in_storage_holds_what_the_camera_noted(photo):
    for name in photo.stored_names():
        with default_storage.open(name) as file:
            content = file.read()
        assert corpus.SECRET not in content
        image = Image.open(io.BytesIO(content))
        assert not image.getexif()
        assert {"icc_profile", "xmp", "exif", "comment"}.isdisjoint(image.info)


@pytest.mark.parametrize("name", NAMES)
def test_what_has_not_changed_is_not_sent_again(name, photo, staff_client):
    etag = staff_client.get(photo.address(name))["ETag"]
    again = staff_client.get(photo.address(name), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    photo.story.turn_photo(photo, by=None)
    assert staff_client.get(photo.address(name), headers={"If-None-Match": etag}).content


def test_a_photo_asks_the_database_little(photo, staff_client):
    staff_client.get(photo.src)
    with CaptureQueriesContext(connection) as asked:
        assert staff_client.get(photo.src).status_code == 200
    # Two of them know who is signed in.
    assert len(asked) <= 2 + 3


@pytest.mark.parametrize("name", [*NAMES, "halftone-caring-swapped.png"])
def test_a_photo_of_a_story_that_may_not_be_read_is_not_there(name, staff_client):
    photo = PhotoFactory(story=StoryFactory(), made=True)
    response = staff_client.get(photo.address(name))
    assert response.status_code == 404
    photo = PhotoFactory(made=True)
    assert staff_client.get(photo.address(name)).status_code == 200
    photo.story.withdraw(by=None)
    assert staff_client.get(photo.address(name)).status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_a_moderator_sees_what_waits(client, moderator_client):
    story = StoryFactory()
    story.submit(by=None)
    photo = PhotoFactory(story=story, made=True)
    assert client.get(photo.src).status_code == 302
    assert moderator_client.get(photo.src).status_code == 200


@pytest.mark.parametrize(
    "name",
    [
        *("481.webp", "480.png", "full.webp", "480.webp.exe", "٤٨٠.webp", "x" * 900),
        *("halftone-nosuchhue.png", "halftone-.png", "halftone-caring-swapped-swapped.png"),
        "..%2f..%2fretold.sqlite3",
    ],
)
def test_other_names_are_not_there(name, photo, staff_client):
    assert staff_client.get(f"/photos/{photo.key}/{name}").status_code == 404
    assert staff_client.get("/photos/no-such-key/480.webp").status_code == 404


def test_the_placeholder_stands_until_the_photo_is_made(staff_client):
    picture = check(ContentFile(corpus.held(1)))
    photo = PhotoFactory(placeholder=picture.placeholder)
    response = staff_client.get(photo.src)
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "private, no-store"
    assert max(image_in(response).size) <= 24
    dots = staff_client.get(photo.halftone_url("caring"))
    assert image_in(dots).convert("RGBA").getpixel((0, 0))[3] == 0
    assert staff_client.get(photo.full_url)["Content-Type"] == "image/webp"
    assert PhotoFactory(placeholder="").state == Photo.State.WAITING


def test_a_file_that_went_missing_is_not_there_and_no_server_error(photo, staff_client):
    default_storage.delete(photo.files["480"])
    assert staff_client.get(photo.src).status_code == 404


@pytest.mark.parametrize("hue", palette.BY_SLUG)
@pytest.mark.parametrize("swapped", [False, True])
def test_dots_come_in_the_ink_of_the_pair_and_keep_the_photo_positive(
    hue, swapped, photo, staff_client
):
    pair = palette.BY_SLUG[hue]
    ground, ink = (pair.ink, pair.ground) if swapped else (pair.ground, pair.ink)
    dots = image_in(staff_client.get(photo.halftone_url(hue, swapped))).convert("RGBA")
    assert {colour[:3] for _count, colour in dots.getcolors()} == {ink.rgb}
    printed = Image.new("RGBA", dots.size, (*ground.rgb, 255))
    printed.alpha_composite(dots)
    grey = printed.convert("L").reduce(20)
    # The white quarter of the photo is brighter than the blue one, whatever the inks.
    assert grey.getpixel((12, 9)) > grey.getpixel((4, 9)) + 30

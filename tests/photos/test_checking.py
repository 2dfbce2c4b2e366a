"""What comes in as a photo: what is kept of it, and what is refused with which sentence."""

import contextlib
import gc
import io
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from stories.photos import decoding
from stories.photos.checking import MOST_PLACEHOLDER, CheckedPicture, check
from stories.photos.room import MOST, Room

from . import corpus


def checked(content: bytes, name: str = "photo.jpg") -> CheckedPicture:
    return check(SimpleUploadedFile(name, content))


def image_of(picture: CheckedPicture) -> Image.Image:
    image = Image.open(io.BytesIO(picture.content))
    image.load()
    return image


def refusal(content: bytes, name: str = "photo.jpg") -> str:
    with pytest.raises(ValidationError) as refused:
        checked(content, name)
    [sentence] = refused.value.messages
    return sentence


@pytest.mark.parametrize("name", corpus.GOOD)
def test_every_kind_of_picture_is_kept_as_it_looks(name):
    image = image_of(checked(corpus.GOOD[name]()))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (320, 240))
    # Ink and wide colours come out a little different.
    other_colours = name in ("cmyk", "everything told")
    assert corpus.looks_like_quarters(image, tolerance=60 if other_colours else 30)


@pytest.mark.parametrize("name", corpus.GOOD)
def test_nothing_but_pixels_is_kept(name):
    picture = checked(corpus.GOOD[name]())
    image = image_of(picture)
    assert corpus.SECRET not in picture.content
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright_however_the_phone_was_held(orientation):
    image = image_of(checked(corpus.held(orientation)))
    assert image.size == (320, 240)
    assert corpus.looks_like_quarters(image)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", [3, 6])
def test_other_formats_are_turned_upright_too(kind, orientation):
    turned = corpus.quarters().transpose(corpus.HELD[orientation])
    content = corpus.written(turned, kind, exif=corpus.telltale_exif(orientation))
    image = image_of(checked(content))
    assert image.size == (320, 240)
    assert corpus.looks_like_quarters(image)


def test_a_large_photo_is_brought_down_to_what_is_kept():
    picture = checked(corpus.phone_photo(6))
    assert (picture.width, picture.height) == (2560, 1920)
    assert corpus.looks_like_quarters(image_of(picture), tolerance=60)


@pytest.mark.parametrize(
    "content", [corpus.palette_with_holes, corpus.see_through, lambda: corpus.see_through("LA")]
)
def test_what_is_transparent_lies_on_white(content):
    image = image_of(checked(content()))
    assert all(value > 245 for value in image.getpixel((55, 32)))
    assert not all(value > 200 for value in image.getpixel((8, 32)))


def test_a_large_transparent_picture_is_laid_on_white_row_by_row():
    image = Image.new("RGBA", (6000, 900), (*corpus.BLUE, 255))
    image.paste((0, 0, 0, 0), (0, 450, 6000, 900))
    found = image_of(checked(corpus.written(image, "PNG")))
    assert found.size == (2560, 384)
    assert found.getpixel((1200, 380)) == (255, 255, 255)
    assert found.getpixel((1200, 100))[2] > 190
    # No line where two strips of rows meet.
    column = [found.getpixel((1200, row))[0] for row in range(10, 180)]
    assert max(column) - min(column) < 12


def test_sixteen_bits_a_channel_are_shown_as_bright_as_they_are():
    assert abs(image_of(checked(corpus.sixteen_bits())).getpixel((32, 32))[0] - 128) <= 2
    found = image_of(checked(corpus.sixteen_bits_in_colour())).getpixel((32, 32))
    assert all(abs(one - other) <= 6 for one, other in zip(found, (200, 100, 50), strict=True))


def test_wide_colours_are_brought_to_those_of_any_screen():
    red, green, _blue = image_of(checked(corpus.wide_red())).getpixel((32, 32))
    # The same numbers mean a deeper red there than here.
    assert red > 210
    assert green < 30


@pytest.mark.parametrize("kind", ["PNG", "AVIF", "HEIF"])
def test_wide_colours_may_be_named_by_a_number_alone(kind):
    found = corpus.corners(image_of(checked(corpus.wide_by_number(kind))))
    meant = corpus.corners(
        image_of(
            checked(corpus.written(corpus.quarters(), "PNG", icc_profile=corpus.wide_profile()))
        )
    )
    plain = corpus.corners(image_of(checked(corpus.GOOD["png"]())))

    def apart(one, other):
        return max(abs(a - b) for a, b in zip(sum(one, ()), sum(other, ()), strict=True))

    assert apart(found, meant) <= 20 < apart(plain, meant)


def test_a_picture_of_the_smallest_and_the_longest_kind_is_taken():
    assert checked(corpus.written(Image.new("RGB", (16, 16)), "PNG")).width == 16
    long = checked(corpus.written(Image.new("RGB", (20_000, 16)), "PNG"))
    assert (long.width, long.height) == (2560, 2)
    assert "too small" in refusal(corpus.written(Image.new("RGB", (15, 400)), "PNG"))
    assert "larger than we can take" in refusal(
        corpus.written(Image.new("RGB", (20_001, 16)), "PNG")
    )


@pytest.mark.parametrize("name", ["a.txt", "a.svg", "../../etc/passwd", "a.jpg\0.html", "x" * 150])
def test_the_name_of_a_file_says_nothing(name):
    assert checked(corpus.held(1), name).width == 320


@pytest.mark.parametrize("kind", corpus.others())
def test_files_that_are_no_photos_are_named(kind):
    sentence = refusal(corpus.others()[kind])
    assert f"This file is {kind}." in sentence
    assert "JPEG" in sentence


@pytest.mark.parametrize("content", [b"Hello", b"\0" * 1000, b"<html></html>", b"\xff\xd8\xff"])
def test_what_cannot_be_read_is_refused(content):
    assert "photo" in refusal(content)


def test_what_a_camera_keeps_raw_is_not_called_broken():
    assert "no photo that we can read" in refusal(b"\0\0\0\x18ftypcrx " + b"\0" * 100)
    assert "broken" in refusal(corpus.heic()[:300])


def test_an_empty_file_and_one_that_is_too_large_are_refused(settings):
    assert refusal(b"") == "This file is empty."
    settings.PHOTO_MEGABYTES = 1
    whole = corpus.held(1)
    assert "larger than 1 MB" in refusal(whole + b"\0" * 1024 * 1024)


@pytest.mark.parametrize("bomb", [corpus.bomb_by_header, corpus.bomb])
def test_bombs_are_refused_by_their_header(bomb, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("It was decoded."))
    assert "at most 50 million pixels" in refusal(bomb())


def test_a_bomb_is_refused_for_what_its_kind_takes_in_memory(monkeypatch):
    content = corpus.written(Image.new("RGB", (640, 480)), "WEBP")
    monkeypatch.setattr(decoding, "MOST", decoding.KEPT_TAKES + 640 * 480 * 15)
    assert "fewer as WebP or AVIF" in refusal(content)


@pytest.mark.parametrize("kind", ["JPEG", "progressive", "PNG", "WEBP", "AVIF", "GIF", "HEIF"])
def test_a_file_that_did_not_arrive_whole_is_refused_wherever_it_ends(kind):
    grain = Image.effect_noise((400, 300), 60).convert("RGB")
    options = {"progressive": True} if kind == "progressive" else {}
    whole = corpus.written(grain, "JPEG" if kind == "progressive" else kind, **options)
    assert checked(whole).width == 400
    for tenth in range(1, 10):
        assert "did not arrive whole" in refusal(whole[: len(whole) * tenth // 10]), tenth


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF"])
def test_nothing_is_held_of_a_file_that_did_not_arrive_whole(kind):
    whole = corpus.written(Image.effect_noise((400, 300), 60).convert("RGB"), kind)
    gc.collect()
    gc.disable()
    try:
        before = {id(one) for one in pictures_held()}
        refusal(whole[: len(whole) * 9 // 10])
        assert [one for one in pictures_held() if id(one) not in before] == []
    finally:
        gc.enable()


def pictures_held() -> list[Image.Image]:
    return [one for one in gc.get_objects() if isinstance(one, Image.Image)]


@pytest.mark.parametrize("name", corpus.polyglots())
def test_what_a_picture_is_beside_a_picture_is_left_behind(name):
    picture = checked(corpus.polyglots()[name])
    assert corpus.SECRET not in picture.content
    assert b"<script" not in picture.content
    assert corpus.looks_like_quarters(image_of(picture))


def test_a_broken_note_of_the_camera_does_not_spoil_the_photo():
    exif = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40
    content = corpus.written(corpus.quarters(), "JPEG", exif=exif)
    assert corpus.looks_like_quarters(image_of(checked(content)))


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "gif", "heic"])
def test_noise_in_a_file_is_no_server_error(name):
    whole = bytearray(corpus.GOOD[name]())
    for place in range(12, len(whole), max(1, len(whole) // 60)):
        broken = bytes(whole[:place]) + b"\xff\x00\x7f" + bytes(whole[place + 3 :])
        with contextlib.suppress(ValidationError):
            assert image_of(checked(broken)).mode == "RGB"


def test_the_placeholder_is_tiny_and_a_picture():
    for content in (corpus.held(1), corpus.phone_photo(1)):
        picture = checked(content)
        assert picture.placeholder.startswith("data:image/webp;base64,")
        assert len(picture.placeholder) <= MOST_PLACEHOLDER
    noise = Image.effect_noise((3000, 3000), 120).convert("RGB")
    assert 0 < len(checked(corpus.written(noise, "JPEG")).placeholder) <= MOST_PLACEHOLDER


def test_checking_waits_its_turn_and_says_so_when_there_is_none(monkeypatch):
    room = Room(MOST, wait=0.01)
    monkeypatch.setattr(decoding, "ROOM", room)
    with room.take(MOST):
        assert "Many photos" in refusal(corpus.held(1))
    assert checked(corpus.held(1)).width == 320


def in_parts(part: bytes) -> bytes:
    """A JPEG whose header has as many parts as a file has room for."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "JPEG")
    jpeg = buffer.getvalue()
    return jpeg[:2] + part * (20 * 1024 * 1024 // len(part)) + jpeg[2:]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff" + bytes(20 * 1024 * 1024),
        b"\xff\xd8" + b"\xff" * 20 * 1024 * 1024,
        in_parts(b"\xff\xfe\0\2"),
        in_parts(b"\xff\xe1\0\x0aExif\0\0\0\0"),
        in_parts(b"\xff\xe1\xff\xffExif\0\0" + bytes(65525)),
    ],
    ids=["zeros", "ones", "comments", "small notes", "large notes"],
)
def test_a_header_made_to_keep_us_busy_is_refused_at_once(content):
    started = time.process_time()
    with pytest.raises(ValidationError, match="broken"):
        checked(content)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_a_large_photo_that_is_handed_over_at_once_is_taken(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, kind)
    # What follows the picture is dropped.
    assert checked(buffer.getvalue() + bytes(20 * 1024 * 1024)).width == 64

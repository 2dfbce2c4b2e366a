"""The demo's photos: drawn by code, kept as files, and brought in as anybody's are."""

import json

import pytest
from PIL import Image, ImageChops, ImageStat

from stories.demo import photos
from stories.demo.pictures import SCENES, draw
from stories.models.photo import MOST_ALT

# The folder of the real ones: a filled demo takes smaller ones from another.
FOLDER = photos.FOLDER
STORIES = json.loads((FOLDER.parent / "stories.json").read_text(encoding="utf-8"))
GIVEN = [photo for story in STORIES for photo in story.get("photos", [])]
# Small enough to be quick, large enough to tell every picture from another.
SCALE = 0.125


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are from each other on average, of 255."""
    stat = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    return sum(stat.mean) / 3


def kept(name: str) -> Image.Image:
    with Image.open(FOLDER / f"{name}.webp") as image:
        return image.convert("RGB")


@pytest.mark.parametrize("name", SCENES)
def test_a_file_is_what_its_code_draws(name):
    image, drawn = kept(name), draw(name, SCALE)
    assert sorted(image.size) == [1200, 1600]
    assert drawn.size == tuple(round(side * SCALE) for side in image.size)
    assert difference(image.resize(drawn.size, Image.Resampling.BOX), drawn) < 12


def test_pictures_differ_more_from_each_other_than_from_their_files():
    small = [kept(name).resize((120, 120)) for name in SCENES]
    pairs = [(one, other) for place, one in enumerate(small) for other in small[:place]]
    assert min(difference(*pair) for pair in pairs) > 24


def test_a_picture_is_the_same_each_time():
    assert draw("customer", 0.1).tobytes() == draw("customer", 0.1).tobytes()


def test_every_picture_is_shown_and_small_to_download():
    files = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(files) == set(SCENES)
    assert {photo["picture"] for photo in GIVEN} == set(SCENES)
    assert max(files.values()) < 125_000


def test_every_photo_says_in_a_sentence_what_is_to_be_seen():
    for photo in GIVEN:
        assert 30 < len(photo["alt"]) <= MOST_ALT
        assert photo["alt"].endswith(".")
        assert photo["alt"].count(".") == 1
        assert len(photo["focus"]) == 2
        assert all(0 <= place <= 100 for place in photo["focus"])
    assert len({photo["alt"] for photo in GIVEN}) == len(GIVEN)

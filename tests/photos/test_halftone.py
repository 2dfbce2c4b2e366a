"""Photos as dots."""

import io

import pytest
from PIL import Image

from stories.photos.halftone import MOST_BYTES, coloured, coverage, halftone, stored_halftone

from . import corpus


def ink_share(dots: Image.Image) -> float:
    alphas = dots.getchannel("A")
    return sum(alphas.histogram()[128:]) / (alphas.width * alphas.height)


def test_the_darker_it_is_the_more_ink_there_is():
    ramp = Image.linear_gradient("L").rotate(90).resize((960, 480)).convert("RGB")
    dots = halftone(ramp, (960, 480), (10, 10, 60))
    shares = [ink_share(dots.crop((left, 0, left + 192, 480))) for left in range(0, 960, 192)]
    assert shares == sorted(shares, reverse=shares[0] > shares[-1])
    assert min(shares) < 0.2
    assert max(shares) > 0.8


def test_pale_ink_prints_what_is_bright():
    picture = corpus.quarters()
    dark, pale = (halftone(picture, (320, 240), ink) for ink in ((20, 20, 60), (250, 220, 230)))
    where = (170, 130, 310, 230)
    assert ink_share(dark.crop(where)) < 0.2
    assert ink_share(pale.crop(where)) > 0.8


@pytest.mark.parametrize("level", [0, 30, 128, 255])
def test_a_picture_of_one_tone_is_printed_too(level):
    flat = Image.new("RGB", (400, 300), (level, level, level))
    assert coverage(flat).size == (400, 300)


@pytest.mark.parametrize("size", [(16, 16), (2560, 2), (1, 400), (960, 1280)])
def test_any_shape_is_printed(size):
    image = Image.open(io.BytesIO(stored_halftone(Image.new("RGB", size, (200, 20, 20)))))
    image.load()
    assert max(image.size) <= 960


def test_a_busy_picture_stays_small():
    noise = Image.effect_noise((240, 180), 90).resize((1920, 1440)).convert("RGB")
    packed = stored_halftone(noise)
    assert len(packed) < MOST_BYTES
    assert len(stored_halftone(corpus.quarters((960, 720)))) < 30_000


def test_colouring_writes_a_whole_png_and_few_steps_of_ink():
    packed = stored_halftone(corpus.quarters())
    image = Image.open(io.BytesIO(coloured(packed, "personal")))
    image.load()
    assert (image.mode, image.size) == ("P", (320, 240))
    assert {colour[3] for _count, colour in image.convert("RGBA").getcolors()} == {0, 85, 170, 255}

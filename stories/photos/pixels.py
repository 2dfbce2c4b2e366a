"""From decoded pixels to the ones we keep: small enough, on white, in sRGB, upright."""

from __future__ import annotations

import functools
import io
import logging
import math

from PIL import Image, ImageChops, ImageCms

from .decoding import LONGEST, Opened

log = logging.getLogger(__name__)

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# The kinds of pixels a colour profile can speak of, and ours for them.
SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}
PLAIN = ("RGB", "L", "CMYK")
ROWS = 512


def pixels(picture: Opened) -> Image.Image:
    """The picture in RGB as it is kept; its size is at most 2560 on the long side."""
    return upright(in_srgb(_small(picture), picture.profile), _orientation(picture))


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turned as the camera noted that it was held."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB by the profile it came with; one that is broken or speaks of others is ignored."""
    if profile:
        try:
            image = _by_profile(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
            log.info("A colour profile was ignored: %s", error.__class__.__name__)
    return image if image.mode == "RGB" else image.convert("RGB")


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image:
    theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if SPACES.get(theirs.profile.xcolor_space) != image.mode:
        return image
    if image.mode == "RGB" and (theirs.profile.profile_description or "").startswith("sRGB"):
        return image
    turned = ImageCms.profileToProfile(
        image, theirs, _srgb(), ImageCms.Intent.PERCEPTUAL, outputMode="RGB"
    )
    return image if turned is None else turned


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _orientation(picture: Opened) -> int:
    try:
        return picture.exif().get(ORIENTATION, 1)
    except Exception:
        # Notes of a camera can be broken in any way; the picture need not be.
        return 1


def _small(picture: Opened) -> Image.Image:
    """No larger than what is kept, in RGB, grey or CMYK, with whatever is transparent on white."""
    scale = min(1.0, LONGEST / max(picture.size))
    size = (max(1, round(picture.size[0] * scale)), max(1, round(picture.size[1] * scale)))
    whole = picture.whole
    if whole is not None and whole.mode in PLAIN and not whole.has_transparency_data:
        return _resized(whole, size)
    # Some rows at a time, so that no second copy of the whole picture is needed.
    factor = max(1, math.floor(1 / scale))
    reduced: Image.Image | None = None
    for top, strip in picture.strips(ROWS // factor * factor):
        piece = _plain(strip)
        piece = piece if factor == 1 else piece.reduce(factor)
        if reduced is None:
            height = math.ceil(picture.size[1] / factor)
            reduced = Image.new(piece.mode, (piece.width, height))
        reduced.paste(piece, (0, top // factor))
    return _resized(reduced or Image.new("RGB", size), size)


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits a channel, on white where it is transparent."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image.paste((255, 255, 255), mask=ImageChops.invert(image.getchannel("A")))
        return image.convert("RGB")
    if image.mode.startswith("I"):
        # Sixteen bits: Pillow would cut off what is above 255.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in PLAIN else image.convert("RGB")

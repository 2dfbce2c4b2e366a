"""From a file to pixels: every format we take, within bounds of memory.

The header is read first. What a picture would take to decode is reckoned from it, and nothing is
decoded that would take too much.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import pi_heif
from PIL import Image, JpegImagePlugin

from .colours import HEADER, profile_named
from .room import MEGABYTE, MOST, ROOM

LONGEST = 2560
MOST_PIXELS = 50_000_000
LONGEST_SIDE, SHORTEST_SIDE = 20_000, 16
MOST_PROFILE = 4 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")

# Should any picture ever be opened without our own look at its header, these hold.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

# Only the picture itself is wanted of an iPhone's file, not what hangs on it.
pi_heif.options.THUMBNAILS = False
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False

# What decoding takes, in bytes a pixel, as measured; WebP's decoder keeps three whole canvases.
# Whatever it is, the smaller picture that is kept and its encoder need room as well.
KEPT_TAKES = 24 * MEGABYTE
TAKES = {"PNG": 4, "GIF": 4, "WEBP": 16, "AVIF": 10, "HEIF": 5}


# What a header may take to be read. One of a million parts would keep a process busy for minutes.
MOST_READS, MOST_HEADER, PART = 4_000, 16 * 1024 * 1024, 64 * 1024
# Of a PNG the picture itself comes in parts.
MOST_READS_OF_PIXELS = 400_000


class TooManyParts(Exception):
    """Made to keep us busy, not to be looked at."""


class Rationed:
    """A file that may be read so often; what decoders ask of one."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.seek, self.tell = file.seek, file.tell
        self.reads, self.size = MOST_READS, MOST_HEADER

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.reads -= 1
        # Some formats hand the whole file over at once, and read its header themselves.
        self.size -= len(data) if len(data) <= PART else 0
        if self.reads < 0 or self.size < 0:
            raise TooManyParts
        return data

    def go_on(self) -> None:
        """The header was read, and may have been; the picture takes as many bytes as it has."""
        self.reads, self.size = MOST_READS_OF_PIXELS, 2**62


class TooManyPixels(Exception):
    """More than we take of any picture, or than this process could hold of this kind."""


class TooFewPixels(Exception):
    """Nothing that could be shown."""


@dataclass
class Opened:
    """A picture whose header was read. `strip(top, bottom)` gives rows of it once `load` ran."""

    size: tuple[int, int]
    mode: str
    takes: int
    load: Callable[[], None]
    strip: Callable[[int, int], Image.Image]
    exif: Callable[[], Any]
    profile: bytes | None
    whole: Image.Image | None

    def close(self) -> None:
        """Let all pixels go; nothing can be read from it any more."""
        del self.load, self.strip, self.exif, self.whole

    def strips(self, rows: int) -> Iterator[tuple[int, Image.Image]]:
        """So many rows at a time, each with the place of its first."""
        for top in range(0, self.size[1], rows):
            yield top, self.strip(top, min(top + rows, self.size[1]))


@contextmanager
def opened(file: IO[bytes]) -> Iterator[Opened]:
    """The decoded picture, holding the room it takes. Raises whatever a broken file makes raise."""
    file.seek(0)
    start = file.read(HEADER)
    file.seek(0)
    picture = _open_heif(file) if _is_heif(start[:64]) else _open(file)
    picture.profile = picture.profile or profile_named(start)
    takes = picture.takes + KEPT_TAKES
    if takes > MOST:
        raise TooManyPixels
    with ROOM.take(takes):
        try:
            picture.load()
            yield picture
        finally:
            # Before the room is given to the next one.
            picture.close()


def measure(size: tuple[int, int]) -> None:
    """Refuse a picture by the size that its header tells."""
    if size[0] * size[1] > MOST_PIXELS or max(size) > LONGEST_SIDE:
        raise TooManyPixels
    if min(size) < SHORTEST_SIDE:
        raise TooFewPixels


def _open(file: IO[bytes]) -> Opened:
    rationed = Rationed(file)
    try:
        image = Image.open(rationed, formats=FORMATS)  # type: ignore[arg-type]  # all it asks for
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    measure(image.size)
    takes = _jpeg(image) if isinstance(image, JpegImagePlugin.JpegImageFile) else _other(image)
    profile = image.info.get("icc_profile")
    return Opened(
        size=image.size,
        mode=image.mode,
        takes=takes,
        load=lambda: _load(image, rationed),
        strip=lambda top, bottom: image.crop((0, top, image.width, bottom)),
        exif=image.getexif,
        profile=profile if profile and len(profile) <= MOST_PROFILE else None,
        whole=image,
    )


def _load(image: Image.Image, rationed: Rationed) -> None:
    rationed.go_on()
    image.load()
    # A format may find out only now how large its picture is.
    measure(image.size)


def _jpeg(image: JpegImagePlugin.JpegImageFile) -> int:
    """Let the decoder halve the picture as often as it may; what it takes then."""
    full = image.size
    image.draft(None, _within(full))
    takes = image.width * image.height * 4
    if image.info.get("progressive"):
        # All its coefficients are held at full size, two bytes each.
        widest = max(layer[1] * layer[2] for layer in image.layer)
        shares = sum(layer[1] * layer[2] for layer in image.layer) / widest
        takes += round(full[0] * full[1] * 2 * shares)
    return takes


def _other(image: Image.Image) -> int:
    takes = image.width * image.height * TAKES.get(image.format or "", 8)
    if image.mode not in ("RGB", "L") and max(image.size) < 2 * LONGEST:
        # It can't be reduced while its transparency is laid on white.
        takes += image.width * image.height * 4
    return takes


def _within(size: tuple[int, int]) -> tuple[int, int]:
    """This size with its long side brought down to what is kept."""
    scale = min(1.0, LONGEST / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _is_heif(start: bytes) -> bool:
    """A HEIF that is no AVIF: the two share a container and say in its brands which they are."""
    return pi_heif.is_supported(start) and b"avif" not in start and b"avis" not in start


def _open_heif(file: IO[bytes]) -> Opened:
    # The library reads files, and buffers of a kind that uploads are not.
    heif = pi_heif.open_heif(io.BytesIO(file.read()), convert_hdr_to_8bit=True)
    measure(heif.size)
    width, height = heif.size

    def load() -> None:
        memoryview(heif.data)
        if heif.size != (width, height):
            raise ValueError("It has another size than its header says.")

    def strip(top: int, bottom: int) -> Image.Image:
        # Row by row out of the decoder's own memory: a whole copy would take as much again.
        rows = memoryview(heif.data)[top * heif.stride : bottom * heif.stride]
        size = (width, bottom - top)
        return Image.frombuffer(heif.mode, size, bytes(rows), "raw", heif.mode, heif.stride, 1)

    return Opened(
        size=heif.size,
        mode=heif.mode,
        takes=width * height * TAKES["HEIF"],
        load=load,
        strip=strip,
        # The decoder turns it upright itself.
        exif=dict,
        profile=heif.info.get("icc_profile"),
        whole=None,
    )

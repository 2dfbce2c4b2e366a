"""What is made of a photo: its widths for pages, and its dots for posters."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from stories.models import Photo
from stories.models.photo import FOLDER, new_key

from .halftone import stored_halftone
from .room import ROOM

WEBP = {"quality": 80, "method": 2}
FOR_DOTS = 960
# A photo in RGB, the next smaller one beside it, and what an encoder needs; in bytes a pixel.
TAKES = 12
LONGEST_WAIT = 300


def make_files(photo: Photo) -> dict[str, str]:
    """Make and store everything; returns the names of the files by what they are.

    Whatever goes wrong in the middle, nothing is left behind.
    """
    made: dict[str, str] = {}
    try:
        with ROOM.take(photo.width * photo.height * TAKES, wait=LONGEST_WAIT):
            _make(photo, made)
    except BaseException:
        forget(made.values())
        raise
    return made


def forget(names: Iterable[str]) -> None:
    """Take files away that nobody needs any more."""
    for name in names:
        default_storage.delete(name)


def _make(photo: Photo, made: dict[str, str]) -> None:
    image = photo.open_image()
    for name, width in sorted(photo.widths.items(), reverse=True):
        # Each from the next larger one: less to read, and nothing that could be seen is lost.
        image = resized(image, width)
        made[str(name)] = _store(encoded(image), "webp")
        if name <= FOR_DOTS and "halftone" not in made:
            made["halftone"] = _store(stored_halftone(image), "png")


def resized(image: Image.Image, width: int) -> Image.Image:
    """The image this wide, never enlarged."""
    if width >= image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", **WEBP)
    return buffer.getvalue()


def _store(content: bytes, ending: str) -> str:
    return default_storage.save(f"{FOLDER}/{new_key()}.{ending}", ContentFile(content))

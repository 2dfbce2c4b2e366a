"""What is made of a photo: three widths, the true photo for the viewer, and its dots."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from stories.models import Photo
from stories.models.photo import FOLDER, new_key

from .halftone import stored_halftone

WEBP = {"quality": 80, "method": 2}
FULL = {"quality": 86, "method": 2}


def make_files(photo: Photo) -> dict[str, str]:
    """Make and store everything; returns the names of the files by what they are."""
    image = photo.open_image()
    made = {"full": _store(encoded(image, FULL), "webp")}
    smaller = image
    for name, width in sorted(photo.widths.items(), reverse=True):
        # Each from the next larger one: less to read, and nothing that can be seen is lost.
        smaller = resized(smaller, width)
        made[str(name)] = _store(encoded(smaller, WEBP), "webp")
    made["halftone"] = _store(stored_halftone(image), "png")
    return made


def resized(image: Image.Image, width: int) -> Image.Image:
    """The image this wide, never enlarged."""
    if width >= image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def encoded(image: Image.Image, options: dict) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", **options)
    return buffer.getvalue()


def _store(content: bytes, ending: str) -> str:
    return default_storage.save(f"{FOLDER}/{new_key()}.{ending}", ContentFile(content))

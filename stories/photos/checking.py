"""Looking a picture through before anything of it is kept.

What comes in is judged by its content, never by its name. Only pixels are kept, encoded anew: what
else a file may hold – places, comments, pages, archives – ends here.
"""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LONGEST = 2560
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF")


@dataclass(frozen=True)
class CheckedPicture:
    """A picture that was looked through: upright, in sRGB, nothing but pixels."""

    content: bytes
    width: int
    height: int
    placeholder: str

    def file(self) -> File:
        return ContentFile(self.content)


def check(upload: File) -> CheckedPicture:
    """The picture in this file; ValidationError says in a sentence why there is none."""
    try:
        image = ImageOps.exif_transpose(Image.open(upload, formats=FORMATS)).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise ValidationError(_("This is not a picture we can read.")) from error
    return kept(image)


def kept(image: Image.Image) -> CheckedPicture:
    """An RGB image as it is stored."""
    image.thumbnail((LONGEST, LONGEST), reducing_gap=2.0)
    image.info.clear()
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return CheckedPicture(buffer.getvalue(), image.width, image.height, placeholder(image))


def placeholder(image: Image.Image) -> str:
    """A few blurred pixels as a data: address, to stand where the photo will be."""
    tiny = image.copy()
    tiny.thumbnail((24, 24), reducing_gap=2.0)
    buffer = io.BytesIO()
    tiny.save(buffer, "WEBP", quality=30, method=4)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()

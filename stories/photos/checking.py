"""Looking a picture through before anything of it is kept.

What comes in is judged by its content, never by its name. Only pixels are kept, encoded anew: what
else a file may hold – places, comments, pages, archives – ends here.
"""

from __future__ import annotations

import base64
import io
import logging
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image

from retold.uploads import LostFile
from stories.models.photo import original_name

from .decoding import FORMATS, LONGEST, MOST_PIXELS, TooFewPixels, TooManyPixels, opened
from .pixels import pixels
from .room import NoRoom

__all__ = ["FORMATS", "CheckedPicture", "check", "kept"]

log = logging.getLogger(__name__)

QUALITY = 90
MOST_PLACEHOLDER = 400

# Files that people send in good faith and that are no photos, by how they begin.
OTHERS = (
    (b"%PDF", "PDF"),
    (b"%!PS", "EPS"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\0\0\1\0", "ICO"),
    (b"BM", "BMP"),
    (b"PK\3\4", "ZIP"),
    (b"8BPS", "PSD"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
)
# What a file says of itself that might be a HEIC or an AVIF.
OURS = (b"hei", b"hev", b"mif", b"msf", b"avi")
FILMS = (b"qt  ", b"mp4", b"isom", b"M4V", b"3gp", b"avc1")


@dataclass(frozen=True)
class CheckedPicture:
    """A picture that was looked through: upright, in sRGB, nothing but pixels.

    `digest` is that of the file it came in, where somebody wants to know it again. `kept_as` is
    its name in the storage, once it lies there.
    """

    content: bytes
    width: int
    height: int
    placeholder: str
    digest: str = ""
    kept_as: str = ""

    def put_away(self) -> CheckedPicture:
        """The same, lying in the storage; OSError if that takes nothing."""
        name = default_storage.save(original_name(), self.file())
        return replace(self, kept_as=name)

    def file(self) -> File:
        return ContentFile(self.content)


def check(upload: File) -> CheckedPicture:
    """The picture in this file; ValidationError says in a sentence why there is none."""
    _check_bytes(upload)
    try:
        with opened(upload) as picture:
            return kept(pixels(picture))
    except Exception as error:
        # A broken file makes a decoder raise anything; whatever it is, there is no picture.
        _let_go(error)
        raise _refusal(error, upload) from error


def kept(image: Image.Image) -> CheckedPicture:
    """An RGB image as it is stored; at most 2560 pixels on its long side."""
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.HAMMING, reducing_gap=2.0)
    # What an image carries beside its pixels would be written too.
    image.info = {}
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return CheckedPicture(buffer.getvalue(), image.width, image.height, placeholder(image))


def turned(image: Image.Image, *, clockwise: bool) -> CheckedPicture:
    """A stored photo turned by a quarter."""
    turn = Image.Transpose.ROTATE_270 if clockwise else Image.Transpose.ROTATE_90
    return kept(image.transpose(turn))


def cut(image: Image.Image, off: tuple[int, int, int, int]) -> CheckedPicture:
    """A stored photo without so many per cent of its left, top, right and bottom."""
    left, top, right, bottom = off
    width, height = image.size
    box = (
        round(width * left / 100),
        round(height * top / 100),
        max(round(width * (100 - right) / 100), round(width * left / 100) + 1),
        max(round(height * (100 - bottom) / 100), round(height * top / 100) + 1),
    )
    return kept(image.crop(box))


def placeholder(image: Image.Image) -> str:
    """A few blurred pixels as a data: address, to stand where the photo will be."""
    for longest, quality in ((24, 40), (20, 30), (16, 20), (8, 10)):
        tiny = image.copy() if max(image.size) <= 64 else image.reduce(max(image.size) // 64)
        tiny.thumbnail((longest, longest))
        buffer = io.BytesIO()
        tiny.save(buffer, "WEBP", quality=quality, method=4)
        address = "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()
        if len(address) <= MOST_PLACEHOLDER:
            return address
    return ""


def _check_bytes(upload: File) -> None:
    if isinstance(upload, LostFile):
        raise ValidationError(
            _("There was no room for this file just now. Your words are kept; add it again later.")
        )
    if not upload.size:
        raise ValidationError(_("This file is empty."), code="empty")
    if upload.size > settings.PHOTO_MEGABYTES * 1024 * 1024:
        raise ValidationError(
            _("This file is larger than %(most)d MB. Make it smaller and try again."),
            params={"most": settings.PHOTO_MEGABYTES},
            code="bytes",
        )


def _let_go(error: BaseException | None) -> None:
    """Forget where it failed: each place holds the picture as far as it was decoded.

    Decoders refer to themselves, so hundreds of megabytes would wait for the garbage collector, and
    the room for the next picture is reckoned without them.
    """
    while error:
        error.__traceback__ = None
        error = error.__context__


def _refusal(error: Exception, upload: File) -> ValidationError:
    """Why there is no picture, in a sentence."""
    if isinstance(error, TooManyPixels):
        return ValidationError(
            _(
                "This picture is larger than we can take: at most %(most)d million pixels, and "
                "fewer as WebP or AVIF. Make it smaller and try again."
            ),
            params={"most": MOST_PIXELS // 1_000_000},
            code="pixels",
        )
    if isinstance(error, TooFewPixels):
        return ValidationError(_("This picture is too small to show."), code="small")
    if isinstance(error, NoRoom):
        return ValidationError(
            _("Many photos are coming in just now. Try again in a minute."), code="busy"
        )
    log.info("A picture could not be read: %s", error.__class__.__name__)
    return _unreadable(upload)


def _unreadable(upload: File) -> ValidationError:
    """What to say of a file that holds no picture we know."""
    upload.seek(0)
    start = upload.read(512)
    kind = _other_kind(start)
    if kind:
        return ValidationError(
            _("This file is %(kind)s. Send a photo as JPEG, PNG, WebP, AVIF, GIF or HEIC."),
            params={"kind": kind},
            code="format",
        )
    if _looks_like_ours(start):
        return ValidationError(
            _("This photo is broken or did not arrive whole. Try to send it again."),
            code="broken",
        )
    return ValidationError(
        _("This is no photo that we can read. Send it as JPEG, PNG, WebP, AVIF, GIF or HEIC."),
        code="format",
    )


def _other_kind(start: bytes) -> str:
    for beginning, kind in OTHERS:
        if start.startswith(beginning):
            return kind
    if b"<svg" in start.lower():
        return "SVG"
    if start[4:8] == b"ftyp" and start[8:12].startswith(FILMS):
        return _("a video")
    return ""


def _looks_like_ours(start: bytes) -> bool:
    return (
        start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8"))
        or (start.startswith(b"RIFF") and start[8:12] == b"WEBP")
        or (start[4:8] == b"ftyp" and start[8:12].startswith(OURS))
    )

"""A storage of photos that does as it is told: the file `storage` in DATA_DIR says what."""

import errno
import time
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage

LONGEST = 30


class Moody(FileSystemStorage):
    """Files on disk; while the word is "hangs" nothing returns, while it is "fails" all is lost."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        _suffer()
        return super().save(name, content, max_length)

    def open(self, name: str, mode: str = "rb") -> File:
        _suffer()
        return super().open(name, mode)


def _suffer() -> None:
    word = settings.DATA_DIR / "storage"
    until = time.monotonic() + LONGEST
    while word.exists() and time.monotonic() < until:
        if word.read_text() == "fails":
            raise OSError(errno.EIO, "The storage is gone.")
        time.sleep(0.1)

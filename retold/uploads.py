"""Files on their way in: whatever comes is read to its end, but only so much of it is kept.

A file that is too large is answered with a sentence. Were the request cut off instead, the browser
would show nothing but a broken connection, and what was written beside the file would be gone.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

log = logging.getLogger(__name__)

# Of one request; six photos of the largest size, and something to spare.
MOST_FILES_OF_THAT_SIZE = 7


class LostFile(UploadedFile):
    """What stands for a file for which there was no room on disk; nothing of it is kept."""

    def __init__(self, name: str | None) -> None:
        super().__init__(file=BytesIO(), name=name, size=0)


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps a file on disk as far as it may be large; `size` says how large it truly was.

    Where the disk takes nothing it is read to its end even so: the words beside it are to be kept.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = settings.PHOTO_MEGABYTES * 1024 * 1024
        self.room = self.most * MOST_FILES_OF_THAT_SIZE
        self.cut = self.lost = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.cut = self.lost = False
        try:
            super().new_file(*args, **kwargs)
        except OSError:
            self._lose()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.cut = self.cut or start + len(raw_data) > self.most or len(raw_data) > self.room
        if self.cut or self.lost:
            return
        self.room -= len(raw_data)
        try:
            self.file.write(raw_data)
        except OSError:
            self._lose()

    def file_complete(self, file_size: int) -> UploadedFile | None:
        try:
            # What was not kept whole must never pass for a file that may be read.
            whole = max(file_size, self.most + 1) if self.cut else file_size
            return LostFile(self.file_name) if self.lost else super().file_complete(whole)
        except OSError:
            self._lose()
            return LostFile(self.file_name)

    def _lose(self) -> None:
        log.exception("There was no room for a file on its way in.")
        self.lost = True

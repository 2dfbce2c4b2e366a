"""Files on their way in: whatever comes is read to its end, but only so much of it is kept.

A file that is too large is answered with a sentence. Were the request cut off instead, the browser
would show nothing but a broken connection, and what was written beside the file would be gone.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

# Of one request; six photos of the largest size, and something to spare.
MOST_FILES_OF_THAT_SIZE = 7


class BoundedUpload(TemporaryFileUploadHandler):
    """Keeps a file on disk as far as it may be large; `size` says how large it truly was."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = settings.PHOTO_MEGABYTES * 1024 * 1024
        self.room = self.most * MOST_FILES_OF_THAT_SIZE
        self.cut = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.cut = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.cut = self.cut or start + len(raw_data) > self.most or len(raw_data) > self.room
        if not self.cut:
            self.room -= len(raw_data)
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        # What was not kept whole must never pass for a file that may be read.
        return super().file_complete(max(file_size, self.most + 1) if self.cut else file_size)

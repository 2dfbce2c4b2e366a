"""Files that no photo has any more: of discarded stories, of uploads that were cut off."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.utils import timezone

from stories.models import Photo
from stories.models.photo import FOLDER

# A file is stored a moment before the row that names it; younger ones may still get theirs.
YOUNGEST = datetime.timedelta(hours=24)


def nobodys(older_than: datetime.timedelta = YOUNGEST) -> Iterator[str]:
    """The names of files that no photo names and that are old enough for it."""
    latest = timezone.now() - older_than
    # Listed first, asked for afterwards: what is stored in between is not in the list.
    there = stored()
    owned = set(owned_names())
    for name in there:
        if name not in owned and default_storage.get_modified_time(name) < latest:
            yield name


def stored() -> list[str]:
    """All files of photos in storage."""
    try:
        _folders, files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return sorted(f"{FOLDER}/{name}" for name in files)


def owned_names() -> Iterator[str]:
    """All files that photos name."""
    for original, files in Photo.objects.values_list("original", "files").iterator():
        yield original
        yield from files.values()

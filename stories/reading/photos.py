"""A story's photos as its page shows them: true to life, described, and named for readers."""

from __future__ import annotations

from dataclasses import dataclass

from staff.naming import Naming
from stories.models import Photo, Story


@dataclass(frozen=True)
class PhotoShown:
    """One photo; until its sizes are made its placeholder stands at each of its addresses."""

    photo: Photo
    alt: str


def photos(story: Story, naming: Naming) -> list[PhotoShown]:
    """In the teller's order, without those that could not be made."""
    return [
        PhotoShown(photo, naming.text(photo.alt, story.near))
        for photo in story.photos.all()
        if photo.state != Photo.State.FAILED
    ]

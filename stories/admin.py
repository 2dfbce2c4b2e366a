"""The admin of stories lives in the rooms of moderation and privacy; Django looks for it here."""

from .moderation import (
    consent_admin,
    flag_admin,
    note_admin,
    record_admin,
    story_admin,
    trait_admin,
)
from .privacy import admin as privacy_admin

__all__ = [
    "consent_admin",
    "flag_admin",
    "note_admin",
    "privacy_admin",
    "record_admin",
    "story_admin",
    "trait_admin",
]

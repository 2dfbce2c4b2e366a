"""The admin of stories lives in the moderation room; Django looks for it here."""

from .moderation import note_admin, record_admin, story_admin, trait_admin

__all__ = ["note_admin", "record_admin", "story_admin", "trait_admin"]

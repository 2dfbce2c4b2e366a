"""The admin of stories lives in the moderation room; Django looks for it here."""

from .moderation import other_admin, story_admin, trait_admin

__all__ = ["other_admin", "story_admin", "trait_admin"]

"""Hints: words of a story that may tell who somebody is, for tellers and for moderators."""

from .looking import FIELDS, Hint, hints, look, reaching

__all__ = ["FIELDS", "Hint", "hints", "look", "reaching"]

"""Stories: what was told, what made it memorable, and what became of it."""

from .afterwards import Note, Retelling, Salute
from .consent import Consent
from .content import Credited, StaleVersion
from .entry import Entry
from .feed import FeedEntry, FeedKey
from .flag import Flag, FlagDigest, TooManyFlags
from .follow import Follow, FollowMail
from .held import Index
from .merging import TraitMerge
from .notice import Notice
from .photo import Photo
from .photographed import MOST_PHOTOS, TooManyPhotos
from .postings import CardClaim, Moves, Posting, WallVersion
from .publication import PublicationOrder
from .record import StoryEvent
from .saved_view import SavedView
from .screen import Screen
from .stored_card import StoredCard
from .story import Story
from .trait import StoryTrait, Trait
from .transitions import TransitionRefused
from .visit import Visit
from .vocabulary import (
    BY_OPENING,
    BY_READERS,
    Initiative,
    Served,
    Setting,
    Status,
    ToldTo,
    TookMoney,
    TookPermission,
    TookTime,
    Visibility,
)
from .word import Word

__all__ = [
    "BY_OPENING",
    "BY_READERS",
    "MOST_PHOTOS",
    "CardClaim",
    "Consent",
    "Credited",
    "Entry",
    "FeedEntry",
    "FeedKey",
    "Flag",
    "FlagDigest",
    "Follow",
    "FollowMail",
    "Index",
    "Initiative",
    "Moves",
    "Note",
    "Notice",
    "Photo",
    "Posting",
    "PublicationOrder",
    "Retelling",
    "Salute",
    "SavedView",
    "Screen",
    "Served",
    "Setting",
    "StaleVersion",
    "Status",
    "StoredCard",
    "Story",
    "StoryEvent",
    "StoryTrait",
    "ToldTo",
    "TooManyFlags",
    "TooManyPhotos",
    "TookMoney",
    "TookPermission",
    "TookTime",
    "Trait",
    "TraitMerge",
    "TransitionRefused",
    "Visibility",
    "Visit",
    "WallVersion",
    "Word",
]

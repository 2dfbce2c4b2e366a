"""Finding published stories by their words, among any number of them, on either database.

The stories' entries (`stories.models.entry`) hold their words; an index of the database follows
the entries by triggers. SQLite and PostgreSQL are asked the same question of the same tokens, so
they find the same.
"""

from .corrections import Names, correction, nearest_name
from .engine import among, best, count, newest, newest_each, reaches, saying_any, saying_any_of
from .query import Part, Query, Where
from .understanding import Understood

__all__ = [
    "Names",
    "Part",
    "Query",
    "Understood",
    "Where",
    "among",
    "best",
    "correction",
    "count",
    "nearest_name",
    "newest",
    "newest_each",
    "reaches",
    "saying_any",
    "saying_any_of",
]

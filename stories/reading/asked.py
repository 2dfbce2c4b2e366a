"""What of a story's page an address asks for."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

MOST_PAGES = 1000


class Asked(NamedTuple):
    """Which page of notes, and if as much of the story's family as can be shown."""

    notes_page: int = 1
    whole_family: bool = False

    @classmethod
    def read(cls, request: HttpRequest) -> Asked | None:
        """None if it asks for a page of notes that cannot be."""
        asked = request.GET.get("notes", "1")
        if not (asked.isascii() and asked.isdecimal() and 1 <= len(asked) <= 4):
            return None
        page = int(asked)
        return cls(page, "family" in request.GET) if 1 <= page <= MOST_PAGES else None


AS_IT_IS = Asked()

"""Throwing cards away once they say what they should not, outside the request."""

from __future__ import annotations

from retold.tasks import task

from .files import collect


@task()
def collect_cards(public_ids: list[str] | None = None) -> None:
    """Throw away what is out of date, of these stories or of all."""
    collect(only=public_ids)

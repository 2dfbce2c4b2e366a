"""A story's family: what inspired it, and what it inspired, as a small tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from stories.cards import Card
from stories.models import Story


@dataclass
class Relative:
    """One story of the family with those it inspired; `card` is None for the story itself.

    `first` says that nothing inspired it, as far as anybody said.
    """

    card: Card | None
    inspired: list[Relative] = field(default_factory=list)
    first: bool = False


def family(
    story: Story, readable: dict[int, Story], inspired: Iterable[int], cards: dict[int, Card]
) -> Relative | None:
    """The tree this story stands in, from its eldest forebear down; None if it stands alone.

    `readable` holds the stories of the family that this reader may see, `inspired` the ids of its
    children and theirs. Where a story came down, the line ends: what lies behind it is not shown.
    """
    itself = Relative(None)
    below = {story.pk: itself}
    # Two stories may have inspired each other: nobody stands in the tree twice.
    for pk in inspired:
        relative = readable.get(pk)
        parent = below.get(relative.inspired_by_id or 0) if relative else None
        if parent is not None and pk not in below:
            below[pk] = Relative(cards[pk])
            parent.inspired.append(below[pk])
    eldest, above = itself, readable.get(story.inspired_by_id or 0)
    while above is not None and above.pk not in below:
        first = above.inspired_by_id is None
        eldest = below[above.pk] = Relative(cards[above.pk], [eldest], first)
        above = readable.get(above.inspired_by_id or 0)
    return eldest if eldest is not itself or itself.inspired else None

"""“Did you mean”: another search where one finds hardly anything, or names what there is not."""

from __future__ import annotations

from typing import NamedTuple

from stories.filtering.filters import FilterForm
from stories.filtering.meant import Meant
from stories.filtering.searched import Searched


class Instead(NamedTuple):
    """A search that finds more, in words, and its address."""

    text: str
    url: str


def instead(form: FilterForm, meant: Meant) -> Instead | None:
    """What somebody may have meant to search for, if a word like theirs finds more stories, or a
    trait or team is called almost so."""
    if named := form.search.with_names():
        return Instead(named, form.address(q=named, sort=None))
    # Where anything is found nothing else was meant, and no names need be gathered.
    if not isinstance(meant, Searched) or meant.seqs:
        return None
    if not (better := meant.correction(form.known.names)):
        return None
    text = form.search.with_words(better)
    return Instead(text, form.address(q=text, sort=None))

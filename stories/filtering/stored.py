"""Filters that somebody stored: what they asked for then, in words that may be said today.

Nothing is withheld of what is typed into the wall while it is asked: that would tell who is not
named. What was written down once is said like all that people write.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from django.http import QueryDict
from django.urls import reverse

from staff.naming import Naming, Near
from stories.models import Index, WallVersion

from .asked import Reader
from .chips import Chip
from .fields import Sort, View
from .filters import FilterForm
from .known import Known

PERSON = re.compile(r"(?:^|&)person=([0-9]{1,18})(?=&|$)")


@dataclass(frozen=True)
class Stored:
    """A stored filter as it is understood today, and whom it plainly speaks of."""

    form: FilterForm
    near: Near

    @property
    def chips(self) -> list[Chip]:
        """What it asks for, in words; names that are withheld today are not said."""
        return [
            chip._replace(name=self.said(chip.name)) if _was_typed(chip) else chip
            for chip in self.form.chips
        ]

    @property
    def looks(self) -> list[str]:
        """The order and the looks it asks for besides, where they are not the usual ones."""
        sort = Sort(self.form.sort_chosen)
        words = [] if sort == Sort.NEWEST else [str(sort.label)]
        return [*words, str(View.LIST.label)] if self.form.as_list else words

    @property
    def is_gone(self) -> bool:
        """Whether it speaks of something that is there no more, or of who is not named any longer.

        Less asked for would mean more shown: nothing is shown for it.
        """
        return bool(self.form.notes) or self.chips != self.form.chips

    def said(self, text: str) -> str:
        """What was written beside it, such as its name, as it may be said today."""
        return self.form.naming.text(text, self.near)


def stored(
    query: str,
    naming: Naming,
    known: Known | None = None,
    reader: Reader | None = None,
    *,
    beside: str = "",
) -> Stored:
    """The filter that was stored as this query; with a `reader` it may mean what is theirs.

    `beside` is what was written beside it, such as its name.
    """
    known = known or Known(as_of=WallVersion.current())
    data = QueryDict(query)
    form = FilterForm(data, naming, path=reverse("wall"), known=known, reader=reader)
    form.index = Index(known.as_of) if known.as_of else None
    return Stored(form, near(query, known, beside))


def near(query: str, known: Known, beside: str = "") -> Near:
    """Whom a stored filter speaks of: the person it asks for, named or not, and the team.

    What was typed and what was written beside it belong together: whom one of them names in full,
    the other means by half the name.
    """
    people = frozenset(people_of([query]))
    asked_for = parse_qs(query) if "team=" in query or "q=" in query else {}
    slug = asked_for.get("team", [""])[0]
    said = tuple(text for text in (*asked_for.get("q", ()), beside) if text)
    teams = known.teams if slug else []
    asked = {team.pk for team in teams if team.slug == slug}
    theirs = frozenset(team.pk for team in teams if asked & set(team.tree_path))
    return Near(people, theirs, said=said)


def people_of(queries: Iterable[str]) -> list[int]:
    """The people whom these filters ask for, so that all of them are looked up at once."""
    return [int(number) for query in queries for number in PERSON.findall(query)]


def _was_typed(chip: Chip) -> bool:
    return chip.key.partition(":")[0] == "q"

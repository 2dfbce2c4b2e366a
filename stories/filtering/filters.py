"""Which stories a wall is asked to show, and the address that asks for them.

The form knows nothing of the request, so that feeds and exports can filter with the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict

from staff.audiences import PUBLIC, SCREENS
from staff.naming import Naming
from stories.models import Index, Trait
from stories.models.facets import PERSON

from .asked import CHOSEN, SWITCHES, Asked, Reader
from .chips import Chip, chips
from .fields import Sort
from .known import Known
from .meant import Condition, Meant, Said
from .searched import Searched

# The one order of the words in an address, so that the same wall has the same address.
ORDER = (
    *("trait", "team", "person", *CHOSEN, *SWITCHES, "mine", "new"),
    *("year", "month", "q", "sort", "view", "after", "before"),
)


class FilterForm(Asked):
    """The filters of a wall: which stories are meant, and the address that says so.

    `path` is the page whose address the chips and links are made for. Those who read many filters
    give them all the same `known`. `plain` is where one comes when nothing is asked for any more.
    """

    def __init__(
        self,
        data: QueryDict,
        naming: Naming,
        *,
        path: str = "/",
        known: Known | None = None,
        reader: Reader | None = None,
    ):
        self.path = self.plain = path
        # The index, if whoever reads this has it at hand already.
        self.index: Index | None = None
        super().__init__(data, naming, known, reader)

    # Filtering.

    @cached_property
    def conditions(self) -> dict[str, Condition | Said]:
        """What each thing asked for demands of a story, by its key."""
        chosen = self.cleaned_data
        conditions: dict[str, Condition | Said] = {
            f"trait:{trait.slug}": under(f"trait:{trait.pk}") for trait in self.traits
        }
        for trait in self.traits_without:
            conditions[f"trait:-{trait.slug}"] = Condition(
                frozenset({f"trait:{trait.pk}"}), without=True
            )
        if team := self.team_chosen:
            conditions["team"] = under(*(f"team:{pk}" for pk in self.team_ids(team)))
        if person := chosen["person"]:
            conditions["person"] = under(f"person:{person.pk}")
        for name in CHOSEN:
            if chosen[name]:
                conditions[name] = under(f"{name}:{chosen[name]}")
        for name in SWITCHES:
            if chosen[name]:
                conditions[name] = under(name)
        if self.reader and chosen["mine"]:
            conditions["mine"] = under(f"teller:{self.reader.person}")
        if self.reader and chosen["new"]:
            conditions["new"] = Condition(above=self.reader.seen)
        for name in ("year", "month"):
            if chosen[name]:
                conditions[name] = under(f"{name}:{chosen[name]}")
        return conditions | self.search.conditions

    def meant(self, user, base: Iterable[Condition] = ()) -> Meant:
        """The published stories that this account may read and that meet all that was asked for,
        and `base`, which is what a page asks for by itself."""
        base = [*base, *self._unsaid()]
        if self.search.words or self.search.unwanted:
            return Searched(user, self.conditions, base, naming=self.naming, index=self.index)
        return Meant(user, self.conditions, base, index=self.index)

    def _unsaid(self) -> Iterator[Condition]:
        """Where fewer hear a name than here, no story is shown for whom it would be said."""
        audience = self.naming.audience
        if audience not in (SCREENS, PUBLIC):
            return
        for one in self.conditions.values():
            if isinstance(one, Condition) and not one.without:
                people = [facet for facet in one.facets if facet.startswith(PERSON)]
                for facet in people:
                    unsaid = f"not_{audience}:{facet.removeprefix(PERSON)}"
                    yield Condition(frozenset({unsaid}), without=True)

    # Writing an address.

    @cached_property
    def chips(self) -> list[Chip]:
        """All that was asked for, in words, each with the address of the wall without it."""
        return chips(self)

    @property
    def trait_words(self) -> list[str]:
        """The traits asked for as an address says them, those left out with “-” before them."""
        return [
            *(trait.slug for trait in self.traits),
            *(f"-{trait.slug}" for trait in self.traits_without),
        ]

    def with_trait(self, trait: Trait) -> str:
        """The address that asks for this trait besides, also if it was left out before."""
        others = [word for word in self.trait_words if word != f"-{trait.slug}"]
        return self.address(trait=[*others, trait.slug])

    def without_trait(self, trait: Trait) -> str:
        """The address without anything being said of this trait."""
        return self.address(
            trait=[word for word in self.trait_words if word.lstrip("-") != trait.slug]
        )

    def address(self, **changes: str | list[str] | None) -> str:
        """The address of this wall with some values changed, or with None left out."""
        said = self._said | {
            name: self._as_said(name, [value] if isinstance(value, str) else value or [])
            for name, value in changes.items()
        }
        query = "&".join(said[name] for name in ORDER if said.get(name))
        return f"{self.path}?{query}" if query else self.plain

    @cached_property
    def _said(self) -> dict[str, str]:
        """What each thing asked for is in an address: a page has a hundred addresses, most of
        which say all the others."""
        return {name: self._as_said(name, values) for name, values in self._values.items()}

    def _as_said(self, name: str, values: list[str]) -> str:
        if name == "trait":
            both = (word for slug in self.vocabulary for word in (slug, f"-{slug}"))
            values = [word for word in both if word in values] if values else []
        return urlencode([(name, value) for value in values])

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """Names and values for the hidden fields of a form that adds something to this wall."""
        return [
            (name, value)
            for name in ORDER
            if name not in without
            for value in self._values.get(name, [])
        ]

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        chosen = self.cleaned_data
        values = {
            "trait": self.trait_words,
            "team": self.team_chosen and self.team_chosen.slug,
            "person": chosen["person"] and str(chosen["person"].pk),
            "q": self.search.kept,
            "sort": "" if self.sort_chosen == Sort.NEWEST else self.sort_chosen,
        }
        values = chosen | values
        return {
            name: value if isinstance(value, list) else [value]
            for name, value in values.items()
            if value
        } | {"trait": values["trait"]}


def under(*facets: str) -> Condition:
    """Stories that stand under at least one of these facets."""
    return Condition(frozenset(facets))

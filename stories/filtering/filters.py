"""Which stories a wall is asked to show, and the address that asks for them.

The form knows nothing of the request, so that feeds and exports can filter with the same words.
"""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from staff.models import Credit
from staff.naming import Naming
from stories.models import StoryTrait, Trait
from stories.models.access import StoryQuerySet

from .asked import Asked
from .chips import Chip, chips
from .fields import Sort, days, within
from .known import Known

# The one order of the words in an address, so that the same wall has the same address.
ORDER = (
    *("trait", "team", "person", "served", "setting", "initiative", "recovery", "gold"),
    *("year", "month", "q", "sort", "view", "after"),
)


class FilterForm(Asked):
    """The filters of a wall: which stories are meant, and the address that says so.

    `path` is the page whose address the chips and links are made for. Those who read many filters
    give them all the same `known`. `plain` is where one comes when nothing is asked for any more.
    """

    def __init__(
        self, data: QueryDict, naming: Naming, *, path: str = "/", known: Known | None = None
    ):
        self.path = self.plain = path
        super().__init__(data, naming, known)

    # Filtering.

    @cached_property
    def conditions(self) -> dict[str, Q]:
        """What each thing asked for demands of a story, by its key."""
        chosen = self.cleaned_data
        conditions = {f"trait:{trait.slug}": _with_trait(trait) for trait in self.traits}
        if team := self.team_chosen:
            conditions["team"] = _credited(team__in=self.team_ids(team))
        if person := chosen["person"]:
            conditions["person"] = _credited(employee=person)
        for name in ("served", "setting", "initiative"):
            if chosen[name]:
                conditions[name] = Q(**{name: chosen[name]})
        for name in ("recovery", "gold"):
            if chosen[name]:
                conditions[name] = Q(**{name: True})
        for name in ("year", "month"):
            if chosen[name]:
                conditions[name] = within(*days(chosen[name]))
        return conditions | self.search.conditions

    def apply(self, stories: StoryQuerySet, *, without: tuple[str, ...] = ()) -> StoryQuerySet:
        """Those of the stories that meet all that was asked for, except `without`."""
        for key, condition in self.conditions.items():
            if key not in without:
                stories = stories.filter(condition)
        return stories

    # Writing an address.

    @cached_property
    def chips(self) -> list[Chip]:
        """All that was asked for, in words, each with the address of the wall without it."""
        return chips(self)

    def with_trait(self, trait: Trait) -> str:
        return self.address(trait=[*(t.slug for t in self.traits), trait.slug])

    def without_trait(self, trait: Trait) -> str:
        return self.address(trait=[t.slug for t in self.traits if t.pk != trait.pk])

    def address(self, **changes: str | list[str] | None) -> str:
        """The address of this wall with some values changed, or with None left out."""
        values = self._values | {
            name: [] if value is None else [value] if isinstance(value, str) else value
            for name, value in changes.items()
        }
        values["trait"] = [slug for slug in self.vocabulary if slug in values["trait"]]
        query = urlencode([(name, value) for name in ORDER for value in values.get(name, [])])
        return f"{self.path}?{query}" if query else self.plain

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
            "trait": [trait.slug for trait in self.traits],
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


def _with_trait(trait: Trait) -> Q:
    return Q(pk__in=StoryTrait.objects.filter(tag=trait).values("content_object"))


def _credited(**to) -> Q:
    return Q(pk__in=Credit.objects.filter(**to).values("story"))

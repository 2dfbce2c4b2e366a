"""The reader's own views, in a quiet row over the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import cached_property

from staff.models import User
from stories.filtering.filters import FilterForm
from stories.filtering.stored import near
from stories.models import SavedView

MOST_IN_ROW = 8
# For whom the wall opens with a view, its bare address leads there; this one shows everything.
EVERYTHING = "?all=1"


@dataclass(frozen=True)
class Entry:
    """One view in the row. `on` if it is the one that is shown."""

    name: str
    url: str
    on: bool


class Row:
    """The views that an account keeps, beside what a wall is asked for."""

    def __init__(
        self,
        account: User,
        form: FilterForm,
        kept: Iterable[SavedView] | None = None,
        shown: SavedView | None = None,
    ) -> None:
        self.form = form
        self.kept = list(SavedView.objects.kept_by(account) if kept is None else kept)
        self._shown = shown
        if self.opening:
            form.plain = self.everything

    @cached_property
    def opening(self) -> str:
        """The address that the wall opens with; '' if with all stories."""
        return next((view.leads_to for view in self.kept if view.opens), "")

    @property
    def everything(self) -> str:
        """The address of all stories."""
        return reverse("wall") + (EVERYTHING if self.opening else "")

    @cached_property
    def shown(self) -> SavedView | None:
        """The view that the wall shows just now: that of this page, or one that asks the same."""
        asked = query_of(self.form)
        same = (view for view in self.kept if asked and view.wall_query == asked)
        return self._shown or next(same, None)

    @property
    def shows_everything(self) -> bool:
        return self.shown is None and not query_of(self.form)

    @cached_property
    def entries(self) -> list[Entry]:
        """The first of them; the one that is shown always among them."""
        listed = [view for view in self.kept if view.leads_to]
        first = listed[:MOST_IN_ROW]
        first += [view for view in listed[MOST_IN_ROW:] if view == self.shown]
        return [Entry(self._name(view), view.leads_to, view == self.shown) for view in first]

    def _name(self, view: SavedView) -> str:
        around = near(view.query, self.form.known, view.called).and_person(view.owner_id)
        return self.form.naming.text(view.called, around)


def query_of(form: FilterForm) -> str:
    """What a wall is asked for as it is kept: with its order and its looks, but no page of it."""
    return form.address(after=None, before=None).partition("?")[2]

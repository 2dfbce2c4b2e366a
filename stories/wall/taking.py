"""A wall taken along: its filter as a query, for paper, e-mails, feeds and screens."""

from __future__ import annotations

from stories.filtering.fields import Sort
from stories.filtering.filters import FilterForm


def kept(form: FilterForm, asks: dict[str, str] | None) -> str:
    """The same with its order and its looks, as it may be kept; '' where all stories are shown."""
    looks = {"view": "list" if form.as_list else None}
    if form.sort_chosen != Sort.NEWEST:
        looks["sort"] = form.sort_chosen
    return taken_along(form, asks, **looks) or ""


def taken_along(form: FilterForm, asks: dict[str, str] | None, **looks: str | None) -> str | None:
    """The query that means the stories of this page on any surface, with its “?” if there is one.

    `asks` is what the page itself asks for, such as the team it is about. None where it could not
    be said: of two people, of two teams, or of somebody who is not named; and of what is the
    reader's own.
    """
    if form.cleaned_data["mine"] or form.cleaned_data["new"]:
        return None
    if asks is None or ("person" in asks and form.cleaned_data["person"]):
        return None
    changes: dict[str, str | list[str] | None] = {"sort": None, "view": None, **looks, **asks}
    if "trait" in asks:
        changes["trait"] = [*form.trait_words, asks["trait"]]
    if "team" in asks and (chosen := form.team_chosen):
        page = next(team for team in form.teams if team.slug == asks["team"])
        if page.pk not in chosen.tree_path:
            return None
        changes["team"] = chosen.slug
    _path, mark, query = form.address(**changes).partition("?")
    return mark + query

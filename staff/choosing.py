"""A team to choose in a form, from the tree: each region with what is below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from .models import Team
from .models.team import in_tree

INDENT = "\u2003"

Choice = tuple[Any, str]
# A choice, or several under a heading.
Offered = Choice | tuple[str, list[Choice]]


def in_regions(
    teams: Iterable[Team], value: Callable[[Team], Any], most: int | None = None
) -> list[Offered]:
    """The choices of a select. A region heads those below it, as which a screen reader says it
    with each of them; it can be chosen as a whole.

    Where one team holds all the others, as an organisation does, regions are right below that.
    """
    tree = in_tree(teams)
    lone = sum(team.parent_id is None for team in tree) == 1
    offered: list[tuple[str, list[Choice]]] = []
    for team in tree[:most]:
        below = len(team.tree_path) - (2 if lone else 1)
        if below > 0:
            offered[-1][1].append((value(team), INDENT * (below - 1) + team.name))
        else:
            offered.append((team.name, [(value(team), team.name)]))
    return [_headed(*region) for region in offered]


def _headed(region: str, choices: list[Choice]) -> Offered:
    (whole, name), *below = choices
    return (region, [(whole, _("All of %s") % name), *below]) if below else (whole, name)

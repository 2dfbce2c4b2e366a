"""The traits on the tell page, as tiles to tap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from stories.models import Trait

from .forms import TellForm

# So many tiles stand open before the rest of the vocabulary is asked for.
OPEN_TILES = 6


@dataclass(frozen=True)
class Tile:
    """A trait to tap; a chosen one knows which words show it."""

    trait: Trait
    chosen: bool = False
    suggested: bool = False
    evidence: str = ""


def offered_traits(form: TellForm) -> QuerySet[Trait]:
    """The question for all traits to choose from, and those chosen that are not in use any more."""
    standings = (Trait.Standing.RETIRED, Trait.Standing.MERGED)
    in_use, chosen = Q(standing=Trait.Standing.CURATED), Q(slug__in=_slugs(form))
    traits = Trait.objects.filter(in_use | chosen & Q(standing__in=standings))
    return traits.select_related("merged_into")


def trait_tiles(
    form: TellForm, suggested: Iterable[str], offered: Iterable[Trait] | None = None
) -> list[Tile]:
    """All traits to choose from: the chosen first, then the suggested, then the vocabulary.

    A chosen one that was merged meanwhile leads to its heir, and so do its words.
    """
    slugs, offered = _slugs(form), offered_traits(form) if offered is None else offered
    found = {trait.slug: trait.merged_into or trait for trait in offered}
    chosen: dict[str, str] = {}
    for slug in slugs:
        heir = found[slug].slug if slug in found else slug
        chosen[heir] = chosen.get(heir) or form.value_of(f"evidence-{slug}")
    suggested = list(suggested)
    order = {slug: place for place, slug in enumerate(dict.fromkeys([*chosen, *suggested]))}
    traits = {trait.pk: trait for trait in found.values()}.values()
    return [
        Tile(
            trait,
            chosen=trait.slug in chosen,
            suggested=trait.slug in suggested,
            evidence=chosen.get(trait.slug) or form.value_of(f"evidence-{trait.slug}"),
        )
        for trait in sorted(traits, key=lambda trait: order.get(trait.slug, len(order)))
    ]


def _slugs(form: TellForm) -> list[str]:
    return [str(slug) for slug in form["traits"].value() or []]

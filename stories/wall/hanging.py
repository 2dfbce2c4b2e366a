"""The posters of a page in their rows, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString, mark_safe

from stories.posters import Poster

from .rows import rows


def hung(posters: Sequence[Poster]) -> SafeString:
    """The posters in rows; the photos of the first row are on the first screen."""
    html = []
    for number, row in enumerate(rows(posters)):
        html.append(f'<div class="{row.css}">\n')
        html += (slot.card.shown(slot.css, swap=slot.swap, eager=number == 0) for slot in row.slots)
        html.append("</div>\n")
    return mark_safe("".join(html))  # noqa: S308  # printed by a template, filled with our own words

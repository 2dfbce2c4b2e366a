"""Every pair of inks can be read, and the style sheet prints what the list says."""

import re
from pathlib import Path

import pytest

from stories import palette

TOKENS = Path("static/css/tokens.css").read_text(encoding="utf-8")
ENOUGH = 4.5


def sheet_of(scheme: str = "light") -> dict[str, palette.Colour]:
    """The plain colours of the page in one scheme, read from the style sheet."""
    start, *schemes = re.split(r"@media \(prefers-color-scheme: dark\)", TOKENS)
    text = start if scheme == "light" else schemes[0].split("@media")[0]
    found = re.findall(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)", text)
    colours = {name: palette.Colour(*map(float, parts)) for name, *parts in found}
    white = {"field": palette.Colour(1, 0, 0)} if scheme == "light" else {}
    return colours | white


@pytest.mark.parametrize("pair", palette.PAIRS, ids=lambda pair: pair.slug)
def test_ink_can_be_read_on_its_ground(pair):
    assert palette.contrast(pair.ground, pair.ink) >= ENOUGH


@pytest.mark.parametrize("pair", palette.PAIRS, ids=lambda pair: pair.slug)
def test_the_style_sheet_prints_the_pair_of_the_list(pair):
    chroma, hue = pair.marker
    numbers = palette.Colour(0, chroma, hue).css.split()
    rule = (
        f'[data-hue="{pair.slug}"] {{ --ground: {pair.ground.css}; --ink: {pair.ink.css};'
        f" --mark-c: {numbers[1]}; --mark-h: {numbers[2].rstrip(')')}; }}"
    )
    assert rule in TOKENS, f"tokens.css has to say: {rule}"


def test_the_style_sheet_knows_no_other_pair():
    printed = set(re.findall(r'\[data-hue="([\w-]+)"\]', TOKENS))
    assert not printed - set(palette.BY_SLUG), "palette.py has to list it too."


def test_every_trait_to_ship_with_has_a_pair_and_the_choices_are_the_list():
    shipped = (
        "personal relational generous seen-through empowered unexpected playful put-right "
        "resourceful caring surprising remembered sincere honest noticed small-thing plain"
    )
    assert set(shipped.split()) <= set(palette.BY_SLUG)
    assert [slug for slug, _ in palette.CHOICES] == [pair.slug for pair in palette.PAIRS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "field"])
@pytest.mark.parametrize("ink", ["text", "quiet", "error"])
def test_words_of_the_page_can_be_read(scheme, ground, ink):
    colours = sheet_of("light") | sheet_of(scheme)
    assert palette.contrast(colours[ground], colours[ink]) >= ENOUGH


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_on_grey_blocks_and_edges_of_fields_can_be_seen(scheme):
    colours = sheet_of("light") | sheet_of(scheme)
    assert palette.contrast(colours["block"], colours["text"]) >= ENOUGH
    assert palette.contrast(colours["field"], colours["edge"]) >= 3
    assert palette.contrast(colours["page"], colours["focus"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", palette.PAIRS, ids=lambda pair: pair.slug)
def test_marked_words_can_be_read_and_their_underline_seen(scheme, pair):
    colours = sheet_of("light") | sheet_of(scheme)
    text = TOKENS if scheme == "light" else TOKENS.split("prefers-color-scheme: dark")[1]
    tint_light = float(re.search(r"--tint-light: ([\d.]+)", text)[1])
    mark_light = float(re.search(r"--mark-light: ([\d.]+)", text)[1])
    chroma, hue = pair.marker
    tint = palette.Colour(tint_light, chroma * 0.42, hue)
    assert palette.contrast(tint, colours["text"]) >= ENOUGH
    assert palette.contrast(palette.Colour(mark_light, chroma, hue), colours["page"]) >= 3


def test_the_seal_can_be_read():
    colours = sheet_of()
    assert palette.contrast(colours["gold"], colours["gold-ink"]) >= ENOUGH

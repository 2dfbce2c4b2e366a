"""The tested pairs of inks a poster may be printed in.

One list is the source for everything: the choices an admin has for a trait, the colours in
static/css/tokens.css and the picture cards. Colours are OKLCH (lightness, chroma, hue angle).
tests/site/test_colours.py proves that each pair can be read and that the style sheet agrees.
"""

import math
from typing import NamedTuple


class Colour(NamedTuple):
    """A colour in OKLCH: even steps of lightness look even, whatever the hue."""

    lightness: float
    chroma: float
    hue: float

    @property
    def css(self) -> str:
        return f"oklch({_short(self.lightness)} {_short(self.chroma)} {_short(self.hue)})"

    @property
    def linear(self) -> tuple[float, float, float]:
        """Linear sRGB, clipped to what a screen can show."""
        a = self.chroma * math.cos(math.radians(self.hue))
        b = self.chroma * math.sin(math.radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
        green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
        blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
        return _clip(red), _clip(green), _clip(blue)

    @property
    def rgb(self) -> tuple[int, int, int]:
        """sRGB in 0–255, for drawing with Pillow."""
        red, green, blue = (round(255 * _encode(channel)) for channel in self.linear)
        return red, green, blue

    @property
    def hex(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)

    @property
    def luminance(self) -> float:
        red, green, blue = self.linear
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Pair(NamedTuple):
    """A ground and the ink printed on it; `slug` is the value of data-hue."""

    slug: str
    label: str
    ground: Colour
    ink: Colour

    @property
    def marker(self) -> tuple[float, float]:
        """Chroma and hue of the tint that marks this trait's words in running text.

        The ground's own hue, unless the ground is nearly grey: then the ink has the character.
        """
        source = self.ground if self.ground.chroma >= 0.02 else self.ink
        return (min(0.15, max(0.06, source.chroma)) if source.chroma > 0.02 else 0.01, source.hue)


def contrast(one: Colour, other: Colour) -> float:
    """The WCAG contrast ratio of two colours."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def _clip(channel: float) -> float:
    return min(1.0, max(0.0, channel))


def _encode(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _short(number: float) -> str:
    return f"{number:g}".removeprefix("0") if 0 < number < 1 else f"{number:g}"


def _pair(slug: str, label: str, ground: tuple, ink: tuple) -> Pair:
    return Pair(slug, label, Colour(*ground), Colour(*ink))


PLAIN = "plain"

PAIRS = (
    # Deep grounds.
    _pair("personal", "Blue, pink ink", (0.42, 0.19, 264), (0.91, 0.055, 350)),
    _pair("relational", "Forest, lime ink", (0.36, 0.075, 158), (0.92, 0.09, 112)),
    _pair("generous", "Wine, blush ink", (0.34, 0.115, 16), (0.865, 0.07, 32)),
    _pair("seen-through", "Petrol, mint ink", (0.335, 0.055, 222), (0.90, 0.06, 180)),
    _pair("empowered", "Night, yellow ink", (0.225, 0.015, 260), (0.90, 0.185, 112)),
    # Middle grounds.
    _pair("unexpected", "Vermilion, black ink", (0.655, 0.215, 33), (0.18, 0.05, 30)),
    _pair("playful", "Yellow, blue ink", (0.885, 0.165, 97), (0.36, 0.16, 266)),
    _pair("put-right", "Jade, dark green ink", (0.80, 0.088, 174), (0.29, 0.05, 190)),
    _pair("resourceful", "Olive, dark olive ink", (0.70, 0.105, 112), (0.23, 0.045, 125)),
    # Pale grounds.
    _pair("caring", "Pink, wine ink", (0.83, 0.085, 5), (0.33, 0.125, 18)),
    _pair("surprising", "Apricot, plum ink", (0.84, 0.10, 66), (0.31, 0.09, 335)),
    _pair("remembered", "Lilac, purple ink", (0.81, 0.065, 302), (0.30, 0.11, 318)),
    _pair("sincere", "Sky, navy ink", (0.905, 0.035, 232), (0.33, 0.11, 262)),
    _pair("honest", "Grey, black ink", (0.875, 0.006, 245), (0.20, 0.01, 260)),
    _pair("noticed", "Lime, forest ink", (0.935, 0.095, 112), (0.34, 0.075, 158)),
    _pair("small-thing", "Rose, red ink", (0.94, 0.025, 10), (0.46, 0.18, 24)),
    # For traits an organisation adds itself.
    _pair("violet", "Violet, lime ink", (0.38, 0.15, 305), (0.92, 0.09, 112)),
    _pair("moss", "Moss, rose ink", (0.40, 0.07, 130), (0.93, 0.05, 20)),
    _pair("brick", "Brick, cream ink", (0.45, 0.13, 40), (0.95, 0.03, 80)),
    _pair("dusk", "Indigo, apricot ink", (0.27, 0.08, 285), (0.84, 0.10, 66)),
    _pair("lagoon", "Lagoon, navy ink", (0.74, 0.11, 210), (0.22, 0.05, 250)),
    _pair("coral", "Raspberry, black ink", (0.70, 0.16, 5), (0.19, 0.06, 10)),
    _pair("straw", "Straw, violet ink", (0.91, 0.07, 85), (0.38, 0.13, 305)),
    _pair("mint", "Mint, wine ink", (0.92, 0.06, 160), (0.36, 0.15, 16)),
    # What a story without a trait is printed in.
    _pair(PLAIN, "Quiet grey", (0.91, 0.008, 250), (0.25, 0.02, 260)),
)

BY_SLUG = {pair.slug: pair for pair in PAIRS}

CHOICES = [(pair.slug, pair.label) for pair in PAIRS]

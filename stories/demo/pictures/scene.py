"""Paint, light and film for the demo's pictures, with Pillow alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageEnhance, ImageOps

from .masks import Drawing, Point, between, through

Stops = Sequence[tuple[float, str]]


class Scene(Drawing):
    """A picture in the making: what is painted later stands in front."""

    def __init__(self, width: int, height: int, seed: str, scale: float = 1.0) -> None:
        super().__init__(width, height, seed, scale)
        self.image = Image.new("RGB", self.size)

    # Paint

    def wash(self, stops: Stops, mask: Image.Image | None = None, *, across: bool = False) -> None:
        """Colours that run into each other from top to bottom (or left to right)."""
        self.paint(self.blend(stops, across=across), mask)

    def blend(self, stops: Stops, *, across: bool = False) -> Image.Image:
        strip = Image.new("RGB", (256, 1))
        strip.putdata([_mixed(stops, x / 255) for x in range(256)])
        if not across:
            strip = strip.transpose(Image.Transpose.ROTATE_270)
        return strip.resize(self.size, Image.Resampling.BICUBIC)

    def ramp(self, *values: float, across: bool = False) -> Image.Image:
        """A mask that changes evenly between these values (0 to 255), top to bottom."""
        strip = Image.new("L", (256, 1))
        strip.putdata([round(between(values, x / 255)) for x in range(256)])
        if not across:
            strip = strip.transpose(Image.Transpose.ROTATE_270)
        return strip.resize(self.size, Image.Resampling.BICUBIC)

    def paint(
        self, colour: str | Image.Image, mask: Image.Image | None = None, much: float = 1.0
    ) -> None:
        """Cover what the mask shows with a colour or an image."""
        over = Image.new("RGB", self.size, colour) if isinstance(colour, str) else colour
        self.image.paste(over, (0, 0), _weak(mask or self.blank(255), much))

    def model(
        self, mask: Image.Image, tone: Image.Image, dark: str, light: str, middle: str | None = None
    ) -> None:
        """Paint a body: its tone from dark to light says which colour goes where."""
        self.paint(ImageOps.colorize(tone, dark, light, middle), mask)

    def body(  # noqa: PLR0913  # a painter’s settings, all by name
        self,
        mask: Image.Image,
        colours: tuple[str, str] | tuple[str, str, str],
        *,
        bulge: float,
        light: Point = (-0.6, -0.8),
        hard: float = 1.0,
        grain: tuple[float, float] = (0, 0),
    ) -> Image.Image:
        """Paint the mask as something round, lit from `light`; returns its tone.

        `bulge` is how far in from the edge it rounds off. Colours go from dark to light.
        """
        height = ImageChops.add(self.soften(mask, bulge), self.soften(mask, bulge / 2.5), 2)
        far = bulge * 0.55
        lit = self.shifted(height, light[0] * far, light[1] * far)
        shade = self.shifted(height, -light[0] * far, -light[1] * far)
        # Where the hill falls off towards the light, the copy moved away from it is higher.
        tone = ImageChops.subtract(shade, lit, 2 / hard, 128)
        tone = self.soften(tone, bulge / 12)
        cell, much = grain
        if much:
            bumps = self.noise(cell, layers=2)
            tone = ImageChops.add(
                tone, bumps.point(lambda v: round((v - 128) * much + 128)), 1, -128
            )
        middle = colours[1] if len(colours) == 3 else None
        self.model(mask, tone, colours[0], colours[-1], middle)
        return tone

    def turned(
        self, x: float, profile: Sequence[Point], strip: Sequence[float], *, round_: bool = True
    ) -> tuple[Image.Image, Image.Image]:
        """Mask and tone of something made on a lathe: (y, half its width there) from the top down.

        `strip` is its tone from the left edge to the right.
        """
        outline = through(profile) if round_ else [*profile]
        sides = [(x - half, y) for y, half in outline]
        mask = self.shape([*sides, *((2 * x - px, py) for px, py in reversed(sides))])
        band = Image.new("L", (256, 1))
        band.putdata([round(between(strip, i / 255)) for i in range(256)])
        tone = self.blank()
        k = self.scale
        for (y, half), (below, next_half) in pairwise(outline):
            wide, top, bottom = max(half, next_half) + 2, round(y * k), round(below * k) + 1
            if bottom > top:
                part = band.resize((max(1, round(2 * wide * k)), bottom - top))
                tone.paste(part, (round((x - wide) * k), top))
        return mask, tone

    def laid(self, texture: Image.Image, corners: Sequence[Point]) -> None:
        """Lay a flat image into four corners as seen in perspective, clockwise from top left."""
        k = self.scale
        seen = texture.convert("RGBA").transform(
            self.size,
            Image.Transform.PERSPECTIVE,
            _perspective([(x * k, y * k) for x, y in corners], texture.size),
            Image.Resampling.BICUBIC,
        )
        self.image.paste(seen, (0, 0), seen.getchannel("A"))

    # Light

    def lit(self, mask: Image.Image, colour: str, much: float = 1.0) -> None:
        """Add light of this colour where the mask shows."""
        glow = Image.composite(
            Image.new("RGB", self.size, colour), Image.new("RGB", self.size), _weak(mask, much)
        )
        self.image = ImageChops.screen(self.image, glow)

    def shaded(self, mask: Image.Image, much: float = 1.0, colour: str = "#000000") -> None:
        """Take light away, down to this colour's share of it."""
        left = Image.composite(
            Image.new("RGB", self.size, colour),
            Image.new("RGB", self.size, "white"),
            _weak(mask, much),
        )
        self.image = ImageChops.multiply(self.image, left)

    def glow(  # noqa: PLR0913  # a painter’s settings, all by name
        self, x: float, y: float, reach: float, colour: str, much: float = 1.0, *, down: float = 0
    ) -> None:
        """Light that falls off around a point; `down` makes it taller or flatter than wide."""
        self.lit(self.halo(x, y, reach, down), colour, much)

    def halo(self, x: float, y: float, reach: float, down: float = 0) -> Image.Image:
        """The mask of such a glow: bright in the middle, nothing at `reach`."""
        wide = max(2, round(2 * reach * self.scale))
        high = max(2, round(2 * (down or reach) * self.scale))
        fall = [round(255 * max(0.0, 1 - v / 180.0) ** 2.2) for v in range(256)]
        spot = Image.radial_gradient("L").point(fall).resize((wide, high), Image.Resampling.BICUBIC)
        mask = self.blank()
        mask.paste(spot, (round(x * self.scale) - wide // 2, round(y * self.scale) - high // 2))
        return mask

    def rim(
        self, mask: Image.Image, side: Point, colour: str, *, wide: float = 10, much: float = 1.0
    ) -> None:
        """A seam of light along the edge that looks to this side."""
        inner = self.shifted(mask, -side[0] * wide, -side[1] * wide)
        edge = ImageChops.multiply(ImageChops.subtract(mask, inner), mask)
        self.lit(ImageChops.multiply(self.soften(edge, wide / 3), mask), colour, much)

    def bokeh(self, spots: Sequence[tuple[float, float, float, str, float]]) -> None:
        """Lights far out of focus: x, y, radius, colour and how strong; brighter at the rim."""
        k = self.scale
        layer = Image.new("RGB", self.size)
        for x, y, radius, colour, much in spots:
            disc = Image.new("L", (round(radius * 4 * k) + 4,) * 2)
            middle, r = disc.width / 2, radius * 2 * k
            draw = ImageDraw.Draw(disc)
            draw.ellipse((middle - r, middle - r, middle + r, middle + r), round(255 * much))
            inner = r * 0.9
            draw.ellipse(
                (middle - inner, middle - inner, middle + inner, middle + inner), round(205 * much)
            )
            disc = self.soften(disc.reduce(2), max(0.8, radius / 16))
            place = (round(x * k - disc.width / 2), round(y * k - disc.height / 2))
            spot = Image.new("RGB", disc.size)
            spot.paste(Image.new("RGB", disc.size, colour), (0, 0), disc)
            box = (*place, place[0] + disc.width, place[1] + disc.height)
            layer.paste(ImageChops.screen(layer.crop(box), spot), place)
        self.image = ImageChops.screen(self.image, layer)

    # Lens and film

    def blurred(
        self, by: float, down: float | None = None, mask: Image.Image | None = None
    ) -> None:
        """Put what has been painted so far out of focus."""
        soft = self.soften(self.image, by, down)
        self.image.paste(soft, (0, 0), mask or self.blank(255))

    def finished(  # noqa: PLR0913  # a painter’s settings, all by name
        self,
        *,
        bloom: float = 0.35,
        vignette: float = 0.35,
        grain: float = 3.5,
        shadows: str = "#0a1018",
        lights: str = "#fff8ee",
        contrast: float = 1.05,
    ) -> Image.Image:
        """Develop: bright parts bleed, corners fall off, and the film has its own colours."""
        bright = self.image.point([max(0, (v - 150)) * 2 for v in range(256)] * 3)
        haze = self.soften(bright, 26)
        self.image = ImageChops.screen(
            self.image, haze.point([round(v * bloom) for v in range(256)] * 3)
        )
        corner = Image.radial_gradient("L").resize(self.size, Image.Resampling.BICUBIC)
        self.shaded(corner.point([round(255 * (v / 255) ** 2.4) for v in range(256)]), vignette)
        self.image = ImageEnhance.Contrast(self.image).enhance(contrast)
        low, high = ImageColor.getrgb(shadows), ImageColor.getrgb(lights)
        curves = [
            round(low[c] + (high[c] - low[c]) * v / 255) for c in range(3) for v in range(256)
        ]
        self.image = self.image.point(curves)
        return self._grained(grain)

    def _grained(self, grain: float) -> Image.Image:
        fine, soft = self.noise(1.6), self.noise(3)
        film = ImageChops.add(fine, soft, 2).point(
            [round((v - 128) * grain / 40 + 128) for v in range(256)]
        )
        layer = Image.merge("RGB", (film, film, film))
        return ImageChops.add(self.image, layer, 1, -128)


def _weak(mask: Image.Image, much: float) -> Image.Image:
    return mask if much >= 1 else mask.point([round(v * much) for v in range(256)])


def _mixed(stops: Stops, place: float) -> tuple[int, int, int]:
    colours = [(at, ImageColor.getrgb(colour)) for at, colour in stops]
    for (at, one), (next_at, other) in pairwise(colours):
        if place <= next_at:
            share = 0 if next_at == at else max(0.0, (place - at) / (next_at - at))
            # A soft start and end, so that no stop shows as a line.
            share = share * share * (3 - 2 * share)
            red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
            return red, green, blue
    last = colours[-1][1]
    return last[0], last[1], last[2]


def _perspective(corners: Sequence[Point], size: tuple[int, int]) -> list[float]:
    """The eight numbers that take a place in the picture back to a place on the flat image."""
    wide, high = size
    rows: list[list[float]] = []
    right: list[float] = []
    for (x, y), (u, v) in zip(corners, [(0, 0), (wide, 0), (wide, high), (0, high)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return _solved(rows, right)


def _solved(rows: list[list[float]], right: list[float]) -> list[float]:
    """Gauss and Jordan, for eight equations."""
    table = [[float(n) for n in row] + [float(end)] for row, end in zip(rows, right, strict=True)]
    for at in range(len(table)):
        best = max(range(at, len(table)), key=lambda row: abs(table[row][at]))
        table[at], table[best] = table[best], table[at]
        table[at] = [n / table[at][at] for n in table[at]]
        for row, line in enumerate(table):
            if row != at:
                table[row] = [n - line[at] * m for n, m in zip(line, table[at], strict=True)]
    return [row[-1] for row in table]

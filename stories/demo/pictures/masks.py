"""Shapes as masks: grey images, white where the shape is, with smooth edges.

Everything is said in the units of the finished picture (1600 or 1200 a side); `scale` draws the
same picture smaller, so that a look at one costs little.
"""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Point = tuple[float, float]
# Edges are drawn this much larger and brought down.
FINER = 2


class Drawing:
    """A picture's size, scale and chance, and the shapes that can be drawn on it."""

    def __init__(self, width: int, height: int, seed: str, scale: float = 1.0) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.size = (round(width * scale), round(height * scale))
        # The same picture each time, not a secret.
        self.random = random.Random(seed)  # noqa: S311

    def blank(self, value: int = 0) -> Image.Image:
        return Image.new("L", self.size, value)

    def shape(
        self, points: Sequence[Point], *, round_: bool = False, soft: float = 0
    ) -> Image.Image:
        """The area within these points; `round_` leads a smooth curve through them."""
        around = through([*points], closed=True) if round_ else points
        return self._large(
            lambda draw, k: draw.polygon([(x * k, y * k) for x, y in around], 255), soft
        )

    def shapes(self, areas: Sequence[Sequence[Point]], *, soft: float = 0) -> Image.Image:
        def each(draw: ImageDraw.ImageDraw, k: float) -> None:
            for points in areas:
                draw.polygon([(x * k, y * k) for x, y in points], 255)

        return self._large(each, soft)

    def oval(  # noqa: PLR0913  # a place takes four numbers
        self,
        x: float,
        y: float,
        across: float,
        down: float = 0,
        *,
        turn: float = 0,
        soft: float = 0,
    ) -> Image.Image:
        """An ellipse by its middle and its two radii, turned by degrees."""
        return self.shape(ring(x, y, across, down or across, turn), soft=soft)

    def box(  # noqa: PLR0913  # a place takes four numbers
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        corner: float = 0,
        soft: float = 0,
    ) -> Image.Image:
        return self._large(
            lambda draw, k: draw.rounded_rectangle(
                (left * k, top * k, right * k, bottom * k), corner * k, 255
            ),
            soft,
        )

    def stroke(
        self,
        points: Sequence[Point],
        width: float | Sequence[float],
        *,
        round_: bool = True,
        soft: float = 0,
    ) -> Image.Image:
        """A line through these points; a list of widths lets it swell and taper along the way."""
        way = through([*points]) if round_ and len(points) > 2 else [*points]
        widths = [width] if isinstance(width, int | float) else [*width]

        def along(draw: ImageDraw.ImageDraw, k: float) -> None:
            for (x, y), (next_x, next_y), place in zip(
                way, way[1:], _parts(len(way)), strict=False
            ):
                thick = max(1.0, between(widths, place) * k)
                ends = (x * k, y * k, next_x * k, next_y * k)
                draw.line(ends, 255, round(thick))
                r = thick / 2
                for cx, cy in (ends[:2], ends[2:]):
                    draw.ellipse((cx - r, cy - r, cx + r, cy + r), 255)

        return self._large(along, soft)

    def strokes(
        self, lines: Sequence[Sequence[Point]], width: float, *, soft: float = 0
    ) -> Image.Image:
        """Many straight lines at once."""

        def each(draw: ImageDraw.ImageDraw, k: float) -> None:
            for points in lines:
                ends = [(x * k, y * k) for x, y in points]
                draw.line(ends, 255, max(1, round(width * k)), joint="curve")

        return self._large(each, soft)

    def soften(self, image: Image.Image, by: float, down: float | None = None) -> Image.Image:
        """The image blurred; `down` blurs more or less from top to bottom than across."""
        radius = (by * self.scale, (by if down is None else down) * self.scale)
        return image.filter(ImageFilter.GaussianBlur(radius)) if max(radius) > 0.3 else image

    def eased(self, mask: Image.Image, by: float) -> Image.Image:
        """The mask with its corners rounded off."""
        return self.soften(mask, by).point([max(0, min(255, (v - 96) * 4)) for v in range(256)])

    def shifted(self, image: Image.Image, x: float, y: float) -> Image.Image:
        moved = Image.new(image.mode, image.size)
        moved.paste(image, (round(x * self.scale), round(y * self.scale)))
        return moved

    def rough(
        self, mask: Image.Image, by: float, *, grain: float = 5, deep: float = 1.0
    ) -> Image.Image:
        """The mask with a torn edge, as of fur, wool, snow or leaves, about `by` wide."""
        soft = self.soften(mask, by)
        bumps = self.noise(grain)
        edge = ImageChops.add(
            soft, bumps.point(lambda v: round((v - 128) * deep / 2 + 128)), 1, -128
        )
        return edge.point([max(0, min(255, (v - 104) * 5)) for v in range(256)])

    def noise(self, cell: float, down: float = 0, *, layers: int = 1) -> Image.Image:
        """Chance in grey around the middle, in patches this large; finer layers add detail."""
        made: Image.Image | None = None
        for layer in range(layers):
            across, along = cell / 2**layer, (down or cell) / 2**layer
            wide = max(2, math.ceil(self.width / across))
            high = max(2, math.ceil(self.height / along))
            small = Image.frombytes("L", (wide, high), self.random.randbytes(wide * high))
            large = small.resize(self.size, Image.Resampling.BICUBIC)
            made = large if made is None else Image.blend(made, large, 1 / (layer + 2))
        assert made is not None  # noqa: S101  # there is always one layer
        return made

    def _large(self, draw_on, soft: float) -> Image.Image:
        large = Image.new("L", (self.size[0] * FINER, self.size[1] * FINER))
        draw_on(ImageDraw.Draw(large), self.scale * FINER)
        return self.soften(large.reduce(FINER), soft)


def path(text: str) -> list[Point]:
    """Points written as “x,y x,y …”."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


def both(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where both masks are."""
    return ImageChops.multiply(one, other)


def either(*masks: Image.Image) -> Image.Image:
    """Where any of the masks is."""
    return functools.reduce(ImageChops.lighter, masks)


def without(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where the first mask is and the other is not."""
    return ImageChops.subtract(one, other)


def ring(x: float, y: float, across: float, down: float, turn: float = 0) -> list[Point]:
    """Points of an ellipse, turned by degrees."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    made = []
    for step in range(96):
        dx, dy = across * math.cos(step * math.tau / 96), down * math.sin(step * math.tau / 96)
        made.append((x + dx * cos - dy * sin, y + dx * sin + dy * cos))
    return made


def through(points: Sequence[Point], *, closed: bool = False) -> list[Point]:
    """A smooth curve through the points (Catmull-Rom)."""
    if closed:
        all_ = [points[-1], *points, points[0], points[1]]
    else:
        all_ = [points[0], *points, points[-1]]
    made = []
    for a, b, c, d in zip(all_, all_[1:], all_[2:], all_[3:], strict=False):
        for step in range(14):
            t = step / 14
            made.append((_bend(a[0], b[0], c[0], d[0], t), _bend(a[1], b[1], c[1], d[1], t)))
    return made if closed else [*made, points[-1]]


def between(values: Sequence[float], place: float) -> float:
    """The value at a place from 0 to 1 along a list, straight between its members."""
    if len(values) == 1:
        return values[0]
    spot = min(max(place, 0.0), 1.0) * (len(values) - 1)
    at = min(int(spot), len(values) - 2)
    return values[at] + (values[at + 1] - values[at]) * (spot - at)


def mirrored(points: Sequence[Point], x: float) -> list[Point]:
    """The points and, on the way back, their mirror image about x."""
    return [*points, *((2 * x - px, py) for px, py in reversed(points))]


@functools.cache
def _parts(count: int) -> tuple[float, ...]:
    return tuple(index / max(1, count - 2) for index in range(count))


def _bend(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )

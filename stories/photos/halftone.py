"""Photos as posters print them: round dots on a turned grid, their size by how dark it is.

One file serves every pair of inks. It holds how much ink there is at each point, in a few steps,
and says nothing of colour; a palette of the ink in those steps of transparency is put in when
somebody asks. Turned round, the same palette prints the lights instead of the darks, so that a
photo stays positive in pale ink on a dark ground too.
"""

from __future__ import annotations

import functools
import io
import math
import struct
import zlib

from PIL import Image, ImageChops, ImageFilter, ImageOps

from stories import palette

LONGEST = 1000
STEPS = 4
# How far the grid is turned: its steps are (2m, m), so it repeats every 5m pixels and packs well.
FINEST = 2
# Even the whitest paper carries the smallest dots, and the deepest dark keeps its smallest holes.
LIGHTEST, DARKEST = 10, 245


def halftone(
    image: Image.Image, size: tuple[int, int], ink: tuple[int, int, int], *, lights: bool = False
) -> Image.Image:
    """The image as dots of this ink on nothing, for cards and posters.

    With `lights` it prints what is bright, for pale ink on a dark ground.
    """
    cover = coverage(image.resize(size, Image.Resampling.LANCZOS), max(size) / 150)
    if lights:
        cover = ImageChops.invert(cover)
    dots = Image.new("RGBA", size, (*ink, 0))
    dots.putalpha(cover)
    return dots


def prints_lights(hue: str, swapped: bool = False) -> bool:
    """Whether this pair's ink is paler than its ground."""
    ground, ink = inks(hue, swapped)
    return ink.luminance > ground.luminance


def inks(hue: str, swapped: bool = False) -> tuple[palette.Colour, palette.Colour]:
    """Ground and ink of this pair, or the other way round."""
    pair = palette.BY_SLUG[hue]
    return (pair.ink, pair.ground) if swapped else (pair.ground, pair.ink)


def stored_halftone(image: Image.Image) -> bytes:
    """A PNG of how much ink there is, 0 to 3, without colours; see `coloured`."""
    scale = min(1.0, LONGEST / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    cover = coverage(image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0), 20 / 3)
    steps = cover.point([(value * (STEPS - 1) + 127) // 255 for value in range(256)])
    indexed = Image.new("P", size)
    indexed.putpalette([value for step in range(STEPS) for value in (step, step, step)])
    indexed.paste(steps)
    buffer = io.BytesIO()
    indexed.save(buffer, "PNG", bits=2, optimize=True)
    return buffer.getvalue()


def coloured(png: bytes, hue: str, swapped: bool = False) -> bytes:
    """The stored halftone in this pair's ink: only its palette is written anew."""
    ink = inks(hue, swapped)[1].rgb
    alphas = [step * 255 // (STEPS - 1) for step in range(STEPS)]
    if prints_lights(hue, swapped):
        alphas.reverse()
    where = png.index(b"PLTE") - 4
    after = png.index(b"IDAT") - 4
    chunks = _chunk(b"PLTE", bytes(ink) * STEPS) + _chunk(b"tRNS", bytes(alphas))
    return png[:where] + chunks + png[after:]


def coverage(image: Image.Image, pitch: float) -> Image.Image:
    """How much ink there is at each pixel, printing the darks."""
    tone = _printable(image, pitch)
    screen = _screen(image.size, max(FINEST, round(pitch / math.sqrt(5))))
    # Soft over about one pixel at the edge of a dot: steeper dots for a larger grid.
    soft = min(255.0, 0.9 * pitch)
    return ImageChops.subtract(screen, tone, scale=1 / soft, offset=128)


def _printable(image: Image.Image, pitch: float) -> Image.Image:
    """In grey, stretched so that any photo reads, and lifted locally so that shapes stand out."""
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=(1, 1))
    local = ImageFilter.UnsharpMask(radius=pitch * 6, percent=45, threshold=0)
    grey = ImageOps.autocontrast(grey.filter(local), cutoff=(0.5, 0.5))
    span = DARKEST - LIGHTEST
    return grey.point([LIGHTEST + value * span // 255 for value in range(256)])


def _screen(size: tuple[int, int], step: int) -> Image.Image:
    """The thresholds of the dots, all over the picture."""
    tile = _tile(step)
    screen = Image.new("L", size)
    for top in range(0, size[1], tile.height):
        for left in range(0, size[0], tile.width):
            screen.paste(tile, (left, top))
    return screen


@functools.lru_cache(maxsize=16)
def _tile(step: int) -> Image.Image:
    """One period of the grid (2m, m): each pixel's place in the order in which a dot grows."""
    period = 5 * step
    ranks = sorted(
        (_spot(x + 0.5, y + 0.5, step), x, y) for x in range(period) for y in range(period)
    )
    tile = Image.new("L", (period, period))
    for rank, (_value, x, y) in enumerate(ranks):
        tile.putpixel((x, y), (2 * rank + 1) * 255 // (2 * len(ranks)))
    return tile


def _spot(x: float, y: float, step: int) -> float:
    """Highest amid a dot, lowest amid four: dots meet at half dark, then holes shrink."""
    along = (2 * x + y) / (5 * step)
    across = (2 * y - x) / (5 * step)
    return math.cos(2 * math.pi * along) + math.cos(2 * math.pi * across)


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

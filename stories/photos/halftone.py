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

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from stories import palette

LONGEST = 960
# So many dots stand along the long side, at any size.
DOTS = 108
# Of ink, in the stored file: none, two at the edges of dots, all.
STEPS = 4
# What is finer than this share of the distance of two dots would only fray them, and so many tones
# are as many as dots can tell. Where a picture is too busy to pack well, less of both will do.
FINE, BUSY = (0.22, 16), (0.7, 6)
SHORTER = 720
MOST_BYTES = 60_000
LUMINANCE, MIDDLE = (0.2126, 0.7152, 0.0722), 0.16
# How far the grid is turned: its steps are (2m, m), so it repeats every 5m pixels and packs well.
FINEST = 2
# Even the whitest paper carries the smallest dots, and the deepest dark keeps its smallest holes.
LIGHTEST, DARKEST = 10, 245


def halftone(
    image: Image.Image,
    size: tuple[int, int],
    ink: tuple[int, int, int],
    *,
    lights: bool | None = None,
    pitch: float | None = None,
) -> Image.Image:
    """The image as dots of this ink on nothing, for cards and posters.

    Dark ink prints what is dark, and pale ink what is bright, so that a photo stays positive on
    the ground that goes with either; `lights` says so where the ink alone does not tell. `pitch` is
    how far apart the dots stand, in pixels, where the size alone does not.
    """
    cover = coverage(image.resize(size, Image.Resampling.LANCZOS), pitch=pitch)
    if _is_pale(ink) if lights is None else lights:
        cover = ImageChops.invert(cover)
    dots = Image.new("RGBA", size, (*ink, 0))
    dots.putalpha(cover)
    return dots


def _is_pale(ink: tuple[int, int, int]) -> bool:
    """Between the deepest ground and the darkest of the middle ones there is room to tell."""
    return (
        sum(share * (value / 255) ** 2.2 for share, value in zip(LUMINANCE, ink, strict=True))
        > MIDDLE
    )


def prints_lights(hue: str, swapped: bool = False) -> bool:
    """Whether this pair's ink is paler than its ground."""
    ground, ink = inks(hue, swapped)
    return ink.luminance > ground.luminance


def inks(hue: str, swapped: bool = False) -> tuple[palette.Colour, palette.Colour]:
    """Ground and ink of this pair, or the other way round."""
    pair = palette.BY_SLUG[hue]
    return (pair.ink, pair.ground) if swapped else (pair.ground, pair.ink)


def stored_halftone(image: Image.Image) -> bytes:
    """A PNG of how much ink there is, in four steps and without colour; see `coloured`."""
    png = b""
    for longest, (grain, tones) in ((LONGEST, FINE), (LONGEST, BUSY), (SHORTER, BUSY)):
        scale = min(1.0, longest / max(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        png = _packed(coverage(small, grain, tones))
        if len(png) <= MOST_BYTES:
            break
    return png


def _packed(cover: Image.Image) -> bytes:
    steps = cover.point([(value * (STEPS - 1) + 127) // 255 for value in range(256)])
    indexed = Image.new("P", cover.size)
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


def coverage(
    image: Image.Image,
    grain: float = FINE[0],
    tones: int = FINE[1],
    *,
    pitch: float | None = None,
) -> Image.Image:
    """How much ink there is at each pixel, printing the darks."""
    pitch = pitch or max(image.size) / DOTS
    step = max(FINEST, round(pitch / math.sqrt(5)))
    tone = _printable(image, step * math.sqrt(5), grain, tones)
    # Soft over about one pixel at the edge of a dot: steeper dots for a larger grid.
    soft = 2.0 * step
    return ImageChops.subtract(_screen(image.size, step), tone, scale=1 / soft, offset=128)


def _printable(image: Image.Image, pitch: float, grain: float, tones: int) -> Image.Image:
    """In grey, stretched so that any photo reads, and lifted locally so that shapes stand out."""
    grey = image.convert("L").filter(ImageFilter.GaussianBlur(pitch * grain))
    grey = ImageOps.autocontrast(grey, cutoff=(1, 1))
    local = ImageFilter.UnsharpMask(radius=pitch * 6, percent=45, threshold=0)
    grey = ImageOps.autocontrast(grey.filter(local), cutoff=(0.5, 0.5))
    bend, span = _bend(grey), DARKEST - LIGHTEST
    bent = [round((value / 255) ** bend * tones) / tones for value in range(256)]
    return grey.point([round(LIGHTEST + share * span) for share in bent])


def _bend(grey: Image.Image) -> float:
    """The power that brings the middle of a dark or a pale picture nearer to half."""
    middle = min(max(ImageStat.Stat(grey).median[0] / 255, 0.02), 0.98)
    return min(max(math.log(0.5) / math.log(middle), 0.65), 1.5)


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

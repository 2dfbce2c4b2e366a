"""Printing text on a sheet that holds how much ink there is at each pixel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageOps

from stories import lines
from stories.photos.halftone import halftone

from .faces import EMOJI_SIZE, Style
from .setting import Run, advance, ink, runs, seen, width

# Text is drawn so many times larger and made smaller again: fonts place letters on whole pixels,
# and that is too coarse for small print.
FINE_BELOW, FINE, COARSE = 60, 4, 2
# The least ink of an emoji, so that its outline shows.
FAINTEST = 40
# From this size on emoji are printed in dots, so many to an em.
DOTS_FROM, DOTS = 60, 26


@dataclass(frozen=True)
class Sheet:
    """A card while it is printed: how much ink there is at each pixel, 0 to 255.

    `lights` says that the ink is paler than the ground, and prints what is bright.
    """

    image: Image.Image
    lights: bool = False


class Row(NamedTuple):
    """One line of text on its baseline; `rtl` is the main direction of the text it is a line of.

    `tone` is 255 for ink, and 0 to take the letters out of what is printed already.
    """

    start: float
    baseline: float
    text: str
    style: Style
    size: float
    rtl: bool = False
    tone: int = 255


def draw(sheet: Sheet, row: Row) -> None:
    """Print a line, its start counted from the left."""
    size, fine = row.size, FINE if row.size < FINE_BELOW else COARSE
    covered, pad = ink(row.text, row.style, row.rtl), math.ceil(size * 0.1) + 2
    wide = math.ceil((max(covered.right, width(row.text, row.style)) - min(covered.left, 0)) * size)
    high = math.ceil((covered.bottom - covered.top) * size)
    left = math.floor(row.start + min(covered.left, 0) * size) - pad
    top = math.floor(row.baseline + covered.top * size) - pad
    mask = Image.new("L", ((wide + 2 * pad) * fine, (high + 2 * pad) * fine))
    pen = ImageDraw.Draw(mask)
    x = row.start
    for run in runs(row.text, row.style, row.rtl):
        if run.face.emoji:
            _print_emoji(sheet, (x, row.baseline), run, size, row.tone)
        else:
            _print_run(pen, ((x - left) * fine, (row.baseline - top) * fine), run, size * fine)
        x += advance(run) * size
    sheet.image.paste(row.tone, (left, top), mask.reduce(fine))


def _print_run(pen: ImageDraw.ImageDraw, at: tuple[float, float], run: Run, size: float) -> None:
    font = run.face.font(size)
    if not run.tracked:
        direction = "rtl" if run.rtl else "ltr"
        pen.text(at, seen(run.text), 255, font, anchor="ls", direction=direction)
        return
    for letter, offset in zip(run.text, lines.offsets(run.text), strict=False):
        if letter != " ":
            pen.text((at[0] + offset * size, at[1]), letter, 255, font, anchor="ls")


def _print_emoji(sheet: Sheet, at: tuple[float, float], run: Run, size: float, tone: int) -> None:
    """An emoji in the card's two inks: a photo of itself, in as many steps between them."""
    font = run.face.font(0)
    covered = [int(edge) for edge in font.getbbox(run.text, anchor="ls", direction="ltr")]
    picture = Image.new("RGBA", (covered[2] - covered[0], covered[3] - covered[1]))
    pen = ImageDraw.Draw(picture)
    place = (-covered[0], -covered[1])
    pen.text(place, run.text, font=font, anchor="ls", direction="ltr", embedded_color=True)
    scale = size * run.face.scale / EMOJI_SIZE
    wanted = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(wanted, Image.Resampling.LANCZOS)
    spot = (round(at[0] + covered[0] * scale), round(at[1] + covered[1] * scale))
    sheet.image.paste(_in_ink(picture, sheet.lights, size, tone), spot, picture.getchannel("A"))


def _in_ink(picture: Image.Image, lights: bool, size: float, tone: int) -> Image.Image:
    """How much ink an emoji takes: its darks, or its lights where the ink is the paler one.

    Large ones are printed in dots, as photos are; in small print there is no room for any.
    """
    ground = Image.new("RGB", picture.size, "black" if lights else "white")
    ground.paste(picture, (0, 0), picture)
    if size >= DOTS_FROM:
        dots = halftone(ground, ground.size, (0, 0, 0), lights=lights, pitch=max(4.5, size / DOTS))
        cover = dots.getchannel("A")
    else:
        grey = ImageOps.autocontrast(ground.convert("L"))
        cover = grey if lights else ImageChops.invert(grey)
    # Its outline has to show on the ground, and on a band of ink as well.
    least, most = (FAINTEST, 255) if tone else (0, 255 - FAINTEST)
    return cover.point([least + value * (most - least) // 255 for value in range(256)])

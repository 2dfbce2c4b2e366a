"""A story as a picture: the poster of the wall in a size that other places show."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from stories import palette
from stories.cards import Card
from stories.photos.halftone import halftone

from .content import Content, content_of
from .faces import DISPLAY, remembered, require_raqm
from .layout import RULE, RULE_INSET, Box, Format, Layout, hang, lay_out
from .printing import Row, Sheet, draw
from .setting import BEARINGS, bearing, width

# With every change in how a card is drawn; it makes all cards anew.
VERSION = 2
GOLD, GOLD_INK = palette.Colour(0.835, 0.115, 88).rgb, palette.Colour(0.24, 0.05, 60).rgb
SEAL_FINE, SEAL_TURN = 4, -8
BLACK = (0, 0, 0)
# Dots to the width of a card; more would be lost where it is shown small.
DOTS = 130


def card_image(card: Card, form: Format, photo: Image.Image | None = None) -> bytes:
    """The card of a story as PNG, with its photo as dots in the ink if there is one."""
    focus = (card.photo.focus_x, card.photo.focus_y) if card.photo else (50, 50)
    return draw_card(content_of(card), form, photo, focus)


def draw_card(
    content: Content,
    form: Format,
    photo: Image.Image | None = None,
    focus: tuple[int, int] = (50, 50),
) -> bytes:
    """These words as a card; the same words make the same bytes."""
    require_raqm()
    layout = lay_out(content, form, photo is not None)
    pair = palette.BY_SLUG.get(content.hue, palette.BY_SLUG[palette.PLAIN])
    lights = pair.ink.luminance > pair.ground.luminance
    sheet = Sheet(Image.new("L", (form.width, form.height)), lights)
    if photo is not None and layout.picture:
        _print_photo(sheet, _pixels(sheet, layout.picture, content.rtl), photo, focus)
    if layout.band:
        sheet.image.paste(255, _pixels(sheet, layout.band, content.rtl))
    if content.elsewhere:
        _rule(sheet, form)
    for row in layout.rows:
        _print_row(sheet, row, content)
    if content.quoted:
        _hang_quote(sheet, layout, content)
    return _png(sheet.image, pair, content, layout)


def _print_row(sheet: Sheet, row: Row, content: Content) -> None:
    """One line, its first letter's stem on the axis."""
    left = row.start - bearing(row.text, row.style, content.rtl) * row.size
    if content.rtl:
        left = sheet.image.width - left - width(row.text, row.style) * row.size
    draw(sheet, row._replace(start=left))


def _hang_quote(sheet: Sheet, layout: Layout, content: Content) -> None:
    """The opening quote stands before the axis, and takes no room in the line."""
    style = content.style(DISPLAY)
    first = next(row for row in layout.rows if row.style.cut == DISPLAY and row.size == layout.size)
    left = first.start - (hang(content) + BEARINGS[DISPLAY]) * first.size
    if content.rtl:
        left = sheet.image.width - left - width("“", style) * first.size
    draw(sheet, first._replace(start=left, text="“", rtl=False))


def _print_photo(
    sheet: Sheet, box: tuple[int, int, int, int], photo: Image.Image, focus: tuple[int, int]
) -> None:
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    shown = _cropped(photo.convert("RGB"), size, focus)
    pitch = sheet.image.width / DOTS
    dots = halftone(shown, size, BLACK, lights=sheet.lights, pitch=pitch)
    sheet.image.paste(dots.getchannel("A"), (left, top))


def _cropped(photo: Image.Image, size: tuple[int, int], focus: tuple[int, int]) -> Image.Image:
    """The part of the photo around its focal point that fills this size."""
    share = min(photo.width / size[0], photo.height / size[1])
    wide, high = size[0] * share, size[1] * share
    left = max(min(photo.width * focus[0] / 100 - wide / 2, photo.width - wide), 0.0)
    top = max(min(photo.height * focus[1] / 100 - high / 2, photo.height - high), 0.0)
    box = (left, top, min(left + wide, photo.width), min(top + high, photo.height))
    return photo.resize(size, Image.Resampling.LANCZOS, box=box)


def _pixels(sheet: Sheet, box: Box, rtl: bool) -> tuple[int, int, int, int]:
    start, top, end, bottom = (round(edge) for edge in box)
    if rtl:
        start, end = sheet.image.width - end, sheet.image.width - start
    return start, top, end, bottom


def _rule(sheet: Sheet, form: Format) -> None:
    """The rule inside the edge of what was seen elsewhere."""
    inset, thick = round(RULE_INSET * form.scale), round(RULE * form.scale)
    right, bottom = form.width - inset - 1, form.height - inset - 1
    pen = ImageDraw.Draw(sheet.image)
    pen.rectangle((inset, inset, right, bottom), outline=255, width=thick)


def _png(image: Image.Image, pair: palette.Pair, content: Content, layout: Layout) -> bytes:
    """Ground and ink come in last, as the palette of what was printed."""
    flat = Image.frombytes("P", image.size, image.tobytes())
    flat.putpalette(
        [
            round(one + (other - one) * step / 255)
            for step in range(256)
            for one, other in zip(pair.ground.rgb, pair.ink.rgb, strict=True)
        ]
    )
    if layout.seal:
        x, y, reach = layout.seal
        seal = _seal(content.seal, content.style(DISPLAY), round(2 * reach))
        x = image.width - x if content.rtl else x
        flat = flat.convert("RGB")
        flat.paste(seal, (round(x - reach), round(y - reach)), seal)
    buffer = io.BytesIO()
    flat.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


@remembered(maxsize=16)
def _seal(words: str, style, across: int) -> Image.Image:
    """The gold seal, a round of its own, its words pressed on by hand."""
    fine = across * SEAL_FINE
    disc = Image.new("L", (fine, fine))
    ImageDraw.Draw(disc).ellipse((0, 0, fine - 1, fine - 1), fill=255)
    print_ = Sheet(Image.new("L", (fine, fine)))
    inset, thick = fine * 0.055, round(fine * 0.017)
    ring = (inset, inset, fine - inset, fine - inset)
    rows = words.split()
    size = min(fine / 5.6, *(fine * 0.68 / width(row, style) for row in rows))
    top = fine / 2 - (len(rows) - 1) * size / 2 + size * 0.23
    for number, row in enumerate(rows):
        left = (fine - width(row, style) * size) / 2
        draw(print_, Row(left, top + number * size, row, style, size))
    turned = print_.image.rotate(SEAL_TURN, Image.Resampling.BICUBIC)
    ImageDraw.Draw(turned).ellipse(ring, outline=255, width=thick)
    seal = Image.new("RGB", (across, across), GOLD)
    seal.paste(GOLD_INK, (0, 0), turned.reduce(SEAL_FINE))
    seal.putalpha(disc.reduce(SEAL_FINE))
    return seal

"""Pictures from evenings: a chess game on the desk, a book under a lamp, boxes on the stairs."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from .masks import Point, both, either, path, through, without
from .scene import Scene

PAWN: Sequence[Point] = path(
    "0,4 5,42 28,64 62,68 98,52 124,30 134,50 148,56 158,30 240,36 320,54 "
    "366,78 380,92 400,94 412,84 426,104 470,112 486,108"
)
KING: Sequence[Point] = path(
    "0,3 4,20 44,18 52,30 60,26 90,62 140,84 158,60 176,70 196,76 206,44 "
    "330,46 470,66 560,94 584,116 604,120 616,106 640,132 690,142 708,138"
)


def chess(scale: float) -> Image.Image:
    """Two pawns face to face on a chessboard at the night desk."""
    s = Scene(1200, 1600, "chess", scale)
    s.wash([(0, "#0f1a26"), (0.4, "#22303c"), (0.6, "#3a2c22"), (1, "#0e0b0a")])
    chance = s.random
    colours = ["#ffb45c", "#ff9440", "#ffe0a8", "#74a8d8", "#ffc878"]
    s.bokeh(
        [
            (
                chance.uniform(0, 1200),
                chance.uniform(30, 700),
                chance.uniform(30, 96),
                chance.choice(colours),
                chance.uniform(0.15, 0.55),
            )
            for _ in range(30)
        ]
    )
    s.glow(930, 250, 420, "#ffb860", 0.8)
    s.laid(_board(), path("110,900 1090,900 1900,1720 -700,1720"))
    s.model(
        s.shape(path("110,900 1090,900 1100,912 100,912")),
        s.ramp(100, 255),
        "#2a180c",
        "#d09a5c",
    )
    s.glow(760, 1180, 760, "#ffb868", 0.4, down=330)
    for x, shape, size, wood in (
        (250, KING, 0.62, DARK),
        (430, PAWN, 0.6, DARK),
        (600, PAWN, 0.6, DARK),
        (800, PAWN, 0.6, DARK),
        (980, KING, 0.56, DARK),
    ):
        _piece(s, (x, 1000), shape, size, wood)
    s.blurred(9)
    _piece(s, (752, 1200), PAWN, 1.0, DARK)
    s.blurred(1.5)
    _piece(s, (420, 1436), PAWN, 1.5, LIGHT)
    return s.finished(bloom=0.4, shadows="#0a0c12", lights="#fff5e2")


Wood = tuple[str, str, str]
DARK = ("#0a0504", "#a8663a", "#35180c")
LIGHT = ("#4a2812", "#fff0cc", "#cf9a58")


def _board() -> Image.Image:
    board = Image.new("RGB", (800, 800), "#d9ac70")
    draw = ImageDraw.Draw(board)
    for row in range(8):
        for column in range(8):
            if (row + column) % 2:
                draw.rectangle(
                    (column * 100, row * 100, column * 100 + 99, row * 100 + 99), "#4a2514"
                )
    return board


def _piece(s: Scene, at: Point, shape: Sequence[Point], size: float, wood: Wood) -> None:
    x, foot = at
    top = foot - shape[-1][0] * size
    wide = shape[-1][1] * size
    s.shaded(
        s.shape(
            [
                (x - wide, foot - 10),
                (x + wide, foot - 16),
                (x - wide * 0.6, foot + 150 * size),
                (x - wide * 2.6, foot + 130 * size),
            ],
            soft=14 * size,
        ),
        0.7,
    )
    s.lit(s.oval(x, foot + 90 * size, wide * 0.5, 100 * size, soft=24 * size), wood[2], 0.3)
    mask, tone = s.turned(
        x,
        [(top + y * size, half * size) for y, half in shape],
        [40, 18, 60, 90, 120, 190, 255, 170, 110, 150],
    )
    mask = either(mask, s.oval(x, foot - 3, wide, wide * 0.2))
    tone = either(tone, both(s.oval(x, foot - 3, wide, wide * 0.2), s.ramp(60, 110, across=True)))
    s.model(mask, tone, *wood[:2], wood[2])
    # What faces up catches the lamp, what faces down does not.
    round_ = s.soften(mask, 9 * size)
    s.shaded(both(mask, s.soften(without(mask, s.shifted(mask, 0, -24 * size)), 8 * size)), 0.6)
    s.lit(both(mask, without(round_, s.shifted(round_, 0, 22 * size))), wood[1], 0.45)
    s.glow(x + wide * 0.24, top + 44 * size, 26 * size, "#fff8e6", 0.85)


def book(scale: float) -> Image.Image:
    """A fat book open under a lamp, with a bus ticket in it for a bookmark."""
    s = Scene(1600, 1200, "book", scale)
    s.wash([(0, "#182024"), (0.45, "#2e2a26"), (0.55, "#3a2a1e"), (1, "#150d09")])
    s.bokeh(
        [
            (180, 200, 70, "#ff9c4a", 0.3),
            (330, 330, 46, "#ffd08a", 0.3),
            (90, 400, 40, "#ffb868", 0.25),
        ]
    )
    chair = s.shape(
        path("1180,120 1330,60 1500,90 1560,260 1580,620 1140,620 1130,260"),
        round_=True,
    )
    s.body(chair, ("#100d0d", "#5a4438", "#2b2220"), bulge=90, light=(-0.7, -0.7))
    s.blurred(16)
    table = s.shape(path("0,600 1600,600 1600,1200 0,1200"), soft=6)
    s.model(table, s.noise(800, 10, layers=3), "#1c0d06", "#7a4824", "#3f2312")
    s.glow(800, 860, 860, "#ffbb66", 0.75, down=420)
    _pages(s)
    _ticket(s)
    cone = s.shape(path("700,-40 900,-40 1300,900 300,900"), soft=70)
    s.lit(both(cone, s.ramp(200, 120, 60, 0)), "#ffc878", 0.3)
    return s.finished(bloom=0.35, shadows="#0e0a0a", lights="#fff6e0", vignette=0.5)


def _pages(s: Scene) -> None:
    s.shaded(s.shape(path("130,960 1480,960 1540,1110 90,1120"), soft=26), 0.85)
    cover = s.shape(path("150,1010 250,690 800,720 1350,690 1450,1010 1452,1052 800,1078 148,1052"))
    s.body(cover, ("#0b1420", "#3c6284", "#1b3048"), bulge=20, light=(-0.2, -0.9))
    for side in (-1, 1):
        _page(s, side)
    s.shaded(s.stroke([(800, 690), (800, 974)], [30, 60], soft=18), 0.7)


def _page(s: Scene, side: int) -> None:
    def at(points: list[Point]) -> list[Point]:
        return [(800 + side * x, y) for x, y in points]

    for layer in range(9, -1, -1):
        edge = through([(0, 974), (130, 908), (320, 896), (520, 930), (606 + layer * 2, 990)])
        lower = [(x, y + layer * 7.5) for x, y in reversed(edge)]
        leaf = s.shape(at([*path("0,690 110,640 290,634 460,652 530,690"), *lower]))
        s.paint("#8f7a5c" if layer % 2 else "#efe0c0", leaf)
    head = through(path("0,690 110,640 290,630 460,650 530,690"))
    foot = through(path("0,974 130,908 320,896 520,930 606,990"))
    top = s.shape(at([*head, *reversed(foot)]))
    curve = s.ramp(150, 235, 255, 200, 70, 70, 200, 255, 235, 150, across=True)
    s.model(top, curve, "#6b5236", "#fff8e4", "#e0cda6")
    lines = []
    for n in range(13):
        t = (n + 1.4) / 15
        row = [(70 + 10 * t, 676 + 252 * t), (180, 640 + 262 * t)]
        row += [(330 + 30 * t, 640 + 262 * t), (470 + 60 * t, 668 + 268 * t)]
        line = through(row)
        lines.append(at(line if n % 5 != 4 else line[: len(line) * 2 // 3]))
    # Grey lines with gaps, as print is when it is too far off to be read.
    grey = either(*(s.stroke(line, 6.5, round_=False, soft=1) for line in lines))
    gaps = s.noise(17, 400).point([255 if v > 76 else 0 for v in range(256)])
    s.shaded(both(grey, gaps), 0.42, "#3a2c20")


def _ticket(s: Scene) -> None:
    ticket = s.shape(path("842,620 926,606 960,800 872,816"))
    s.shaded(s.soften(s.shifted(ticket, 10, 14), 8), 0.6)
    s.model(ticket, s.ramp(180, 255, 200), "#a8562c", "#ffc486", "#f08a4c")
    for n in range(4):
        y = 650 + n * 34
        s.shaded(s.stroke([(862 + n * 5, y), (910 + n * 5 - 16 * (n % 2), y - 7)], 7, soft=1), 0.5)
    s.lit(s.stroke([(842, 620), (926, 606)], 4), "#fff0d8", 0.7)


SCENES = {"chess": chess, "book": book}

"""Pictures of what people wear: a shirt, a green coat, lost gloves on a string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from .masks import Point, both, either, mirrored, path, ring, without
from .scene import Scene

LINEN = ("#56627a", "#fdfaf2", "#bcc6d4")


def shirt(scale: float) -> Image.Image:
    """A pressed shirt on its hanger, in the first light through a blind."""
    s = Scene(1200, 1600, "shirt", scale)
    s.wash([(0, "#3a2620"), (0.5, "#54372b"), (1, "#241814")])
    s.paint(
        "#7d5540", s.noise(300, 500, layers=3).point([max(0, v - 120) for v in range(256)]), 0.5
    )
    light = [
        s.shape([(-100, y), (1300, y - 330), (1300, y - 238), (-100, y + 96)])
        for y in range(160, 2100, 230)
    ]
    bars = s.soften(either(*light), 16)
    s.lit(both(bars, s.ramp(255, 200, 90, across=True)), "#ffb070", 0.5)
    s.blurred(4)
    s.model(
        s.box(-10, 116, 1210, 142, corner=10),
        s.ramp(255, 255, 60, across=False),
        "#3a2412",
        "#f2c384",
    )
    s.shaded(s.soften(s.shifted(_outline(s), 60, 44), 34), 0.6)
    _hanger(s)
    _cloth(s)
    s.lit(both(bars, _outline(s)), "#ffd9a8", 0.4)
    s.shaded(both(_outline(s), s.soften(without(s.blank(255), bars), 6)), 0.42, "#5a4a58")
    return s.finished(bloom=0.35, shadows="#120b0c", lights="#fff7ea")


def _outline(s: Scene) -> Image.Image:
    half: list[Point] = path(
        "600,330 520,318 470,336 330,400 238,462 196,560 150,800 110,1080 "
        "104,1210 230,1236 262,1080 300,900 314,1000 304,1300 296,1640 600,1640"
    )
    return s.shape(mirrored(half, 600))


def _hanger(s: Scene) -> None:
    hook = s.stroke(path("600,300 602,246 640,214 646,160 604,126 566,150"), 13)
    s.shaded(s.soften(s.shifted(hook, 18, 16), 8), 0.6)
    s.body(hook, ("#241c1a", "#fff1dc", "#8f8580"), bulge=7, light=(-0.6, -0.8), hard=1.4)
    bar = s.stroke(path("300,430 480,320 600,284 720,320 900,430"), 40)
    s.body(bar, ("#2a140a", "#c98549", "#7a4522"), bulge=18, light=(-0.5, -0.85))


def _sleeve(s: Scene, side: int) -> None:
    sleeve = s.shape(
        [
            (600 + side * x, y)
            for x, y in path(
                "262,410 362,462 404,560 450,800 490,1080 496,1210 370,1236 338,1080 "
                "296,880 270,640"
            )
        ]
    )
    s.body(sleeve, LINEN, bulge=60, light=(-0.75, -0.5))
    for way in ([(330, 520), (380, 760), (410, 1040)], [(380, 600), (430, 860), (450, 1100)]):
        s.shaded(
            both(sleeve, s.stroke([(600 + side * x, y) for x, y in way], [4, 26, 8], soft=11)),
            0.35,
            "#4a5570",
        )
    cuff = s.shape([(600 + side * x, y) for x, y in path("366,1150 494,1126 498,1216 370,1242")])
    s.shaded(s.soften(s.shifted(cuff, 0, -9), 6), 0.35)
    s.body(cuff, LINEN, bulge=34, light=(-0.75, -0.5))
    s.body(s.oval(600 + side * 452, 1182, 11), ("#6a6258", "#fffdf4"), bulge=6)


def _cloth(s: Scene) -> None:
    for side in (-1, 1):
        _sleeve(s, side)
    trunk = s.shape(
        mirrored(
            path("600,330 480,336 330,400 292,560 306,760 314,1000 304,1300 296,1660 600,1660"),
            600,
        )
    )
    s.shaded(s.soften(trunk, 16), 0.35)
    s.body(trunk, LINEN, bulge=90, light=(-0.75, -0.45))
    folds: list[list[Point]] = [
        path("370,470 400,700 392,1000 420,1400"),
        path("470,640 452,940 480,1300 470,1600"),
        path("830,470 800,700 810,1000 784,1400"),
        path("730,700 744,1000 716,1300 730,1600"),
        [(340, 520), (420, 600), (520, 640)],
        [(860, 520), (780, 600), (690, 640)],
    ]
    for way in folds:
        s.shaded(both(trunk, s.stroke(way, [4, 40, 26, 6], soft=16)), 0.34, "#47526c")
        s.lit(
            both(trunk, s.stroke([(x - 36, y) for x, y in way], [4, 26, 20, 4], soft=13)),
            "#fff3dc",
            0.3,
        )
    _details(s)


def _details(s: Scene) -> None:
    placket = s.box(566, 400, 634, 1660)
    s.shaded(s.soften(s.shifted(placket, 10, 0), 8), 0.4)
    s.model(placket, s.ramp(200, 240, 170, across=True), "#56627a", "#fdfaf2", "#c4ccd8")
    for x in (574, 626):
        s.shaded(s.stroke([(x, 420), (x, 1620)], 2), 0.35)
    for y in range(520, 1640, 190):
        s.shaded(s.oval(604, y + 6, 18, soft=4), 0.45)
        s.body(s.oval(600, y, 17), ("#57504a", "#fffdf4", "#d9d0c2"), bulge=8)
        s.paint("#4a443f", s.shapes([ring(596, y, 2.6, 2.6), ring(604, y, 2.6, 2.6)]))
    pocket = s.shape(path("690,690 846,690 846,850 768,884 690,850"))
    s.shaded(s.soften(s.shifted(pocket, 5, 8), 6), 0.4)
    s.body(pocket, LINEN, bulge=60, light=(-0.75, -0.5))
    s.shaded(s.stroke([(690, 724), (846, 724)], 3), 0.4)
    inside = s.shape(path("500,332 600,300 700,332 660,420 600,452 540,420"))
    s.model(inside, s.ramp(120, 40), "#232838", "#8a93a6")
    for side in (-1, 1):
        flap = s.shape(
            [(600 + side * x, y) for x, y in path("96,296 120,350 150,440 60,520 0,424 40,380")]
        )
        s.shaded(s.soften(s.shifted(flap, 8, 14), 9), 0.55)
        s.body(flap, LINEN, bulge=36, light=(-0.7, -0.65))
        s.shaded(
            s.stroke(
                [(600 + side * x, y) for x, y in ((138, 436), (60, 504), (8, 424))], 2, round_=False
            ),
            0.3,
        )


def gloves(scale: float) -> Image.Image:
    """Lost gloves pegged to a string along a platform, each with its label."""
    s = Scene(1600, 1200, "gloves", scale)
    s.wash([(0, "#b9c7d0"), (0.4, "#dbe2e4"), (0.62, "#c9c6c0"), (1, "#6f7a80")])
    s.glow(1180, 260, 900, "#fff2d8", 0.7)
    far = s.shape(path("0,700 1600,590 1600,1200 0,1200"))
    s.model(far, s.ramp(60, 200, 120), "#4b565e", "#aeb6b6")
    s.paint("#46525a", s.shape(path("0,120 1600,330 1600,380 0,220")))
    for x, wide in path("180,44 720,30 1100,22 1380,16"):
        s.paint("#4b5860", s.stroke([(x, 120), (x, 900 - x / 8)], wide))
    s.paint("#e9c45a", s.shape(path("0,860 1600,660 1600,672 0,900")), 0.8)
    s.bokeh(
        [
            (980, 470, 40, "#ffe7b8", 0.7),
            (1240, 470, 28, "#ffe7b8", 0.7),
            (1420, 474, 18, "#ffe7b8", 0.7),
            (560, 460, 56, "#ffe7b8", 0.6),
        ]
    )
    s.blurred(16)
    rope: list[Point] = path("-40,190 300,262 800,306 1300,262 1640,190")
    s.shaded(s.stroke([(x + 4, y + 8) for x, y in rope], 10, soft=4), 0.4)
    s.body(s.stroke(rope, 11), ("#4a3826", "#e8d2a8"), bulge=5, light=(-0.3, -0.9), grain=(3, 0.5))
    _mitten(s, Hang(210, 250, -5, 1.45), ("#3f0d12", "#e8625a", "#a8232c"), bands=True)
    _glove(s, Hang(600, 296, 4, 1.4), ("#120c09", "#8a6648", "#37261a"))
    _mitten(s, Hang(1000, 296, -3, 1.1), ("#12283a", "#9cc4d6", "#3c6c8c"))
    _glove(s, Hang(1390, 256, 6, 1.4), ("#4a3a12", "#ffdf84", "#d09a2c"))
    return s.finished(bloom=0.25, shadows="#141a20", lights="#fffaf2", vignette=0.3)


class Hang(NamedTuple):
    """Where something hangs from the string: its place, how far it leans, and its size."""

    x: float
    y: float
    lean: float
    size: float

    def __call__(self, points: Sequence[Point]) -> list[Point]:
        lean, size = self.lean / 57.3, self.size
        return [(self.x + (x - y * lean) * size, self.y + (y + x * lean) * size) for x, y in points]


def _mitten(s: Scene, hang: Hang, colours: tuple[str, str, str], *, bands: bool = False) -> None:
    hand = s.shape(
        hang(path("-92,0 92,0 98,150 118,300 104,420 40,486 -50,480 -104,410 -112,300 -98,150")),
        round_=True,
    )
    thumb = hang(path("74,190 130,190 176,262 188,340 152,376 112,340 86,280"))
    whole = either(hand, s.shape(thumb, round_=True))
    _wool(s, whole, colours, 70 * hang.size)
    cuff = s.shape(hang(path("-100,-6 100,-6 104,116 -104,116")))
    s.shaded(both(whole, s.soften(s.shifted(cuff, 0, 16), 9)), 0.5)
    _wool(s, cuff, colours, 35 * hang.size)
    for n in range(-5, 6):
        s.shaded(s.stroke(hang([(n * 19, 0), (n * 19.5, 112)]), 6, soft=3), 0.5)
    for level in (230, 270) if bands else ():
        band = s.stroke(hang([(-130, level), (0, level + 10), (130, level)]), 22)
        s.paint("#f4e6d0", both(hand, band), 0.85)
    _peg_and_label(s, hang)


def _glove(s: Scene, hang: Hang, colours: tuple[str, str, str]) -> None:
    size = hang.size
    palm = s.shape(hang(path("-84,0 84,0 96,160 108,290 -108,290 -96,160")))
    fingers = [
        s.stroke(
            hang([(fx, 270), (fx * 1.16, end)]),
            [58 * size, 48 * size],
            round_=False,
        )
        for fx, end in path("-82,420 -28,476 28,484 82,436")
    ]
    thumb = s.stroke(
        hang([(-84, 170), (-140, 240), (-160, 322)]),
        [66 * size, 58 * size, 46 * size],
    )
    for part in (thumb, *fingers):
        s.shaded(s.soften(s.shifted(part, 8, 8), 6), 0.35)
        s.body(part, colours, bulge=30 * size, light=(0.6, -0.7), grain=(6, 0.1))
    s.body(palm, colours, bulge=64 * size, light=(0.6, -0.7), grain=(6, 0.1))
    for n in (-1, 0, 1):
        s.shaded(
            s.stroke(hang([(n * 40, 120), (n * 46, 250)]), [2, 8, 3], soft=3),
            0.5,
        )
    s.shaded(s.stroke(hang([(-90, 66), (0, 74), (90, 66)]), 7, soft=3), 0.5)
    _peg_and_label(s, hang)


def _wool(s: Scene, mask: Image.Image, colours: tuple[str, str, str], bulge: float) -> None:
    edge = s.rough(mask, 3, grain=6, deep=0.8)
    s.shaded(s.soften(s.shifted(edge, -14, 18), 14), 0.25)
    s.body(edge, colours, bulge=bulge, light=(0.6, -0.7), grain=(7, 0.4))


def _peg_and_label(s: Scene, hang: Hang) -> None:
    plain, askew = hang._replace(size=1), hang._replace(size=1, lean=hang.lean + 4)
    for dx in (-62, 58):
        peg = s.shape(plain([(dx - 13, -58), (dx + 13, -58), (dx + 10, 62), (dx - 10, 62)]))
        s.shaded(s.soften(s.shifted(peg, -5, 8), 5), 0.5)
        s.body(peg, ("#5a3c1e", "#ffe2ac", "#c4985c"), bulge=10, light=(0.6, -0.7))
    s.paint("#5a4a38", s.stroke(plain([(0, 20), (14, 110), (20, 180)]), 4))
    card = s.shape(askew(path("-46,190 20,164 86,190 90,330 -42,330")))
    s.shaded(s.soften(s.shifted(card, -6, 12), 8), 0.5)
    s.model(card, s.ramp(150, 255, 200, across=True), "#c9a878", "#fff4dc")
    s.paint("#6a5238", s.shapes([askew(ring(20, 190, 7, 7))]))


SCENES = {"shirt": shirt, "gloves": gloves}

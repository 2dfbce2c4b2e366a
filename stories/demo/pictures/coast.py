"""Pictures with a long view: the estuary, the train that stood in a field, a table by the sea."""

from __future__ import annotations

import math

from PIL import Image

from .masks import both, either, path, ring
from .scene import Scene


def estuary(scale: float) -> Image.Image:
    """Two thousand birds getting up off the mud, with the sun straight behind them."""
    s = Scene(1600, 1200, "estuary", scale)
    s.wash(
        [
            (0, "#6f7f92"),
            (0.25, "#c9a98f"),
            (0.45, "#ffd79a"),
            (0.56, "#fff0c8"),
            (0.6, "#d99a60"),
            (1, "#3b2c2c"),
        ]
    )
    s.paint(
        "#fff3da", s.noise(700, 60, layers=4).point([max(0, v - 128) * 2 for v in range(256)]), 0.4
    )
    s.glow(860, 610, 1000, "#ffcf80", 0.8, down=640)
    s.glow(860, 590, 260, "#fffdf0", 1.0)
    s.paint("#fffef6", s.oval(860, 590, 58, soft=3))
    hills = s.shape(
        path("0,668 0,610 260,622 520,650 900,656 1300,640 1600,606 1600,680"),
        round_=False,
        soft=3,
    )
    s.paint("#a8765a", hills, 0.75)
    _mud(s)
    _flock(s)
    return s.finished(bloom=0.5, shadows="#150f16", lights="#fff6e2")


def _mud(s: Scene) -> None:
    flat = s.shape(path("0,662 1600,660 1600,1200 0,1200"))
    s.model(flat, s.noise(520, 26, layers=4), "#2c2020", "#a9795a", "#5d4238")
    water = [
        path("800,672 980,668 1160,690 1500,716 1600,716 1600,760 1240,738 900,700"),
        path(
            "840,694 900,700 870,740 940,790 1120,860 1060,960 820,1060 760,1200 "
            "340,1200 520,1040 820,930 860,860 760,800 780,730"
        ),
        path("0,712 300,700 560,716 400,742 160,760 0,764"),
        path("0,880 200,860 420,884 300,930 0,960"),
        path("1220,960 1420,920 1600,930 1600,1010 1380,1030"),
    ]
    wet = either(*(s.shape(points, round_=True, soft=2) for points in water))
    s.wash([(0.55, "#fff4cf"), (0.7, "#ffcf86"), (0.85, "#c98f66"), (1, "#7d6a70")], wet)
    s.lit(both(wet, s.halo(860, 690, 330, 560)), "#fff6d6", 0.85)
    ripples = s.noise(150, 6, layers=2).point([max(0, v - 150) * 4 for v in range(256)])
    s.shaded(both(wet, ripples), 0.5, "#7a5238")
    s.rim(wet, (0, -1), "#fff0c8", wide=4, much=0.5)
    s.shaded(s.ramp(0, 0, 0, 0, 70, 160), 0.6)


def _flock(s: Scene) -> None:
    chance = s.random
    birds = []
    for _ in range(3200):
        along = chance.random()
        # A long twisting cloud that rises from the mud on the left and turns over the sun.
        x = 150 + 1350 * along + chance.gauss(0, 60)
        middle = 640 - 420 * math.sin(along * 2.5) + 70 * math.sin(along * 9)
        y = middle + chance.gauss(0, 22 + 62 * math.sin(along * math.pi) ** 2)
        birds.append(
            _bird(x, y, chance.uniform(5, 12), chance.uniform(-0.6, 0.9), chance.uniform(-0.3, 0.3))
        )
    s.paint("#3a2523", s.shapes(birds, soft=0.5), 0.85)
    near = []
    for _ in range(34):
        x, y = chance.uniform(-20, 1620), chance.uniform(120, 560)
        near.append(
            _bird(
                x, y, chance.uniform(22, 46), chance.uniform(-0.7, 0.9), chance.uniform(-0.3, 0.3)
            )
        )
    s.paint("#1e1416", s.shapes(near, soft=1.6))


def _bird(x: float, y: float, span: float, lift: float, lean: float) -> list[tuple[float, float]]:
    up = span * lift
    points = [
        (-span, -up),
        (-span * 0.5, -up * 0.75 - span * 0.06),
        (-span * 0.12, -span * 0.08),
        (span * 0.1, -span * 0.1),
        (span * 0.5, -up * 0.8 - span * 0.05),
        (span * 0.96, -up * 1.1),
        (span * 0.5, -up * 0.55 + span * 0.06),
        (span * 0.16, span * 0.1),
        (-span * 0.1, span * 0.14),
        (-span * 0.5, -up * 0.5 + span * 0.06),
    ]
    cos, sin = math.cos(lean), math.sin(lean)
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in points]


def fox(scale: float) -> Image.Image:
    """A train standing in a field at night with all its lights on, and a fox that looks at it."""
    s = Scene(1600, 1200, "fox", scale)
    s.wash(
        [
            (0, "#0c1830"),
            (0.3, "#23395c"),
            (0.5, "#6c6a86"),
            (0.56, "#c98c7c"),
            (0.6, "#2a2c3c"),
            (1, "#0b1119"),
        ]
    )
    stars = [
        ring(s.random.uniform(0, 1600), s.random.uniform(0, 420), *(s.random.uniform(0.8, 2),) * 2)
        for _ in range(150)
    ]
    s.lit(s.shapes(stars, soft=0.6), "#fdf6e4", 0.7)
    woods = s.rough(
        s.shape(
            path(
                "0,760 0,560 150,520 330,570 520,540 700,590 960,570 1180,520 1400,556 "
                "1600,500 1600,760"
            )
        ),
        16,
        grain=26,
    )
    s.paint("#141c2c", woods)
    _standing_train(s)
    _field(s)
    _fox(s)
    return s.finished(bloom=0.5, shadows="#070c16", lights="#fff6e4")


def _field(s: Scene) -> None:
    field = s.shape(path("0,800 500,786 1100,792 1600,780 1600,1200 0,1200"))
    s.model(field, s.noise(26, 60, layers=3), "#080d12", "#34402c", "#141d1a")
    s.lit(both(field, s.halo(900, 800, 900, 250)), "#ffb65c", 0.6)
    blades = []
    for _ in range(900):
        x, y = s.random.uniform(0, 1600), s.random.uniform(840, 1210)
        tall = (y - 780) / 420 * s.random.uniform(40, 120)
        blades.append([(x - 3, y), (x + 3, y), (x + s.random.uniform(-30, 30), y - tall)])
    s.paint("#070b0d", s.shapes(blades, soft=1), 0.85)


def _standing_train(s: Scene) -> None:
    bank = s.shape(path("0,776 1600,760 1600,830 0,830"))
    s.paint("#0d131c", bank)
    for left, right in ((-60, 470), (484, 1014), (1028, 1700)):
        coach = s.box(left, 596, right, 762, corner=22)
        s.model(coach, s.ramp(80, 160), "#131d2e", "#3b5270")
        s.shaded(s.box(left, 714, right, 780, soft=4), 0.5)
        x = left + 36.0
        while x + 70 < right:
            pane = s.box(x, 632, x + 66, 694, corner=9)
            s.wash([(0.5, "#fff0c4"), (0.6, "#ffc061")], pane)
            s.glow(x + 33, 664, 90, "#ffab45", 0.35)
            if s.random.random() < 0.5:
                cx = x + s.random.uniform(18, 48)
                person = either(s.oval(cx, 668, 9, 11), s.oval(cx, 700, 19, 21))
                s.paint("#5a3412", both(pane, person), 0.85)
            x += 84
    s.glow(800, 780, 900, "#ffab4f", 0.5, down=90)
    s.glow(1490, 520, 90, "#ff3a2c", 1.0)
    s.paint("#ffd9cc", s.oval(1490, 520, 9))
    s.paint("#0a0f18", s.stroke([(1490, 540), (1490, 770)], 9))


def _fox(s: Scene) -> None:
    back = path(
        "520,836 590,812 630,860 640,930 616,1000 604,1070 622,1140 540,1158 430,1152 390,1110 "
        "396,1030 432,940"
    )
    brush = path(
        "430,1130 340,1150 236,1118 150,1040 104,1046 120,1100 180,1160 280,1200 390,1190 460,1160"
    )
    face = path(
        "512,790 520,724 548,694 552,604 596,668 640,672 690,606 692,692 716,742 768,786 782,806 "
        "764,820 700,830 644,862 560,866"
    )
    fur = ("#040305", "#3a2018", "#0e0809")
    for points, bulge in ((brush, 34), (back, 76), (face, 40)):
        part = s.eased(s.shape(points, round_=points is not face), 4)
        edge = s.rough(part, 3, grain=4, deep=1.0)
        s.body(edge, fur, bulge=bulge, light=(0.6, -0.75), grain=(7, 0.2))
        s.rim(edge, (0.5, -0.85), "#ffb462", wide=10, much=0.95)
    s.lit(both(s.shape(face), s.halo(740, 780, 120)), "#d9904c", 0.3)
    grass = []
    for _ in range(130):
        x, y = s.random.uniform(60, 760), s.random.uniform(1130, 1215)
        tip = (x + s.random.uniform(-40, 40), y - s.random.uniform(50, 130))
        grass.append([(x - 4, y), (x + 4, y), tip])
    s.paint("#05080a", s.shapes(grass, soft=1.4))


SCENES = {"estuary": estuary, "fox": fox}

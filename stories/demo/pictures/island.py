"""The laptop that was mended on an island."""

from __future__ import annotations

import math

from PIL import Image

from .masks import both, either, path
from .scene import Scene


def laptop(scale: float) -> Image.Image:
    """A laptop open on a veranda table, a tropical dusk behind it."""
    s = Scene(1600, 1200, "laptop", scale)
    s.wash(
        [
            (0, "#23306b"),
            (0.22, "#7d548c"),
            (0.4, "#f08a6c"),
            (0.5, "#ffca7e"),
            (0.53, "#b7688a"),
            (0.75, "#2c3f72"),
            (1, "#1b2342"),
        ]
    )
    s.paint(
        "#ffd9a8", s.noise(600, 44, layers=4).point([max(0, v - 140) * 2 for v in range(256)]), 0.5
    )
    s.glow(380, 600, 620, "#ffb05c", 0.8, down=380)
    s.paint("#fff2cc", both(s.oval(380, 590, 66, soft=3), s.box(0, 0, 1600, 618)))
    _sea(s)
    s.blurred(4)
    _palm(s, 1330, 1020, 1180, 130)
    _palm(s, 60, 1100, 180, 210)
    for x in (20, 1574):
        s.paint("#150f1c", s.box(x - 30, 0, x + 30, 1200))
    s.paint("#150f1c", s.box(0, 0, 1600, 50))
    table = s.shape(path("120,930 1480,930 1700,1200 -100,1200"))
    s.model(table, s.noise(700, 12, layers=3), "#1c0f12", "#9a5a44", "#4a2826")
    s.lit(both(table, s.halo(420, 940, 700, 130)), "#ffb070", 0.5)
    _open_laptop(s)
    return s.finished(bloom=0.4, shadows="#0e0c1c", lights="#fff6e6")


def _sea(s: Scene) -> None:
    sea = s.box(0, 618, 1600, 1200)
    s.lit(
        both(
            both(sea, s.noise(120, 8, layers=2).point([max(0, v - 130) * 4 for v in range(256)])),
            s.halo(380, 700, 300, 330),
        ),
        "#ffd08a",
        0.9,
    )
    island = s.rough(
        s.shape(path("1000,622 1120,570 1270,548 1420,580 1620,560 1620,624")),
        8,
        grain=18,
    )
    s.paint("#3d3560", island)


def _palm(s: Scene, x: float, foot: float, top_x: float, top: float) -> None:
    trunk = s.stroke(
        [(x, foot), ((x + top_x) / 2 + 30, (foot + top) / 2), (top_x, top)], [34, 26, 20]
    )
    s.paint("#140e1e", trunk)
    for n in range(9):
        angle = math.radians(170 + n * 25)
        far = 250 + 40 * (n % 3)
        end = (top_x + far * math.cos(angle), top + far * 0.7 * math.sin(angle) + 110)
        mid = (top_x + far * 0.55 * math.cos(angle), top + far * 0.6 * math.sin(angle) - 20)
        rib = s.stroke([(top_x, top), mid, end], [12, 9, 2])
        leaves = []
        for step in range(1, 17):
            t = step / 17
            px = (1 - t) ** 2 * top_x + 2 * t * (1 - t) * mid[0] + t * t * end[0]
            py = (1 - t) ** 2 * top + 2 * t * (1 - t) * mid[1] + t * t * end[1]
            drop = 86 * (1 - abs(t - 0.45))
            leaves.append([(px - 7, py), (px + 7, py), (px + 24 * math.cos(angle), py + drop)])
        s.paint("#140e1e", either(rib, s.shapes(leaves, soft=0.6)))


def _open_laptop(s: Scene) -> None:
    s.shaded(s.shape(path("500,1060 1180,1060 1270,1150 450,1150"), soft=16), 0.85)
    lid = s.shape(path("560,560 1130,560 1160,960 530,960"))
    s.model(lid, s.ramp(120, 40), "#101014", "#5a5560")
    screen = s.shape(path("584,584 1106,584 1132,934 558,934"))
    s.wash([(0.48, "#9fd8ff"), (0.64, "#eaf8ff"), (0.78, "#b9e2f6")], screen)
    s.lit(
        both(screen, s.soften(s.shape(path("900,580 1080,580 880,940 700,940")), 30)), "#fff", 0.5
    )
    s.glow(846, 760, 560, "#a9dcff", 0.42)
    base = s.shape(path("530,960 1160,960 1240,1092 450,1092"))
    s.model(base, s.ramp(0, 0, 0, 230, 120), "#3c3f48", "#d9e6ef")
    keys = []
    for row in range(5):
        y = 974 + row * 16
        out = (y - 960) / 132
        left, right = 556 - out * 66, 1134 + out * 66
        for n in range(14):
            x = left + (right - left) * n / 14
            keys.append(
                [
                    (x, y),
                    (x + (right - left) / 14 - 6, y),
                    (x + (right - left) / 14 - 5, y + 11),
                    (x - 1, y + 11),
                ]
            )
    s.paint("#15171d", s.shapes(keys))
    s.paint("#8c98a4", s.shape(path("752,1058 938,1058 948,1086 742,1086")), 0.7)
    s.paint("#23252c", s.shape(path("450,1092 1240,1092 1232,1108 458,1108")))
    handle = s.stroke([(1310, 1090), (1390, 1064)], 30)
    s.shaded(s.soften(s.shifted(handle, 4, 14), 7), 0.7)
    s.body(handle, ("#3a0f08", "#ff9a5c", "#b5431f"), bulge=13, light=(-0.4, -0.9))
    s.body(
        s.stroke([(1300, 1094), (1220, 1122)], 8, round_=False),
        ("#24262c", "#ffffff"),
        bulge=4,
        light=(-0.4, -0.9),
    )


SCENES = {"laptop": laptop}

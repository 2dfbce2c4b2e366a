"""Pictures of stairs: the piano that was carried up, the boxes that still had to be."""

from __future__ import annotations

from PIL import Image

from .masks import both, either, path, without
from .scene import Scene

BLACK = "#0a0709"


def piano(scale: float) -> Image.Image:
    """A grand piano on a landing, against a tall window at the head of the stairs."""
    s = Scene(1200, 1600, "piano", scale)
    s.wash([(0, "#3b2c35"), (0.6, "#4a3434"), (1, "#20161a")])
    arch = either(s.box(300, 330, 900, 960), s.oval(600, 340, 300, 260))
    s.wash([(0.02, "#fff6dc"), (0.3, "#ffe9c0"), (0.5, "#ffc98a"), (0.62, "#e89a6a")], arch)
    s.paint(
        "#fffdf4",
        both(arch, s.noise(200, 90, layers=3).point([max(0, v - 130) * 2 for v in range(256)])),
        0.6,
    )
    trees = s.rough(
        s.shape(
            path("280,800 380,760 470,800 560,770 650,810 760,740 860,780 920,740 920,980 280,980")
        ),
        14,
        grain=22,
    )
    s.paint("#b5796a", both(arch, trees), 0.75)
    s.blurred(5)
    bars = [[(x, 60), (x, 960)] for x in (450, 600, 750)] + [
        [(300, y), (900, y)] for y in (340, 550, 760)
    ]
    s.paint("#33242a", both(arch, s.strokes(bars, 14)))
    s.paint("#33242a", without(either(s.box(274, 330, 926, 980), s.oval(600, 340, 326, 286)), arch))
    s.glow(600, 430, 760, "#ffc98a", 0.55)
    _stairs(s)
    _grand(s)
    beams = s.shapes(
        [
            path("360,200 440,200 140,1500 -120,1500"),
            path("560,150 660,150 700,1600 360,1600"),
            path("770,220 850,220 1300,1500 1020,1500"),
        ],
        soft=26,
    )
    s.lit(both(beams, s.ramp(60, 150, 90, 0)), "#ffcf96", 0.32)
    return s.finished(bloom=0.5, shadows="#140c14", lights="#fff2dc")


def _stairs(s: Scene) -> None:
    s.model(
        s.shape(path("0,960 1200,960 1200,1010 0,1010")),
        s.ramp(30, 255, 30, across=True),
        "#241719",
        "#f0b684",
    )
    y, deep, half = 1010.0, 24.0, 400.0
    while y < 1640:
        wide, next_deep = half * 1.0, deep * 1.16
        riser = s.box(600 - wide - 40, y, 600 + wide + 40, y + deep * 1.3)
        s.model(riser, s.ramp(20, 120, 150, 120, 20, across=True), "#150d10", "#6a4236")
        tread = s.shape(
            [
                (600 - wide - 40, y + deep * 1.3),
                (600 + wide + 40, y + deep * 1.3),
                (600 + wide + 76, y + deep * 2.1),
                (600 - wide - 76, y + deep * 2.1),
            ]
        )
        s.model(tread, s.ramp(10, 190, 255, 190, 10, across=True), "#2a1a1a", "#ffc890")
        y, deep, half = y + deep * 2.1, next_deep, half + 36
    for side in (-1, 1):
        rail = s.shape(
            [
                (600 + side * 470, 700),
                (600 + side * 490, 700),
                (600 + side * 860, 1420),
                (600 + side * 800, 1430),
            ]
        )
        s.model(rail, s.ramp(220, 60), "#150c0c", "#b97a4e")
        for n in range(7):
            near = (n / 6) ** 1.5
            x = 600 + side * (478 + 340 * near)
            s.paint(
                "#160d10", s.stroke([(x, 715 + 690 * near), (x, 1010 + 700 * near)], 8 + 18 * near)
            )


def _grand(s: Scene) -> None:
    s.shaded(s.oval(600, 985, 330, 26, soft=10), 0.9)
    lid = s.shape(
        path("360,722 392,452 470,386 590,404 700,500 786,610 852,716"),
        round_=True,
    )
    s.paint(BLACK, lid)
    s.lit(
        both(lid, s.soften(s.shape(path("420,470 480,400 560,410 500,720 410,720")), 26)),
        "#8a5638",
        0.55,
    )
    s.rim(lid, (0.7, -0.7), "#ffd9a4", wide=9, much=0.9)
    s.paint(BLACK, s.stroke([(520, 740), (664, 520)], 9))
    case = s.shape(path("318,716 860,708 884,730 880,800 840,824 330,826 312,800"))
    s.paint(BLACK, case)
    s.lit(both(case, s.soften(s.box(300, 716, 900, 738), 4)), "#ffc68c", 0.7)
    s.lit(both(case, s.ramp(0, 60, 30, 90, 0, across=True)), "#7a4a34", 0.6)
    keys = s.shape(path("276,770 338,762 338,806 272,812"))
    s.paint("#f7e6c8", keys)
    s.paint(BLACK, s.shape(path("266,806 344,800 344,832 272,838")))
    _legs(s)


def _legs(s: Scene) -> None:
    for x, lean in ((350, -6), (600, 0), (830, 6)):
        leg = s.shape([(x - 26, 820), (x + 26, 820), (x + 12 + lean, 976), (x - 12 + lean, 976)])
        s.paint(BLACK, leg)
        s.rim(leg, (0.9, 0), "#c98a5c", wide=7, much=0.6)
        s.paint("#c9a060", s.oval(x + lean, 982, 12))
    s.paint(
        BLACK,
        s.shape(path("560,826 574,826 588,960 612,960 626,826 640,826 622,970 578,970")),
    )
    s.paint(
        BLACK,
        s.shape(
            path("180,866 256,866 258,890 250,982 238,982 236,892 200,892 198,982 186,982 178,890")
        ),
    )
    s.lit(s.stroke([(182, 866), (254, 866)], 5), "#ffc890", 0.8)


def boxes(scale: float) -> Image.Image:
    """Seven boxes at the foot of the footbridge stairs."""
    s = Scene(1200, 1600, "boxes", scale)
    s.wash([(0, "#dfe6e6"), (0.3, "#b9c4c8"), (0.6, "#7c878c"), (1, "#2d3236")])
    s.glow(620, 90, 760, "#fff6de", 0.9)
    _footbridge(s)
    s.blurred(6)
    floor = s.shape(path("0,1220 1200,1220 1200,1600 0,1600"), soft=4)
    s.model(floor, s.noise(60, 12, layers=3), "#2c3135", "#a5a49a", "#62666a")
    s.lit(both(floor, s.halo(600, 1250, 560, 200)), "#fff0d4", 0.5)
    for x, foot, wide, high in (
        (120, 1330, 320, 250),
        (160, 1080, 280, 210),
        (190, 870, 220, 170),
        (690, 1340, 330, 230),
        (730, 1110, 250, 220),
        (400, 1440, 340, 250),
        (452, 1190, 230, 150),
    ):
        _box(s, x, foot, wide, high)
    return s.finished(bloom=0.35, shadows="#10161a", lights="#fffaf0")


def _footbridge(s: Scene) -> None:
    y, rise, half = 300.0, 20.0, 176.0
    while y < 1220:
        near = (y - 300) / 900
        s.model(
            s.box(600 - half, y, 600 + half, y + rise * 1.25),
            s.ramp(30, 110, 140, 110, 30, across=True),
            "#20262a",
            "#7f8c90",
        )
        s.model(
            s.box(600 - half, y + rise * 1.1, 600 + half, y + rise * 1.75),
            s.ramp(90, 220, 255, 220, 90, across=True),
            "#3c4448",
            "#f4eedf",
        )
        y, rise, half = y + rise * 1.75, rise * 1.09, half + 13 + 9 * near
    for side in (-1, 1):
        wall = s.shape(
            [
                (600 + side * 176, 300),
                (600 + side * 190, 60),
                (600 + side * 640, 300),
                (600 + side * 640, 1250),
                (600 + side * 410, 1250),
            ]
        )
        s.model(wall, s.ramp(220, 90, 60), "#1c2a30", "#9fb2b4", "#4b6066")
        rail = s.stroke([(600 + side * 168, 196), (600 + side * 400, 900)], [14, 40], round_=False)
        s.body(rail, ("#16201f", "#f6efdc", "#7b8a86"), bulge=12, light=(-side * 0.7, -0.7))


def _box(s: Scene, x: float, foot: float, wide: float, high: float) -> None:
    top, right, deep, up = foot - high, x + wide, wide * 0.2, wide * 0.14
    ground = [(x - 16, foot - 16), (right + deep, foot - up)]
    ground += [(right + deep + 24, foot + 26), (x - 20, foot + 34)]
    s.shaded(s.shape(ground, soft=14), 0.6)
    behind = [(right + deep, top - up), (right + deep, foot - up)]
    front = s.shape([(x, top), (right, top), (right, foot), (x, foot)])
    lid = s.shape([(x, top), (x + deep, top - up), behind[0], (right, top)])
    side = s.shape([(right, top), *behind, (right, foot)])
    board = s.noise(120, 60, layers=4)
    s.model(front, board, "#4f3420", "#a87648", "#85592f")
    s.shaded(both(front, s.ramp(0, 60, 120)), 0.5)
    s.model(lid, board, "#d9a869", "#ffe6b8", "#efc488")
    s.model(side, board, "#2b1b10", "#5f3f24", "#432b18")
    left, middle, far = right - wide / 2 - 22, right - wide / 2, right - wide / 2 + 22
    down = [(left, top), (far, top), (far, top + 62), (left, top + 62)]
    over = [(left, top), (far, top), (far + deep, top - up), (left + deep, top - up)]
    s.lit(s.shapes([down, over]), "#e8c890", 0.4)
    s.shaded(s.stroke([(middle, top), (middle + deep, top - up)], 3), 0.4)
    s.lit(s.stroke([(x, top), (right, top)], 4), "#fff2d8", 0.7)
    s.lit(s.stroke([(x + 2, top), (x + 2, foot)], 3), "#ffe8c4", 0.25)
    grip = (x + wide * 0.66, top + high * 0.42, x + wide * 0.86, top + high * 0.54)
    s.shaded(s.box(*grip, corner=16), 0.7)


SCENES = {"piano": piano, "boxes": boxes}

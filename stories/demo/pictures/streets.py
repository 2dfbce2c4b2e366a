"""Pictures from out of doors: snow, a shop window, the square at night."""

from __future__ import annotations

from PIL import Image

from .masks import both, either, path, ring, without
from .scene import Scene


def customer(scale: float) -> Image.Image:
    """Two people at a lit shop door in the snow, she holding both his hands."""
    s = Scene(1200, 1600, "customer", scale)
    s.wash([(0, "#20344f"), (0.3, "#3a5675"), (0.7, "#506b88"), (1, "#9db3c6")])
    wall = s.box(0, 210, 1200, 1330)
    s.model(wall, s.noise(90, 24, layers=2), "#1b2a3d", "#34495f")
    window = s.box(150, 420, 1050, 1300)
    s.wash([(0.26, "#ffd58a"), (0.5, "#ffedc2"), (0.8, "#f6b566")], window)
    _shelves(s)
    s.blurred(9, mask=s.box(150, 420, 1050, 1300))
    s.glow(600, 560, 560, "#fff3cf", 0.6)
    s.paint("#15202e", without(s.box(126, 396, 1074, 1322), window))
    _awning(s)
    _pair(s)
    ground = s.shape(path("0,1310 300,1300 700,1306 1200,1298 1200,1600 0,1600"))
    s.model(ground, s.noise(260, 40, layers=3), "#6f8aa6", "#e6eef4", "#a9bdd0")
    spill = s.shape(path("200,1310 1000,1310 1180,1600 20,1600"), soft=40)
    s.lit(both(spill, ground), "#ffb45a", 0.6)
    for n, (x, y) in enumerate(path("430,1360 500,1395 400,1440 490,1490 370,1550")):
        s.shaded(s.oval(x, y, 26 + 3 * n, 9 + 2 * n, soft=3), 0.5, "#40566f")
    _snowfall(s, 900)
    return s.finished(bloom=0.45, shadows="#0c1626", lights="#fffaf0")


def _shelves(s: Scene) -> None:
    chance = s.random
    colours = ["#c4552f", "#8f6a3a", "#d99a3c", "#5f7f5a", "#a33b2a", "#e8c070", "#6b5a48"]
    for y in (600, 720, 840, 960, 1080, 1200):
        for left, right in ((150, 400), (830, 1050)):
            x = left + 6.0
            while x < right:
                wide, high = chance.uniform(20, 48), chance.uniform(50, 86)
                s.paint(chance.choice(colours), s.box(x, y - high, min(x + wide, right), y), 0.75)
                x += wide + 6
            s.paint("#7a4a22", s.box(left, y, right, y + 12))


def _awning(s: Scene) -> None:
    top = s.shape(path("90,250 1110,250 1170,450 30,450"))
    s.model(top, s.ramp(200, 60), "#5a1d1a", "#c9553a")
    for n in range(0, 12, 2):
        x, x2 = 90 + n * 85, 30 + n * 95
        stripe = s.shape([(x, 250), (x + 85, 250), (x2 + 95, 450), (x2, 450)])
        s.paint("#e9dcc4", stripe, 0.85)
    s.shaded(both(top, s.ramp(0, 0, 40, 200)), 0.6)
    scallops = s.shapes([ring(30 + n * 95 + 47, 446, 47, 38) for n in range(12)])
    flaps = both(scallops, s.box(0, 446, 1200, 500))
    s.wash([(0.27, "#8f4234"), (0.31, "#4a1f1a")], flaps)
    for n in range(0, 12, 2):
        s.wash(
            [(0.27, "#a89684"), (0.31, "#5f5044")],
            both(flaps, s.box(30 + n * 95, 440, 125 + n * 95, 500)),
        )
    s.shaded(s.stroke([(30, 448), (1170, 448)], 5, soft=2), 0.5)
    snow = s.rough(
        s.shape(
            path(
                "70,268 200,214 420,224 640,206 860,226 1040,212 1134,270 1080,292 "
                "800,280 500,296 240,282 110,298"
            ),
            round_=True,
        ),
        5,
        grain=14,
    )
    s.body(snow, ("#7c93ad", "#f2f7fb", "#c3d2e0"), bulge=30, light=(-0.3, -0.9))


def _pair(s: Scene) -> None:
    people = either(_man(s), _woman(s))
    held = either(s.oval(640, 972, 46, 33, turn=-10), s.stroke(path("604,948 640,938 676,950"), 24))
    people = s.eased(either(people, held), 2.5)
    handle = s.stroke(path("600,1076 606,1010 634,980 662,1012 672,1076"), 6)
    s.wash([(0.3, "#241d22"), (0.8, "#0f131d")], either(people, handle))
    for side in ((0.8, -0.6), (-0.8, -0.6)):
        s.rim(people, side, "#ffcf85", wide=8, much=0.8)
    folds = [path("330,900 312,1100 330,1320"), path("470,920 520,1040 530,1300")]
    folds += [path("850,900 866,1100 850,1320"), path("730,1090 724,1200 740,1320")]
    for fold in folds:
        s.lit(s.stroke(fold, [3, 20, 4], soft=10), "#8f6a4a", 0.28)
    bag = s.shape(path("580,1070 694,1070 704,1224 572,1224"))
    s.model(bag, s.ramp(60, 60, 60, 110, 150, 190, 190, across=True), "#2c1b0f", "#e0a561")
    s.shaded(s.stroke([(618, 1070), (610, 1224)], 5, soft=2), 0.5)
    s.shaded(s.stroke([(580, 1074), (694, 1074)], 5, soft=2), 0.4)


def _man(s: Scene) -> Image.Image:
    """Tall, a little bent, in a cap and a long coat."""
    head = s.shape(
        path(
            "372,700 364,640 372,596 400,562 440,548 486,556 514,580 516,612 520,640 530,664 "
            "540,682 530,694 522,700 526,712 520,722 516,746 490,762 470,770 466,810 380,800"
        ),
        round_=True,
    )
    cap = either(
        s.shape(path("358,616 374,566 424,534 486,540 522,572 528,604 440,606"), round_=True),
        s.shape(path("500,586 548,596 572,612 562,620 500,612"), round_=True),
    )
    coat = s.shape(
        path(
            "372,778 440,800 486,796 524,850 556,940 574,1060 582,1200 586,1330 248,1330 "
            "246,1200 250,1060 262,930 296,834"
        ),
        round_=True,
    )
    arm = s.stroke(path("440,870 506,990 560,1014 636,974"), [110, 92, 72, 44])
    return either(head, cap, coat, arm)


def _woman(s: Scene) -> Image.Image:
    """Smaller, her hair tied back."""
    head = s.shape(
        path(
            "706,690 698,660 708,628 744,606 790,608 822,636 832,682 822,728 804,762 806,800 "
            "748,800 748,776 728,780 712,768 712,754 706,746 712,736 704,726 692,718 698,706"
        ),
        round_=True,
    )
    tail = s.stroke(path("818,656 862,676 884,740 874,800 852,836"), [40, 44, 46, 34, 6])
    trunk = s.shape(
        path(
            "746,796 776,806 810,796 862,830 896,910 910,1040 918,1180 926,1330 684,1330 "
            "688,1180 690,1060 696,950 712,860"
        ),
        round_=True,
    )
    arm = s.stroke(path("816,884 786,1004 730,1028 650,980"), [96, 80, 60, 40])
    return either(head, tail, trunk, arm)


def _snowfall(s: Scene, count: int) -> None:
    chance = s.random
    near, middle, far = [], [], []
    for _ in range(count):
        x, y = chance.uniform(0, s.width), chance.uniform(0, s.height)
        far.append(ring(x, y, *(chance.uniform(1.2, 2.6),) * 2))
    for _ in range(count // 6):
        middle.append(
            ring(
                chance.uniform(0, s.width),
                chance.uniform(0, s.height),
                *(chance.uniform(3, 6),) * 2,
            )
        )
    for _ in range(count // 40):
        near.append(
            ring(
                chance.uniform(0, s.width),
                chance.uniform(0, s.height),
                *(chance.uniform(10, 19),) * 2,
            )
        )
    s.paint("#ffffff", s.shapes(far, soft=0.6), 0.75)
    s.paint("#ffffff", s.shapes(middle, soft=2), 0.8)
    s.paint("#ffffff", s.shapes(near, soft=6), 0.6)


def square(scale: float) -> Image.Image:
    """A path swept through deep snow, across a square, to a hotel with its windows lit."""
    s = Scene(1600, 1200, "square", scale)
    s.wash([(0, "#0f1c33"), (0.35, "#24395a"), (0.6, "#4d658a"), (1, "#3a4d6b")])
    s.glow(800, 560, 900, "#c98a52", 0.35, down=400)
    _hotel(s)
    s.blurred(2.4)
    _swept(s)
    _sweeper(s)
    _snowfall(s, 1300)
    return s.finished(bloom=0.5, shadows="#091222", lights="#fffaf0")


def _hotel(s: Scene) -> None:
    house = s.shape(path("430,640 430,190 520,130 1080,130 1170,190 1170,640"))
    s.model(house, s.ramp(60, 160), "#101827", "#38435a")
    s.model(
        s.shape(path("400,200 520,104 1080,104 1200,200")),
        s.ramp(255, 200, 0),
        "#7f95b3",
        "#e4edf6",
    )
    for row, y in enumerate((226, 336, 446)):
        for column in range(7):
            x = 476 + column * 98
            if (row * 7 + column * 3) % 11 == 4:
                s.paint("#1c2940", s.box(x, y, x + 52, y + 76))
                continue
            s.wash([(0, "#ffb04c"), (0.5, "#ffe2a0")], s.box(x, y, x + 52, y + 76))
            s.paint(
                "#5a3a1c",
                s.strokes([[(x + 26, y), (x + 26, y + 76)], [(x, y + 34), (x + 52, y + 34)]], 4),
            )
            s.paint("#e9f0f7", s.box(x - 6, y + 76, x + 58, y + 84))
            s.glow(x + 26, y + 38, 80, "#ff9f40", 0.3)
    s.wash([(0.46, "#fff3d0"), (0.55, "#ffc66c")], s.box(742, 548, 858, 650))
    s.model(
        s.shape(path("700,536 900,536 880,556 720,556")),
        s.ramp(200, 100),
        "#5a6f8c",
        "#eef4fa",
    )
    s.glow(800, 610, 280, "#ffc06a", 0.95, down=170)
    for left, right, top in ((-20, 330, 300), (1260, 1640, 270)):
        s.model(s.box(left, top, right, 640), s.ramp(20, 90), "#0d1524", "#35445e")
        s.paint("#c4d3e3", s.box(left, top - 14, right, top + 6, corner=7))


def _swept(s: Scene) -> None:
    snow = s.shape(path("0,636 500,642 1100,642 1600,632 1600,1200 0,1200"))
    s.model(snow, s.noise(420, 70, layers=4), "#4a6388", "#b9cbe0", "#7f98b8")
    s.glow(800, 660, 800, "#ffb45c", 0.5, down=210)
    way = s.shape(
        path(
            "768,646 832,646 850,720 900,800 960,920 980,1060 960,1200 480,1200 "
            "600,1050 700,920 756,800 772,720"
        ),
        round_=False,
        soft=2,
    )
    way = s.rough(way, 6, grain=16, deep=0.9)
    for dx, dy, colour, much in ((-16, -12, "#eaf3fb", 0.75), (18, -12, "#eaf3fb", 0.7)):
        s.lit(s.soften(without(s.shifted(way, dx, dy), way), 7), colour, much)
    s.model(way, s.noise(60, 16, layers=3), "#1a2335", "#8a6a4a", "#453f48")
    s.shaded(both(way, s.soften(without(way, s.shifted(way, 30, 6)), 12)), 0.7)
    s.lit(both(way, s.halo(800, 660, 230, 460)), "#ffc27a", 0.9)


def _sweeper(s: Scene) -> None:
    s.shaded(s.shape(path("900,904 964,904 1060,1070 950,1070"), soft=10), 0.6)
    body = s.shape(
        path(
            "924,668 964,674 988,720 992,810 976,816 976,900 948,904 938,830 920,902 892,900 "
            "906,810 896,740 900,694"
        )
    )
    hat = s.shape(path("898,646 902,618 926,606 948,616 956,646 958,654 894,654"))
    head = either(s.oval(926, 652, 26, 30), hat, s.box(914, 660, 944, 700))
    arm = s.stroke(path("944,698 896,754 854,770"), [30, 26, 18])
    shovel = either(
        s.stroke([(900, 710), (780, 908)], 9), s.shape(path("764,878 802,902 780,944 730,920"))
    )
    figure = s.eased(either(body, head, arm, shovel), 1.5)
    s.paint("#0b111d", figure)
    s.rim(figure, (-0.8, -0.6), "#ffc87e", wide=8, much=0.95)


SCENES = {"customer": customer, "square": square}

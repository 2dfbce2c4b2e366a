"""Pictures of things that stood ready: a cup, loaves in the oven, a telephone off its hook."""

from __future__ import annotations

import math

from PIL import Image

from .masks import Point, both, either, path, ring, through, without
from .scene import Scene


def cup(scale: float) -> Image.Image:
    """A mug of tea on a steel counter before dawn, with two lumps of sugar beside it."""
    s = Scene(1200, 1600, "cup", scale)
    s.wash([(0, "#22323c"), (0.4, "#3d545c"), (0.66, "#56686a"), (1, "#1d2629")])
    window = s.box(90, 60, 620, 760)
    s.wash([(0.05, "#5f87a6"), (0.3, "#b9cdd2"), (0.48, "#f3cfae")], window)
    s.paint("#26343c", s.strokes([[(355, 60), (355, 760)], [(90, 400), (620, 400)]], 22))
    for n, x in enumerate((740, 850, 980, 1090)):
        s.paint("#0f171b", s.stroke([(x, 90), (x, 330)], 9))
        pan = s.oval(x, 390 + n % 2 * 40, 62 + n % 3 * 16, 78 + n % 2 * 20)
        s.body(pan, ("#10161a", "#a4967f", "#434b4e"), bulge=40, light=(-0.8, -0.4))
    s.blurred(15)
    counter = s.shape(path("0,1080 1200,1080 1200,1600 0,1600"), soft=3)
    s.wash([(0.67, "#b7c3c4"), (0.72, "#7b898c"), (1, "#2b363a")], counter)
    s.shaded(
        both(counter, s.noise(700, 3, layers=2).point([max(0, 160 - v) for v in range(256)])), 0.35
    )
    s.lit(both(counter, s.halo(330, 1180, 520, 200)), "#fff1dc", 0.55)
    _mug(s, 590)
    _lumps(s)
    _steam(s, 590, 640)
    return s.finished(bloom=0.35, shadows="#0b1418", lights="#fff8ec")


def _mug(s: Scene, x: float) -> None:
    s.shaded(
        s.shape(path("430,1330 900,1300 1150,1420 760,1450 470,1420"), round_=True, soft=26),
        0.7,
    )
    s.lit(s.shape(path("440,1390 740,1390 720,1590 470,1590"), soft=26), "#d8d2c4", 0.22)
    handle = s.stroke(path("800,850 930,850 970,960 930,1100 790,1150"), [44, 58, 56, 50, 40])
    s.body(handle, ("#6b5a4e", "#fff9ec", "#d6cabb"), bulge=26, light=(-0.6, -0.8))
    sides = path("760,228 800,232 1000,228 1200,218 1330,200 1372,178 1392,150")
    strip = [150, 215, 255, 246, 220, 180, 130, 80, 50, 74]
    china, tone = s.turned(x, sides, strip)
    under, under_tone = s.turned(x, [(1360, 184), (1402, 184)], strip, round_=False)
    under = both(under, s.oval(x, 1362, 184, 36))
    china, tone = either(china, under), either(tone, both(under, under_tone))
    s.model(china, tone, "#41383a", "#fffaf0", "#c6b9ab")
    s.shaded(both(china, s.ramp(0, 0, 0, 0, 0, 0, 20, 120)), 0.5)
    pane = s.shape(path("430,850 486,856 488,1120 440,1110"), soft=5)
    s.lit(both(china, pane), "#ffffff", 0.6)
    band = without(s.oval(x, 906, 260, 46), s.oval(x, 882, 262, 46))
    s.paint("#3c6b86", both(china, both(band, s.box(0, 906, 1200, 1000))), 0.9)
    s.model(s.oval(x, 762, 230, 58), s.ramp(160, 255, 220, 150, across=True), "#8f8378", "#fffdf6")
    s.model(s.oval(x, 768, 212, 48), s.ramp(250, 150, 100, across=True), "#584a42", "#e9ddcd")
    tea = both(s.oval(x, 788, 206, 42), s.oval(x, 768, 212, 48))
    s.model(tea, s.ramp(200, 150, 60, 20, across=True), "#3a1606", "#e2914a", "#8a3f14")
    s.lit(both(tea, s.shape(path("430,780 520,760 560,812 470,815"), soft=7)), "#fff0d8", 0.7)


def _lumps(s: Scene) -> None:
    spoon = s.stroke([(130, 1500), (260, 1462), (420, 1430)], [22, 15, 18])
    bowl = s.oval(470, 1420, 72, 30, turn=-10)
    s.shaded(s.soften(s.shifted(either(spoon, bowl), 10, 16), 9), 0.6)
    s.body(
        either(spoon, bowl),
        ("#20282b", "#ffffff", "#8f9b9c"),
        bulge=13,
        light=(-0.3, -0.95),
        hard=1.5,
    )
    s.body(
        s.oval(470, 1422, 54, 19, turn=-10),
        ("#2a3336", "#e9efee", "#7d898b"),
        bulge=22,
        light=(0.3, 0.95),
    )
    for x, y in ((838, 1436), (944, 1490)):
        w, h, d = 88.0, 78.0, 30.0
        s.shaded(
            s.shape(
                [(x, y + h), (x + w, y + h), (x + w + 150, y + h - 26), (x + w + 70, y + h - 60)],
                soft=9,
            ),
            0.65,
        )
        front = s.shape([(x, y), (x + w, y + 4), (x + w - 4, y + h), (x + 3, y + h - 3)])
        top = s.shape([(x, y), (x + 34, y - d), (x + w + 30, y - d + 3), (x + w, y + 4)])
        side = s.shape(
            [(x + w, y + 4), (x + w + 30, y - d + 3), (x + w + 26, y + h - d), (x + w - 4, y + h)]
        )
        for face, dark, light in (
            (front, "#b9b0a4", "#f6efe2"),
            (top, "#f1ece2", "#ffffff"),
            (side, "#57524e", "#a39a8f"),
        ):
            s.model(face, s.noise(5, layers=2), dark, light)


def _steam(s: Scene, x: float, top: float) -> None:
    wisps = []
    for n, lean in enumerate((-70, 0, 64)):
        way: list[Point] = [
            (x + lean + 46 * math.sin(step * 0.9 + n * 2.1) * (step / 6), top + 130 - step * 105)
            for step in range(8)
        ]
        wisps.append(s.stroke(way, [20, 70, 44, 90, 60, 110, 60], soft=20))
    mist = both(either(*wisps), s.ramp(0, 160, 255, 255, 255))
    veil = s.noise(110, 190, layers=3).point([max(0, min(255, (v - 90) * 3)) for v in range(256)])
    s.lit(mist, "#fff6ea", 0.16)
    s.lit(both(mist, veil), "#fff6ea", 0.9)


def loaves(scale: float) -> Image.Image:
    """Long loaves browning in the glow of an oven."""
    s = Scene(1600, 1200, "loaves", scale)
    s.wash([(0, "#1c0d07"), (0.25, "#5f260c"), (0.5, "#8d3f12"), (1, "#2a1108")])
    s.glow(800, 90, 1000, "#ff8a2c", 0.9, down=340)
    for y, wide in ((56, 11), (96, 15)):
        s.paint("#ffcf85", s.stroke([(-20, y), (800, y - 10), (1620, y)], wide, soft=3))
        s.lit(s.stroke([(-20, y), (800, y - 10), (1620, y)], 60, soft=26), "#ff7a1f", 0.8)
    for row, (y, size) in enumerate(((330, 0.62), (590, 0.84), (960, 1.22))):
        shelf = [
            [(-20, y + 92 * size + n * 16 * size), (1620, y + 92 * size + n * 16 * size)]
            for n in range(3)
        ]
        s.paint("#100705", s.strokes(shelf, 9 * size))
        s.lit(s.strokes(shelf, 2.4 * size), "#ff9c48", 0.6)
        _loaves(s, [800 + (n + 0.5 * (row % 2)) * 440 * size for n in range(-3, 4)], y, size)
        if row < 2:
            s.blurred(7 - row * 4)
        s.glow(800, y - 200, 900, "#ff8a30", 0.14, down=200)
    s.shaded(s.ramp(0, 0, 0, 0, 60, 150), 0.6)
    return s.finished(bloom=0.4, shadows="#140805", lights="#fff2da", vignette=0.5)


def _loaves(s: Scene, along: list[float], y: float, size: float) -> None:
    wide, high = 205 * size, 108 * size
    half = path("-1,40 -0.82,-54 -0.3,-99 0.3,-99 0.82,-54 1,40 0.7,90 -0.7,90")
    under, crusts, cuts = [], [], []
    for x in along:
        under.append(ring(x, y + 88 * size, wide * 0.98, 26 * size))
        crusts.append(through([(x + dx * wide, y + dy * size) for dx, dy in half], closed=True))
        for n in (-1, 0, 1):
            slash = path("-40,8 -14,-48 44,-88 30,-38 -2,6")
            middle = x + n * wide * 0.5
            cuts.append(
                through([(middle + dx * size, y + dy * size) for dx, dy in slash], closed=True)
            )
    s.shaded(s.shapes(under, soft=high * 0.1), 0.85)
    crust = s.shapes(crusts)
    brown = ("#2b0e05", "#ffcb78", "#b5651f")
    s.body(crust, brown, bulge=82 * size, light=(-0.15, -0.98), hard=1.2, grain=(7 * size, 0.16))
    cut = both(s.rough(s.shapes(cuts), 3 * size, grain=6 * size), crust)
    s.shaded(s.soften(s.shifted(cut, 5 * size, 6 * size), 4 * size), 0.5)
    pale = ("#a5652a", "#fff0c4", "#ebbd78")
    s.body(cut, pale, bulge=20 * size, light=(-0.5, -0.8), grain=(4 * size, 0.3))


def phone(scale: float) -> Image.Image:
    """A telephone with its receiver laid beside it: somebody is still on the line."""
    s = Scene(1600, 1200, "phone", scale)
    s.wash([(0, "#23303c"), (0.4, "#364654"), (0.56, "#2b3641"), (1, "#151b21")])
    blind = [
        s.shape([(820, y), (1640, y - 60), (1640, y - 22), (820, y + 34)])
        for y in range(60, 640, 84)
    ]
    s.lit(s.soften(either(*blind), 12), "#c6d8e4", 0.42)
    s.blurred(7)
    desk = s.shape(path("0,610 1600,610 1600,1200 0,1200"), soft=4)
    s.model(desk, s.noise(900, 9, layers=3), "#1e1511", "#8a6850", "#47342a")
    s.shaded(both(desk, s.ramp(0, 0, 0, 0, 40, 140)), 0.7)
    for left, right in ((560, 720), (800, 1010), (1100, 1370)):
        s.lit(
            both(
                desk,
                s.shape(
                    [
                        (left + 300, 610),
                        (right + 320, 610),
                        (right - 100, 1200),
                        (left - 260, 1200),
                    ],
                    soft=20,
                ),
            ),
            "#e7d9c0",
            0.28,
        )
    _set(s)
    _cord(s)
    _receiver(s)
    return s.finished(bloom=0.3, shadows="#0b1016", lights="#fff8ea")


def _set(s: Scene) -> None:
    red = ("#240506", "#f06a4c", "#a5201c")
    s.shaded(
        s.shape(path("760,930 1400,900 1340,1030 640,1060 560,1000"), round_=True, soft=24),
        0.85,
    )
    base = s.shape(
        path(
            "800,950 822,800 880,640 950,560 1070,530 1190,560 1262,640 1322,800 "
            "1344,950 1300,986 842,986"
        ),
        round_=False,
    )
    base = s.eased(base, 8)
    s.body(base, red, bulge=90, light=(0.55, -0.85), hard=1.15)
    s.rim(base, (0.8, -0.6), "#ffd9c4", wide=12, much=0.7)
    for x in (960, 1186):
        prong = s.box(x - 44, 476, x + 44, 580, corner=22)
        s.body(prong, red, bulge=26, light=(0.55, -0.85))
        s.shaded(s.box(x - 22, 486, x + 22, 530, corner=14, soft=4), 0.7)
    dial = s.oval(1072, 770, 172, 152)
    s.shaded(s.soften(s.shifted(dial, -6, 12), 10), 0.6)
    s.body(dial, ("#5c4c40", "#fff6e2", "#d4c4ae"), bulge=40, light=(0.5, -0.85))
    for n in range(10):
        angle = math.radians(120 + n * 29)
        hole = s.oval(1072 + 122 * math.cos(angle), 770 + 108 * math.sin(angle), 27, 24)
        s.body(hole, ("#120404", "#8a2a20", "#3a0c0a"), bulge=10, light=(-0.5, 0.85))
        s.rim(hole, (-0.5, 0.8), "#fff2dc", wide=5, much=0.6)
    s.body(
        s.oval(1072, 770, 66, 58), ("#47080a", "#ff8d6c", "#b3261f"), bulge=28, light=(0.5, -0.85)
    )
    s.paint("#d9dbd8", s.stroke([(1180, 862), (1216, 880)], 16))
    s.lit(s.stroke([(1236, 640), (1290, 790)], [4, 20, 4], soft=6), "#fff0e4", 0.75)


def _cord(s: Scene) -> None:
    line = through(path("815,955 690,1060 520,1090 330,1060 250,960 262,880"))
    coil: list[Point] = []
    for n in range(len(line) * 6):
        x, y = line[min(n // 6, len(line) - 1)]
        following = line[min(n // 6 + 1, len(line) - 1)]
        share = n % 6 / 6
        x, y = x + (following[0] - x) * share, y + (following[1] - y) * share
        turn = n * 0.42
        coil.append((x + 24 * math.cos(turn), y + 22 * math.sin(turn)))
    wire = s.stroke(coil, 11, round_=False)
    s.shaded(s.soften(s.shifted(wire, -12, 20), 9), 0.75)
    s.body(wire, ("#2a0606", "#ff9a7a", "#a8251f"), bulge=6, light=(0.3, -0.95), hard=1.6)


def _receiver(s: Scene) -> None:
    red = ("#240506", "#f47656", "#a8221d")
    grip = s.stroke(path("210,800 330,722 500,706 640,760"), [74, 84, 84, 74])
    ends = either(
        s.oval(190, 836, 116, 96, turn=-32),
        s.oval(664, 812, 116, 92, turn=30),
    )
    whole = s.eased(either(grip, ends), 9)
    s.shaded(s.soften(s.shifted(whole, -30, 64), 24), 0.8)
    s.body(whole, red, bulge=52, light=(0.45, -0.9), hard=1.25)
    s.rim(whole, (0.5, -0.85), "#ffe0cc", wide=10, much=0.75)
    s.lit(
        s.stroke(path("250,756 350,700 490,684 610,726"), [2, 14, 14, 2], soft=5),
        "#fff4ea",
        0.8,
    )
    for x, y, turn in ((166, 872, -32), (690, 846, 30)):
        cap = s.oval(x, y, 84, 54, turn=turn)
        s.body(cap, ("#160304", "#9a2c22", "#4a0d0c"), bulge=26, light=(0.45, -0.9))
        holes = [ring(x + dx * 26, y + dy * 17, 6, 5) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        s.paint("#080202", s.shapes(holes))


SCENES = {"cup": cup, "loaves": loaves, "phone": phone}

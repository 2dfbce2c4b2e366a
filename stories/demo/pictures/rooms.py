"""Pictures of rooms at night: a door ajar, a chair made like a bed, a piano on the landing."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from .masks import Point, both, mirrored, path, ring, without
from .scene import Scene


def lamp(scale: float) -> Image.Image:
    """A dark bedroom, a door left open a hand wide, and boots in the light."""
    s = Scene(1200, 1600, "lamp", scale)
    s.wash([(0, "#121a2b"), (0.6, "#1b2536"), (1, "#10151f")])
    s.paint("#2a3447", s.noise(500, 700, layers=2), 0.15)
    # Light on the wall and on the ceiling beside the gap.
    s.glow(660, 700, 640, "#ff9d3f", 0.5, down=900)
    floor = s.shape(path("0,1190 1200,1190 1200,1600 0,1600"))
    s.wash([(0.74, "#141a26"), (1, "#0b0e15")], floor)
    s.model(s.box(0, 1168, 560, 1196), s.ramp(200, 60), "#141b28", "#3c4456")
    wedge = s.shape(path("600,1190 736,1190 930,1600 90,1600"), soft=10)
    s.model(wedge, s.ramp(255, 255, 255, 255, 255, 250, 170, 110), "#40240f", "#ffc877", "#c8793a")
    pile = s.noise(5, layers=2).point([max(0, 150 - v) for v in range(256)])
    s.shaded(both(wedge, pile), 0.8)
    _gap(s)
    _boots(s)
    _bed(s)
    return s.finished(bloom=0.5, shadows="#070b14", lights="#fff4de")


def _gap(s: Scene) -> None:
    frame = s.box(540, 130, 1120, 1192)
    s.wash([(0, "#2b2a30"), (1, "#1c1d24")], frame)
    room = s.shape(path("600,190 736,190 736,1192 600,1192"))
    s.wash([(0.1, "#ffd48a"), (0.4, "#fff4d4"), (0.74, "#f2ab55")], room)
    tiles = [[(600, 250 + n * 84), (736, 262 + n * 84)] for n in range(12)]
    s.paint("#d8953f", s.strokes(tiles, 3, soft=1), 0.5)
    s.glow(664, 420, 150, "#fffdf0", 0.9, down=220)
    leaf = s.shape(path("728,190 1060,168 1060,1214 728,1192"))
    s.wash([(0.60, "#8a5a30"), (0.66, "#4b3a34"), (0.9, "#262730")], leaf, across=True)
    for top, bottom in ((270, 620), (720, 1100)):
        panel = s.shape([(800, top), (1000, top - 6), (1000, bottom + 10), (800, bottom)])
        s.paint("#1a1b22", without(panel, s.shifted(panel, 7, 7)), 0.9)
        s.lit(without(panel, s.shifted(panel, -6, -6)), "#8f6238", 0.35)
    s.lit(s.box(724, 190, 738, 1192, soft=2), "#ffd892", 0.95)
    s.lit(s.box(590, 180, 602, 1192, soft=3), "#ffcf86", 0.95)
    s.model(s.oval(772, 700, 15), s.ramp(255, 60), "#5a3412", "#ffe0a0")
    s.glow(664, 690, 300, "#ffc069", 0.55, down=760)


def _boots(s: Scene) -> None:
    side = path(
        "-70,-330 -4,-342 62,-326 60,-230 66,-150 92,-104 150,-76 196,-44 206,-4 "
        "196,14 -66,14 -74,-40 -62,-120 -70,-220"
    )
    for x, y, size in ((300, 1430, 1.0), (470, 1486, 1.12)):

        def at(
            points: Sequence[Point], x: float = x, y: float = y, size: float = size
        ) -> list[Point]:
            return [(x + px * size, y + py * size) for px, py in points]

        fall = s.shape(at(path("-74,0 200,0 60,230 -300,230")), soft=12)
        s.shaded(fall, 0.75, "#1a0d08")
        boot = s.shape(at(side), round_=True)
        leather = ("#050507", "#6b4a35", "#17100f")
        s.body(boot, leather, bulge=48, light=(0.6, -0.75), hard=1.1, grain=(16, 0.1))
        s.paint(
            "#040405",
            s.shape(at(path("-76,6 208,4 206,34 44,34 40,24 4,24 0,40 -76,40"))),
        )
        s.rim(boot, (0.8, -0.5), "#ffc277", wide=13, much=0.95)
        s.shaded(s.shape(at(ring(-4, -328, 64, 15)), soft=2), 0.85)
        for strap in ([(-68, -200), (0, -190), (62, -204)], [(-60, -96), (10, -80), (80, -112)]):
            s.shaded(both(boot, s.stroke(at(strap), 26 * size, soft=2)), 0.6)
            s.lit(
                both(boot, s.stroke(at([(px, py - 11) for px, py in strap]), 4, soft=1)),
                "#c98a52",
                0.7,
            )
        s.body(s.shape(at(ring(48, -202, 15, 17))), ("#4a3010", "#ffe2a0"), bulge=8)


def _bed(s: Scene) -> None:
    bed = s.shape(path("-40,1010 120,980 300,1010 352,1080 350,1330 -40,1420"), round_=False)
    s.body(bed, ("#0a0e18", "#65718a", "#2a3345"), bulge=60, light=(0.8, -0.5))
    s.rim(bed, (0.9, -0.3), "#ffbf72", wide=18, much=0.7)
    pillow = s.shape(path("-80,960 40,900 190,910 236,970 190,1030 -80,1040"), round_=True)
    s.body(pillow, ("#1c2436", "#aeb6c4", "#56607a"), bulge=60, light=(0.7, -0.7))
    s.rim(pillow, (0.9, -0.3), "#ffcf90", wide=16, much=0.8)
    card = s.shape(path("62,930 150,916 168,966 78,984"))
    s.shaded(s.soften(s.shifted(card, 4, 10), 6), 0.5)
    s.model(card, s.ramp(150, 255, across=True), "#b88a58", "#fff6e0")


def armchair(scale: float) -> Image.Image:
    """An armchair made up like a bed, with a blanket turned down and a lamp turned away."""
    s = Scene(1200, 1600, "armchair", scale)
    s.wash([(0, "#27414a"), (0.5, "#37565a"), (0.74, "#2c4449"), (1, "#1b2629")])
    s.glow(1010, 330, 900, "#ffb45c", 0.8, down=900)
    s.shaded(s.strokes([[(x, 0), (x, 1180)] for x in range(-20, 1240, 58)], 10, soft=6), 0.16)
    floor = s.box(0, 1200, 1200, 1600)
    s.wash([(0.74, "#5a3a26"), (1, "#22160f")], floor)
    s.shaded(
        s.strokes(
            [[(600 + n * 150, 1200), (600 + n * 330, 1600)] for n in range(-6, 7)], 5, soft=2
        ),
        0.4,
    )
    s.model(s.box(0, 1166, 1200, 1202), s.ramp(220, 100), "#2c3d3e", "#8fa29a")
    s.glow(840, 1330, 620, "#ffb866", 0.5, down=150)
    _night_window(s)
    s.blurred(3)
    _floor_lamp(s)
    _chair(s)
    return s.finished(bloom=0.4, shadows="#0b1216", lights="#fff4e0")


def _night_window(s: Scene) -> None:
    s.paint("#d9d2c0", s.box(70, 150, 380, 860), 0.85)
    glass = s.box(94, 174, 356, 836)
    s.wash([(0.1, "#0c1730"), (0.4, "#2a3f68"), (0.52, "#6d6f8c")], glass)
    spots = [
        (140, 700, 16, "#ffc36b", 0.7),
        (220, 730, 20, "#ff9c4a", 0.6),
        (290, 690, 14, "#ffe0a0", 0.7),
        (330, 760, 20, "#9fd0ff", 0.5),
        (180, 780, 14, "#ff6b4a", 0.6),
        (250, 640, 10, "#ffd890", 0.6),
    ]
    s.bokeh(spots)
    s.paint("#cfc8b6", s.strokes([[(225, 174), (225, 836)], [(94, 500), (356, 500)]], 16))
    curtain = s.shape(path("-20,100 150,100 120,500 150,1190 -20,1190"))
    s.model(curtain, s.noise(46, 2400), "#3a1c1c", "#b5644a")


def _floor_lamp(s: Scene) -> None:
    stand, tone = s.turned(1030, [(420, 9), (1280, 9)], [30, 120, 255, 90, 20], round_=False)
    s.model(stand, tone, "#1d130a", "#d9a65c")
    s.model(s.oval(1030, 1290, 92, 22), s.ramp(255, 60, across=True), "#1d130a", "#c08a48")
    shade = s.shape(path("940,190 1120,190 1176,440 884,440"), soft=1.5)
    s.model(shade, s.ramp(60, 150, 255, 160), "#e39a45", "#fff6d8")
    s.glow(1030, 400, 460, "#ffbd62", 0.75)


def _chair(s: Scene) -> None:
    cloth = ("#1c0c0a", "#d77b52", "#7c3424")
    s.shaded(s.oval(540, 1400, 470, 80, soft=30), 0.85)
    for x in (300, 790):
        s.model(
            s.shape([(x - 22, 1340), (x + 22, 1340), (x + 12, 1450), (x - 12, 1450)]),
            s.ramp(20, 180, across=True),
            "#0d0705",
            "#8f5a30",
        )
    back = s.shape(
        mirrored(path("545,380 400,390 270,440 226,560 236,760 262,1120"), 545),
        round_=True,
    )
    s.body(back, cloth, bulge=110, light=(0.75, -0.65), grain=(5, 0.12))
    for y, xs in ((560, (400, 545, 690)), (700, (472, 618)), (840, (400, 545, 690))):
        for x in xs:
            s.shaded(s.oval(x, y, 36, soft=18), 0.5)
            s.model(s.oval(x, y, 11), s.ramp(200, 90), "#3a150f", "#e08a5c")
    _cushion(s)
    for side in (-1, 1):
        x = 545 + side * 330
        arm = s.shape(
            [
                (x - 96, 900),
                (x - 60, 842),
                (x + 10, 826),
                (x + 76, 850),
                (x + 96, 920),
                (x + 84, 1390),
                (x - 84, 1390),
            ],
            round_=True,
        )
        s.body(arm, cloth, bulge=84, light=(0.75, -0.65), grain=(5, 0.12))
    _blanket(s)


def _cushion(s: Scene) -> None:
    pillow = s.shape(
        path(
            "340,610 420,560 560,580 700,556 766,620 756,760 774,900 690,940 550,920 "
            "400,944 326,890 346,760"
        ),
        round_=True,
    )
    s.shaded(s.soften(s.shifted(pillow, -18, 16), 22), 0.7)
    s.body(pillow, ("#70676a", "#fff8e6", "#d8cdbd"), bulge=100, light=(0.8, -0.6))
    for way in (
        [(380, 620), (430, 680), (450, 760)],
        [(720, 620), (670, 680), (650, 750)],
        [(400, 890), (460, 840), (500, 830)],
    ):
        s.shaded(s.stroke(way, [3, 20, 4], soft=8), 0.25)


def _blanket(s: Scene) -> None:
    wool = ("#173038", "#9ec7bd", "#4f8582")
    seat = s.shape(
        path(
            "300,960 420,930 680,930 800,960 836,1150 850,1440 700,1462 540,1450 "
            "390,1466 246,1440 262,1150"
        )
    )
    s.shaded(s.soften(s.shifted(seat, -14, 14), 20), 0.6)
    s.body(seat, wool, bulge=84, light=(0.7, -0.7), grain=(4, 0.16))
    for y in (1180, 1230, 1360, 1410):
        band = s.stroke(
            [(200, y + 8), (400, y - 6), (545, y), (700, y - 6), (900, y + 8)], 15, soft=1
        )
        s.paint("#e8dcc0", both(seat, band), 0.55)
    for x, lean in ((360, 20), (520, -10), (690, 16)):
        s.shaded(
            both(
                seat,
                s.stroke([(x, 1470), (x + lean, 1300), (x + 2 * lean, 1080)], [60, 34, 4], soft=16),
            ),
            0.4,
        )
    corner = s.shape(path("300,956 420,926 680,926 560,1010 420,1100 290,1150"))
    s.shaded(s.soften(s.shifted(corner, 12, 18), 14), 0.5)
    s.body(corner, ("#8a7f78", "#fff9ea", "#e4d9c8"), bulge=50, light=(0.6, -0.8))


SCENES = {"lamp": lamp, "armchair": armchair}

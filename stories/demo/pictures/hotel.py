"""Pictures from the hotels, the ward and the rooms at home."""

from __future__ import annotations

from PIL import Image

from .masks import both, either, mirrored, path
from .scene import Scene


def dog(scale: float) -> Image.Image:
    """An old dog from behind, waiting in a doorway with the light before him."""
    s = Scene(1200, 1600, "dog", scale)
    s.wash([(0, "#1a1412"), (0.7, "#241a16"), (1, "#2e211a")])
    door = s.shape(path("300,110 900,110 900,1180 300,1180"))
    s.wash([(0, "#f6d9a6"), (0.35, "#ffefce"), (0.62, "#f3c98e"), (0.75, "#b98452")], door)
    garden = s.shape(path("420,250 780,250 780,760 420,760"), soft=16)
    s.wash([(0.15, "#fffdf2"), (0.4, "#fff2d0"), (0.5, "#e6d7a2")], garden)
    s.paint("#d9b27c", s.shape(path("592,240 608,240 608,770 592,770"), soft=9))
    s.paint("#d9b27c", s.shape(path("410,500 790,500 790,514 410,514"), soft=9))
    s.glow(600, 500, 640, "#ffe2ac", 0.5, down=760)
    _floor(s)
    _frame(s)
    _dog(s)
    return s.finished(bloom=0.45, shadows="#120d10", lights="#fff6e6")


def _floor(s: Scene) -> None:
    floor = s.shape(path("0,1180 1200,1180 1200,1600 0,1600"))
    s.wash([(0.72, "#3c2a1e"), (1, "#1d1411")], floor)
    pool = s.shape(path("300,1180 900,1180 1130,1600 70,1600"), soft=18)
    s.model(pool, s.ramp(255, 255, 255, 255, 255, 250, 120), "#5b3a22", "#f0c083")
    boards = [[(600 + n * 92, 1180), (600 + n * 210, 1600)] for n in range(-8, 9)]
    s.paint("#3a2415", s.strokes(boards, 5, soft=1.5), 0.65)
    s.paint("#8a5c35", s.box(300, 1168, 900, 1186, soft=2))


def _frame(s: Scene) -> None:
    for side in (-1, 1):
        x = 600 + side * 300
        jamb = s.shape([(x, 110), (x + side * 78, 50), (x + side * 78, 1240), (x, 1180)])
        s.model(jamb, s.ramp(70, 200, 160), "#2a1a12", "#c08a58")
        outer = s.shape(
            [
                (x + side * 78, 30),
                (x + side * 110, 30),
                (x + side * 110, 1240),
                (x + side * 78, 1240),
            ]
        )
        s.paint("#382820", outer)
    s.model(
        s.shape(path("300,110 900,110 978,40 222,40")),
        s.ramp(200, 60),
        "#2a1a12",
        "#a87548",
    )
    # The door itself stands open into the dark room.
    leaf = s.shape(path("978,50 1160,-10 1160,1420 978,1240"))
    s.wash([(0, "#3a2a20"), (1, "#1d1512")], leaf)
    s.lit(s.shape(path("978,50 990,46 990,1252 978,1240"), soft=2), "#c08a58", 0.7)


def _dog(s: Scene) -> None:
    # His shadow comes towards us.
    shadow = s.shape(
        path("470,1270 730,1270 800,1420 770,1600 430,1600 400,1420"),
        round_=True,
        soft=22,
    )
    s.shaded(shadow, 0.82, "#140b08")
    body, head, ears, tail = _dog_parts(s)
    fur = ("#080403", "#6a4326", "#1f120a")
    for part, bulge in ((tail, 24), (body, 120), (head, 80), (ears, 34)):
        edge = s.rough(part, 3, grain=5, deep=0.9)
        s.body(edge, fur, bulge=bulge, light=(-0.25, -0.95), hard=1.1, grain=(9, 0.22))
        s.shaded(both(edge, s.soften(edge, bulge / 2)), 0.45, "#1c0f0a")
        s.rim(edge, (-0.9, -0.5), "#ffd18c", wide=13, much=0.95)
        s.rim(edge, (0.9, -0.5), "#ffd18c", wide=13, much=0.95)
    collar = s.stroke(path("512,664 560,694 620,700 690,676"), 26)
    s.model(collar, s.ramp(60, 200, 90, across=True), "#4a0f12", "#e5604e")
    spine = s.stroke([(604, 760), (600, 980), (600, 1180)], [30, 60, 30], soft=26)
    s.shaded(spine, 0.5)


def _dog_parts(s: Scene) -> tuple[Image.Image, ...]:
    """Body, head, ears and tail."""
    back = path("600,650 548,668 500,740 462,850 424,980 396,1110 408,1220 470,1276 560,1284")
    crown = path("600,400 545,406 504,446 490,520 506,600 552,662 600,680")
    head = s.shape(mirrored(crown, 600), round_=True)
    middle = (600 * s.scale, 640 * s.scale)
    head = head.rotate(-7, center=middle, resample=Image.Resampling.BICUBIC)
    left = path("556,428 500,436 452,512 440,604 466,650 500,620 520,540")
    right = path("676,432 728,452 768,530 774,622 746,664 712,630 702,548")
    ears = either(s.shape(left, round_=True), s.shape(right, round_=True))
    tail = s.stroke(path("640,1262 740,1292 830,1280 884,1236"), [46, 44, 34, 14])
    return s.shape(mirrored(back, 600), round_=True), head, ears, tail


def bear(scale: float) -> Image.Image:
    """A bear in a hotel bed, tucked up to the arms."""
    s = Scene(1600, 1200, "bear", scale)
    s.wash([(0, "#33424c"), (0.5, "#52595a"), (1, "#3f3a38")])
    s.glow(210, 250, 900, "#ffc877", 0.75, down=800)
    board = s.box(120, 200, 1700, 900, corner=60)
    s.model(board, s.ramp(210, 110, 60, across=True), "#2a1a14", "#b57a48")
    for x in range(240, 1600, 190):
        s.shaded(s.stroke([(x, 200), (x, 800)], 14, soft=7), 0.5)
    _lamp(s, 150, 330)
    pillow = s.shape(
        path(
            "340,500 520,430 820,408 1140,424 1350,480 1400,640 1370,830 1100,880 "
            "520,880 330,800 296,640"
        ),
        round_=True,
    )
    s.shaded(s.soften(s.shifted(pillow, 26, 16), 30), 0.6)
    s.body(pillow, ("#77706c", "#fff6e8", "#d9cfc4"), bulge=150, light=(-0.8, -0.6))
    for way in (
        [(420, 560), (520, 600), (600, 690)],
        [(1310, 560), (1200, 610), (1120, 690)],
        [(380, 740), (480, 730), (560, 760)],
    ):
        s.shaded(s.stroke(way, [4, 22, 6], soft=9), 0.28)
    _bear(s)
    _duvet(s)
    return s.finished(bloom=0.3, shadows="#14141c", lights="#fff4e2")


def _lamp(s: Scene, x: float, y: float) -> None:
    stand = s.box(x - 12, y, x + 12, 900, corner=8)
    s.model(stand, s.ramp(60, 240, 80, across=True), "#3a2410", "#c99a52")
    shade = s.shape(
        [(x - 105, y - 190), (x + 105, y - 190), (x + 165, y + 60), (x - 165, y + 60)], soft=1.5
    )
    s.model(shade, s.ramp(30, 60, 200, 255, 120), "#e09a48", "#fff3cf")
    s.glow(x, y - 40, 420, "#ffbd62", 0.7)


def _bear(s: Scene) -> None:
    fur = ("#3a2413", "#e9b878", "#9a6b3c")
    s.shaded(s.oval(880, 640, 300, 260, soft=46), 0.6)
    body = s.rough(s.oval(840, 930, 270, 250), 5, grain=6, deep=1.1)
    s.body(body, fur, bulge=120, light=(-0.85, -0.5), grain=(7, 0.3))
    for x, tilt in ((640, -24), (1040, 24)):
        ear = s.rough(s.oval(x, 386, 88, 84, turn=tilt), 5, grain=6, deep=1.1)
        s.body(ear, fur, bulge=44, light=(-0.85, -0.5), grain=(7, 0.3))
        inner = s.rough(s.oval(x + (12 if x < 840 else -12), 400, 48, 46), 4, grain=6)
        s.body(inner, ("#4a2c18", "#c48f5c"), bulge=34, light=(0.6, 0.7), grain=(7, 0.25))
    head = s.rough(
        s.shape(
            path(
                "840,352 690,384 606,500 598,620 660,738 840,790 1020,738 1082,620 1074,500 990,384"
            ),
            round_=True,
        ),
        6,
        grain=6,
        deep=1.1,
    )
    s.body(head, fur, bulge=150, light=(-0.85, -0.5), grain=(7, 0.32))
    # The ear that was sewn back on.
    for n in range(7):
        x, y = 590 + n * 17, 440 - n * 11
        s.paint("#2f8a4e", s.stroke([(x - 9, y - 13), (x + 11, y + 13)], 8, round_=False))
    _bear_face(s)


def _bear_face(s: Scene) -> None:
    muzzle = s.rough(s.oval(836, 662, 128, 98), 4, grain=6, deep=1)
    s.shaded(s.soften(s.shifted(muzzle, 8, 12), 16), 0.35)
    s.body(
        muzzle, ("#6b4a2c", "#ffe2b0", "#cfa06a"), bulge=74, light=(-0.75, -0.65), grain=(7, 0.25)
    )
    nose = s.shape(path("836,664 792,634 786,606 836,594 886,606 880,634"), round_=True)
    s.body(nose, ("#080506", "#5b4038"), bulge=24, light=(-0.6, -0.8))
    s.glow(816, 612, 22, "#ffe9c8", 0.8, down=12)
    s.paint("#20120c", s.stroke([(836, 660), (836, 704)], 8))
    s.paint("#20120c", s.stroke(path("782,700 806,722 836,704 866,722 892,700"), 8))
    for x in (736, 938):
        s.shaded(s.oval(x, 554, 44, soft=10), 0.4)
        eye = s.oval(x, 552, 29, 31)
        s.body(eye, ("#050305", "#6b3a1c", "#120808"), bulge=18, light=(0.5, 0.8))
        s.paint("#fff6e0", s.oval(x - 10, 541, 8, 9, soft=1.5))


def _duvet(s: Scene) -> None:
    top = path("-60,900 240,850 520,838 690,868 840,884 1000,866 1180,838 1420,856 1680,900")
    duvet = s.shape([*top, (1700, 1300), (-100, 1300)], round_=False)
    s.shaded(s.soften(s.shifted(duvet, 0, -26), 20), 0.4)
    s.body(duvet, ("#6d6a70", "#fffaf0", "#d6cfc8"), bulge=90, light=(-0.5, -0.85), hard=1.1)
    fold = s.shape([*top, *((x, y + 116) for x, y in reversed(top))], round_=False)
    s.shaded(s.soften(s.shifted(fold, 0, 14), 12), 0.35)
    s.body(fold, ("#8a8588", "#fffdf6", "#eee6da"), bulge=50, light=(-0.5, -0.85))
    for way in (
        [(300, 1200), (430, 1090), (560, 1010)],
        [(820, 1200), (840, 1100), (830, 1020)],
        [(1300, 1200), (1200, 1100), (1080, 1010)],
        [(80, 1120), (200, 1060), (300, 980)],
    ):
        s.shaded(s.stroke(way, [60, 34, 4], soft=20), 0.3)
        s.lit(s.stroke([(x - 34, y) for x, y in way], [40, 24, 3], soft=14), "#fff4e0", 0.3)
    for x, tilt in ((560, 30), (1120, -30)):
        paw = s.rough(s.oval(x, 862, 104, 72, turn=tilt), 5, grain=6, deep=1.1)
        s.shaded(s.soften(s.shifted(paw, 10, 22), 16), 0.5)
        s.body(
            paw, ("#3a2413", "#e9b878", "#9a6b3c"), bulge=50, light=(-0.85, -0.5), grain=(7, 0.3)
        )
    s.shaded(s.ramp(0, 0, 120, across=True), 0.5)


SCENES = {"dog": dog, "bear": bear}

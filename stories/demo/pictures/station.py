"""Pictures from the line and its stations."""

from __future__ import annotations

from PIL import Image

from .masks import both, either, mirrored, path
from .scene import Scene


def train(scale: float) -> Image.Image:
    """The 17.42 at dusk, seen from between the rails."""
    s = Scene(1200, 1600, "train", scale)
    s.wash([(0, "#16283f"), (0.2, "#3d5674"), (0.38, "#b98a86"), (0.5, "#f0b48a"), (1, "#3a2a2c")])
    s.paint("#caa19a", s.noise(420, 60, layers=3).point(lambda v: max(0, v - 150)), 0.7)
    town = path(
        "0,690 60,640 130,640 130,600 230,600 230,660 340,650 400,700 820,690 "
        "900,620 980,620 980,650 1080,640 1120,570 1200,570 1200,930 0,930"
    )
    s.wash([(0.35, "#4c4a66"), (0.5, "#80616a"), (0.6, "#4a3c44")], s.shape(town, soft=6))
    _platforms(s)
    _ballast(s)
    _train_body(s)
    _train_face(s)
    for x in (448, 752):
        s.glow(x, 1010, 250, "#ffd9a0", 0.4)
        s.glow(x, 1010, 120, "#fff3d6", 1.0)
        s.paint("#fffdf4", s.oval(x, 1010, 40, soft=3))
        s.glow(x, 1010, 620, "#ffcf95", 0.3, down=18)
    s.glow(600, 470, 90, "#fff0d0", 0.8)
    s.paint("#fffaf0", s.oval(600, 470, 17, soft=2))
    return s.finished(bloom=0.5, shadows="#0b1220")


def _platforms(s: Scene) -> None:
    # Roofs and platforms run to a point behind the train.
    for side in (-1, 1):
        far = 600 + side * 170
        edge = 600 + side * 640
        roof = s.shape([(far, 690), (far, 640), (edge, 60), (edge + side * 400, 60), (edge, 330)])
        s.paint("#1b2433", roof)
        under = s.shape([(far, 700), (far, 676), (edge, 330), (edge, 400)])
        s.paint("#5b4a44", under)
        for step in range(5):
            near = 0.5**step
            x = far + (edge - far) * near * 0.9
            y = 690 + (365 - 690) * near * 0.9
            s.glow(x, y + 30 * near, 30 + 190 * near, "#ffb867", 0.75)
            s.paint("#fff1cf", s.oval(x, y + 24 * near, 5 + 44 * near, 2 + 9 * near, soft=2))
            flat = s.shape([(far, 905), (edge, 1330), (edge + side * 900, 1330), (edge, 905)])
        s.model(flat, s.noise(160, 14, layers=3), "#1c1c25", "#6e5c58")
        s.lit(
            both(flat, s.soften(s.shape([(far, 905), (edge, 1330), (edge, 1180)]), 26)),
            "#ffb878",
            0.5,
        )
        s.paint("#f3dfc0", s.shape([(far, 903), (far, 909), (edge, 1340), (edge, 1308)]), 0.9)
        wall = s.shape([(far, 908), (edge, 1336), (edge, 1700), (far + side * 6, 990)])
        s.model(wall, s.ramp(20, 90), "#07090e", "#2d2a30")


def _ballast(s: Scene) -> None:
    bed = s.shape(path("430,940 770,940 1400,1600 -200,1600"))
    s.model(bed, s.noise(7, layers=2), "#0d0f15", "#4b4341", "#241f22")
    for step in range(16):
        near = (step / 15) ** 2.2
        y, half = 1120 + 520 * near, 250 + 430 * near
        sleeper = s.box(600 - half, y, 600 + half, y + 8 + 34 * near, soft=1)
        s.paint("#0b0c11", sleeper, 0.75)
        s.paint("#a47d62", s.box(600 - half, y, 600 + half, y + 2 + 5 * near, soft=2), 0.4)
    for side in (-1, 1):
        rail = s.shape(
            [(600 + side * (w), y) for w, y in path("118,1060 128,1060 418,1600 352,1600")]
        )
        s.model(rail, s.ramp(90, 255, 200), "#3c2e2a", "#ffe9c8")


def _train_body(s: Scene) -> None:
    s.shaded(s.oval(600, 1160, 330, 46, soft=24), 0.95)
    body = s.shape(mirrored(path("600,416 520,416 424,440 374,520 356,700 348,1090 600,1110"), 600))
    body = s.eased(body, 16)
    s.model(body, s.ramp(10, 60, 150, 235, 235, 150, 60, 10, across=True), "#0a1524", "#496a8a")
    s.shaded(both(body, s.ramp(0, 0, 0, 40, 0, 0, 0, 60, 220)), 0.9)
    bow = both(body, s.shape(mirrored(path("600,878 500,876 340,852 340,1130 600,1130"), 600)))
    s.model(bow, s.ramp(0, 20, 120, 225, 225, 120, 20, 0, across=True), "#2a0606", "#b8392a")
    s.shaded(both(bow, s.ramp(0, 0, 0, 0, 0, 0, 150, 255)), 0.85)
    s.shaded(s.stroke(mirrored(path("600,880 500,878 346,854"), 600), 7, round_=False), 0.7)
    s.shaded(s.stroke([(600, 884), (600, 1050)], 3), 0.35)
    s.rim(body, (-1, -0.4), "#f2b48e", wide=11, much=0.75)
    s.rim(body, (1, -0.4), "#a8c4e0", wide=9, much=0.6)
    skirt = s.shape(mirrored(path("600,1080 364,1074 396,1150 452,1186 600,1192"), 600))
    s.model(skirt, s.ramp(0, 0, 0, 0, 0, 0, 200, 0), "#050609", "#3b3d45")
    s.model(s.box(548, 1066, 652, 1128, corner=10), s.ramp(0, 0, 255, 90), "#050608", "#464952")
    for x in (432, 768):
        s.paint("#050609", s.box(x - 12, 1080, x + 12, 1120))
        s.body(s.oval(x, 1106, 33, 25), ("#050608", "#8a8c94", "#26282e"), bulge=12)


def _train_face(s: Scene) -> None:
    sign = s.box(486, 494, 714, 546, corner=10)
    s.paint("#05080d", s.box(474, 482, 726, 558, corner=16))
    s.wash([(0.28, "#ffe2a0"), (0.36, "#ffbf5c")], sign)
    s.lit(s.soften(sign, 22), "#b06a20", 0.6)
    glass = s.eased(s.shape(mirrored(path("600,580 424,588 392,640 378,828 600,850"), 600)), 7)
    s.paint(
        "#05080d",
        s.eased(s.shape(mirrored(path("600,568 416,574 378,634 364,842 600,864"), 600)), 9),
    )
    s.wash([(0.35, "#26384f"), (0.43, "#7f93a6"), (0.5, "#efbf98"), (0.53, "#4b3a3a")], glass)
    glare = either(
        s.shape(path("470,560 540,560 440,870 370,870")),
        s.shape(path("700,560 730,560 640,870 610,870")),
    )
    s.lit(both(glass, s.soften(glare, 6)), "#ffffff", 0.22)
    # The driver, no more than a shape behind the glass.
    driver = either(s.oval(694, 726, 27, 33), s.oval(694, 824, 66, 62))
    s.paint("#0d131c", both(glass, s.soften(driver, 3)), 0.8)
    s.paint("#0a121d", s.stroke([(600, 572), (600, 858)], 15))
    for ends in ([(556, 850), (468, 716)], [(644, 850), (732, 716)]):
        s.paint("#06090e", s.stroke(ends, 7))
    for x in (448, 752):
        s.body(s.oval(x, 1010, 62, 58), ("#0a0a0c", "#a98c5c", "#2c2418"), bulge=16)


SCENES = {"train": train}

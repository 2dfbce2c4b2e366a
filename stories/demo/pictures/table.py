"""Still lifes: what stood on a table, a counter or a desk."""

from __future__ import annotations

from PIL import Image, ImageChops

from .masks import path, ring, through
from .scene import Scene


def champagne(scale: float) -> Image.Image:
    """A glass of champagne by candlelight."""
    s = Scene(1200, 1600, "champagne", scale)
    s.wash([(0, "#0d1c20"), (0.55, "#173236"), (0.78, "#20393a"), (1, "#0b1416")])
    chance = s.random
    spots = []
    for _ in range(26):
        x, y = chance.uniform(0, 1200), chance.uniform(40, 1050)
        size = chance.uniform(34, 110)
        colour = chance.choice(["#ffb35c", "#ff9a4a", "#ffd9a0", "#7fd0c4", "#ffcf80"])
        spots.append((x, y, size, colour, chance.uniform(0.12, 0.5)))
    s.bokeh(spots)
    table = s.shape(path("0,1270 1200,1270 1200,1600 0,1600"), soft=14)
    s.wash([(0.78, "#6f5a48"), (0.86, "#b89a7a"), (1, "#3f342d")], table)
    s.glow(250, 1330, 620, "#ffb765", 0.7, down=190)
    _candle(s, 210)
    _flute(s)
    return s.finished(bloom=0.45, shadows="#081416", lights="#fff6e4")


def _candle(s: Scene, x: float) -> None:
    holder = s.box(x - 70, 1090, x + 70, 1330, corner=16, soft=14)
    s.model(holder, s.ramp(40, 130, 255, 255, 190), "#a04a14", "#ffd488")
    s.glow(x, 1120, 380, "#ff9f45", 0.9)
    s.paint("#fff6d8", s.oval(x, 1100, 22, 64, soft=12))


def _flute(s: Scene) -> None:
    x = 640
    cup = path("250,128 420,150 620,152 780,128 900,74 970,22 1000,13")
    glass, tone = s.turned(x, [(y, w) for y, w in cup], [255, 120, 60, 20, 0, 10, 40, 30, 90, 200])
    s.blurred(0)
    # What is behind comes through turned round and darker at the edges.
    behind = s.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    s.paint(s.soften(behind, 6), glass, 0.55)
    wine_outline = path("392,146 470,150 620,150 780,126 900,71 966,18")
    wine, wine_tone = s.turned(x, wine_outline, [70, 150, 235, 190, 170, 210, 255, 170, 90])
    s.model(wine, wine_tone, "#7a4a10", "#ffe08a", "#e0a435")
    s.lit(ImageChops.multiply(wine, s.halo(x - 40, 860, 260, 520)), "#ffd070", 0.7)
    s.shaded(ImageChops.multiply(wine, s.ramp(0, 0, 0, 0, 40, 90, 120)), 0.4)
    surface = s.oval(x, 392, 146, 24)
    s.model(surface, s.ramp(230, 120, 220, across=True), "#c98f2c", "#fff3c0")
    _bubbles(s, x)
    s.lit(ImageChops.multiply(glass, tone), "#eafff8", 0.42)
    stem, stem_tone = s.turned(
        x,
        path("985,16 1080,11 1220,11 1290,20 1326,60"),
        [190, 30, 255, 60, 20, 120, 230],
    )
    s.model(stem, stem_tone, "#16282a", "#f4fff8", "#5d7a78")
    foot = s.oval(x, 1344, 150, 34)
    s.shaded(s.soften(s.shifted(foot, 30, 14), 16), 0.55)
    s.model(foot, s.ramp(230, 60, 20, 120, 255, across=True), "#2a3c3a", "#f6fff6", "#7f958e")
    s.lit(s.stroke([(px, py) for px, py in ring(x, 1344, 148, 32)], 4), "#ffffff", 0.6)
    s.lit(s.stroke(ring(x, 250, 128, 20), 4), "#ffffff", 0.85)
    for dx, wide, much in ((-112, 16, 0.75), (-86, 6, 0.5), (108, 10, 0.55)):
        side = dx / 128
        way = [
            (x + side * w * 0.9, y)
            for y, w in through(path("300,132 420,148 620,148 780,122 880,76"))
        ]
        s.lit(s.stroke(way, [2, wide, wide, 2], soft=3), "#ffffff", much)
    s.glow(x - 10, 1356, 260, "#ffc860", 0.5, down=40)


def _bubbles(s: Scene, x: float) -> None:
    chance = s.random
    rise, float_ = [], []
    for _ in range(150):
        lane = chance.choice([-60, -22, 8, 40, 78])
        y = chance.uniform(420, 940)
        narrow = min(1.0, (990 - y) / 330)
        rise.append(
            ring(x + (lane + chance.gauss(0, 7)) * narrow, y, *(chance.uniform(2.2, 5.4),) * 2)
        )
    for _ in range(60):
        float_.append(
            ring(x + chance.gauss(0, 70), 392 + chance.gauss(0, 8), *(chance.uniform(3, 7),) * 2)
        )
    s.lit(s.shapes(rise, soft=0.8), "#fffbe0", 0.9)
    s.lit(s.shapes(float_, soft=1), "#fffbe0", 0.8)


SCENES = {"champagne": champagne}

"""Make the font files of Retold, and static/css/fonts.css, from the published packages.

    python tools/fonts.py            (needs npm, fontTools[woff] and a Pillow with Raqm)

Downloads the two variable families through the npm registry into a temporary folder, cuts
them down to what the pages use, and writes static/fonts/, static/css/fonts.css and
stories/fonts/. The results are committed; run this again only to change or update the type.
docs/type.md says why the cuts are what they are.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from PIL import ImageFont

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "static" / "fonts"
DRAWING = ROOT / "stories" / "fonts" / "display.ttf"
MEASURE = ROOT / "stories" / "fonts" / "display.json"
STYLESHEET = ROOT / "static" / "css" / "fonts.css"

BRICOLAGE = "bricolage-grotesque"
SERIF = "source-serif-4"
PACKAGES = {BRICOLAGE: "5.3.0", SERIF: "5.3.1"}

# What each file holds. The first is what English and western European text needs and is the
# only one most pages load; the others come along by unicode-range when a name asks for them.
RANGES = {
    "latin": [
        (0x20, 0x7E),
        (0xA0, 0xFF),
        (0x131, 0x131),
        (0x152, 0x153),
        (0x2C6, 0x2C6),
        (0x2DA, 0x2DA),
        (0x2DC, 0x2DC),
        (0x2009, 0x200B),
        (0x2013, 0x2014),
        (0x2018, 0x201A),
        (0x201C, 0x201E),
        (0x2022, 0x2022),
        (0x2026, 0x2026),
        (0x2032, 0x2033),
        (0x2039, 0x203A),
        (0x20AC, 0x20AC),
        (0x2122, 0x2122),
        (0x2191, 0x2191),
        (0x2193, 0x2193),
        (0x2212, 0x2212),
    ],
    "latin-ext": [
        (0x100, 0x130),
        (0x132, 0x151),
        (0x154, 0x17F),
        (0x218, 0x21B),
        (0x1E80, 0x1E85),
        (0x1E9E, 0x1E9E),
        (0x1EF2, 0x1EF3),
        (0x20A0, 0x20AB),
        (0x20AD, 0x20BF),
    ],
    "vietnamese": [
        (0x1A0, 0x1A1),
        (0x1AF, 0x1B0),
        (0x300, 0x301),
        (0x303, 0x303),
        (0x309, 0x309),
        (0x323, 0x323),
        (0x1EA0, 0x1EF1),
        (0x1EF4, 0x1EF9),
    ],
}


@dataclass(frozen=True)
class Cut:
    """One family as the pages see it: where it comes from and how far its axes reach."""

    name: str
    family: str
    package: str
    axes: dict
    weight: str
    features: tuple = ("ccmp", "kern", "liga", "locl", "mark", "mkmk")


CUTS = (
    Cut(
        "display",
        "Retold Display",
        BRICOLAGE,
        {"wdth": 75, "wght": 720, "opsz": 96},
        "720",
    ),
    Cut(
        "interface",
        "Retold Interface",
        BRICOLAGE,
        {"wdth": 100, "wght": (400, 720), "opsz": 16},
        "400 720",
        ("ccmp", "kern", "locl", "mark", "mkmk", "tnum"),
    ),
    Cut("reading", "Retold Reading", SERIF, {"wght": (400, 700), "opsz": 20}, "400 700"),
)

# The weights that pictures and posters are set in, each a file of its own beside the display cut.
DRAWN = {"interface": (400, 620), "reading": (400,)}


@dataclass(frozen=True)
class Fallback:
    """A font people already have, scaled to stand in until ours arrives.

    `width` is the average advance of English text in em, the one figure the scale needs.
    `at` is the weight of ours that it stands in for.
    """

    cut: str
    weight: str
    local: tuple
    width: float
    at: int | None = None


ARIAL = ("Arial", "ArialMT", "Liberation Sans", "Helvetica Neue", "Helvetica")
ARIAL_BOLD = (
    "Arial Bold",
    "Arial-BoldMT",
    "Liberation Sans Bold",
    "Helvetica Neue Bold",
)
TIMES = ("Times New Roman", "TimesNewRomanPSMT", "Liberation Serif", "Tinos")
FALLBACKS = (
    Fallback("display", "720", ARIAL_BOLD, 0.4764),
    Fallback("interface", "400 559", ARIAL, 0.4406, at=400),
    Fallback("interface", "560 720", ARIAL_BOLD, 0.4764, at=650),
    Fallback("reading", "400 700", TIMES, 0.3992, at=400),
    Fallback("reading", "400 700", ("Georgia",), 0.4406, at=400),
)

# How often each character occurs in English, in thousandths of running text, space included.
ENGLISH = dict(
    zip(" etaoinshrdl", (183, 102, 74, 65, 62, 57, 57, 53, 50, 50, 33, 33), strict=True)
) | dict(
    zip("cumwfgypbvkjxqz", (23, 23, 20, 19, 17, 16, 15, 14, 12, 8, 6, 1, 1, 1, 1), strict=True)
)


def fetch(package: str, version: str, folder: Path) -> Path:
    """Download one package and return the folder of its files."""
    name = f"@fontsource-variable/{package}@{version}"
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (archive,) = folder.glob(f"*{package}-{version}.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(folder / package, filter="data")
    return folder / package / "package"


def points(part: str) -> list[int]:
    return [code for first, last in RANGES[part] for code in range(first, last + 1)]


def cut_font(source: Path, cut: Cut, part: str) -> TTFont:
    """Drop every character and table not needed, then narrow the axes that are left."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = list(cut.features)
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points(part))
    subsetter.subset(font)
    font = instantiateVariableFont(font, cut.axes)
    # The licence reserves the original name for the original; ours goes by ours.
    for record, text in (
        (1, cut.family),
        (4, cut.family),
        (6, cut.family.replace(" ", "")),
    ):
        font["name"].setName(text, record, 3, 1, 0x409)
    return font


def average_width(font: TTFont) -> float:
    """The average advance of English text, in em."""
    cmap, widths = font.getBestCmap(), font["hmtx"]
    total = sum(count * widths[cmap[ord(char)]][0] for char, count in ENGLISH.items())
    return total / sum(ENGLISH.values()) / font["head"].unitsPerEm


def measuring_font(parts: list[Path]) -> None:
    """Join the display parts into one TrueType file for pictures, and write down its widths.

    Pillow kerns only where Raqm is installed, so lines are measured from a list of our own:
    the advance of every character and the kerning of every pair, the same on every machine.
    Only the first file's pairs count: a browser doesn't kern across files. Characters that
    kern alike share a row or a column.
    """
    Merger().merge([str(part) for part in parts]).save(DRAWING)
    ruler = ImageFont.truetype(DRAWING, 1000, layout_engine=ImageFont.Layout.RAQM)
    cmap = TTFont(DRAWING).getBestCmap()
    every = (chr(code) for part in RANGES for code in points(part) if code in cmap)
    # What stands above another letter takes no room, and is not in the list.
    alone = sorted(char for char in every if not unicodedata.combining(char))
    advance = {char: round(ruler.getlength(char)) for char in alone}
    chars = [chr(code) for code in points("latin") if code in cmap]
    rows = defaultdict(str)
    for left in chars:
        kerns = (round(ruler.getlength(left + c)) - advance[left] - advance[c] for c in chars)
        rows[tuple(kerns)] += left
    columns = defaultdict(str)
    for index, right in enumerate(chars):
        columns[tuple(row[index] for row in rows)] += right
    table = [list(row) for row in zip(*columns, strict=True)]
    metrics = {
        "advance": advance,
        "left": list(rows.values()),
        "right": list(columns.values()),
        "kern": table,
    }
    MEASURE.write_text(json.dumps(metrics, ensure_ascii=False, separators=(",", ":")) + "\n")


def drawing_fonts(cut: str, parts: list[Path]) -> None:
    """Freeze a cut at the weights that pictures and posters use, all ranges in one file."""
    for weight in DRAWN.get(cut, ()):
        frozen = []
        for part in parts:
            font = instantiateVariableFont(TTFont(part), {"wght": weight})
            font["OS/2"].usWeightClass = weight
            font["name"].setName("Regular" if weight == 400 else "Semibold", 2, 3, 1, 0x409)
            font.flavor = None
            frozen.append(part.with_name(f"{part.stem}-{weight}.ttf"))
            font.save(frozen[-1])
        Merger().merge([str(part) for part in frozen]).save(
            DRAWING.with_name(f"{cut}-{weight}.ttf")
        )


def unicode_range(part: str) -> str:
    spans = (f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in RANGES[part])
    return ",".join(spans)


def face(cut: Cut, part: str) -> str:
    return (
        f'@font-face{{font-family:"{cut.family}";font-style:normal;font-weight:{cut.weight};'
        f"font-display:swap;"
        f'src:url("../fonts/{cut.name}-{part}.woff2")format("woff2");'
        f"unicode-range:{unicode_range(part)}}}\n"
    )


def fallback_face(fallback: Fallback, cut: Cut, font: TTFont) -> str:
    """The stand-in, with our average width and our ascent and descent, so nothing moves.

    That of the display cut is brought down to two thirds: it stands in for letters that we have,
    and leaves other scripts to a font in its own size.
    """
    if fallback.at:
        font = instantiateVariableFont(font, {"wght": fallback.at})
    scale = average_width(font) / fallback.width
    upem = font["head"].unitsPerEm * scale
    hhea = font["hhea"]
    sources = ",".join(f'local("{name}")' for name in fallback.local)
    ours = ";unicode-range:" + ",".join(map(unicode_range, RANGES)) if scale < 0.8 else ""
    return (
        f'@font-face{{font-family:"{cut.family} Fallback";font-style:normal;'
        f"font-weight:{fallback.weight};src:{sources};size-adjust:{scale:.2%};"
        f"ascent-override:{hhea.ascent / upem:.2%};descent-override:{-hhea.descent / upem:.2%};"
        f"line-gap-override:0%{ours}}}\n"
    )


def main() -> None:
    """Fetch, cut, measure and write everything."""
    css = ["/* Made by tools/fonts.py; change it there. */\n"]
    WEB.mkdir(parents=True, exist_ok=True)
    MEASURE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = {p: fetch(p, version, folder) for p, version in PACKAGES.items()}
        for package, source in sources.items():
            font = TTFont(source / "files" / f"{package}-latin-wght-normal.woff2")
            terms = (source / "LICENSE").read_text().rstrip().partition("\n")[2]
            licence = font["name"].getDebugName(0) + "\n" + terms + "\n"
            (WEB / f"OFL-{package}.txt").write_text(licence)
        for cut in CUTS:
            made = []
            for part in RANGES:
                source = sources[cut.package] / "files"
                font = cut_font(source / f"{cut.package}-{part}-standard-normal.woff2", cut, part)
                font.flavor = None
                font.save(folder / f"{cut.name}-{part}.ttf")
                made.append(folder / f"{cut.name}-{part}.ttf")
                font.flavor = "woff2"
                font.save(WEB / f"{cut.name}-{part}.woff2")
                css.append(face(cut, part))
            if cut.name == "display":
                measuring_font(made)
            drawing_fonts(cut.name, made)
            css.extend(
                fallback_face(fallback, cut, TTFont(made[0]))
                for fallback in FALLBACKS
                if fallback.cut == cut.name
            )
    STYLESHEET.write_text("".join(css))
    for path in sorted([*WEB.glob("*.woff2"), *DRAWING.parent.iterdir(), STYLESHEET]):
        sys.stdout.write(f"{path.stat().st_size:7,}  {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()

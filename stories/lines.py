"""How large a line can be set: its widths when broken into one to seven lines.

A poster's line fills its box without JavaScript and without a style attribute. When a line is
saved it is measured here, in em of the display cut, once for every number of lines; each width
becomes a class (`w3-12`), and line.css takes the largest size that any of them allows:

    the largest over n of  min(box width ÷ width in n lines, box height ÷ (n × leading))

The widths come from a list of the font's advances and kerning made by tools/fonts.py, so they
are the same on every machine. `python -m stories.lines > static/css/fit.css` writes the
classes; docs/type.md has the reasoning.
"""

from __future__ import annotations

import json
import math
import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

MOST_LINES = 7
LEADING = 0.88
TRACKING = -0.012
CLOSING = "”"

# Beyond LONG em on one line (about 140 characters) a poster leads with something else; scripts that
# are set wider may have as many. Beyond MEASURED characters nothing is set large at all, so a
# generous estimate will do.
LONG = 42.0
USUAL_LETTER = LONG / 140
MEASURED = 320
USUAL_ADVANCE = 0.42

# The widths a class can stand for: each three per cent wider than the one before, which is the
# most that rounding upward can cost. A narrower line would meet the largest size anyway, a wider
# one the smallest. SLACK is for what browsers round off in fractions of a pixel.
STEP = 1.03
NARROWEST, WIDEST = 1.0, 64.0
SLACK = 1.002
ROUNDING = 0.0001
WIDTHS = tuple(
    round(NARROWEST * STEP**step, 2)
    for step in range(math.ceil(math.log(WIDEST / NARROWEST, STEP)) + 1)
)
# Many lines are never that wide, except for one enormous word, and fewer lines do for that.
STEPS = tuple(bisect_right(WIDTHS, max(16.0, 90.0 / count)) for count in range(1, MOST_LINES + 1))

# A poster on a phone is as high as its line needs, so the number of lines is a matter of taste:
# short lines are set near PHONE_SHORT pixels, longer ones smaller, in a measure of PHONE pixels.
PHONE, PHONE_LARGEST = 310, 100
PHONE_SHORT, PHONE_FADE = 86, 0.27

# Spaces where every browser breaks a line; a no-break space is part of its word. Chinese and
# Japanese have no spaces: there a line may end between any two of their signs, unless the second is
# a small one or a mark. Nor have Thai and Lao: there before a vowel that leads its syllable.
SPACES = re.compile(r"[ \t\n\r\f]+")
SQUARE = "\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uf900-\ufaff"
SMALL = "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
SEAM = re.compile(
    rf"(?<=[{SQUARE}ー、。，！？])(?=(?![{SMALL}])[{SQUARE}])"
    r"|(?<=[\u0e01-\u0e5b])(?=[\u0e40-\u0e44])|(?<=[\u0e81-\u0edf])(?=[\u0ec0-\u0ec4])"
)

# Other fonts draw other scripts, and need more room from line to line than ours; most of all those
# with marks above and below their letters. Korean has spaces, and breaks at them.
MARKED = re.compile("[\u0600-\u08ff\u0900-\u109f\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufefc]")
HANGUL = re.compile("[\uac00-\ud7a3]")
SCRIPTS = {
    "airy": "--leading:1.05",
    "airier": "--leading:1.25",
    "whole-words": "word-break:keep-all",
}

# What a character that the font lacks is taken to need, by its category; another font will draw
# it and we don't know which, so the guess is a wide one.
UNKNOWN = {"Mn": 0.0, "Me": 0.0, "Cf": 0.0, "Mc": 0.8, "Ll": 0.8, "Lu": 1.0, "Nd": 0.8, "Zs": 0.6}
UNKNOWN_LETTER, UNKNOWN_SIGN = 1.05, 1.4
# Hebrew, Arabic, Thai and Lao are narrower than that in any font.
SLIM, SLIM_LETTER = re.compile("[\u0590-\u08ff\u0e00-\u0eff]"), 0.75


@dataclass(frozen=True)
class Fit:
    """A measured line: `widths[n - 1]` is the width in em of its best break into n lines.

    `text` is what was measured: how long it is to read, and in which scripts it is.
    """

    widths: tuple[float, ...] = ()
    text: str = ""

    @property
    def em(self) -> float:
        """The width of the whole line unbroken, the measure of how long it is."""
        return self.widths[0] if self.widths else 0.0

    @property
    def long(self) -> bool:
        """Too long to lead a poster: the title or a smaller setting does."""
        return is_long(self.text.removesuffix(CLOSING))

    @cached_property
    def steps(self) -> dict[int, int]:
        """For each number of lines worth trying, the step of WIDTHS that holds it.

        Another line that makes the text no narrower only costs height, so it is left out.
        """
        steps: dict[int, int] = {}
        narrowest = len(WIDTHS)
        for count, width in enumerate(self.widths[:MOST_LINES], start=1):
            step = bisect_left(WIDTHS, width * SLACK)
            if step < min(narrowest, STEPS[count - 1]):
                steps[count] = narrowest = step
        return steps

    @cached_property
    def phone(self) -> int:
        """Into how many lines it is broken where only the width is given, as on a phone."""
        wanted = PHONE_SHORT * max(self.em / 4, 1) ** -PHONE_FADE

        def miss(count: int) -> float:
            size = min(PHONE / WIDTHS[self.steps[count]], PHONE_LARGEST)
            return abs(math.log(size / wanted))

        return min(self.steps, key=miss, default=1)

    @property
    def lines(self) -> int:
        return self.phone

    @cached_property
    def classes(self) -> str:
        """The classes that tell line.css what was measured: “w1-31 w2-18 w3-12 p3”."""
        widths = [f"w{count}-{step}" for count, step in self.steps.items()]
        return " ".join([*widths, *([f"p{self.phone}"] if widths else []), *scripts(self.text)])


@lru_cache(maxsize=4096)
def fit(text: str, *, quoted: bool = True) -> Fit:
    """Measure a line as a poster sets it.

    The text comes without its quotes. The opening one hangs outside the box and isn't counted,
    the closing one is; a title is not `quoted` and has neither.
    """
    if len(text) > MEASURED:
        longest = max(map(len, text.split()), default=0)
        estimates = (max(len(text) / n, longest) for n in range(1, MOST_LINES + 1))
        return Fit(tuple(round(count * USUAL_ADVANCE, 2) for count in estimates), text[:MEASURED])
    text = as_set(text, quoted=quoted)
    return Fit(tuple(round(width, 4) for width in _best_widths(*_words(text))), text)


def leading(line: str, title: str, widths: Sequence[float] = ()) -> Fit:
    """The measure of what leads a poster: the line, or the title where the line is too long.

    `widths` were stored, and are taken where they are of this text in this font.
    """
    quoted = not title or bool(line and not is_long(line))
    text = as_set(line if quoted else title, quoted=quoted)
    if widths and abs(widths[0] - measure(text)) < 2 * ROUNDING:
        return Fit(tuple(widths), text)
    return fit(line if quoted else title, quoted=quoted)


def is_long(text: str) -> bool:
    """Is it too long to lead a poster? By its letters: a wide script is as quick to read."""
    advances, text = _metrics()[0], text[:MEASURED]
    told = sum(advances.get(char) or _told(char) for char in text)
    return told + TRACKING * len(text) > LONG


def _told(char: str) -> float:
    """How much one reads in a character that the font lacks, in em of what it has."""
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    return USUAL_LETTER if unicodedata.category(char)[0] in "LN" else 0.0


def scripts(text: str) -> list[str]:
    """The classes for what the scripts of a text need."""
    advances, text = _metrics()[0], unicodedata.normalize("NFC", text)
    if MARKED.search(text):
        return ["airier"]
    if HANGUL.search(text):
        return ["airy", "whole-words"]
    return [] if all(char in advances or _unknown(char) == 0 for char in text) else ["airy"]


def as_set(text: str, *, quoted: bool = True) -> str:
    """The text that stands inside the box: a line with its closing quote."""
    text = SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")
    return text + CLOSING if quoted and text else text


def wrap(text: str, width: float) -> list[str]:
    """Fill lines up to a width in em, word by word, as a browser does. For pictures and tests."""
    lines: list[str] = []
    end = 0.0
    pieces, spaces = _pieces(text)
    for piece, space in zip(pieces, spaces, strict=True):
        wide = measure(piece)
        gap = measure(" ") if space else 0.0
        if lines and end + gap + wide <= width + ROUNDING:
            lines[-1] += (" " if space else "") + piece
            end += gap + wide
        else:
            lines.append(piece)
            end = wide
    return lines


def measure(text: str) -> float:
    """The width of a text on one line, in em, tracking and kerning included."""
    return offsets(text)[-1]


def offsets(text: str) -> list[float]:
    """Where each character begins, in em, and at the end where the text ends."""
    advances, left, right, kern = _metrics()
    steps = [advances.get(char, -1.0) for char in text]
    for index, step in enumerate(steps):
        steps[index] = (_unknown(text[index]) if step < 0 else step) + TRACKING
    for index, (one, other) in enumerate(pairwise(text)):
        if one in left and other in right:
            steps[index] += kern[left[one]][right[other]]
    return list(accumulate(steps, initial=0.0))


def stylesheet() -> str:
    """fit.css: a class for every number of lines and step, for the phone's, and for scripts."""
    rules = ["/* Made by stories/lines.py; change it there. */\n@layer components{\n"]
    for count, steps in enumerate(STEPS, start=1):
        rules.extend(f".w{count}-{step}{{--w{count}:{WIDTHS[step]:g}}}\n" for step in range(steps))
    rules.extend(f".p{count}{{--p:var(--w{count})}}\n" for count in range(1, MOST_LINES + 1))
    rules.extend(f".{name}{{{rule}}}\n" for name, rule in SCRIPTS.items())
    return "".join([*rules, "}\n"])


def _pieces(text: str) -> tuple[list[str], list[bool]]:
    """What a line may be broken into, and before which pieces a space stands."""
    pieces: list[str] = []
    spaces: list[bool] = []
    for word in SPACES.split(text):
        parts = [part for part in SEAM.split(word) if part]
        pieces.extend(parts)
        spaces.extend(index == 0 for index in range(len(parts)))
    return pieces, spaces


def _words(text: str) -> tuple[list[float], list[float]]:
    pieces, spaces = _pieces(text)
    gap = measure(" ")
    return [measure(piece) for piece in pieces], [gap if space else 0.0 for space in spaces]


def _best_widths(words: list[float], spaces: list[float]) -> list[float]:
    """The least width that holds the words in one line, in two, … in seven at most.

    `best[i]` is that width for the first i words; with one more line, the last line takes the
    words from j on and the rest was solved before.
    """
    ends = list(accumulate((s + w for s, w in zip(spaces, words, strict=True)), initial=0.0))
    total = len(words)
    best = [0.0] + [ends[i] - spaces[0] for i in range(1, total + 1)]
    found = [best[total]] if words else []
    for count in range(2, min(MOST_LINES, total) + 1):
        longer = best[:]
        for i in range(count, total + 1):
            for j in range(i - 1, count - 2, -1):
                last = ends[i] - ends[j] - spaces[j]
                if last >= longer[i]:
                    break
                longer[i] = min(longer[i], max(last, best[j]))
        best = longer
        found.append(best[total])
    return found


@cache
def _metrics() -> tuple[dict[str, float], dict[str, int], dict[str, int], list[list[float]]]:
    """Advances, and kerning as a table of rows and columns that characters share."""
    source = Path(__file__).with_name("fonts") / "display.json"
    data = json.loads(source.read_text(encoding="utf-8"))
    advances = {char: units / 1000 for char, units in data["advance"].items()}
    left = {char: row for row, chars in enumerate(data["left"]) for char in chars}
    right = {char: column for column, chars in enumerate(data["right"]) for char in chars}
    return advances, left, right, [[units / 1000 for units in row] for row in data["kern"]]


@lru_cache(maxsize=1024)
def _unknown(char: str) -> float:
    if char < " ":
        return 0.0
    category = unicodedata.category(char)
    if category == "Lo" and SLIM.match(char):
        return SLIM_LETTER
    other = UNKNOWN_LETTER if category.startswith("L") else UNKNOWN_SIGN
    return UNKNOWN.get(category, other)


if __name__ == "__main__":
    sys.stdout.write(stylesheet())

"""Text as a card sets it: split into runs of one font and one direction, and measured."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import NamedTuple

from stories import lines

from . import bidi, letters
from .faces import (
    DISPLAY,
    EMOJI_SIZE,
    PLAIN,
    RULER,
    STRONG,
    UNSEEN,
    Face,
    Style,
    chain,
    emoji,
    remembered,
)

log = logging.getLogger(__name__)

# Our own quotes, whatever stands between them.
QUOTES = frozenset("“”")
# The stem of an H stands so far inside its room.
BEARINGS = {DISPLAY: 0.02, STRONG: 0.07, PLAIN: 0.075}
# A letter is looked at in this size to see where its ink is, and measured in a larger one.
INK_RULER = 250
WIDE_STOPS = dict.fromkeys("。、，．", 0.45) | dict.fromkeys("！？：；", 0.2)


class Run(NamedTuple):
    text: str
    face: Face
    rtl: bool
    # What is taken off its end, in em.
    trim: float = 0.0

    @property
    def tracked(self) -> bool:
        """Letters of the display cut, which stand where stories.lines says."""
        return self.face.own == DISPLAY and not self.rtl and not _has_marks(self.text)


class Ink(NamedTuple):
    """How far the ink of a text reaches, in em from its start on the baseline, downward."""

    left: float
    top: float
    right: float
    bottom: float


def drawable(text: str, style: Style) -> str:
    """The text without what no font here can draw; an emoji that is left out leaves no gap."""
    text = letters.tidy(text)
    kept = "".join(
        cluster for cluster in letters.clusters(text) if cluster == " " or _face(cluster, style)
    )
    if kept != text:
        _log_once("".join(sorted(set(text) - set(kept)))[:20], style.cut)
    return letters.tidy(kept)


@remembered(maxsize=4096)
def runs(text: str, style: Style, rtl: bool) -> tuple[Run, ...]:
    """The text in the order in which it is seen, from the left; `rtl` is its main direction."""
    logical = []
    level_of = bidi.levels(text, rtl)
    for start, cluster, face in _faces(text, style):
        logical.append((cluster, face, level_of[start]))
    found = []
    for (face, level), group in groupby(logical, key=lambda item: (item[1], item[2])):
        found.append((level, Run("".join(item[0] for item in group), face, level % 2 == 1)))
    return tuple(_closed_up([run for _level, run in _asseen(found)]))


@remembered(maxsize=8192)
def width(text: str, style: Style) -> float:
    """How wide the text is, in em."""
    return sum(map(advance, runs(text, style, bidi.is_rtl(text))))


@remembered(maxsize=4096)
def ink(text: str, style: Style, rtl: bool) -> Ink:
    """What the ink of a text covers, in em."""
    left = top = right = bottom = at = 0.0
    for number, run in enumerate(runs(text, style, rtl)):
        box = _box(run)
        left = at + box.left if number == 0 else min(left, at + box.left)
        top, bottom = min(top, box.top), max(bottom, box.bottom)
        right = max(right, at + box.right)
        at += advance(run)
    return Ink(left, top, right, bottom)


@remembered(maxsize=1024)
def leading(text: str, style: Style) -> float:
    """The room from line to line that the scripts of this text need, in em."""
    found = (run.face.leading for run in runs(text, style, False) if not run.face.emoji)
    return max(found, default=lines.LEADING)


def _faces(text: str, style: Style) -> Iterator[tuple[int, str, Face]]:
    """Each cluster with its place and its font.

    A word is set in one font if any has all of it; what belongs to no script, such as a full stop,
    stays in the font of what stands before it.
    """
    start, current, before = 0, chain(style)[0], ""
    for word in _words(text):
        whole = _face(word, style)
        for cluster in letters.clusters(word):
            face = _face(cluster, style) if whole is None or whole.emoji else whole
            common = not any(char.isalpha() for char in cluster) and not letters.is_picture(cluster)
            if common and whole is None and current.covers(cluster) and not current.emoji:
                face = current
            if cluster in QUOTES:
                face = chain(style)[0]
            elif cluster == " ":
                # The space of the letters before it; after a picture our own, so that it is as wide
                # wherever the picture stands.
                face = chain(style)[0] if letters.is_picture(before) else current
            # `drawable` has taken out what can't be drawn; whoever forgot it gets spaces.
            yield start, cluster if face else " " * len(cluster), face or current
            start, before = start + len(cluster), cluster
            if face and not face.emoji:
                current = face


def _words(text: str) -> Iterator[str]:
    """Stretches of the text between spaces, quotes and emoji, and these by themselves."""
    word = ""
    for cluster in letters.clusters(text):
        if cluster == " " or cluster in QUOTES or letters.is_picture(cluster):
            if word:
                yield word
            yield cluster
            word = ""
        else:
            word += cluster
    if word:
        yield word


@remembered(maxsize=8192)
def _face(text: str, style: Style) -> Face | None:
    """The first font that has all of it."""
    faces = chain(style)
    if letters.is_picture(text):
        pictures = emoji()
        if pictures and pictures.covers(text.replace(letters.SELECT_PICTURE, "")):
            return pictures
        text = text.replace(letters.SELECT_PICTURE, "")
    return next((face for face in faces if face.covers(text)), None)


def _asseen(found: list[tuple[int, Run]]) -> list[tuple[int, Run]]:
    """Runs in the order of the eye: from the deepest level on, each stretch is turned round."""
    order = list(found)
    for level in range(max((level for level, _run in order), default=0), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and order[end][0] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _closed_up(found: list[Run]) -> list[Run]:
    """A wide full stop stands in the room of a whole letter; a closing quote takes what is free."""
    for index, (run, after) in enumerate(pairwise(found)):
        if after.text[0] == "”" and (trim := WIDE_STOPS.get(run.text[-1])):
            found[index] = run._replace(trim=trim * run.face.scale)
    return found


@remembered(maxsize=8192)
def advance(run: Run) -> float:
    if run.tracked:
        return lines.measure(run.text)
    ruler = EMOJI_SIZE if run.face.emoji else RULER
    direction = "rtl" if run.rtl else "ltr"
    length = run.face.ruler(RULER).getlength(seen(run.text), direction=direction)
    return length / ruler * (run.face.scale if run.face.emoji else 1) - run.trim


@remembered(maxsize=8192)
def _box(run: Run) -> Ink:
    if not run.text.strip():
        return Ink(0, 0, 0, 0)
    ruler = EMOJI_SIZE if run.face.emoji else INK_RULER
    direction = "rtl" if run.rtl else "ltr"
    font = run.face.ruler(INK_RULER)
    mask, offset = font.getmask2(seen(run.text), "L", anchor="ls", direction=direction)
    box = mask.getbbox() or (0, 0, 0, 0)
    left, top, right, bottom = (
        (edge + offset[side % 2]) / ruler * (run.face.scale if run.face.emoji else 1)
        for side, edge in enumerate(box)
    )
    if run.tracked:
        # Raqm kerns but does not track.
        right = max(right + lines.TRACKING * (len(run.text) - 1), left)
    return Ink(left, top, right, bottom)


def bearing(row_text: str, style: Style, rtl: bool) -> float:
    """How far a line moves outward, so that its first stem stands on the axis and not its room.

    Our own cuts as on the wall, by what the stem of an H needs, so that a T reaches over a little;
    other fonts by their ink.
    """
    visual = runs(row_text, style, rtl)
    first = visual[-1 if rtl else 0] if visual else None
    if first is None or first.face.emoji:
        return 0.0
    if first.face.own and not first.rtl:
        return BEARINGS[first.face.own]
    covered = ink(row_text, style, rtl)
    return min(max(width(row_text, style) - covered.right if rtl else covered.left, 0), 0.12)


def seen(text: str) -> str:
    """Without what is never drawn; joiners stay, they change the letters beside them."""
    return "".join(char for char in text if char in "\u200c\u200d\ufe0f" or char not in UNSEEN)


def _has_marks(text: str) -> bool:
    return any(len(cluster) > 1 for cluster in letters.clusters(text))


@remembered(maxsize=64)
def _log_once(chars: str, cut: str) -> None:
    log.warning("No font here has %r; picture cards leave it out. See docs/sharing.md.", chars)

"""Filling a measure with text, and setting it as large as it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from math import inf

from . import bidi, letters
from .faces import Style
from .letters import Piece
from .setting import ink, leading, width

# Of a pixel: what measuring in pieces and drawing in one go may differ by.
SLACK = 0.002
# The room below a baseline, whether a letter hangs into it or not.
DESCENT = 0.17


@dataclass(frozen=True)
class Words:
    """A text that can be broken into lines of any width; widths are in em."""

    text: str
    style: Style
    phrases: bool = False
    # A word wider than this is broken anywhere.
    widest: float = 1e9
    parts: list[Piece] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts: list[Piece] = []
        for piece in letters.pieces(self.text, phrases=self.phrases):
            enormous = width(piece.text, self.style) > self.widest
            parts.extend(letters.torn(piece) if enormous else [piece])
        object.__setattr__(self, "parts", parts)

    @cached_property
    def widths(self) -> list[float]:
        return [width(part.text, self.style) for part in self.parts]

    @cached_property
    def gaps(self) -> list[float]:
        """What stands between each part and the one before it: a space, kerning, or both."""
        gaps = [0.0]
        for index in range(1, len(self.parts)):
            before, part = self.parts[index - 1], self.parts[index]
            pair = before.text + (" " if part.space else "") + part.text
            both = width(pair, self.style)
            gaps.append(both - self.widths[index - 1] - self.widths[index])
        return gaps

    @property
    def rtl(self) -> bool:
        return bidi.is_rtl(self.text)

    @property
    def leading(self) -> float:
        return leading(self.text, self.style)

    def wrap(self, measure: float) -> list[str]:
        """Lines filled up to this width."""
        found: list[str] = []
        end = 0.0
        for part, wide, gap in zip(self.parts, self.widths, self.gaps, strict=True):
            if found and end + gap + wide <= measure * (1 - SLACK):
                found[-1] += (" " if part.space else "") + part.text
                end += gap + wide
            else:
                found.append(part.text)
                end = wide
        return found

    def balanced(self, measure: float) -> list[str]:
        """As few lines as this width allows, as even as they can be.

        Among all ways to break it into so many lines, the one that leaves the least white, by
        squares: two short lines look better than one full and one with a word.
        """
        count = len(self.wrap(measure))
        if count < 2:
            return self.wrap(measure)
        ends = list(accumulate(map(sum, zip(self.widths, self.gaps, strict=True)), initial=0.0))
        total, limit = len(self.parts), measure * (1 - SLACK)
        best = [0.0] + [inf] * total
        came: list[list[int]] = []
        for _ in range(count):
            longer, breaks = [inf] * (total + 1), [0] * (total + 1)
            for end in range(1, total + 1):
                for start in range(end - 1, -1, -1):
                    white = limit - (ends[end] - ends[start] - self.gaps[start])
                    if white < 0:
                        break
                    cost = best[start] + white * white
                    if cost < longer[end]:
                        longer[end], breaks[end] = cost, start
            best = longer
            came.append(breaks)
        cuts = [total]
        for breaks in reversed(came):
            cuts.append(breaks[cuts[-1]])
        return [self._joined(start, end) for end, start in pairwise(cuts)][::-1]

    def _joined(self, start: int, end: int) -> str:
        parts = self.parts[start:end]
        return "".join((" " if part.space else "") + part.text for part in parts).lstrip(" ")

    def fits(self, measure: float) -> bool:
        return max(self.widths, default=0.0) <= measure * (1 - SLACK)

    @property
    def reach(self) -> tuple[float, float]:
        """How far the ink of a line can reach above its baseline and below it, in em."""
        covered = ink(self.text, self.style, self.rtl)
        return -covered.top, max(covered.bottom, DESCENT)


def largest(fits: Callable[[float], bool], low: float, high: float) -> float | None:
    """The largest size that fits, to half a pixel; None if not even the lowest does."""
    if not fits(low):
        return None
    if fits(high):
        return high
    while high - low > 0.5:
        middle = (low + high) / 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low

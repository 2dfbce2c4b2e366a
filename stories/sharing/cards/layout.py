"""Where everything stands on a card: found for the largest size of its line at which all fits.

All lengths are in pixels of the card. Sideways they count from where the text starts: from the
left, or from the right on a card that runs from the right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from . import letters
from .content import MARK, Content
from .faces import DISPLAY, PLAIN, STRONG
from .fitting import Words, largest
from .printing import Row
from .rows import Token, placed, rows_of, tokens_of
from .setting import width

# Lengths in steps of the wall's poster, of which a card is an enlargement (`Format.scale`).
MARGIN, RULE_INSET, RULE, GAP, GAP_BELOW = 20, 9, 2, 15, 20
LABEL, TITLE, CREDIT, SIGN, SEAL = 15, 17, 15, 19, 92
TRAIT_GAP, ROW = 0.6, 1.28
HANG = 0.3
LEAST = 24
# How the small print shrinks before anything else gives way.
SHRINKS = (1.0, 0.9, 0.8, 0.7)
SMALLEST = (0.6, 0.5, 0.4)
LABEL_ROWS = 2


class Format(NamedTuple):
    """One size of card, and what part of it a photo takes, beside the words or below them."""

    slug: str
    width: int
    height: int
    scale: float
    most: int
    beside: float = 0.0
    below: float = 0.0


FORMATS = {
    form.slug: form
    for form in (
        Format("landscape", 1200, 630, 1.85, 380, beside=0.40),
        Format("portrait", 1080, 1350, 2.45, 460, below=0.42),
        Format("square", 1080, 1080, 2.2, 440, beside=0.40),
    )
}


def hang(content: Content) -> float:
    """How far the opening quote hangs; turned to the right it leans toward its line."""
    return HANG + (0.03 if content.rtl else 0)


class Box(NamedTuple):
    """A part of the card: from where the text starts, and from the top."""

    start: float
    top: float
    end: float
    bottom: float


@dataclass
class Layout:
    """What is where, at this size of the line."""

    size: float
    rows: list[Row]
    height: float
    band: Box | None = None
    picture: Box | None = None
    seal: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Plan:
    """A card to be laid out: its words, its format, and how far the small print has shrunk."""

    content: Content
    form: Format
    photo: bool
    shrink: float = 1.0
    phrases: bool = False

    @property
    def scale(self) -> float:
        return self.form.scale

    def step(self, steps: float) -> float:
        return steps * self.scale

    def small(self, steps: float) -> float:
        return steps * self.scale * self.shrink

    @cached_property
    def edge(self) -> float:
        """The rule inside the edge of what was seen elsewhere takes some room."""
        return self.step(RULE_INSET + RULE if self.content.elsewhere else 0)

    @cached_property
    def margin(self) -> float:
        return self.step(MARGIN) + self.edge * 0.45

    @cached_property
    def column(self) -> float:
        """Where the words end and their margin begins."""
        beside = self.form.beside if self.photo else 0
        return self.form.width * (1 - beside) - self.margin * (0.85 if beside else 1)

    def axis(self, size: float) -> float:
        return self.margin + (hang(self.content) * size if self.content.quoted else self.step(8))

    @cached_property
    def lead(self) -> Words:
        text = self.content.lead + ("”" if self.content.quoted else "")
        least = self.step(LEAST)
        widest = (self.column - self.axis(least)) / least
        return Words(text, self.content.style(DISPLAY), self.phrases, widest)

    @cached_property
    def foot(self) -> list[tuple[Words, float, float]]:
        """What stands below: the title, or the line that was too long to lead, and who did it.

        With the size of each and what is left free after it.
        """
        content = self.content
        wanted = (
            (content.title, STRONG, TITLE, 0),
            (content.long, PLAIN, TITLE, 7),
            (content.credit, PLAIN, CREDIT, 0),
            (content.note, PLAIN, CREDIT, 0),
        )
        return [
            (self._small_words(text, cut, steps), self.small(steps), self.small(free))
            for text, cut, steps, free in wanted
            if text
        ]

    def _small_words(self, text: str, cut: str, steps: float) -> Words:
        widest = (self.column - self.axis(self.step(80))) / self.small(steps) * 0.6
        return Words(text, self.content.style(cut), widest=widest)


def layouts(content: Content, form: Format, photo: bool) -> Iterator[Plan]:
    """Ways to lay a card out, the one we want first: text is never cut to keep a photo."""
    yield from (Plan(content, form, photo, shrink) for shrink in SHRINKS)
    if photo:
        yield from (Plan(content, form, False, shrink) for shrink in SHRINKS)
    yield from (Plan(content, form, False, shrink) for shrink in SMALLEST)
    # The last resort.
    for length in (80, 60, 40, 24, 12):
        if content.quoted:
            shorter = replace(content, title=_cut(content.title, length))
        else:
            shorter = replace(content, lead=_cut(content.lead, length))
        yield Plan(shorter, form, False, SMALLEST[-1])


def _cut(text: str, length: int) -> str:
    kept = letters.clusters(text)[:length]
    return text if len("".join(kept)) == len(text) else "".join(kept).rstrip() + "…"


def lay_out(content: Content, form: Format, photo: bool) -> Layout:
    """The card, with its line as large as it goes."""
    for plan in layouts(content, form, photo):
        found = _best(plan)
        if found is not None:
            by_phrases = _best(replace(plan, phrases=True))
            # Broken where a phrase begins it reads better, and that may cost a little.
            if by_phrases is not None and by_phrases.size > 0.75 * found.size:
                return by_phrases
            return found
    raise AssertionError("A dozen letters of a title fit on every card.")


def _best(plan: Plan) -> Layout | None:
    def fits(size: float) -> bool:
        return _at(plan, size) is not None

    size = largest(fits, plan.step(LEAST) * min(plan.shrink + 0.1, 1), plan.form.most)
    return None if size is None else _at(plan, size, final=True)


def _at(plan: Plan, size: float, *, final: bool = False) -> Layout | None:
    """The card with its line at this size, or None if something does not fit.

    While a size is sought only the number of its lines counts; in the end they are made even.
    """
    axis = plan.axis(size)
    measure = plan.column - axis
    if measure <= 0 or not plan.lead.fits(measure / size):
        return None
    rows: list[Row] = []
    band, top = _band(plan, axis, rows)
    bottom = plan.form.height - max(plan.edge, 0)
    picture = _picture(plan, top, bottom)
    if picture and plan.form.below:
        bottom = picture.top
    label_bottom = _label(plan, axis, top, rows)
    seal = _seal(plan, picture, bottom)
    foot = _foot(plan, axis, Bottom(bottom, seal if picture is None else None, final), rows)
    if foot is None:
        return None
    count = len(plan.lead.wrap(measure / size))
    above, below = plan.lead.reach
    leading = plan.lead.leading
    start = label_bottom + plan.step(GAP)
    first = start + above * size
    last = first + leading * size * (count - 1)
    if last + below * size + plan.step(GAP_BELOW) > foot:
        return None
    if not final:
        return Layout(size, [], foot)
    lines = plan.lead.balanced(measure / size)
    rows.extend(
        Row(axis, first + leading * size * number, line, plan.lead.style, size, plan.lead.rtl)
        for number, line in enumerate(lines)
    )
    return Layout(size, rows, foot, band, picture, seal)


def _band(plan: Plan, axis: float, rows: list[Row]) -> tuple[Box | None, float]:
    """The band that says what went wrong first, and where the rest of the card begins."""
    content, top = plan.content, plan.edge
    if not content.wrong_label:
        return None, top
    size, inner = plan.small(LABEL), plan.step(RULE_INSET if content.elsewhere else 0)
    end = plan.form.width - plan.margin
    measure = (end - axis) / size
    marks = tokens_of(content.wrong_label, content.style(STRONG), measure)
    marks += tokens_of(content.wrong, content.style(PLAIN), measure, 0.5)
    lines = rows_of(marks, measure, measure)
    pad = plan.step(11)
    baseline = top + pad + size * 0.8
    for line in lines:
        rows.extend(row._replace(tone=0) for row in placed(line, axis, baseline, size))
        baseline += size * ROW
    bottom = baseline - size * ROW + size * 0.32 + pad
    return Box(inner, inner, plan.form.width - inner, bottom), bottom


def _picture(plan: Plan, top: float, bottom: float) -> Box | None:
    if not plan.photo:
        return None
    form, inset = plan.form, plan.step(18) if plan.content.elsewhere else 0.0
    end = form.width - inset
    first = max(top, inset) if top <= plan.edge else top + inset * 0.5
    if form.beside:
        return Box(form.width * (1 - form.beside), first, end, form.height - inset)
    return Box(inset, form.height * (1 - form.below), end, form.height - inset)


def _label(plan: Plan, axis: float, top: float, rows: list[Row]) -> float:
    """The traits, the leading one bold, and at the end of their first row our mark."""
    size, sign = plan.small(LABEL), plan.small(SIGN)
    display = plan.content.style(DISPLAY)
    mark = width(MARK, display)
    baseline = top + plan.step(14) + size * 0.8
    measure = (plan.column - axis) / size
    first = measure - mark * sign / size - 1
    marks = []
    for number, trait in enumerate(plan.content.traits):
        style = plan.content.style(PLAIN if number else STRONG)
        gap = TRAIT_GAP if number else 0
        if width(trait, style) <= first:
            marks.append(Token(trait, style, gap, first=True, space=False))
        else:
            marks += tokens_of(trait, style, first * 0.8, gap)
    lines = rows_of(marks, first, measure)[:LABEL_ROWS]
    rows.append(Row(plan.column - mark * sign, baseline, MARK, display, sign))
    for number, line in enumerate(lines):
        rows.extend(placed(line, axis, baseline + number * size * ROW, size))
    return baseline + max(len(lines) - 1, 0) * size * ROW + size * 0.25


class Bottom(NamedTuple):
    """What the foot stands on: the edge, beside a seal or none; `even` if its lines shall be."""

    edge: float
    seal: tuple[float, float, float] | None
    even: bool


def _foot(plan: Plan, axis: float, bottom: Bottom, rows: list[Row]) -> float | None:
    """The small print below, from its last line upward; where it begins."""
    end = plan.column - (plan.step(SEAL + 12) if bottom.seal else 0)
    end = min(end, axis + plan.step(400))
    baseline = bottom.edge - plan.step(MARGIN - 2) - plan.small(CREDIT) * 0.25
    top = baseline
    for words, size, free in reversed(plan.foot):
        measure = (end - axis) / size
        baseline -= free
        if not words.fits(measure):
            return None
        lines = words.balanced(measure) if bottom.even else words.wrap(measure)
        row = size * max(ROW, words.leading + 0.25)
        for line in reversed(lines):
            rows.append(Row(axis, baseline, line, words.style, size, words.rtl))
            top = baseline - size * 0.8
            baseline -= row
    return min(top, bottom.seal[1] - plan.step(SEAL / 2)) if bottom.seal else top


def _seal(plan: Plan, picture: Box | None, bottom: float) -> tuple[float, float, float] | None:
    """The middle of the seal and how far it reaches: at the end of the foot, or on the photo."""
    if not plan.content.seal:
        return None
    reach = plan.step(SEAL / 2)
    if picture:
        gap = plan.step(14)
        return picture.end - gap - reach, picture.top + gap + reach, reach
    gap = plan.step(MARGIN - 2)
    return plan.form.width - plan.margin - reach, bottom - gap - reach, reach

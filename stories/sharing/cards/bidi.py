"""Which way text runs: from the left, from the right, or both in one line."""

from __future__ import annotations

import unicodedata

DIRECTED = ("L", "R", "EN", "AN")


def is_rtl(text: str) -> bool:
    """Does the text run from the right? Its first letter that has a direction says so."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def levels(text: str, rtl: bool) -> list[int]:
    """The direction of each character: even from the left, odd from the right.

    The Unicode algorithm without embeddings, which letters.tidy has taken out.
    """
    base = 1 if rtl else 0
    kinds = _weak([unicodedata.bidirectional(char) or "L" for char in text], "R" if rtl else "L")
    kinds = _neutral(kinds, "R" if rtl else "L")
    found = []
    for kind in kinds:
        if base == 0:
            found.append({"L": 0, "R": 1}.get(kind, 2))
        else:
            found.append({"R": 1}.get(kind, 2))
    return found


def _weak(kinds: list[str], base: str) -> list[str]:
    """Marks, numbers and what belongs to numbers: rules W1 to W7."""
    found: list[str] = []
    strong = base
    for kind in kinds:
        if kind == "NSM":
            found.append(found[-1] if found else base)
        else:
            found.append("AN" if kind == "EN" and strong == "AL" else kind)
        strong = kind if kind in ("L", "R", "AL") else strong
    kinds = ["R" if kind == "AL" else kind for kind in found]
    for index in range(1, len(kinds) - 1):
        around = {kinds[index - 1], kinds[index + 1]}
        if around == {"EN"} and kinds[index] in ("ES", "CS"):
            kinds[index] = "EN"
        elif around == {"AN"} and kinds[index] == "CS":
            kinds[index] = "AN"
    return _beside_numbers(kinds, base)


def _beside_numbers(kinds: list[str], base: str) -> list[str]:
    """Signs such as % and € are of the number they touch, and numbers of the letters before."""
    for order in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        for index in order:
            if kinds[index] == "ET" and kinds[index - order.step] == "EN":
                kinds[index] = "EN"
    strong = base
    for index, kind in enumerate(kinds):
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
    return kinds


def _neutral(kinds: list[str], base: str) -> list[str]:
    """Spaces and punctuation go with what stands on both sides, else with the whole: N1 and N2."""
    start = 0
    while start < len(kinds):
        if kinds[start] in DIRECTED:
            start += 1
            continue
        end = start
        while end < len(kinds) and kinds[end] not in DIRECTED:
            end += 1
        before = _side(kinds[start - 1]) if start else base
        after = _side(kinds[end]) if end < len(kinds) else base
        kinds[start:end] = [before if before == after else base] * (end - start)
        start = end
    return kinds


def _side(kind: str) -> str:
    return "L" if kind == "L" else "R"

"""What people type, made fit to store: nothing visible is lost, nothing invisible stays."""

from __future__ import annotations

import re
import unicodedata

# Control characters (but tab and line end), lone halves of surrogate pairs, code points that stand
# for no character, the byte order mark, and the two marks that force the direction of all that
# follows. Marks that only hint at a direction, and joiners, are part of how people write.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff\u202d\u202e]"
)
# Marks stand above or below their letter, one over the other. Eight is more than any language has;
# hundreds are drawn across what others wrote above.
MOST_MARKS = 8
MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}")
LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# Characters that show nothing by themselves, from the first to the last of each run: control
# characters, spaces, hints at directions and joins, marks that stand over letters, and what stands
# for nothing in particular.
BLANKS = (
    (0x01, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x300, 0x36F), (0x61C, 0x61C), (0x1680, 0x1680),
    (0x180B, 0x180F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x2000, 0x200F), (0x2028, 0x202F),
    (0x205F, 0x206F), (0x20D0, 0x20FF), (0x3000, 0x3000), (0xE000, 0xF8FF), (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF), (0xF0000, 0x10FFFF),
)  # fmt: skip

# The marks that keyboards have for those of print. Feet and inches stay as they are.
APOSTROPHE = re.compile(r"(?<=\w)'(?=[^\W\d_])")
QUOTES = re.compile(r'(?<![^\s(])"(?=\S)([^"]*)(?<=\S)"(?!\w)')

# Marks around the whole of a text, and not the first and the last of several.
QUOTED = re.compile(r"^[“\"«„»‘'「״](.*)[”\"»“«’'」״]$", re.S)
# In Hebrew the mark of quotations also stands within abbreviations.
SPOKEN_WITHIN = re.compile("[“”\"«»„「」]|(?<!\\w)['‘״](?=\\w)|(?<=[,.!?…])['’](?=\\s)")


def clean_text(value: object) -> str:
    """The text in NFC with plain line ends and without characters that say nothing; empty if no
    other is left."""
    text = unicodedata.normalize("NFC", UNWANTED.sub("", LINE_ENDS.sub("\n", str(value or ""))))
    text = MAYBE_MARKS.sub(_few_marks, text).strip()
    return text if says_something(text) else ""


def _few_marks(found: re.Match[str]) -> str:
    """The same with at most so many marks on one letter; joiners between them begin no new one."""
    kept, marks = [], 0
    for character in found.group():
        kind = unicodedata.category(character)
        if kind in ("Mn", "Me"):
            marks += 1
        elif kind != "Cf":
            marks = 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def as_printed(text: str) -> str:
    """The text with the apostrophes and quotation marks of print, for where it is set large."""
    return QUOTES.sub(r"“\1”", APOSTROPHE.sub("’", text))


def unquoted(text: str) -> str:
    """The text without quotation marks around the whole of it."""
    quoted = QUOTED.match(text)
    if quoted is None or SPOKEN_WITHIN.search(quoted.group(1)):
        return text
    words = quoted.group(1).strip()
    return words if says_something(words) else ""


def says_something(text: str) -> bool:
    """Whether anything of the text can be seen: letters, digits, signs, emoji."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def beginning(text: str, most: int) -> str:
    """The first words of a text, at most so many characters; an ellipsis says that more follow.

    No word is cut in two where words have spaces between them.
    """
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    whole, _space, _rest = words[:most].rpartition(" ")
    return (whole.rstrip(" .,;:–") or words[: most - 1]) + "…"


def as_id(text: str) -> int | None:
    """The number of a row, or None for anything that cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

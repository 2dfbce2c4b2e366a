"""Finding names in running text, however somebody wrote them. Text in, places out; no database.

Text and names are compared folded: without case, accents, points and invisible characters, and
word by word, so that “O'Brien”, “O’BRIEN” and “O Brien” are one name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

# Letters that Unicode does not take apart, as people write them on keyboards without them.
LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"}
LETTERS |= {"þ": "th", "ـ": ""}
# Signs that are typed where an apostrophe belongs; to `re` one of them is a letter.
LETTERS |= dict.fromkeys("‘ʼʻ`′", "’")

# Scripts whose vowel signs are no letters to `re`, and scripts without a space between words. What
# was taken is never given back (`++`): some signs are both, and trying each way takes for ever.
WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0966-\u0dff])++")
SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff가-힣]")
# In a name written as one word, where a capital tells it from another word: HallMark is somebody,
# and hallmark is nobody. Of this character nothing is left in a folded text.
SEAM = "\u2060"
# What shows it as well: a hashtag, a handle, and an e-mail address up to its “@”.
MARKED_BEFORE, MARKED_AFTER = re.compile(r"(?<!\w)[#@]$"), re.compile(r"[\w.+-]{0,64}@\w")
HYPHENS = "\\-\u2010\u2011"
# Between two words of a name; quotes and brackets stand around what somebody is called.
JOINT = re.compile(rf"[\s,.'’–_{HYPHENS}]{{1,3}}|[\s\"“”„«»()]{{1,3}}")
INITIAL = re.compile(r"^[^\W\d_]\.?\s|\s[^\W\d_]\.?$")
GAP = re.compile(rf"[ \t\u00a0{HYPHENS}]{{1,2}}")
SENTENCE_START = re.compile(r"(?:^|[.!?…:]['\"’”)]*\s+|\n\s*|[“\"‘]\s*)$")
ATTACHED = frozenset("وفبلكוהבלמשכ")  # “and”, “to”, “with” …, written as one word with a name

# Names that are words as well are taken for names only where they have a capital.
ALSO_WORDS = frozenset(
    """
    amber april art august autumn baker banks basil bell berry best bill bird bishop black bob
    bridge bridges bright brook brown butler carol carter cash chance charity chase christian
    christmas church cliff cook cooper coral crane crystal daisy dale dawn day dean drew driver
    duke earl eve faith field fields fish fisher flowers forest fox frank frost gardener gay gene
    ginger glen gold good grace grant gray green grey guy hall hand hands hawk hazel heather hill
    holly honey hope hunter iris ivy jack jade jay jewel joy june king knight lake lamb lane lily
    little long love major march mark marsh mason may mercy miles miller misty more moss nick noble
    north olive opal page park parks pat patience pearl penny pepper poppy porter post price prince
    rain ray reed rich river rivers rob robin rock rose rosemary ruby rusty sage sandy sharp
    shepherd short sky small snow south star stone storm street strong sue summer sunny sweet swift
    violet walker wall ward waters wells west white will winter wise wolf wood woods young
    """.split()  # noqa: SIM905 - as a list it would be two hundred lines
)
# “Will you …” asks and “in May” dates; neither names anybody.
MODALS, MONTHS = frozenset({"hope", "may", "will"}), frozenset({"april", "august", "june", "may"})
SUBJECT = re.compile(
    r"\s{1,9}(?:i|you|he|she|it|we|they|there|the|this|that|these|those|anyone|anybody|someone|"
    r"somebody)\b",
    re.I,
)
DATED_BEFORE = re.compile(
    r"(?:(?<!\d)\d\d?(?:st|nd|rd|th)?(?:\sof)?|\b(?:in|since|until|till|during|last|next|early|late|mid))"
    rf"[\s{HYPHENS}]$",
    re.I,
)
DATED_AFTER = re.compile(r",?\s\d")
HONORIFICS = frozenset(
    "dr frau herr lady madam miss mister mme mr mrs ms mx prof professor sir".split()  # noqa: SIM905
)


class _Folding(dict):
    """Code point → folded text, worked out when a character is first met."""

    def __missing__(self, code: int) -> str:
        folded = _folded(chr(code))
        if code < 0x3000:  # all the rest would be too much to remember
            self[code] = folded
        return folded


def _folded(character: str) -> str:
    if unicodedata.category(character) == "Cf" or unicodedata.combining(character):
        return ""
    if SPACELESS.match(character):
        return character
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(LETTERS.get(part, part) for part in parts if not unicodedata.combining(part))


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text without case, accents, points and invisible characters."""
    return text.translate(_FOLDING)


class Place(NamedTuple):
    """From where to where in a text a name stands."""

    start: int
    stop: int


# Words of a name, each with the letter that is a capital where it is a name.
Seams = tuple[tuple[str, int], ...]
# Asked of a word, that letter of it, and where the name ends.
IsShown = Callable[[re.Match, int, int], bool]


def places(text: str, *sets: Names) -> list[Place]:
    """Where names stand in the text, in its order, none overlapping another."""
    folded = fold(text)
    said = frozenset(WORD.findall(folded))
    sets = tuple(names for names in sets if names.may_stand_in(folded, said))
    if not sets:
        return []
    words = list(WORD.finditer(folded))
    shown = _Shown(text)
    found = [place for names in sets for place in names.find(folded, words, shown)]
    if not found:
        return []
    here = (_whole(text, place) for place in shown.in_the_original(found))
    return _joined(text, sorted(place for place in here if _is_a_name(text, place)))


class Names:
    """A set of names to look for in texts; as quick for a thousand names as for one."""

    def __init__(self, names: Iterable[str]) -> None:
        self._spaced: dict[str, list[tuple[str, ...]]] = {}
        self._unspaced: set[str] = set()
        seams: dict[tuple[str, ...], Seams] = {}
        for name in sorted(set(names)):
            words = tuple(WORD.findall(fold(name)))
            # What somebody's name is without a seam, too, needs none.
            plain = SEAM not in name or seams.get(words) == ()
            seams[words] = () if plain else (*seams.get(words, ()), *_seams(name))
        self._seams = {words: found for words, found in seams.items() if found}
        for words in seams.keys() - {()}:
            if SPACELESS.match(words[0]):
                self._unspaced |= {"".join(words), " ".join(words)}
            else:
                self._spaced.setdefault(words[0], []).append(words)
        for alike in self._spaced.values():
            alike.sort(key=len, reverse=True)
        # The longest word of each name: where none of these is said, none of the names is.
        self._telling = {max(words, key=len) for alike in self._spaced.values() for words in alike}
        self._genitives = {f"{word}s" for word in self._telling}

    def may_stand_in(self, folded: str, said: frozenset[str]) -> bool:
        """Whether to look for them in a folded text that says these words; known at a glance."""
        if not (said.isdisjoint(self._telling) and said.isdisjoint(self._genitives)):
            return True
        attached = () if folded.isascii() else (word for word in said if word[0] in ATTACHED)
        return any(word[1:] in self._telling for word in attached) or any(
            name in folded for name in self._unspaced
        )

    def stand_in(self, text: str) -> bool:
        """Whether one of these names stands in the text."""
        folded = fold(text)
        return any(True for _place in self.find(folded, list(WORD.finditer(folded))))

    def find(
        self, folded: str, words: list[re.Match], shown: IsShown | None = None
    ) -> Iterator[Place]:
        """Where these names stand in a folded text that has these words.

        `shown` is asked where a name needs a capital, or whatever else tells it from a word.
        """
        end, firsts = 0, self._spaced
        for at, word in enumerate(words if firsts else ()):
            said = word.group()
            # Most words begin no name, attached, in the genitive or neither: known at a glance.
            if not (said in firsts or said[1:] in firsts or said[:-1] in firsts):
                continue
            if word.start() >= end and (place := self._name_at(words, at, folded, shown)):
                end = place.stop
                yield place
        for name in self._unspaced:
            for found in re.finditer(re.escape(name), folded):
                yield Place(*found.span())

    def _name_at(
        self, words: list[re.Match], at: int, folded: str, shown: IsShown | None
    ) -> Place | None:
        word, start = words[at].group(), words[at].start()
        for skipped in (0, 1) if word[0] in ATTACHED and len(word) > 2 else (0,):
            for name in self._spaced.get(word[skipped:], ()):
                stop = _end(name, words, at, folded)
                if stop and self._is_shown(name, words[at:], stop, shown):
                    return Place(start + skipped, stop)
        alone, stop = (word[:-1],), words[at].end() - 1
        genitive = word.endswith("s") and len(word) > 3 and alone in self._spaced.get(alone[0], ())
        if genitive and self._is_shown(alone, words[at:], stop, shown):
            return Place(start, stop)  # “Mareks”
        return None

    def _is_shown(
        self, name: tuple[str, ...], here: list[re.Match], stop: int, shown: IsShown | None
    ) -> bool:
        if shown is None or name not in self._seams:
            return True
        seams = self._seams[name]
        return any(
            shown(word, at, stop)
            for word in takewhile(lambda word: word.start() < stop, here)
            for part, at in seams
            if word.group().startswith(part)
        )


def _seams(name: str) -> Seams:
    """The words that need a capital in a name, and at which letter."""
    before, *after = name.split(SEAM)
    starts = [len(fold(before + "".join(after[:count]))) for count in range(len(after))]
    words = list(WORD.finditer(fold(name)))
    return tuple(
        (word.group(), at - word.start())
        for at in starts
        for word in words
        if word.start() <= at < word.end()
    )


def _end(name: tuple[str, ...], words: list[re.Match], at: int, folded: str) -> int | None:
    """Where a name ends if it stands here. An initial may stand between two of its words."""
    for number, wanted in enumerate(name[1:], 2):
        before, at = at, at + 1
        if at < len(words) and len(words[at].group()) == 1 < len(wanted):
            at += 1
        if at >= len(words) or not all(_join(words, i, folded) for i in range(before, at)):
            return None
        word = words[at].group()
        if word != wanted:
            is_genitive = number == len(name) and len(wanted) > 2 and word == wanted + "s"
            return words[at].end() - 1 if is_genitive else None
    return words[at].end()


def _join(words: list[re.Match], at: int, folded: str) -> bool:
    """Whether this word and the next may be one name: a full stop parts them, but for initials."""
    between = folded[words[at].end() : words[at + 1].start()]
    if not JOINT.fullmatch(between):
        return False
    return "." not in between or between == "." or len(words[at].group()) == 1


class _Shown:
    """What a text shows that is no longer seen once it is folded."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __call__(self, word: re.Match, at: int, stop: int) -> bool:
        """Whether this word is shown to be a name that ends there: MarkHall, #markhall."""
        text, start = self._text, self._origins[word.start()]
        end = self._origins[stop - 1] + 1
        if MARKED_BEFORE.search(text[max(0, start - 2) : start]) or MARKED_AFTER.match(text, end):
            return True
        whole = text[start : self._origins[word.end() - 1] + 1]
        return text[self._origins[word.start() + at]].isupper() and not whole.isupper()

    @cached_property
    def _origins(self) -> list[int]:
        """Of each character of the folded text, where it is in the text itself."""
        return [at for at, character in enumerate(self._text) for _ in fold(character)]

    def in_the_original(self, found: Iterable[Place]) -> list[Place]:
        """Places in the folded text as places in the text itself."""
        origins = self._origins
        return [Place(origins[place.start], origins[place.stop - 1] + 1) for place in found]


def _whole(text: str, place: Place) -> Place:
    """The place with what belongs to the name: accents, a title, the rest of a double name."""
    start, stop = place
    while stop < len(text) and unicodedata.combining(text[stop]):
        stop += 1
    if title := re.search(r"(?<!\w)(\w+)\.?[^\S\n]+$", text[max(0, start - 12) : start]):
        start -= len(title.group()) if fold(title.group(1)) in HONORIFICS else 0
    if SPACELESS.match(text[start]):
        return Place(start, stop)
    if (after := re.compile(rf"[{HYPHENS}]\w+").match(text, stop)) and after.group()[1].isupper():
        stop = after.end()
    before = re.search(rf"\b[^\W_]+[{HYPHENS}]$", text[max(0, start - 40) : start])
    if before and before.group()[0].isupper():
        start -= len(before.group())
    return Place(start, stop)


def _is_a_name(text: str, place: Place) -> bool:
    """Whether words that may be a name are one here.

    “Will” and “Mr will” are and “will” is not; “A. Tall” and “A Tall” are and “a tall” is not.
    """
    found = text[place.start : place.stop]
    words = [word for word in WORD.findall(found) if len(word) > 1]
    if INITIAL.search(found) or all(also_a_word(fold(word)) for word in words):
        return not any(word[0].islower() for word in words) and not _is_a_word(text, place)
    return True


def _is_a_word(text: str, place: Place) -> bool:
    """Whether a word with a capital is the verb that begins a question, or a month."""
    word = fold(text[place.start : place.stop])
    before, after = text[max(0, place.start - 12) : place.start], text[place.stop : place.stop + 12]
    asks = word in MODALS and SENTENCE_START.search(before) and SUBJECT.match(after)
    dates = word in MONTHS and (DATED_BEFORE.search(before) or DATED_AFTER.match(after))
    return bool(asks or dates) and not after.startswith(("'", "’"))


def also_a_word(word: str) -> bool:
    """Whether a folded name means somebody only where it has a capital."""
    return word in ALSO_WORDS or word.removesuffix("s") in ALSO_WORDS


def _joined(text: str, places: list[Place]) -> list[Place]:
    """Names that follow one another without a word between them are one name."""
    joined: list[Place] = []
    for place in places:
        last = joined[-1] if joined else None
        if last and (place.start < last.stop or GAP.fullmatch(text[last.stop : place.start])):
            joined[-1] = Place(last.start, max(last.stop, place.stop))
        else:
            joined.append(place)
    return joined

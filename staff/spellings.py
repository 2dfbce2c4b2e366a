"""The ways in which people write somebody's name: the whole of it, parts of it, without umlauts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from .models import Employee
from .names import SEAM, WORD, also_a_word, fold

SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
APOSTROPHE = re.compile(r"(?<=\w)['’‘ʼʻ`´′](?=\w)")
# Written as one word, a first and a last name are meant beyond doubt if neither is shorter.
SHORTEST_JOINED = 3
# Parts of a family name that name nobody by themselves.
PARTICLES = frozenset(
    """
    abu af al and av ben bin bint da das de del della den der di do dos du el ibn la las le los mac
    mc san st te ten ter the van von zu zum zur
    """.split()  # noqa: SIM905 - as a list it would be forty lines
)


def whole_names(person: Employee) -> tuple[str, ...]:
    """The ways in which a text may name this person beyond doubt, by an earlier name too."""
    return _once(_whole_names(*name) for name in person.names)


def single_names(person: Employee) -> tuple[str, ...]:
    """The names and parts of names, earlier ones too, that mean this person where a text speaks of
    them."""
    return _once(_single_names(*name) for name in person.names)


def single_names_today(person: Employee) -> tuple[str, ...]:
    """Those of what this person is called now."""
    return _single_names(*person.name)


def least_said(person: Employee) -> tuple[str, ...]:
    """Names and parts of names of which every text that names this person says one."""
    words = (" ".join(_whole_names(*name)).split() for name in person.names)
    return _once(
        _single_names(*name) or tuple(said) for name, said in zip(person.names, words, strict=True)
    )


def written_as_names(forms: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Names for texts that belong together. What these write as a word too needs a capital.

    “Anna Tall is a tall woman” says her name once; in what is typed without any capital it is
    withheld wherever it stands.
    """
    words = {word for text in texts for word in WORD.findall(text)}
    small = {fold(word) for word in words if word.islower()}
    large = {fold(word) for word in words if not word.islower()}
    return {SEAM + form if fold(form) in small & large else form for form in forms}


def _once(forms: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """All of these; mostly somebody had one name ever, whose forms are known."""
    now, *before = forms
    return tuple({*now, *chain(*before)}) if before else now


@lru_cache(maxsize=4096)
def _whole_names(first_name: str, last_name: str, known_as: str) -> tuple[str, ...]:
    if not last_name:
        return _spellings(name for name in (first_name, known_as) if len(WORD.findall(name)) > 1)
    firsts = {first_name, known_as, first_name[:1], known_as[:1]} - {""}
    if known_as:
        firsts |= {f"{first_name} {known_as}", f"{known_as} {first_name}"}
    pairs = [pair for one in firsts for pair in ((one, last_name), (last_name, one))]
    return _spellings([*map(" ".join, pairs), *filter(None, map(_as_one_word, pairs))])


def _as_one_word(pair: tuple[str, str]) -> str:
    """As in “#OskarLindqvist” and in e-mail addresses; '' for what may be another word."""
    words = [WORD.findall(name) for name in pair]
    shortest = min(len("".join(parts)) for parts in words)
    return SEAM.join(chain(*words)) if shortest >= SHORTEST_JOINED else ""


@lru_cache(maxsize=4096)
def _single_names(first_name: str, last_name: str, known_as: str) -> tuple[str, ...]:
    names = [name for name in (first_name, known_as, last_name) if name]
    parts = [part for name in names for part in WORD.findall(name)]
    return _spellings(name for name in names + parts if _says_something(name))


def _says_something(name: str) -> bool:
    """False for an initial and for “van”; a single letter is a name where letters are words."""
    return (len(name) > 1 or ord(name) > 0x2FFF) and fold(name) not in PARTICLES


def _spellings(names: Iterable[str]) -> tuple[str, ...]:
    """The names, and as they are written without umlauts and apostrophes: Mueller, ORourke."""
    names = list(names)
    names += [_without_apostrophes(name) for name in names]
    return tuple({*names, *(name.lower().translate(SPELLED_OUT) for name in names)})


def _without_apostrophes(name: str) -> str:
    """With a seam where the capital belongs, for “De’Ath” is DeAth, and death a word.

    Beside a first name that is no word as well, nobody takes it for one.
    """
    words = name.split()
    others = [fold(word) for word in words if not APOSTROPHE.search(word)]
    if any(len(word) > 1 and not also_a_word(word) for word in others):
        return APOSTROPHE.sub("", name)
    return " ".join(_seamed(word) if APOSTROPHE.search(word) else word for word in words)


def _seamed(word: str) -> str:
    """ORourke with a seam before its second capital, Naim for “Na’im” with one before its first."""
    parts = APOSTROPHE.split(word)
    seamed = "".join(
        [parts[0], *(SEAM + part if part[0].isupper() else part for part in parts[1:])]
    )
    return seamed if SEAM in seamed else SEAM + seamed


def first_name(person: Employee) -> str:
    """The name that says no more than the first, as colleagues call them."""
    if person.known_as or person.last_name:
        return person.called
    return person.first_name.split()[0]


def beyond_first(person: Employee) -> tuple[str, ...]:
    """The ways in which a text says more of this name than the first."""
    firsts = {fold(form) for form in _single_names(first_name(person), "", person.known_as)}
    if person.last_name:
        firsts |= {fold(form) for form in _single_names(person.first_name, "", "")}
    last = person.last_name or " ".join(person.first_name.split()[1:])
    rest = _single_names(last, "", "") if last else ()
    # Nobody is called by a first name that they gave up.
    before = (_single_names(*name) for name in person.earlier)
    return tuple(form for form in _once([rest, *before]) if fold(form) not in firsts)

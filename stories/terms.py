"""What a text says to a search: its words without case, accents and endings. No database.

Each word becomes a term: its stem by the rules of the story's language, folded. “He’s warming” and
“he is warmed” share `warm`. Scripts that write without spaces give one term a character, which
stand together in what is asked for as they do in the text. Both databases are given these terms and
nothing else, so that they find the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import snowballstemmer

from staff.names import SPACELESS, fold
from staff.searching import TOKEN, tokens

# Stands between texts: no word or sign that is a term of its own, so no phrase reaches across it.
BREAK = "/"
# Longer words are cut, in texts as in questions: databases have their limits.
MOST_LETTERS = 48
# Chunks of a text that come again are looked up, of which half a kilobyte is remembered; scripts
# without spaces have endless ones.
MOST_REMEMBERED, LONGEST_REMEMBERED = 8_000, 32

STEMMERS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

# In these, stemmers take off endings alone: a stem begins with the letter its word begins with.
WITH_FIRST_LETTERS = frozenset("ca da de en es fi fr hu it nb nn no pt ro sv".split())  # noqa: SIM905

CHUNK = re.compile(r"\S+")
PIECE = re.compile(rf"{SPACELESS.pattern}|(?:(?!{SPACELESS.pattern}).)+", re.S)
# What joins the character before it: marks, and the vowels of Korean syllables taken apart.
JOINS = re.compile(r"[\u1160-\u11ff]")

# Stemmers keep what they are working on in themselves.
_lock = Lock()


class Term(NamedTuple):
    """One word of a text: where it stands, the word folded, and its stem."""

    start: int
    stop: int
    word: str
    stem: str


def terms(text: str, language: str) -> list[str]:
    """The terms of a text, in its order."""
    return [term.stem for term in _terms(text, language)]


def joined(texts: Iterable[str], language: str, said: set[tuple[str, str]] | None = None) -> str:
    """The terms of several texts in one, apart from each other.

    Into `said` come the words of the texts, each with its stem: without signs, and without scripts
    that have no words. Whoever wants both has the texts read only once.
    """
    found, pairs = [], set()
    for text in texts:
        stems = []
        for chunk in text.split():
            for term in of_chunk(chunk, language):
                stems.append(term.stem)
                pairs.add((term.word, term.stem))
        if stems:
            found.append(" ".join(stems))
    if said is not None:
        said.update(pair for pair in pairs if _is_word(pair[0]))
    return f" {BREAK} ".join(found)


def placed(text: str, language: str) -> Iterator[Term]:
    """The terms of a text with where in it they stand, to mark what was found."""
    for chunk in CHUNK.finditer(text):
        start = chunk.start()
        for term in of_chunk(chunk.group(), language):
            yield term._replace(start=start + term.start, stop=start + term.stop)


def words(text: str) -> list[str]:
    """The folded words and signs of what somebody typed; as `Term.word`."""
    return [piece[:MOST_LETTERS] for token in tokens(text) for piece in PIECE.findall(token)]


def stems(text: str, language: str) -> list[str]:
    """What the words of a question would be in texts of this language; as long as `words`."""
    found = terms(text, language)
    return found if len(found) == len(words(text)) else words(text)


def base(language: str) -> str:
    """The language of a code such as “en-gb”."""
    return language.replace("_", "-").partition("-")[0].lower()


def _terms(text: str, language: str) -> Iterator[Term]:
    for chunk in text.split():
        yield from of_chunk(chunk, language)


def _is_word(word: str) -> bool:
    return word[0].isalnum() and not SPACELESS.match(word)


def of_chunk(chunk: str, language: str) -> tuple[Term, ...]:
    """The terms of what stands between two spaces."""
    if len(chunk) > LONGEST_REMEMBERED:
        return _cut(chunk, language)
    return _remembered(chunk, language)


def _cut(chunk: str, language: str) -> tuple[Term, ...]:
    """The terms of what stands between two spaces, cut as `tokens` cuts it."""
    soft, origins = _softened(chunk)
    found = []
    for token in TOKEN.finditer(soft):
        if not tokens(token.group()):
            continue
        for piece in PIECE.finditer(token.group()):
            start, stop = token.start() + piece.start(), token.start() + piece.end()
            word = fold(piece.group())[:MOST_LETTERS]
            if word:
                stem = _stem(piece.group(), base(language))[:MOST_LETTERS] or word
                found.append(Term(origins[start], origins[stop - 1] + 1, word, stem))
    return tuple(_with_their_marks(found, chunk))


_remembered = lru_cache(maxsize=MOST_REMEMBERED)(_cut)


def _with_their_marks(found: list[Term], chunk: str) -> Iterator[Term]:
    """Each term with the marks that belong to its last letter."""
    for term in found:
        stop = term.stop
        while stop < len(chunk) and _is_joined(chunk[stop]):
            stop += 1
        yield term._replace(stop=stop)


def _softened(chunk: str) -> tuple[str, list[int]]:
    """Folded but for the accents that stemmers want to see, and where each letter came from."""
    if chunk.isascii():
        return chunk.lower(), list(range(len(chunk)))
    soft, origins = [], []
    for start, letter in _letters(chunk):
        softened = _soft(letter)
        soft.append(softened)
        origins += [start] * len(softened)
    return "".join(soft), origins


def _letters(chunk: str) -> Iterator[tuple[int, str]]:
    """The letters of a chunk, put together with the marks that follow them, and where they are."""
    start = 0
    for at in range(1, len(chunk) + 1):
        if at < len(chunk) and _is_joined(chunk[at]):
            continue
        yield start, unicodedata.normalize("NFC", chunk[start:at])
        start = at


def _is_joined(character: str) -> bool:
    return bool(unicodedata.combining(character) or JOINS.match(character))


@lru_cache(maxsize=4096)
def _soft(letter: str) -> str:
    lower = unicodedata.normalize("NFC", letter.lower())
    return "".join(one if _has_accent(one) else fold(one) for one in lower)


def _has_accent(letter: str) -> bool:
    """Whether it is a letter that folding would change and stemmers know as it is."""
    canonical = unicodedata.normalize("NFD", letter)
    return letter.islower() and canonical == unicodedata.normalize("NFKD", letter)


def _stem(token: str, language: str) -> str:
    folded = fold(token)
    if language not in STEMMERS or any(one.isdigit() for one in token) or len(token) < 3:
        return folded
    with _lock:
        return fold(_stemmer(language).stemWord(token[:MOST_LETTERS]))


@lru_cache(maxsize=len(STEMMERS))
def _stemmer(language: str):
    return snowballstemmer.stemmer(STEMMERS[language])

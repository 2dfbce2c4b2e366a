"""Made-up words for synthetic stories: as many as people use, and used as unevenly.

What a search costs depends on how many words there are and how often each is used, so these follow
Zipf's law: a few stand in every third story, most in a few. They are put together from syllables
and endings of each language, so that stems are found in them as in its real words.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate

# Nobody needs to read them, but they should look like words, and never be real ones by the dozen.
STARTS = (
    *("b", "br", "d", "dr", "f", "fl", "g", "gr", "h", "k", "kl", "l", "m", "n", "p", "pl"),
    *("r", "s", "sk", "st", "str", "t", "tr", "v", "w", "z"),
)
MIDDLES = ("l", "ll", "lm", "m", "mb", "n", "nd", "nn", "r", "rd", "rk", "rt", "sk", "st", "v", "x")
VOWELS = {
    "en": ("a", "e", "i", "o", "u", "ea", "oo", "ou", "ai"),
    "de": ("a", "e", "i", "o", "u", "au", "ei", "ä", "ö", "ü", "ie"),
    "fr": ("a", "e", "i", "o", "u", "é", "è", "ou", "oi", "eau"),
    "es": ("a", "e", "i", "o", "u", "á", "é", "í", "ó", "ie", "ue"),
}
ENDINGS = {
    "en": ("", "", "s", "ing", "ed", "er", "ly", "ness", "ment", "ful"),
    "de": ("", "", "en", "er", "ung", "ungen", "lich", "keit", "ern", "es"),
    "fr": ("", "", "s", "er", "ons", "ement", "tion", "euse", "aient", "ables"),
    "es": ("", "", "s", "ar", "ando", "amos", "mente", "ción", "idad", "ables"),
}
SIZES = {"en": 30_000, "de": 8_000, "fr": 8_000, "es": 8_000}
# The frequency of the word at a rank goes with 1 / (rank + SHIFT) ** POWER.
SHIFT, POWER = 1.6, 1.04


class Vocabulary:
    """The words of one language, the most frequent first."""

    def __init__(self, language: str) -> None:
        chance = random.Random(language)  # noqa: S311  # the same words every time
        made: dict[str, None] = {}
        while len(made) < SIZES[language]:
            made.setdefault(_word(chance, language) + chance.choice(ENDINGS[language]))
        # What is said often is short.
        self.words = tuple(sorted(made, key=len))
        ranks = range(1, len(self.words) + 1)
        self.weights = list(accumulate((rank + SHIFT) ** -POWER for rank in ranks))

    def some(self, chance: random.Random, number: int) -> list[str]:
        """So many words as they come, frequent ones more often."""
        return chance.choices(self.words, cum_weights=self.weights, k=number)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language, made once in a process."""
    return Vocabulary(language)


@cache
def names(kind: str, number: int) -> tuple[str, ...]:
    """So many different made-up names, of people or of places, the same every time."""
    chance = random.Random(kind)  # noqa: S311
    made: dict[str, None] = {}
    while len(made) < number:
        made.setdefault(_word(chance, "en").capitalize())
    return tuple(made)


def rare_word(number: int) -> str:
    """A word that no other number has; it looks like the code of a parcel."""
    letters = ""
    number += 26**3
    while number:
        number, rest = divmod(number, 26)
        letters += chr(97 + rest)
    return f"q{letters}"


def _word(chance: random.Random, language: str) -> str:
    vowels = VOWELS[language]
    word = chance.choice(STARTS) + chance.choice(vowels)
    for _syllable in range(chance.choice((1, 1, 2, 2, 2, 3))):
        word += chance.choice(MIDDLES) + chance.choice(vowels)
    return word + chance.choice(("", "", "n", "l", "r", "t"))

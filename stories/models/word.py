"""The words that published stories say, each with its stem: what a search is understood with."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from staff.lengths import TextsFit
from stories.terms import MOST_LETTERS

# More than a hundred stories say that are as long as they may be.
AT_ONCE = 40_000


class WordQuerySet(models.QuerySet["Word"]):
    def learn(self, said: Iterable[tuple[str, str, str]]) -> None:
        """See to it that these are known: word, language, stem. Known ones stay as they are."""
        # Always in the same order, so that two who learn the same never wait for each other.
        rows = [Word(word=word, language=code, stem=stem) for word, code, stem in sorted(set(said))]
        Word._base_manager.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


class Word(models.Model):
    """A word some story says or has said, folded, with its stem in the story's language.

    Nothing is taken out when a story leaves, so a word alone does not tell that anything says it.
    """

    word = models.CharField(max_length=MOST_LETTERS, db_index=True)
    language = models.CharField(max_length=8)
    stem = models.CharField(max_length=MOST_LETTERS)

    objects = WordQuerySet.as_manager()

    class Meta:
        constraints = [
            TextsFit(
                name="word_texts_fit",
                most={"word": MOST_LETTERS, "language": 8, "stem": MOST_LETTERS},
            ),
            models.UniqueConstraint(fields=["language", "word", "stem"], name="word_once"),
        ]

    def __str__(self) -> str:
        return self.word

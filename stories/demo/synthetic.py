"""Synthetic stories for measuring: any number of them, made quickly, the same every time.

They are put together from small parts and read like it; nobody should take them for real ones.
What matters is that their shape is right: lengths, words, languages, traits, teams, salutes and
retellings are spread as unevenly as in life, so that what is quick on them is quick.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from staff.models import Credit
from stories import lines
from stories.models import (
    BY_READERS,
    Initiative,
    PublicationOrder,
    Retelling,
    Salute,
    Served,
    Setting,
    Status,
    Story,
    StoryTrait,
    TookMoney,
    TookPermission,
    TookTime,
    Trait,
    Visibility,
)
from stories.models.story import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH

from .filling import insert, insert_values, new_keys
from .hiring import staff_for
from .indexing import Indexer
from .parts import LANGUAGES, PARTS
from .vocabulary import rare_word, vocabulary
from .words import NAMED, NAMES, PLACES, THINGS, WHO

# Whoever keeps what was made sees by this whether it would be made otherwise today.
MAKE = 3
BATCH = 5_000
# Asked of the classes each time they would take as long as all the rest.
SERVED, INITIATIVE = Served.values, Initiative.values
TIME, MONEY, PERMISSION = TookTime.values, TookMoney.values, TookPermission.values
YEARS = 10
# A rare word stands in so many stories, and one story in so many has one.
STORIES_A_RARE_WORD, ONE_HAS_A_RARE_WORD = 5, 10
# A third of the stories was saluted or told on at all: most of those once, a few very often.
SALUTED, MOST_SALUTES, SALUTES_TAIL = 1 / 3, 60, 1.2
RETOLD, MOST_RETELLINGS, RETELLINGS_TAIL = 1 / 3, 30, 1.5
SALUTE, RETELLING = ("story", "reader", "at"), ("story", "reader", "told_to", "told_on")


class Made(NamedTuple):
    """One story with all that belongs to it, not stored yet."""

    story: Story
    traits: list[StoryTrait]
    credits: list[Credit]
    # Values of SALUTE and RETELLING.
    salutes: list[tuple]
    retellings: list[tuple]


class Maker:
    """Makes stories one after the other; the same seed makes the same stories."""

    def __init__(
        self,
        traits: Sequence[Trait],
        people: Sequence[tuple[int, int, str]],
        *,
        first_seq: int,
        now: datetime.datetime,
        count: int,
    ) -> None:
        self.random = random.Random(20_260_301)  # noqa: S311  # to be repeatable, not secret
        # Addresses must be new ones each time.
        self.addresses = random.SystemRandom()
        self.traits, self.people = list(traits), list(people)
        # The first trait is on every second story, the last on one in two hundred.
        self.weights = list(accumulate(0.5 * 0.72**rank + 0.005 for rank in range(len(traits))))
        self.languages = list(LANGUAGES), list(accumulate(LANGUAGES.values()))
        self.first_seq, self.now, self.count = first_seq, now, count

    def story(self, number: int, key: int) -> Made:
        """The story with this number, of which nothing is stored yet; `key` will be its own."""
        pick, chance = self.random.choice, self.random.random
        age = datetime.timedelta(days=365 * YEARS * (1 - number / self.count))
        moment = self.now - age
        names, weights = self.languages
        (language,) = self.random.choices(names, cum_weights=weights)
        said = " ".join(pick(PARTS[language].said) for _ in range(2 if chance() < 0.3 else 1))
        elsewhere = chance() < 0.12
        credited = [] if elsewhere else self.random.sample(self.people, k=pick((1, 1, 1, 2)))
        happened = (moment - datetime.timedelta(days=self.random.randint(0, 20))).date()
        story = Story(
            id=key,
            public_id=self._address(),
            body=self._body(language, said, number, credited),
            line=said,
            line_widths=list(lines.fit(said).widths),
            title=f"{pick(THINGS)} {pick(PLACES)} {pick(vocabulary(language).words)}".capitalize(),
            language=language,
            happened_on=happened if chance() < 0.92 else None,
            place=pick(PLACES).capitalize(),
            setting=Setting.ELSEWHERE if elsewhere else Setting.HERE,
            organisation="A shop on the corner" if elsewhere else "",
            status=Status.PUBLISHED,
            seq=self.first_seq + number,
            created_at=moment,
            submitted_at=moment,
            published_at=moment,
            **self._facts(),
        )
        salutes, retellings = self._salutes(story), self._retellings(story)
        story.salute_count, story.retelling_count = len(salutes), len(retellings)
        return Made(story, self._traits(story), self._credits(story, credited), salutes, retellings)

    def _facts(self) -> dict[str, Any]:
        pick, chance = self.random.choice, self.random.random
        recovery, public = chance() < 0.1, chance() < 0.06
        teller, _team, _name = pick(self.people)
        return {
            "served": Served.CUSTOMER if chance() < 0.8 else pick(SERVED),
            "recovery": recovery,
            "went_wrong": "It was late, and it was ours." if recovery else "",
            "initiative": pick(INITIATIVE),
            "took_time": pick(TIME),
            "took_money": pick(MONEY),
            "took_permission": pick(PERMISSION),
            "teller_id": teller,
            "anonymous": chance() < 0.05,
            "may_show_outside": public,
            "customer_agreed": public,
            "visibility": Visibility.PUBLIC if public else Visibility.ORGANISATION,
            "gold": chance() < 0.03,
        }

    def _address(self) -> str:
        return "".join(self.addresses.choices(PUBLIC_ID_ALPHABET, k=PUBLIC_ID_LENGTH))

    def _body(self, language: str, said: str, number: int, credited: Sequence) -> str:
        pick, parts, words = self.random.choice, PARTS[language], vocabulary(language)
        if language == "en":
            sentences = [f"{pick(WHO)} stood at {pick(PLACES)} with {pick(THINGS).lower()}."]
        else:
            sentences = [pick(parts.who)]
        sentences += (pick(parts.moments) for _ in range(self.random.randint(1, 7)))
        for _ in range(self.random.randint(1, 6)):
            sentence = pick(parts.sentences)
            sentences.append(sentence.format(*words.some(self.random, sentence.count("{}"))))
        if language == "en" and credited and self.random.random() < 0.3:
            sentences.append(pick(NAMED).format(name=credited[0][2]))
        if number % ONE_HAS_A_RARE_WORD == 0:
            different = max(self.count // ONE_HAS_A_RARE_WORD // STORIES_A_RARE_WORD, 1)
            sentences.append(f"({rare_word(number // ONE_HAS_A_RARE_WORD % different)})")
        return " ".join([*sentences, f"“{said}”", pick(parts.endings)])

    def _traits(self, story: Story) -> list[StoryTrait]:
        wanted = self.random.choices(
            self.traits, cum_weights=self.weights, k=self.random.choice((1, 2, 2, 3, 3, 4))
        )
        return [
            StoryTrait(
                content_object_id=story.pk, tag_id=trait.pk, position=position, seq=story.seq
            )
            for position, trait in enumerate(dict.fromkeys(wanted))
        ]

    def _credits(self, story: Story, people: Sequence) -> list[Credit]:
        if not people:
            return [Credit(story_id=story.pk, name_text=self.random.choice(NAMES), seq=story.seq)]
        return [
            Credit(
                story_id=story.pk, employee_id=person, team_id=team, position=place, seq=story.seq
            )
            for place, (person, team, _name) in enumerate(people)
        ]

    def _salutes(self, story: Story) -> list[tuple]:
        number = self._tail(SALUTED, SALUTES_TAIL, MOST_SALUTES)
        return [(story.pk, reader, story.created_at) for reader in self._readers(number)]

    def _retellings(self, story: Story) -> list[tuple]:
        number = self._tail(RETOLD, RETELLINGS_TAIL, MOST_RETELLINGS)
        day, pick = story.created_at.date(), self.random.choice
        return [(story.pk, reader, pick(BY_READERS), day) for reader in self._readers(number)]

    def _tail(self, share: float, tail: float, most: int) -> int:
        """A number that is mostly nothing, sometimes one or two, and now and then large."""
        if self.random.random() > share:
            return 0
        return min(int(self.random.paretovariate(tail)), most, len(self.people))

    def _readers(self, number: int) -> Iterator[int]:
        """So many different people."""
        start = self.random.randrange(len(self.people))
        for step in range(number):
            yield self.people[(start + step) % len(self.people)][0]


def make(count: int, progress: Callable[[int], None] | None = None) -> None:
    """Store `count` published stories, in batches that each are whole or not there at all."""
    traits = list(Trait.objects.curated())
    if not traits:
        raise ValueError("There are no traits to give the stories.")
    people = staff_for(count)
    first = PublicationOrder.take(count).start
    maker = Maker(traits, people, first_seq=first, now=timezone.now(), count=count)
    indexer = Indexer()
    numbers = iter(range(count))
    while batch := list(islice(numbers, BATCH)):
        store(maker, batch, indexer)
        if progress:
            progress(len(batch))
    indexer.finish()


@transaction.atomic
def store(maker: Maker, numbers: Sequence[int], indexer: Indexer) -> None:
    """Make the stories with these numbers and store them, with all that belongs to them."""
    keys = new_keys(Story, len(numbers))
    made = [maker.story(number, key) for number, key in zip(numbers, keys, strict=True)]
    insert(Story, (one.story for one in made), with_keys=True)
    insert(StoryTrait, (row for one in made for row in one.traits))
    insert(Credit, (row for one in made for row in one.credits))
    insert_values(Salute, SALUTE, (row for one in made for row in one.salutes))
    insert_values(Retelling, RETELLING, (row for one in made for row in one.retellings))
    indexer.add(made)

"""Synthetic stories for measuring: any number of them, made quickly, the same every time.

They are put together from small parts and read like it; nobody should take them for real ones.
What matters is that their shape is right: lengths, traits and teams are spread as unevenly as in
life, so that what is quick on them is quick.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Sequence
from itertools import accumulate, islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from staff.models import Credit, Employee, Membership, Team
from stories import lines
from stories.models import (
    Initiative,
    PublicationOrder,
    Served,
    Setting,
    Status,
    Story,
    StoryTrait,
    TookMoney,
    TookPermission,
    TookTime,
    Trait,
)

from .words import ENDINGS, MOMENTS, NAMES, PLACES, SAID, SURNAMES, THINGS, WHO

REGION = "synthetic"
BATCH = 2_000
YEARS = 10
# One team for so many stories, one employee for so many; a large organisation has no more.
STORIES_A_TEAM, MOST_TEAMS = 500, 400
STORIES_AN_EMPLOYEE, MOST_EMPLOYEES = 50, 20_000


class Maker:
    """Makes stories one after the other; the same seed makes the same stories."""

    def __init__(
        self,
        traits: Sequence[Trait],
        people: Sequence[tuple[int, int | None]],
        *,
        first_seq: int,
        now: datetime.datetime,
        count: int,
    ) -> None:
        self.random = random.Random(20_260_301)  # noqa: S311  # to be repeatable, not secret
        self.traits, self.people = list(traits), list(people)
        # The first trait is on every second story, the last on one in two hundred.
        self.weights = list(accumulate(0.5 * 0.72**rank + 0.005 for rank in range(len(traits))))
        self.first_seq, self.now, self.count = first_seq, now, count

    def story(self, number: int) -> tuple[Story, list[StoryTrait], list[Credit]]:
        """The story with this number, with its traits and credits, not stored yet."""
        pick, chance = self.random.choice, self.random.random
        age = datetime.timedelta(days=365 * YEARS * (1 - number / self.count))
        moment = self.now - age
        elsewhere, recovery = chance() < 0.12, chance() < 0.1
        said = f"{pick(SAID)} {pick(SAID)}" if chance() < 0.3 else pick(SAID)
        teller, _team = pick(self.people)
        seq = self.first_seq + number
        story = Story(
            body=self._body(said),
            line=said,
            title=f"{pick(THINGS)} {pick(PLACES)}"[:80].capitalize(),
            happened_on=moment.date(),
            place=pick(PLACES).capitalize(),
            setting=Setting.ELSEWHERE if elsewhere else Setting.HERE,
            organisation="A shop on the corner" if elsewhere else "",
            served=Served.CUSTOMER if chance() < 0.8 else pick(Served.values),
            recovery=recovery,
            went_wrong="It was late, and it was ours." if recovery else "",
            initiative=pick(Initiative.values),
            took_time=pick(TookTime.values),
            took_money=pick(TookMoney.values),
            took_permission=pick(TookPermission.values),
            teller_id=teller,
            anonymous=chance() < 0.05,
            status=Status.PUBLISHED,
            gold=chance() < 0.03,
            seq=seq,
            created_at=moment,
            submitted_at=moment,
            published_at=moment,
            line_widths=list(lines.fit(said).widths),
        )
        return story, self._traits(story), self._credits(story, elsewhere)

    def _body(self, said: str) -> str:
        pick = self.random.choice
        sentences = [
            f"{pick(WHO)} stood at {pick(PLACES)} with {pick(THINGS).lower()}.",
            *(pick(MOMENTS) for _ in range(self.random.randint(2, 9))),
            f"“{said}”",
            pick(ENDINGS),
        ]
        return " ".join(sentences)

    def _traits(self, story: Story) -> list[StoryTrait]:
        wanted = self.random.choices(
            self.traits, cum_weights=self.weights, k=self.random.choice((1, 2, 2, 3, 3, 4))
        )
        return [
            StoryTrait(content_object=story, tag=trait, position=position, seq=story.seq)
            for position, trait in enumerate(dict.fromkeys(wanted))
        ]

    def _credits(self, story: Story, elsewhere: bool) -> list[Credit]:
        if elsewhere:
            return [Credit(story=story, name_text=self.random.choice(NAMES), seq=story.seq)]
        some = self.random.sample(self.people, k=self.random.choice((1, 1, 1, 2)))
        return [
            Credit(story=story, employee_id=person, team_id=team, position=place, seq=story.seq)
            for place, (person, team) in enumerate(some)
        ]


def make(count: int, progress: Callable[[int], None] | None = None) -> None:
    """Store `count` published stories, in batches that each are whole or not there at all."""
    traits = list(Trait.objects.curated())
    if not traits:
        raise ValueError("There are no traits to give the stories.")
    people = _people(count)
    with transaction.atomic():
        first = PublicationOrder.next()
        PublicationOrder.objects.update(last=F("last") + count - 1)
    maker = Maker(traits, people, first_seq=first, now=timezone.now(), count=count)
    numbers = iter(range(count))
    while batch := list(islice(numbers, BATCH)):
        made = [maker.story(number) for number in batch]
        with transaction.atomic():
            Story.objects.bulk_create(story for story, _traits, _credits in made)
            StoryTrait.objects.bulk_create(
                row for _story, traits, _credits in made for row in traits
            )
            Credit.objects.bulk_create(row for _story, _traits, credits in made for row in credits)
        if progress:
            progress(len(batch))


def something_real() -> bool:
    """Whether there is anybody here whom `make` did not hire; every story has a teller."""
    made = Employee.objects.filter(memberships__team__parent__slug=REGION)
    return Employee.objects.exclude(pk__in=made.values("pk")).exists()


def _people(count: int) -> list[tuple[int, int | None]]:
    """(employee, team) for everyone who works here, with as many more as the stories call for."""
    wanted = min(max(40, count // STORIES_AN_EMPLOYEE), MOST_EMPLOYEES)
    missing = wanted - Employee.objects.active().count()
    if missing > 0:
        _hire(missing, count)
    current = Membership.objects.filter(until__isnull=True, employee__active=True)
    return list(current.order_by("employee").values_list("employee", "team"))


@transaction.atomic
def _hire(missing: int, count: int) -> None:
    chance = random.Random(missing)  # noqa: S311  # to be repeatable, not secret
    region, _new = Team.objects.get_or_create(slug=REGION, defaults={"name": "Synthetic region"})
    teams = list(region.children.all())
    for number in range(len(teams), min(max(8, count // STORIES_A_TEAM), MOST_TEAMS)):
        teams.append(Team.objects.create(name=f"Team {number + 1}", parent=region))
    start = Employee.objects.count()
    hired = Employee.objects.bulk_create(
        Employee(
            number=f"S{start + number:06}",
            first_name=chance.choice(NAMES),
            last_name=chance.choice(SURNAMES),
        )
        for number in range(missing)
    )
    since = timezone.localdate() - datetime.timedelta(days=365 * YEARS)
    Membership.objects.bulk_create(
        Membership(employee=person, team=chance.choice(teams), since=since) for person in hired
    )

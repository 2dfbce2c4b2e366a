"""The entry of a story in the index of the wall: it follows every change, at once."""

from __future__ import annotations

import datetime
import random

import pytest
from django.db import transaction

from stories.models import Credited, Entry, Index, Posting, Story
from stories.models.postings import STALE, Moves
from tests.factories import (
    EmployeeFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    UserFactory,
    merged,
    named_trait,
)

pytestmark = pytest.mark.django_db


def under(facet: str) -> list[int]:
    return list(Index().under(facet))


def wrong() -> list[str]:
    """What the index says that the stories do not, block by block."""
    blocks = {*Posting.objects.values_list("block", flat=True), 0}
    return [facet for block in blocks for facet in Entry.objects.recount(block, mend=False)]


def test_a_story_has_an_entry_while_it_is_published():
    story = StoryFactory(traits=["Personal"])
    assert not Entry.objects.filter(story=story).exists()
    story.submit(by=None)
    assert not Entry.objects.filter(story=story).exists()
    story.publish(by=None)
    assert story.entry.seq == story.seq
    assert under("published") == under(f"trait:{named_trait('Personal').pk}") == [story.seq]
    story.withdraw(by=None)
    assert not Entry.objects.filter(story=story).exists()
    assert not under("published")
    assert not under(STALE)


def test_its_facets_say_all_that_it_is_found_by():
    team, person = TeamFactory(), EmployeeFactory()
    story = PublishedStoryFactory(
        traits=["Personal"],
        people=[person],
        people__team=team,
        happened_on=datetime.date(2025, 11, 30),
        served="colleague",
        recovery=True,
        initiative="own",
        took_time="minutes",
    )
    story.set_gold(True, by=None)
    assert set(story.entry.facets.split()) >= {
        *("published", "served:colleague", "setting:here", "initiative:own", "took_time:minutes"),
        *("recovery", "gold", "year:2025", "month:2025-11", "day:2025-11-30"),
        *(f"team:{team.pk}", f"person:{person.pk}", f"teller:{story.teller_id}"),
        f"trait:{named_trait('Personal').pk}",
    }
    assert under(f"person:{person.pk}") == under(f"teller:{story.teller_id}") == [story.seq]


def test_a_story_without_a_day_stands_in_the_month_it_was_published():
    story = PublishedStoryFactory(happened_on=None)
    assert f"month:{story.published_at:%Y-%m}" in story.entry.facets.split()


def test_how_often_it_was_retold_and_saluted_is_followed():
    story, reader = PublishedStoryFactory(), EmployeeFactory()
    story.salute(by=reader)
    story.retell(by=reader, told_to="team")
    story.retell(by=reader, told_to="friend")
    assert (under("saluted:1"), under("retold:1"), under("retold:2")) == (
        [story.seq],
        [],
        [story.seq],
    )
    story.take_back_salute(by=reader)
    assert not under("saluted:1")


def test_a_photo_counts_once_it_is_ready_and_no_longer_than_it_is_there():
    story = PublishedStoryFactory()
    photo = PhotoFactory(story=story)
    assert not under("photo")
    photo.made({})
    assert under("photo") == [story.seq]
    story.remove_photo(photo, by=None)
    assert not under("photo")


def test_an_edit_of_a_published_story_is_followed():
    story = PublishedStoryFactory(traits=["Personal"])
    story.line, story.served = "Mind the step, Herr Weiß.", "community"
    story.save_content(by=None, traits=[(named_trait("Honest"), "")], credited=Credited())
    assert story.entry.line == "mind the step herr weiss"
    assert under("served:community") == under(f"trait:{named_trait('Honest').pk}") == [story.seq]
    assert not under(f"trait:{named_trait('Personal').pk}")


def test_the_stories_of_a_merged_trait_stand_under_the_other():
    one, other = named_trait("Surprising"), named_trait("Unexpected")
    stories = [PublishedStoryFactory(traits=[one]) for _ in range(3)]
    merged(one, other)
    assert under(f"trait:{other.pk}") == [story.seq for story in stories]
    assert not under(f"trait:{one.pk}")


def test_a_withheld_name_is_no_word_of_the_entry_but_kept_beside_it():
    person = EmployeeFactory(first_name="Zadie", last_name="Quill", unnamed=True)
    story = PublishedStoryFactory(people=[person], line="Zadie stayed.", body="Zadie Quill ran.")
    entry = story.entry
    assert "zadie" not in f"{entry.line} {entry.body} {entry.people}"
    assert entry.withheld.split() == ["zadie", "quill"]


def test_a_story_that_is_deleted_leaves_nothing_in_the_index():
    story = PublishedStoryFactory()
    story.events.all().delete()
    story.delete()
    assert not under("published")
    assert not Entry.objects.exists()


def test_what_changed_has_a_stale_card():
    story = PublishedStoryFactory()
    assert under(STALE) == [story.seq]
    moves = Moves()
    moves.out_of(STALE, [story.seq])
    moves.write()
    story.set_gold(True, by=None)
    assert under(STALE) == [story.seq]


@pytest.mark.parametrize("last", ["", "gold published", None])
def test_what_a_story_is_expected_to_leave_need_not_be_all_of_it(last):
    others = PublishedStoryFactory(traits=["Personal"])
    pk = PublishedStoryFactory(traits=["Personal"]).pk
    with transaction.atomic():
        story = Story.objects.filter(pk=pk).hold()
        story.entry.facets = story.entry.facets if last is None else last
        story.withdraw(by=None)
    assert wrong() == []
    assert under("published") == [others.seq]


def test_recounting_finds_and_mends_what_is_wrong():
    story = PublishedStoryFactory()
    moves = Moves()
    moves.into("gold", [story.seq, 999])
    moves.out_of("published", [story.seq])
    moves.write()
    assert wrong() == ["gold", "published"]
    Entry.objects.recount(0)
    assert not wrong()
    assert under("published") == [story.seq]


def test_building_again_makes_the_same_index_from_nothing():
    stories = [PublishedStoryFactory(traits=["Personal"]) for _ in range(4)]
    stories[1].withdraw(by=None)
    was = {row.facet: bytes(row.seqs) for row in Posting.objects.filter(number__gt=0)}
    Entry.objects.all().delete()
    Posting.objects.all().delete()
    Entry.objects.build_again()
    now = {row.facet: bytes(row.seqs) for row in Posting.objects.filter(number__gt=0)}
    assert now == was


def test_after_a_month_of_changes_at_random_the_index_equals_one_made_from_nothing():
    chance = random.Random(7)  # noqa: S311  # to be repeatable
    by = UserFactory()
    people = [EmployeeFactory() for _ in range(4)]
    teams = [TeamFactory() for _ in range(3)]
    traits = [named_trait(name) for name in ("Personal", "Honest", "Playful", "Caring")]
    for person in people:
        person.move_to(chance.choice(teams))
    stories: list[Story] = []

    def tell():
        story = StoryFactory(traits=chance.sample(traits, 2), people=chance.sample(people, 2))
        story.submit(by=by)
        story.publish(by=by)
        stories.append(story)

    def edit(story):
        story.served = chance.choice(["customer", "colleague", "community"])
        story.happened_on = datetime.date(2026, chance.randint(1, 12), 5)
        chosen = [(trait, "") for trait in chance.sample(traits, 2)]
        story.save_content(by=by, traits=chosen, credited=Credited(chance.sample(people, 2)))

    def withdraw(story):
        story.withdraw(by=by)

    def again(story):
        story.submit(by=by)
        story.publish(by=by)

    for _ in range(10):
        tell()
    for _ in range(120):
        story = Story.objects.get(pk=chance.choice(stories).pk)
        if not story.is_published:
            again(story)
            continue
        change = chance.choice(
            [
                lambda story: tell(),
                edit,
                withdraw,
                lambda story: story.salute(by=chance.choice(people)),
                lambda story: story.retell(by=chance.choice(people), told_to="team"),
                lambda story: story.set_gold(not story.gold, by=by),
            ]
        )
        change(story)
    assert not wrong()
    # What counts changes can't be made from nothing; with the index its version is another, too.
    columns = [field.attname for field in Entry._meta.concrete_fields if field.name != "stirred"]
    kept = list(Entry.objects.order_by("seq").values(*columns))
    Entry.objects.all().delete()
    Posting.objects.all().delete()
    Entry.objects.build_again()
    assert list(Entry.objects.order_by("seq").values(*columns)) == kept

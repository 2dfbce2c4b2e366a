"""The number beside a filter is the number of stories one finds behind it."""

import datetime
import random

import pytest

from staff.models import Team
from stories.models import Entry, Trait
from stories.wall.counts import Counts, Tally
from stories.wall.facets import groups
from stories.wall.saying import counted, more
from tests.factories import EmployeeFactory, PhotoFactory, PublishedStoryFactory, TeamFactory
from tests.shared import seen_anew, shared
from tests.walls import meant, recounted

pytestmark = pytest.mark.django_db

WALLS = [
    "",
    "trait=personal",
    "trait=personal&trait=caring",
    "served=colleague",
    "served=colleague&setting=elsewhere&gold=1",
    "initiative=own&recovery=1&trait=honest",
    "team=north",
    "year=2026",
    "month=2026-03",
    "trait=-personal",
    "trait=-personal&trait=caring&took_time=minutes",
    "photo=1&setting=here",
    "q=cold",
    "q=cold&trait=caring&served=customer&year=2025",
]


def all_sorts():
    """Thirty stories with all sorts of facts, the same in every run."""
    chance = random.Random(7)  # noqa: S311, chosen for its evenness
    region = TeamFactory(name="North")
    teams = [TeamFactory(name=f"Team {n}", parent=region) for n in range(2)] + [
        TeamFactory(name="South")
    ]
    people = EmployeeFactory.create_batch(3)
    for number in range(30):
        story = PublishedStoryFactory(
            title=f"Story {number}",
            body=chance.choice(["It was cold.", "It was warm."]),
            happened_on=chance.choice(
                [
                    None,
                    datetime.date(2026, 3, 4),
                    datetime.date(2025, 7, 1),
                    datetime.date(2026, 1, 9),
                ]
            ),
            served=chance.choice(["customer", "colleague", "community"]),
            setting=chance.choice(["here", "elsewhere"]),
            took_time=chance.choice(["", "seconds", "minutes"]),
            initiative=chance.choice(["own", "colleagues", "manager", "unknown"]),
            recovery=chance.random() < 0.4,
            traits=chance.sample(["Personal", "Caring", "Honest", "Playful"], 2),
        )
        story.set_credits(people=[chance.choice(people)], team=chance.choice(teams))
        story.credits.filter(employee__isnull=False).update(team=chance.choice(teams))
        if chance.random() < 0.3:
            story.set_gold(True, by=None)
        Entry.objects.follow([story.pk])
        if number % 4 == 0:
            PhotoFactory(story=story).made({})


@pytest.fixture(scope="class")
def told(django_db_setup, django_db_blocker):
    with shared(django_db_blocker):
        yield all_sorts()


@pytest.fixture
def company(told, db):
    seen_anew()


def roots():
    return list(Team.objects.filter(parent=None))


class TestAmongAllSorts:
    """Thirty stories, told once for all of these."""

    @pytest.mark.parametrize("address", WALLS)
    def test_every_count_equals_a_recount(self, company, asked, address):
        form = asked(address)
        counts = Counts(meant(form))
        assert counts.total.number == recounted(form).count()
        checked = 0
        for group in groups(form, counts, roots() if not form.team_chosen else []):
            for item in group.items:
                if item.count is None or not item.url:
                    continue
                # The link of a filter that is on takes it away; then its count is of what is shown.
                target = form if item.on else asked(item.url.partition("?")[2])
                assert item.count.number == recounted(target).count(), (group.title, item.name)
                checked += 1
        assert checked >= 5

    @pytest.mark.parametrize("address", WALLS)
    def test_what_has_no_link_would_find_nothing(self, company, asked, address):
        form = asked(address)
        counts = Counts(meant(form))
        unlinked = {
            trait.slug
            for trait in Trait.objects.curated()
            for group in groups(form, counts)[:1]
            for item in group.items
            if item.name == trait.name and not item.url
        }
        for slug in unlinked:
            wider = asked(f"{address}&trait={slug}")
            assert not recounted(wider).exists()

    def test_what_to_loosen_says_how_many_stories_that_gives(self, company, asked):
        form = asked("trait=personal&served=customer&q=nowhere")
        counts = Counts(meant(form))
        for chip in form.chips:
            left = asked(chip.url.partition("?")[2])
            assert counts.without(chip.key).number == recounted(left).count()


def test_a_story_credited_twice_within_a_branch_counts_once(asked):
    region = TeamFactory(name="North")
    one, other = (TeamFactory(parent=region) for _n in range(2))
    ada = EmployeeFactory()
    story = PublishedStoryFactory()
    story.set_credits(people=[ada], team=other)
    story.credits.filter(employee=ada).update(team=one)
    Entry.objects.follow([story.pk])
    form = asked()
    assert Counts(meant(form)).team(form.team_ids(region)) == Tally(1)


def test_stories_that_are_not_published_are_not_counted(staff_client):
    PublishedStoryFactory(traits=["Caring"])
    PublishedStoryFactory(traits=["Caring"]).withdraw(by=None)
    page = staff_client.get("/").content.decode()
    assert "One story" in page
    assert '<span>Caring</span> <span class="count">1</span>' in page


def test_numbers_as_people_say_them():
    assert counted(Tally(0)) == "No stories"
    assert counted(Tally(1)) == "One story"
    assert counted(Tally(412)) == "412 stories"
    assert counted(Tally(10000, more=True)) == "10,000+ stories"
    assert more(1) == "One more"
    assert more(16) == "Sixteen more"
    assert more(24) == "Twenty-four more"

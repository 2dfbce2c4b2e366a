"""Questions asked together find what each of them finds alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from retold.together import counted, fetch_beside, fetched_with, together
from staff.models import Team
from staff.models.team import in_tree
from stories.models import Photo, Story, StoryTrait, Trait, Visit
from tests.factories import EmployeeFactory, PhotoFactory, PublishedStoryFactory, TeamFactory

pytestmark = pytest.mark.django_db


def test_each_finds_what_it_finds_alone_in_its_order():
    stories = [PublishedStoryFactory(traits=["Personal", "Caring"]) for _ in range(3)]
    asked = [
        Story.objects.select_related("teller").order_by("-pk"),
        Visit.objects.all(),
        Trait.objects.order_by("-name").values_list("name", "position"),
        Story.objects.filter(pk__in=[]),
        Story.objects.order_by("pk")[1:2],
    ]
    alone = [list(queryset.all()) for queryset in asked]
    with CaptureQueriesContext(connection) as questions:
        together(*asked)
        assert [list(queryset) for queryset in asked] == alone
        assert asked[0][0].teller == stories[2].teller
        assert asked[0][0].published_at == stories[2].published_at
    assert len(questions) == 1


def test_what_belongs_to_the_objects_is_there_without_asking_again():
    with_photo, without = PublishedStoryFactory(traits=["Caring"]), PublishedStoryFactory()
    photo = PhotoFactory(story=with_photo)
    related = {"photos": Photo.objects.all(), "story_traits": StoryTrait.objects.all()}
    with CaptureQueriesContext(connection) as questions:
        found = fetched_with(Story.objects.order_by("pk"), **related)
        assert found == [with_photo, without]
        assert [list(story.photos.all()) for story in found] == [[photo], []]
        assert found[0].photos.all()[0].story is found[0]
    assert len(questions) == 1
    again = list(Story.objects.order_by("pk"))
    fetch_beside(again, **related)
    assert [len(story.story_traits.all()) for story in again] == [
        len(story.story_traits.all()) for story in found
    ]


def test_each_counts_what_it_finds_alone():
    stories = [PublishedStoryFactory(traits=["Personal", "Caring"]) for _ in range(3)]
    asked = [
        Story.objects.order_by("-pk"),
        StoryTrait.objects.filter(content_object=stories[0]),
        Visit.objects.all(),
        Trait.objects.filter(on_stories__content_object__in=stories),
        Story.objects.filter(pk__in=[]),
    ]
    with CaptureQueriesContext(connection) as questions:
        assert counted(*asked) == [3, 2, 0, 6, 0]
    assert len(questions) == 1


def test_nothing_to_ask_asks_nothing():
    with CaptureQueriesContext(connection) as questions:
        together()
        fetch_beside([], photos=Photo.objects.all())
    assert len(questions) == 0


def test_a_tree_is_as_the_database_would_have_it():
    south, north = TeamFactory(name="South"), TeamFactory(name="North")
    for above in (south, north):
        for name in ("Till b", "Till a"):
            TeamFactory(name="Desk", parent=TeamFactory(name=f"{above} {name}", parent=above))
    EmployeeFactory()
    by_database = list(Team.objects.with_tree_fields())
    found = in_tree(Team.objects.all())
    assert found == by_database
    assert [team.tree_path for team in found] == [list(team.tree_path) for team in by_database]

"""A week’s line-up: which five stories, and what a team finds on their pages."""

import datetime
import io

import pikepdf
import pytest
from django.urls import reverse
from django.utils import timezone

from stories.models import Story
from stories.sharing.posters.line_up import line_up
from tests.factories import EmployeeFactory, PublishedStoryFactory, TeamFactory, TraitFactory
from tests.walls import everything

from .conftest import photographed, scanned, words

pytestmark = pytest.mark.django_db


def published(days_ago: float = 0, **about) -> Story:
    story = PublishedStoryFactory(**about)
    when = timezone.now() - datetime.timedelta(days=days_ago)
    Story.objects.filter(pk=story.pk).update(published_at=when)
    return story


def chosen() -> list[Story]:
    return line_up(everything())


def test_five_of_the_last_week_newest_first():
    before = [published(9), published(8)]
    this_week = [published(6 - number) for number in range(6)]
    assert chosen() == this_week[:0:-1]
    assert not set(before) & set(chosen())


def test_a_week_with_too_few_is_filled_up_with_the_newest_before_it():
    stories = [published(days) for days in (30, 20, 10, 9, 8, 1)]
    assert chosen() == stories[:0:-1]


def test_different_traits_are_preferred_within_the_week():
    other = published(5, traits=["caring"])
    same = [published(4 - number * 0.5, traits=["personal"]) for number in range(6)]
    assert other in chosen()
    assert same[-1] in chosen()
    assert len(chosen()) == 5


def test_how_popular_a_story_is_does_not_matter():
    stories = [published(6 - number) for number in range(6)]
    before = chosen()
    Story.objects.filter(pk=stories[0].pk).update(salute_count=900, retelling_count=900)
    assert chosen() == before


def test_each_page_has_one_story_with_its_questions(staff_client):
    trait = TraitFactory(name="Neighbourly", question="Who lives next door to us?")
    stories = [
        published(number, line=f"Line number {number}.", traits=[trait]) for number in range(3)
    ]
    photographed(stories[0])
    answer = staff_client.get(reverse("line_up"))
    document = pikepdf.open(io.BytesIO(answer.content))
    assert len(document.pages) == 3
    assert str(document.docinfo.Title) == "Stories for this week’s huddles"
    assert len(answer.content) < 1_000_000
    for number, story in enumerate(sorted(stories, key=lambda story: -story.seq)):
        text = words(answer.content, number)
        assert plain_line(story) in text
        assert "For the huddle" in text
        assert "Who lives next door to us?" in text
        assert scanned(answer.content, number) == [
            f"https://retold.example{story.get_absolute_url()}from/poster/"
        ]


def plain_line(story: Story) -> str:
    return f"{story.line}”"


def test_the_walls_filter_chooses(staff_client):
    team = TeamFactory(name="Till six", slug="till-six")
    published(line="Not ours.")
    published(line="Ours.", people=[EmployeeFactory()], people__team=team)
    answer = staff_client.get(reverse("line_up"), {"team": "till-six"})
    assert len(pikepdf.open(io.BytesIO(answer.content)).pages) == 1
    assert "Ours.”" in words(answer.content)


def test_only_what_is_published_is_lined_up(staff_client):
    story = published()
    story.withdraw(by=None)
    answer = staff_client.get(reverse("line_up"), {"trait": "personal"})
    assert answer.status_code == 302
    assert answer["Location"] == "/?trait=personal"


def test_it_costs_as_many_queries_for_forty_stories(staff_client, django_assert_max_num_queries):
    for number in range(8):
        published(number, traits=["personal", "caring"], people=[EmployeeFactory()])
    with django_assert_max_num_queries(10):
        staff_client.get(reverse("line_up"))

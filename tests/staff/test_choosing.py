"""A team to choose: from the tree, each region heading what is below it."""

import pytest
from django.urls import reverse

from staff.choosing import in_regions
from staff.models import Team
from tests.factories import PendingStoryFactory, StoryFactory, TeamFactory

pytestmark = pytest.mark.django_db


def offered(most=None) -> list:
    return in_regions(Team.objects.all(), lambda team: team.slug, most)


@pytest.fixture
def northgate():
    """Two regions, one of them with a site and its team; all named against the alphabet."""
    top = TeamFactory(name="Northgate")
    coast = TeamFactory(name="Coast", parent=top)
    hotel = TeamFactory(name="Zetland Hotel", parent=coast)
    TeamFactory(name="Bar", parent=hotel)
    TeamFactory(name="Alone", parent=top)
    return top


def test_below_the_one_that_holds_all_are_regions_with_their_sites_and_teams(northgate):
    assert offered() == [
        ("northgate", "Northgate"),
        ("alone", "Alone"),
        ("Coast", [
            ("coast", "All of Coast"), ("zetland-hotel", "Zetland Hotel"), ("bar", "\u2003Bar"),
        ]),
    ]  # fmt: skip


def test_without_one_that_holds_all_the_topmost_are_regions(northgate):
    TeamFactory(name="Ferries")
    assert [name for name, _below in offered()] == ["ferries", "Northgate"]
    assert ("bar", "\u2003\u2003Bar") in offered()[1][1]


def test_no_more_are_offered_than_asked_for(northgate):
    assert offered(most=2) == [("northgate", "Northgate"), ("alone", "Alone")]


@pytest.mark.parametrize("room", ["telling", "moderation"])
def test_whoever_credits_a_whole_team_finds_it_in_its_region(northgate, moderator_client, room):
    story = PendingStoryFactory()
    edit = reverse("admin:stories_story_change", args=[story.pk])
    page = moderator_client.get(reverse("tell") if room == "telling" else edit).content.decode()
    region = page.partition('<optgroup label="Coast">')[2].partition("</optgroup>")[0]
    assert [name for name in ("All of Coast", "Zetland Hotel", "\u2003Bar") if name in region] == [
        *("All of Coast", "Zetland Hotel", "\u2003Bar"),
    ]
    assert "Alone" not in region


@pytest.mark.parametrize(("most", "name"), [(1, "Bar"), (400, "\u2003Bar")])
def test_of_more_teams_than_are_offered_the_one_that_was_chosen_stays(
    northgate, staff_client, monkeypatch, most, name
):
    monkeypatch.setattr("stories.telling.page.MOST_TEAMS", most)
    story = StoryFactory(teller=staff_client.user.person)
    story.set_credits(team=Team.objects.get(slug="bar"))
    page = staff_client.get(reverse("edit", args=[story.public_id])).content.decode()
    assert f'<option value="bar" selected>{name}</option>' in page
    assert page.count('<option value="bar"') == 1
    assert ('<option value="alone"' in page) is (most > 1)

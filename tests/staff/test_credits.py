"""A story is credited to a person, a team, or a name that somebody matches later."""

import datetime

import pytest
from django.db import IntegrityError

from staff.models import Credit
from tests.factories import EmployeeFactory, StoryFactory, TeamFactory

pytestmark = pytest.mark.django_db

DAY = datetime.date(2025, 4, 1)


@pytest.fixture
def marek():
    person = EmployeeFactory(first_name="Marek")
    person.move_to(TeamFactory(name="Old"), on=datetime.date(2025, 1, 1))
    person.move_to(TeamFactory(name="New"), on=datetime.date(2025, 9, 1))
    return person


@pytest.fixture
def story():
    return StoryFactory(happened_on=DAY)


class TestMatchingAName:
    def test_gives_it_to_the_person_with_their_team_of_that_day(self, story, marek):
        credit = Credit.objects.create(story=story, name_text="Marek from upstairs")
        story.match_names({credit.pk: marek}, by=None)
        credit.refresh_from_db()
        assert (credit.employee, credit.team.name, credit.name_text) == (marek, "Old", "")
        assert not Credit.objects.to_be_matched().exists()

    def test_takes_it_from_those_that_were_left_as_told(self, story, marek):
        credit = Credit.objects.create(story=story, name_text="Marek")
        story.leave_as_told([credit.pk], by=None)
        assert Credit.objects.left_as_told().get() == credit
        story.match_names({credit.pk: marek}, by=None)
        assert not Credit.objects.left_as_told().exists()
        assert story.credits.get().employee == marek

    def test_keeps_the_team_the_teller_named(self, story, marek):
        team = TeamFactory(name="Named")
        credit = Credit.objects.create(story=story, name_text="Marek", team=team)
        story.match_names({credit.pk: marek}, by=None)
        assert story.credits.get().team == team

    def test_to_somebody_credited_already_leaves_one_credit(self, story, marek):
        Credit.objects.create(story=story, employee=marek)
        name = Credit.objects.create(story=story, name_text="Marek")
        story.match_names({name.pk: marek}, by=None)
        assert story.credits.get().employee == marek

    def test_to_somebody_credited_in_another_story_is_no_matter(self, story, marek):
        Credit.objects.create(story=StoryFactory(), employee=marek)
        name = Credit.objects.create(story=story, name_text="Marek")
        story.match_names({name.pk: marek}, by=None)
        assert story.credits.get().employee == marek


class TestCredit:
    def test_is_matched_once_it_has_an_employee(self, story, marek):
        name = Credit.objects.create(story=story, name_text="Somebody")
        Credit.objects.create(story=story, employee=marek)
        whole_team = Credit.objects.create(story=story, team=TeamFactory())
        assert list(Credit.objects.to_be_matched()) == [name]
        assert Credit.objects.to_people().get().employee == marek
        assert whole_team.is_whole_team
        assert not name.is_whole_team

    @pytest.mark.parametrize("about", [{}, {"name_text": ""}])
    def test_goes_to_someone(self, story, about):
        with pytest.raises(IntegrityError):
            Credit.objects.create(story=story, **about)

    def test_is_a_person_or_a_name_and_never_both(self, story, marek):
        with pytest.raises(IntegrityError):
            Credit.objects.create(story=story, employee=marek, name_text="Marek")

    def test_names_somebody_in_a_known_way(self, story, marek):
        with pytest.raises(IntegrityError):
            Credit.objects.create(story=story, employee=marek, in_public="nickname")

    def test_goes_to_a_person_once(self, story, marek):
        Credit.objects.create(story=story, employee=marek)
        with pytest.raises(IntegrityError):
            Credit.objects.create(story=story, employee=marek)

    def test_goes_to_a_whole_team_once(self, story):
        team = TeamFactory()
        Credit.objects.create(story=story, team=team)
        with pytest.raises(IntegrityError):
            Credit.objects.create(story=story, team=team)

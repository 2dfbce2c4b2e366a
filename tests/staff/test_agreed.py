"""Somebody may be called less than their name in one story, and less by some than by others."""

import pytest

from staff.audiences import COLLEAGUE, FIRST, FULL, ORGANISATION, PUBLIC, SCREENS, TEAM
from staff.models.agreed import narrowing
from staff.naming import Naming
from tests.factories import EmployeeFactory, MembershipFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return EmployeeFactory(first_name="Philippina", last_name="Oosterschelde", known_as="Pippa")


def story_of(*people, **chosen):
    """A story that credits these people, who chose so."""
    story = PublishedStoryFactory(people=list(people))
    story.credits.update(**chosen)
    return story


def everywhere(named) -> dict[str, str]:
    return dict.fromkeys(("in_team", "in_organisation", "on_screens", "in_public"), named)


def said(text: str, story, audience=ORGANISATION) -> str:
    return Naming(audience).text(text, story.near)


def test_no_audience_hears_more_than_one_that_is_closer():
    chosen = narrowing({TEAM: FIRST, ORGANISATION: FULL, SCREENS: COLLEAGUE, PUBLIC: FULL})
    assert chosen == {TEAM: FIRST, ORGANISATION: FIRST, SCREENS: COLLEAGUE, PUBLIC: COLLEAGUE}


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("Philippina Oosterschelde came.", "Pippa came."),
        ("Pippa Oosterschelde came.", "Pippa came."),
        ("Oosterschelde, Philippina came.", "Pippa came."),
        ("P. Oosterschelde came.", "Pippa came."),
        ("Mrs Oosterschelde came.", "Pippa came."),
        ("OOSTERSCHELDE’s car stood there.", "Pippa’s car stood there."),
        ("Philippina came, and Pippa left.", "Philippina came, and Pippa left."),
    ],
)
def test_the_first_name_stands_for_all_that_says_more(person, text, instead):
    assert said(text, story_of(person, **everywhere(FIRST))) == instead


@pytest.mark.parametrize("text", ["Pippa came.", "Philippina came.", "Ms Oosterschelde came."])
def test_a_colleague_is_called_by_no_name(person, text):
    assert said(text, story_of(person, **everywhere(COLLEAGUE))) == "A colleague came."


def test_each_of_two_with_one_family_name_is_called_by_their_own(person):
    other = EmployeeFactory(first_name="Jan", last_name="Oosterschelde")
    story = story_of(person, other, **everywhere(FIRST))
    assert said("Jan Oosterschelde saw Philippina Oosterschelde.", story) == "Jan saw Pippa."
    assert said("Mr Oosterschelde waved.", story) == "A colleague waved."


def test_a_name_in_one_word_holds_no_family_name():
    person = EmployeeFactory(first_name="Anke de Vos", last_name="")
    story = story_of(person, **everywhere(FIRST))
    assert said("Anke de Vos came, and so did Vos.", story) == "Anke came, and so did Anke."
    assert Naming(ORGANISATION).called(person, story.near) == "Anke"


def test_in_another_story_nothing_is_withheld(person):
    story_of(person, **everywhere(COLLEAGUE))
    assert said("Pippa Oosterschelde came.", story_of(person)) == "Pippa Oosterschelde came."


def test_each_audience_hears_what_was_agreed_for_it(person):
    story = story_of(person, on_screens=FIRST, in_public=COLLEAGUE)
    text = "Philippina Oosterschelde came."
    assert said(text, story, ORGANISATION) == text
    assert said(text, story, SCREENS) == "Pippa came."
    assert said(text, story, PUBLIC) == "A colleague came."


def test_in_their_team_more_may_be_said_and_only_there(person):
    team = MembershipFactory(employee=person).team
    story = story_of(person, in_organisation=COLLEAGUE, on_screens=COLLEAGUE, in_public=COLLEAGUE)
    near, other = UserFactory(), UserFactory()
    MembershipFactory(employee=near.employee, team=team)
    MembershipFactory(employee=other.employee)
    assert Naming.for_reader(near).called(person, story.near) == "Pippa"
    assert Naming.for_reader(other).called(person, story.near) == "a colleague"
    assert Naming(SCREENS, teams={team.pk}).called(person, story.near) == "a colleague"


def test_who_asked_not_to_be_named_anywhere_is_not_whatever_they_chose_here(person):
    story = story_of(person, **everywhere(FIRST))
    person.ask_not_to_be_named()
    assert said("Mrs Oosterschelde and Pippa.", story) == "A colleague and a colleague."


def test_names_wait_for_a_yes_where_a_setting_says_so(person, settings):
    settings.NAMES_WAIT = True
    story = PublishedStoryFactory(people=[person])
    assert said("Pippa came.", story) == "A colleague came."
    settings.NAMES_WAIT = False
    assert said("Pippa came.", story) == "A colleague came."


def test_whoever_tells_of_themselves_need_not_wait(person, settings):
    settings.NAMES_WAIT = True
    story = PublishedStoryFactory(teller=person, people=[person])
    assert said("Pippa came.", story) == "Pippa came."

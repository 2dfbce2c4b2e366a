"""What a card shows, and to whom it does not."""

import pytest

from staff.audiences import ORGANISATION
from staff.models import Team
from staff.naming import Naming
from stories import lines
from stories.cards import card, cards
from stories.models import Story
from tests.factories import EmployeeFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


def shown(story):
    return card(Story.objects.for_cards().get(pk=story.pk), Naming(ORGANISATION))


def test_the_line_leads_and_its_measure_is_the_stored_one():
    story = PublishedStoryFactory(line="Two sugars.", traits=["Small thing", "Caring"])
    made = shown(story)
    assert (made.line, made.fit) == ("Two sugars.", lines.fit("Two sugars."))
    assert [trait.name for trait in made.traits] == ["Small thing", "Caring"]
    assert made.hue == "small-thing"


def test_a_story_of_one_sentence_is_led_by_its_first_words():
    body = "She kept the shop open for ten minutes with the lights off, and rang his wife. " * 3
    made = shown(PublishedStoryFactory(line="", title="", body=body))
    assert made.title.startswith("She kept the shop open")
    assert made.title.endswith("…")
    assert made.fit.widths
    body = "She lit the stove before we were up. Always."
    assert shown(PublishedStoryFactory(line="", title="", body=body)).title.endswith(" up…")


def test_a_withheld_name_is_nowhere_on_the_card_and_the_line_is_measured_anew():
    person = EmployeeFactory(first_name="Jelena", last_name="Kovačević", unnamed=True)
    story = PublishedStoryFactory(
        line="Jelena has already looked.",
        title="Jelena’s ring",
        body="I asked Jelena Kovačević.",
        people=[person],
    )
    made = shown(story)
    assert made.line == "A colleague has already looked."
    assert made.fit == lines.fit(made.line)
    assert "Jelena" not in f"{made.line} {made.title} {made.excerpt} {made.credit}"


def test_a_long_line_leaves_the_lead_to_the_title_and_its_measure():
    made = shown(PublishedStoryFactory(line="and then " * 25, title="Platform nine"))
    assert made.wordy
    assert made.fit == lines.fit("Platform nine", quoted=False)


@pytest.mark.parametrize(
    ("unnamed", "credit"),
    [([], "Anke and Femi, Eye clinic"), ([0], "A colleague and Femi, Eye clinic")],
)
def test_the_credit_reads_like_a_sentence(unnamed, credit):
    people = [
        EmployeeFactory(first_name=name, unnamed=number in unnamed)
        for number, name in enumerate(["Anke", "Femi"])
    ]
    for person in people:
        person.move_to(clinic())
    assert shown(PublishedStoryFactory(people=people, happened_on=None)).credit == credit


def test_two_unnamed_people_are_colleagues():
    people = [EmployeeFactory(unnamed=True) for _ in range(2)]
    assert shown(PublishedStoryFactory(people=people)).credit == "Colleagues"


def clinic():
    return Team.objects.get_or_create(name="Eye clinic", slug="eye-clinic")[0]


def test_without_names_a_team_has_the_credit_and_its_people_are_in_no_text():
    people = [EmployeeFactory(first_name=name) for name in ("Anke", "Femi", "Omid")]
    for person in people:
        person.move_to(clinic())
    story = PublishedStoryFactory(
        people=people[:2], happened_on=None, line="Ask Anke.", title="Femi", body="Omid came."
    )
    [made] = cards(Story.objects.for_cards(), Naming(ORGANISATION, names=False))
    assert made.credit == "Eye clinic"
    assert (made.line, made.title, made.excerpt) == (
        "Ask a colleague.",
        "A colleague",
        "A colleague came.",
    )
    assert story.public_id == made.public_id


@pytest.mark.parametrize(
    ("facts", "names", "credit"),
    [
        ({}, ["Anke"], "A colleague"),
        ({}, ["Anke", "Femi"], "Colleagues"),
        ({"setting": "elsewhere", "organisation": "7-Eleven"}, ["Roberta"], "7-Eleven"),
        ({"setting": "elsewhere"}, ["Roberta"], "Somebody"),
        ({}, [], ""),
    ],
)
def test_without_names_nobody_is_credited_by_one(facts, names, credit):
    PublishedStoryFactory(**facts).set_credits(names=names)
    [made] = cards(Story.objects.for_cards(), Naming(ORGANISATION, names=False))
    assert made.credit == credit


def test_without_names_a_wall_asks_as_often_for_many(django_assert_num_queries):
    def ask():
        with django_assert_num_queries(6):
            cards(Story.objects.for_cards(), Naming(ORGANISATION, names=False))

    PublishedStoryFactory(people=[EmployeeFactory()])
    ask()
    for _ in range(3):
        PublishedStoryFactory(people=[EmployeeFactory(), EmployeeFactory()])
    ask()

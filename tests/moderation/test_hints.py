"""Hints point at what gives somebody away, seldom at anything else, and take little time."""

import json
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from staff.models import Employee
from stories.models import Story
from stories.moderation.hints import FIELDS, hints, look
from tests.factories import EmployeeFactory, StoryFactory, TeamFactory

pytestmark = pytest.mark.django_db


def found(body: str, **fields) -> list[tuple[str, str]]:
    return [(hint.kind, hint.text) for hint in hints(Story(pk=1, body=body, **fields))]


@pytest.mark.parametrize(
    "address",
    ["anna@example.org", "Anna.Maria+till6@shop.example.co.uk", "büro@müller.example", "a_b@x.io"],
)
def test_an_e_mail_address(address):
    assert ("email", address) in found(f"Write to {address}, she said.")


@pytest.mark.parametrize(
    "number",
    ["020 7946 0958", "+44 20 7946 0958", "(020) 7946 0958", "07700 900142", "+31 6 12345678"],
)
def test_a_phone_number(number):
    assert found(f"Ring {number} after six.") == [("phone", number)]


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "4222222222222"]
)
def test_a_card_number(number):
    assert found(f"He read it out: {number}.") == [("card", number)]


@pytest.mark.parametrize(
    "text",
    [
        "Order 4111 1111 1111 1112 was late.",  # the check sum is wrong
        "0000 0000 0000 0000",
        "It was 2026-03-02, 07:10 to 18:45, and £3.40 a head for 1,200 people.",
        "Platform 9, train 17.42, seat 23, coach 4.",
        "Room 214, 30% off, 12 x 12 = 144, 10:00-11:30.",
        "@ the till; me@; @home; a@b",
    ],
)
def test_other_numbers_and_signs_are_no_hints(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It was Mrs Okafor at the door.", "Mrs Okafor"),
        ("It was Dr. Anna Lindqvist again.", "Dr. Anna Lindqvist"),
        ("The bag was Walter Higgins’s, of course.", "Walter Higgins"),
        ("We knew Zbigniew Krzysztof by sight.", "Zbigniew Krzysztof"),
        ("Sarah van der Berg came back.", "Sarah van der Berg"),
        ("When Walter Higgins came, we rose.", "Walter Higgins"),
    ],
)
def test_a_full_name_that_is_not_in_the_directory(text, name):
    assert found(text) == [("name", name)]


def test_a_name_in_the_directory_is_no_hint_however_it_is_written():
    EmployeeFactory(first_name="Zoë", last_name="van Dijk", known_as="Zo")
    EmployeeFactory(first_name="Thu Hà", last_name="Nguyễn")
    for text in (
        "Then Zoë van Dijk came.",
        "Then Zo van Dijk came.",
        "Mrs van Dijk knew.",
        "It was Thu Hà who saw it.",
    ):
        assert found(text) == [], text


def test_a_first_name_of_the_directory_with_a_strange_last_name_is_one():
    EmployeeFactory(first_name="Zoltan", last_name="Fekete")
    assert found("Zoltan Meyer rang the bell.") == [("name", "Zoltan Meyer")]


@pytest.mark.parametrize(
    "text",
    [
        "On Monday Morning the shop in Harbour Street was shut.",
        "The American Express line was busy on Christmas Eve.",
        "Nobody Knows why.",
        "She said: Come In.",
        "I took the Northern Line to King's Cross.",
        "THE BIG SALE was on. BBC Radio played.",
        "Roberta came round the counter.",
    ],
)
def test_places_days_and_firms_are_no_names(text):
    assert found(text) == []


def test_the_story_s_own_places_and_teams_are_no_names():
    TeamFactory(name="Quayside Tills")
    text = "We met at Albert Quarry before the Quayside Tills opened, near Zabka Prime."
    assert found(text, place="Albert Quarry", organisation="Zabka Prime") == []


def test_every_field_that_readers_see_is_looked_through():
    story = StoryFactory.build(pk=1, teller=None, **dict.fromkeys(FIELDS, "a@example.org"))
    assert [hint.field for hint in hints(story)] == list(FIELDS)


def test_a_hint_says_where_it_stands():
    body = "Ring 020 7946 0958 or a@example.org."
    for hint in hints(Story(pk=1, body=body)):
        assert body[hint.start : hint.end] == hint.text


def test_several_stories_are_looked_through_with_two_questions(django_assert_num_queries):
    stories = [Story(pk=number, body="Walter Higgins came.") for number in range(1, 20)]
    with django_assert_num_queries(2):
        assert all(look(stories).hints.values())


@pytest.mark.parametrize(
    "part",
    [
        "1", "4 ", "5-", "a@", "a.", "Ab ", "Ab van ", "+44 20 7946 0958 ", "0 1", "(0", "+1 ",
        "Walter Higgins ", "٠١٢٣٤٥٦٧", "12/34/", "a@b.cc ", "Mr ", "é\u0301", "\u202e1",
    ],
)  # fmt: skip
def test_twelve_thousand_characters_of_anything_take_little_time(part):
    story = Story(pk=1, body=(part * 12_000)[:12_000])
    start = time.process_time()
    hints(story)
    assert time.process_time() - start < 0.5


def test_no_more_hints_than_anybody_reads():
    assert len(found("a@b.cc " * 1700)) == 30


def test_fewer_than_one_in_ten_of_the_demo_s_stories_are_hinted_at_wrongly():
    demo = Path(django_settings.BASE_DIR) / "demo"
    for line in (demo / "staff.csv").read_text(encoding="utf-8").splitlines()[1:]:
        _number, first, last, known_as, *_rest = line.split(",")
        Employee.objects.create(first_name=first, last_name=last, known_as=known_as)
    rows = json.loads((demo / "stories.json").read_text(encoding="utf-8"))
    rows = rows["stories"] if isinstance(rows, dict) else rows
    stories = [
        Story(pk=number, **{field: row.get(field) or "" for field in FIELDS})
        for number, row in enumerate(rows, start=1)
        # Those that wait have hints on purpose.
        if row.get("status") == "published"
    ]
    hinted = [found for found in look(stories).hints.values() if found]
    assert len(hinted) < len(stories) / 10, hinted

"""What people write in a form is made fit to store, then measured; a day has to have been."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from staff.days import has_been
from stories.fields import Day, Line, SaidLine, Title, Words


def test_a_text_is_measured_as_it_will_be_stored():
    assert Words(max_length=3).clean(" a\r\nb\x00 ") == "a\nb"


def test_a_line_is_one_line():
    assert Line().clean(" He’s my\n customer. ") == "He’s my customer."


def test_too_long_is_said_with_both_numbers_and_without_a_limit_in_the_widget():
    field = Words(max_length=1000)
    assert "maxlength" not in field.widget.attrs
    assert len(field.clean("a" * 1000)) == 1000
    with pytest.raises(ValidationError, match="1,001 characters, and there is room for 1,000"):
        field.clean("a" * 1001)


def test_what_nobody_can_see_is_nothing():
    with pytest.raises(ValidationError, match="required"):
        Words().clean("\x00\ufeff  ")


@time_machine.travel("2026-03-02 12:00")
@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-03-03", "not come yet"),
        ("9999-12-31", "not come yet"),
        ("1899-12-31", "before 1900"),
        ("0001-01-01", "before 1900"),
    ],
)
def test_a_day_that_cannot_have_been_is_refused(day, message):
    assert not has_been(datetime.date.fromisoformat(day))
    with pytest.raises(ValidationError, match=message):
        Day().clean(day)


@time_machine.travel("2026-03-02 12:00")
@pytest.mark.parametrize("day", ["2026-03-02", "1900-01-01"])
def test_today_and_the_earliest_day_have_been(day):
    assert Day().clean(day) == datetime.date.fromisoformat(day)


def test_a_day_may_be_left_out():
    assert Day(required=False).clean("") is None


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("He's my customer", "He’s my customer"),
        ('The "other" platform', "The “other” platform"),
        ("""A man of 6'2" and a 5'9" door""", """A man of 6'2" and a 5'9" door"""),
        ("The 90's coat", "The 90’s coat"),
    ],
)
def test_what_stands_large_has_the_marks_of_print(typed, printed):
    assert Title().clean(typed) == printed


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ('"He\'s my customer."', "He’s my customer."),
        ("'He's my customer.'", "He’s my customer."),
        ("‘The guests’ room.’", "The guests’ room."),
        ("«Elle m'attendait.»", "Elle m’attendait."),
        ('"No relation," she said. "My customer."', "“No relation,” she said. “My customer.”"),
        ("‘No relation,’ she said. ‘Mine.’", "‘No relation,’ she said. ‘Mine.’"),
        ("״הוא הלקוח שלי״", "הוא הלקוח שלי"),
        ("צה״ל בא", "צה״ל בא"),
        ("״כן״, אמרה. ״תודה״", "״כן״, אמרה. ״תודה״"),
        ("“”", ""),
    ],
)
def test_a_line_loses_the_marks_around_the_whole_of_it_alone(typed, line):
    assert SaidLine(required=False).clean(typed) == line

"""Spans of days are read as people write them, and found again as facets."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.filtering.days import Span, day, facets


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-03", "2026-03-01", "2026-04-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2026-3-4", "2026-03-04", "2026-03-05"),
        ("2026/02/28", "2026-02-28", "2026-03-01"),
        ("2199-12-31", "2199-12-31", "2200-01-01"),
    ],
)
def test_a_year_a_month_or_a_day(value, start, end):
    assert day(value) == Span(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end))


@pytest.mark.parametrize(
    "value",
    ["", "march", "2026-13", "2026-02-30", "1899", "2200", "26-03", "2026-", "2026-03-14-1"],
)
def test_what_is_no_day_is_none(value):
    assert day(value) is None


def test_spans_together_are_what_both_hold():
    spring = Span(datetime.date(2026, 3, 1), datetime.date(2026, 6, 1))
    assert spring & Span() == spring
    assert spring & Span(end=datetime.date(2026, 4, 1)) == Span(
        spring.start, datetime.date(2026, 4, 1)
    )
    assert not Span()


def test_whole_years_and_months_are_facets_and_parts_of_a_month_are_its_days():
    span = Span(datetime.date(2024, 11, 29), datetime.date(2026, 2, 2))
    assert facets(span, [2023, 2024, 2025, 2026]) == [
        "day:2024-11-29",
        "day:2024-11-30",
        "month:2024-12",
        "year:2025",
        "month:2026-01",
        "day:2026-02-01",
    ]


def test_a_span_that_is_open_ends_with_the_years_there_are():
    assert facets(Span(end=datetime.date(2026, 1, 1)), [2024, 2025, 2026]) == [
        "year:2024",
        "year:2025",
    ]
    assert facets(Span(), [2025]) == ["year:2025"]


def test_days_that_end_before_they_begin_are_none():
    assert facets(Span(datetime.date(2026, 3, 5), datetime.date(2026, 3, 2)), [2025, 2026]) == []


DAYS = st.dates(datetime.date(2023, 1, 1), datetime.date(2026, 12, 31))


@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_day_stands_under_one_of_the_facets_if_it_is_of_the_span(start, end, of_story):
    of = [f"year:{of_story:%Y}", f"month:{of_story:%Y-%m}", f"day:{of_story}"]
    found = facets(Span(start, end), range(2023, 2027))
    is_of_it = (start is None or start <= of_story) and (end is None or of_story < end)
    assert len(set(of) & set(found)) == is_of_it

"""What people type, made fit to store and to show."""

import pytest

from staff.text import beginning


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("He waited.", 60, "He waited."),
        ("He waited\n\nin the rain.", 60, "He waited in the rain."),
        ("She asked Jelena Kovačević to stay", 22, "She asked Jelena…"),
        ("He waited, then sang.", 11, "He waited…"),
        ("He waited. Then he sang.", 12, "He waited…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("", 60, ""),
    ],
)
def test_the_beginning_of_a_text_cuts_no_word_in_two(text, most, shown):
    assert beginning(text, most) == shown
    assert len(shown) <= most

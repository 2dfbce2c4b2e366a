"""What people type, made fit to store and to show."""

import pytest

from staff.text import beginning, clean_text


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


def test_marks_over_one_letter_are_as_many_as_a_language_has():
    over = "\u0335"  # does not become one letter with what it stands on
    assert clean_text("Z" + over * 80 + "algo") == "Z" + over * 8 + "algo"
    assert clean_text(("Z" + over * 8) * 9) == ("Z" + over * 8) * 9
    joined = "Z" + (over * 8 + "\u200d") * 9 + "!"
    assert clean_text(joined).count(over) == 8
    families = "👩‍👩‍👧‍👦🏳️‍🌈" * 5
    assert clean_text(families) == families

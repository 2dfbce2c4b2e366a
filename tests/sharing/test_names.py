"""Names of files that readers take away."""

import pytest

from stories.sharing.names import as_file_name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("“I’m just not blowing it yet.”", "im-just-not-blowing-it-yet"),
        ("Crème brûlée – at six", "crème-brûlée-at-six"),
        ("छाता", "छाता"),
        ("ไม่ต้องรีบ", "ไม่ต้องรีบ"),
        ("../../etc/passwd\r\n\x00", "etcpasswd"),
        ("🫖 …", "story"),
        ("", "story"),
    ],
)
def test_a_name_says_what_it_is_in_letters_every_system_stores(words, name):
    assert as_file_name(words, otherwise="story") == name


def test_a_long_one_is_cut():
    assert as_file_name("ab " * 60, otherwise="story") == ("ab-" * 20)[:-1]

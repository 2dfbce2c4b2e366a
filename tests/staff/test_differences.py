"""Of two texts, the words that went and that came are marked."""

import time

from hypothesis import given
from hypothesis import strategies as st

from staff.differences import GONE, MOST_SHOWN, NEW, SAME, marked, replaced


def told(pieces) -> list[tuple[str, str]]:
    return [(piece.kind, " ".join(piece.text.split())) for piece in pieces]


def test_words_are_marked_where_they_stand():
    assert told(marked("He came at nine.", "She came at ten today.")) == [
        (GONE, "He"),
        (NEW, "She"),
        (SAME, "came at"),
        (GONE, "nine."),
        (NEW, "ten today."),
    ]


def test_of_a_long_text_only_what_is_near_is_shown():
    words = " ".join(str(number) for number in range(2000))
    assert told(marked(words, words.replace(" 1000 ", " one thousand "))) == [
        (SAME, "… 994 995 996 997 998 999"),
        (GONE, "1000"),
        (NEW, "one thousand"),
        (SAME, "1001 1002 1003 1004 1005 1006 …"),
    ]


def test_a_text_that_is_new_is_shown_as_far_as_it_can_be_read():
    [piece] = marked("", "word " * 2000)
    assert piece.kind == NEW
    assert len(piece.text.split()) == MOST_SHOWN + 1


def test_values_are_replaced_whole():
    assert told(replaced("pending", "published")) == [(GONE, "pending"), (NEW, "published")]
    assert told(replaced("", "published")) == [(NEW, "published")]
    assert replaced("", "") == []


def test_the_worst_of_texts_take_no_time():
    started = time.process_time()
    marked("a b " * 3000, "b a " * 3000)
    marked("a " * 6000, "a " * 5999 + "b")
    assert time.process_time() - started < 2


@given(st.text(max_size=200), st.text(max_size=200))
def test_nothing_is_lost_of_what_changed(before, after):
    pieces = marked(before, after)
    for text, kind in ((before, GONE), (after, NEW)):
        shown = "".join(piece.text for piece in pieces if piece.kind in (SAME, kind))
        if "…" not in shown:
            assert shown.split() == text.split()

"""Where a line may end, what is never torn, and which way text runs."""

import pytest

from stories.sharing.cards.bidi import is_rtl, levels
from stories.sharing.cards.faces import DISPLAY, PLAIN, Style, chain, missing_packages
from stories.sharing.cards.fitting import Words, largest
from stories.sharing.cards.letters import clusters, is_picture, pieces, tidy
from stories.sharing.cards.setting import runs


@pytest.mark.parametrize(
    "text",
    ["👩🏽‍🍳", "🇳🇱", "1️⃣", "e\u0301", "क्ष", "नि", "กำ", "ที่", "เก", "각", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
)
def test_what_reads_as_one_character_stays_one(text):
    assert clusters(text) == (text,)


def test_flags_are_told_apart():
    assert clusters("🇳🇱🇧🇪") == ("🇳🇱", "🇧🇪")


def test_a_space_joins_nothing():
    assert clusters("a \u0301b")[1] == " "


def test_chinese_and_japanese_break_anywhere_but_before_a_full_stop_or_after_a_bracket():
    assert [part.text for part in pieces("别着急，我（陪）您。")] == [
        "别", "着", "急，", "我", "（陪）", "您。",
    ]  # fmt: skip


def test_by_phrases_japanese_breaks_before_an_ideograph_that_follows_kana():
    parts = [part.text for part in pieces("お客様の傘、ずっと預かって", phrases=True)]
    assert parts == ["お", "客様の", "傘、", "ずっと", "預かって"]


def test_korean_and_latin_break_at_spaces_alone():
    assert [part.text for part in pieces("제가 끝까지 well-known")] == [
        "제가",
        "끝까지",
        "well-known",
    ]


def test_thai_breaks_before_a_leading_vowel_and_never_inside_a_cluster():
    assert [part.text for part in pieces("ค่อยๆเดินไปที่")] == ["ค่อยๆ", "เดิน", "ไปที่"]


def test_a_break_that_somebody_wrote_is_one():
    assert [part.text.strip("\u200b") for part in pieces("สวัสดี\u200bครับ")] == ["สวัสดี", "ครับ"]


def test_nothing_silent_is_set():
    assert tidy(" a\u202eb\u00ad\n c\u0007 ") == "ab c"


@pytest.mark.parametrize(
    ("text", "rtl", "expected"),
    [
        ("abc אבג", False, "0000111"),
        ("אבג abc", True, "1111222"),
        ("אבג 12 ד", True, "11112211"),
        ("لا 9%", True, "11121"),
        ("a (אב) b", False, "00011000"),
        # A number after Hebrew belongs to it; one at the start of a line does not.
        ("3 אב 4", False, "001112"),
    ],
)
def test_each_letter_knows_its_direction(text, rtl, expected):
    assert "".join(map(str, levels(text, rtl))) == expected


def test_the_first_letter_says_which_way_a_text_runs():
    assert is_rtl("“12 שלום abc")
    assert not is_rtl("12 abc שלום")


def test_runs_come_in_the_order_of_the_eye():
    seen = [run.text.strip() for run in runs("one שלום two", Style(DISPLAY), False)]
    assert [text for text in seen if text] == ["one", "שלום", "two"]
    seen = [run.text.strip() for run in runs("שלום one", Style(DISPLAY), True)]
    assert next(text for text in seen if text) == "one"


def test_an_emoji_asked_to_be_text_is_no_picture():
    assert is_picture("❤️")
    assert not is_picture("❤\ufe0e")
    assert is_picture("🎂")


def test_lines_are_as_even_as_they_can_be():
    words = Words("Thank you for trusting me twice", Style(DISPLAY))
    longest = max(len(line) for line in words.balanced(8.0))
    assert len(words.balanced(8.0)) == len(words.wrap(8.0)) == 2
    assert longest < max(len(line) for line in words.wrap(8.0))
    assert " ".join(words.balanced(8.0)) == words.text


def test_the_largest_size_is_found_to_half_a_pixel():
    assert largest(lambda size: size <= 77.7, 10, 300) == pytest.approx(77.5, abs=0.5)
    assert largest(lambda size: size <= 7, 10, 300) is None
    assert largest(lambda size: True, 10, 300) == 300


def test_without_other_fonts_our_own_are_the_chain(no_fonts):
    assert [face.own for face in chain(Style(PLAIN))] == ["plain"]
    assert missing_packages() == ["fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"]

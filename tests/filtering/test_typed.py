"""What is typed into the search box is read as it was meant, and none of it is an error."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.filtering import typed
from stories.filtering.days import Span
from stories.filtering.typed import Kind, bounds, left_out, read, written


def says(text: str) -> list[tuple]:
    return [
        (("-" if piece.without else "") + piece.kind.value, piece.text, piece.phrase)
        for piece in read(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cold hands", [("", "cold", False), ("", "hands", False)]),
        ('"my customer" cold', [("", "my customer", True), ("", "cold", False)]),
        ("“my customer” «no relation»", [("", "my customer", True), ("", "no relation", True)]),
        ("-sugar", [("-", "sugar", False)]),
        ('-"two sugars"', [("-", "two sugars", True)]),
        ("trait:personal", [("trait", "personal", False)]),
        ("-trait:personal", [("-trait", "personal", False)]),
        ('team:"Front desk"', [("team", "Front desk", True)]),
        ("TEAM:“Front desk”", [("team", "Front desk", True)]),
        (
            "person:roberta, before:2026-03",
            [("person", "roberta", False), ("before", "2026-03", False)],
        ),
        ("trait: personal", [("trait", "personal", False)]),
    ],
)
def test_what_was_typed_is_read_as_it_was_meant(text, expected):
    assert says(text) == expected


@pytest.mark.parametrize(
    "text", ["foo:bar", "10:30", "e-mail", "http://x.y", "subtrait:personal", "--x", "(trait:x)"]
)
def test_what_is_no_operator_is_a_word(text):
    assert says(text) == [("", text, False)]


def test_an_operator_without_a_value_is_a_word_and_takes_nothing_from_others():
    assert says("team: trait:personal -cold team:") == [
        ("", "team:", False),
        ("trait", "personal", False),
        ("-", "cold", False),
    ]


@pytest.mark.parametrize("text", ["", "-", "- --", "“…”", '"', "  ", ":", "-:"])
def test_signs_alone_ask_for_nothing(text):
    assert says(text) == []


def test_words_behind_a_mark_that_is_never_closed_are_words():
    assert says('"my customer') == [("", "my", False), ("", "customer", False)]


def test_each_thing_is_asked_for_once():
    assert len(read("cold COLD cold, trait:Personal trait:personal -cold -cold")) == 3


def test_operators_may_be_typed_in_the_readers_language(monkeypatch):
    # What they are called in a language is remembered.
    monkeypatch.setattr(typed, "_operators", typed._operators.__wrapped__)
    monkeypatch.setattr(
        typed, "pgettext", lambda _context, word: {"team": "Équipe"}.get(word, word)
    )
    for text in ("équipe:Nord", "EQUIPE:Nord", "équipe: Nord", "team:Nord"):
        assert says(text) == [("team", "Nord", False)]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("before:2026-03", None, datetime.date(2026, 3, 1)),
        ("after:2026-03", datetime.date(2026, 4, 1), None),
        ("after:2026-03-14", datetime.date(2026, 3, 15), None),
        ("-before:2026-03", datetime.date(2026, 3, 1), None),
        ("-after:2026", None, datetime.date(2027, 1, 1)),
    ],
)
def test_before_and_after_mean_what_they_say(text, start, end):
    assert bounds(read(text)[0]) == Span(start, end)


WORD = st.sampled_from(["cold", "hands", "O’Brien", "友達", "naïve", "c++"])
VALUE = st.sampled_from(["personal", "Front desk", "2026-03", "Zoë van den Berg"])
PART = st.one_of(
    WORD,
    st.builds("-{}".format, WORD),
    st.builds('"{} {}"'.format, WORD, WORD),
    st.builds(written, st.sampled_from(typed.OPERATORS), VALUE),
    st.builds(
        lambda kind, value: f"-{written(kind, value)}", st.sampled_from(typed.OPERATORS), VALUE
    ),
)


@given(st.lists(PART, max_size=6))
def test_leaving_out_a_piece_leaves_all_the_others(parts):
    text = " ".join(parts)
    pieces = read(text)
    for piece in pieces:
        left = [(other.kind, other.text, other.without) for other in pieces if other != piece]
        rest = [(one.kind, one.text, one.without) for one in read(left_out(text, [piece]))]
        # What stood there twice is still there.
        assert [one for one in rest if one[1] != piece.text] == [
            one for one in left if one[1] != piece.text
        ]


def test_a_value_is_written_without_the_marks_that_stand_around_it():
    assert written(Kind.TEAM, 'The "Blue" desk') == 'team:"The Blue desk"'


@given(st.sampled_from(typed.OPERATORS), VALUE)
def test_what_is_written_for_somebody_is_read_as_it_was_meant(kind, value):
    (piece,) = read(written(kind, value))
    assert (piece.kind, piece.text, piece.without) == (kind, value, False)


@given(
    st.text(st.sampled_from('-−:"“” trabefo26ſİ\x00\ud800é友👩‍🚒'), max_size=60)
    | st.text(max_size=200)
)
def test_anything_may_be_typed(text):
    pieces = read(text)
    for piece in pieces:
        assert text[piece.start : piece.stop].strip() != ""
        assert piece.text in text
        if piece.kind in (Kind.BEFORE, Kind.AFTER):
            bounds(piece)
    for one, other in pairwise(pieces):
        assert one.stop <= other.start

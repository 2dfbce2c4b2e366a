"""What was found is marked where it stands, in every form that the search finds it in."""

import time

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from stories.filtering.marking import Marker, Place, excerpt
from stories.search.query import Part


def marked(text: str, *asked: str | Part, language: str = "en", instead: str = "") -> str:
    parts = [one if isinstance(one, Part) else Part(tuple(one.split())) for one in asked]
    return Marker(parts).mark(text, language, instead)


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("warm", "She warmed both.", "She <mark>warmed</mark> both."),
        ("warming", "Warm hands", "<mark>Warm</mark> hands"),
        ("sugar", "Two sugars, sugar.", "Two <mark>sugars</mark>, <mark>sugar</mark>."),
        ("jose", "José, JOSE", "<mark>José</mark>, <mark>JOSE</mark>"),
        ("he's", "He’s here", "<mark>He’s</mark> here"),
        (
            "my customer",
            "No. My  customer’s my friend.",
            "No. <mark>My  customer</mark>’s my friend.",
        ),
        ("my customer", "my best customer", "my best customer"),
        ("relation he's", "No relation. He’s mine.", "No <mark>relation. He’s</mark> mine."),
        ("友達", "お客様は友達です。", "お客様は<mark>友達</mark>です。"),
        ("cold", "scold", "scold"),
        ("sug", "sugars", "sugars"),
        ("c++", "C++ and C", "<mark>C++</mark> and C"),
        ("mother-in-law", "Her mother in law.", "Her <mark>mother in law</mark>."),
        ("no relation", "no — relation", "<mark>no — relation</mark>"),
        ("<b>", "a <b> c", "a <mark>&lt;b&gt;</mark> c"),
    ],
)
def test_what_is_found_is_marked(asked, text, expected):
    assert marked(text, asked) == expected


def test_the_beginning_of_a_word_is_marked_with_all_of_it():
    assert marked("Sugars, a sugar", Part(("sug",), beginning=True)) == (
        "<mark>Sugars</mark>, a <mark>sugar</mark>"
    )
    part = Part(("no", "rel"), beginning=True)
    assert marked("No relation, no", part) == "<mark>No relation</mark>, no"


def test_words_are_marked_by_the_endings_of_the_texts_language():
    assert marked("Sie half den Kindern.", "Kinder", language="de") == (
        "Sie half den <mark>Kindern</mark>."
    )


def test_words_are_marked_by_the_stems_that_they_were_looked_for_by():
    part = Part(("grand", "pianoo"))
    stems = [{"grand"}, {"pianoo", "piano"}]
    assert Marker([part], {part: stems}).mark("A grand piano, a piano", "en") == (
        "A <mark>grand piano</mark>, a piano"
    )


def test_the_longer_is_marked_before_what_it_begins_with():
    assert marked("my customer and my friend", "my", "my customer") == (
        "<mark>my customer</mark> and <mark>my</mark> friend"
    )


def test_words_that_stand_for_a_name_are_not_marked():
    text = "A colleague came. My colleague left."
    assert marked(text, "colleague", instead="a colleague") == (
        "A colleague came. My <mark>colleague</mark> left."
    )


def test_nothing_asked_for_marks_nothing():
    assert marked("a < b") == "a &lt; b"
    assert marked("a < b", "…") == "a &lt; b"


@given(
    st.text("ab<>&'\" é\n", max_size=40),
    st.lists(st.text("ab<&é ", min_size=1, max_size=5), max_size=3),
    st.booleans(),
)
def test_marking_changes_nothing_but_marks(text, asked, beginning):
    parts = [Part(tuple(one.split()), beginning) for one in asked]
    shown = Marker(parts).mark(text, "en")
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)


@given(st.text(max_size=200), st.text(max_size=20), st.sampled_from(["en", "de", "ja", "xx", ""]))
def test_any_text_may_be_marked_for_anything(text, asked, language):
    shown = Marker([Part(tuple(asked.split()), beginning=True)]).mark(text, language)
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)


def test_an_excerpt_shows_the_first_that_was_found():
    text = "A long night. " * 20 + "Then the kettle sang. " + "And on it went. " * 20
    place = Marker([Part(("kettle",))]).first(text, "en")
    shown = excerpt(text, 72, place)
    assert "the kettle sang" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


@given(st.text(max_size=300), st.integers(0, 300), st.integers(5, 60))
def test_an_excerpt_is_never_much_longer_than_asked_for(text, start, length):
    assert len(excerpt(text, length, Place(start, start + 1))) <= length + 4


SENTENCE = st.lists(
    st.text("aehimsxyAEHéßœİſK’'_-.5%\u0301", min_size=1, max_size=6), min_size=1, max_size=12
).map(" ".join)


@given(text=SENTENCE, asked=SENTENCE, language=st.sampled_from(["en", "de", "fr", "nl", "xx"]))
def test_no_word_is_passed_over_for_its_first_letter(text, asked, language):
    def places(marker: Marker) -> list[Place]:
        return list(marker.places(text, language))

    parts = [Part((word,), beginning=len(word) > 3) for word in asked.split()]
    in_detail = Marker(parts)
    in_detail._letters[language] = None
    assert places(Marker(parts)) == places(in_detail)


def test_marking_a_page_costs_little():
    text = (
        "He slipped the bag’s handle over the tall man’s wrist and warmed both of his hands. " * 10
    )
    texts = [f"{text} {number}" for number in range(24)]
    parts = [Part(("warm",)), Part(("tall", "man")), Part(("ha",), beginning=True)]

    def page() -> float:
        start = time.process_time()
        marker = Marker(parts)
        for body in texts:
            place = marker.first(body, "en")
            marker.mark(excerpt(body, 160, place), "en")
            for _ in range(3):
                marker.mark("The bag’s handle over a tall man’s wrist", "en")
        return time.process_time() - start

    page()
    # Three milliseconds on the slowest machine it is meant for; one that is busy takes longer.
    assert min(page() for _ in range(5)) < 0.01

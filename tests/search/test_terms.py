"""The terms of a text: words without case, accents and endings, and where they stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stories import terms
from stories.demo.parts import PARTS
from stories.demo.vocabulary import vocabulary

LANGUAGES = st.sampled_from(["", "xx", *terms.STEMMERS])


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("He’s warming, she warmed.", "en", ["he", "s", "warm", "she", "warm"]),
        ("Die Straßen", "de", ["die", "strass"]),
        ("préparée préparer", "fr", ["prepar", "prepar"]),
        ("JOSÉ Jose\u0301", "es", ["jos", "jos"]),
        ("お客様 £6 c++ 👏", "ja", ["お", "客", "様", "£", "6", "c", "+", "+", "👏"]),
        ("Łódź", "xx", ["lodz"]),
        ("“…” (*) ` _ \0", "en", []),
        ("iPhoneケース", "ja", ["iphone", "ケ", "ー", "ス"]),
    ],
)
def test_a_text_becomes_the_stems_of_its_words(text, language, found):
    assert terms.terms(text, language) == found


@pytest.mark.parametrize("text", ["Jose\u0301", "JOSÉ", "José", "jo\u200bsé"])
def test_a_word_is_the_same_however_its_letters_are_put_together(text):
    assert terms.terms(text, "fr") == terms.terms("josé", "fr")


def test_texts_are_kept_apart():
    assert terms.joined(["One two", "", "…", "three"], "xx") == "one two / three"
    assert terms.terms("either / or", "xx") == ["either", "or"]


def test_a_language_of_a_country_is_that_language():
    assert terms.terms("warming", "en-gb") == ["warm"]


def test_words_are_known_with_their_stems():
    said: set[tuple[str, str]] = set()
    terms.joined(["Warmed hands +", "友達, £6"], "en", said)
    assert said == {("warmed", "warm"), ("hands", "hand"), ("6", "6")}


@given(st.text(max_size=80), LANGUAGES)
def test_every_term_is_a_word_of_the_text_and_stands_where_it_says(text, language):
    found = list(terms.placed(text, language))
    assert [term.stem for term in found] == terms.terms(text, language)
    start = 0
    for term in found:
        assert start <= term.start < term.stop <= len(text)
        assert term.word in terms.words(text[term.start : term.stop])  # “½” is three of them
        start = term.start


@given(st.text(max_size=80), LANGUAGES)
def test_a_question_has_the_words_that_a_text_has(text, language):
    found = [term.word for term in terms.placed(text, language)]
    assert found == terms.words(text)
    assert len(terms.stems(text, language)) == len(found)


@given(st.text(max_size=300), LANGUAGES)
def test_terms_hold_nothing_that_an_index_would_part(text, language):
    for term in terms.terms(text, language):
        assert 0 < len(term) <= terms.MOST_LETTERS
        assert not any(character.isspace() or character in "/:\0" for character in term)
        term.encode()


LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßåøæéèêàâçñíóúőűăîșț"


@settings(max_examples=400)
@given(
    language=st.sampled_from(sorted(terms.WITH_FIRST_LETTERS)),
    words=st.lists(st.text(LETTERS, min_size=1, max_size=14), max_size=60),
)
def test_a_stem_begins_as_its_word_does(language, words):
    for term in terms.placed(" ".join(words), language):
        assert term.stem[0] == term.word[0]


@pytest.mark.parametrize("language", sorted(PARTS))
def test_so_do_the_stems_of_words_that_people_use(language):
    assert language in terms.WITH_FIRST_LETTERS
    for term in terms.placed(" ".join(vocabulary(language).words), language):
        assert term.stem[0] == term.word[0]

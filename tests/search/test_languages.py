"""The language of a story is told by its script or its small words; a short text has the usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.languages import SMALL_WORDS, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Two sugars.", "en"),
        ("The door was shut, and he went round to the other.", "en"),
        ("Er hat mir die Hand gegeben und war sehr nett.", "de"),
        ("Elle m’a rendu mon parapluie, et il pleuvait dans la rue.", "fr"),
        ("Me dio el paraguas y se fue sin decir nada.", "es"),
        ("Mi ha dato il suo ombrello e non voleva niente.", "it"),
        ("Ze gaf me haar jas en het was koud voor mij.", "nl"),
        ("お客様は友達です。", "ja"),
        ("她记得我", "zh"),
        ("Она принесла мне чай", "ru"),
        ("Αυτός είναι ο πελάτης μου", "el"),
        ("She said 友達 and meant it, and that was that.", "en"),
    ],
)
def test_a_text_tells_its_language(text, language):
    assert language_of(text, "en") == language


def test_a_text_that_could_be_either_is_in_the_usual_language():
    both = "han var det"
    assert [language_of(both, usual) for usual in ("da", "no")] == ["da", "no"]
    assert language_of("Danke!", "en") == "en"


@given(st.text(max_size=200), st.sampled_from(sorted(SMALL_WORDS)))
def test_whatever_somebody_writes_has_a_language(text, usual):
    assert 2 <= len(language_of(text, usual)) <= 3

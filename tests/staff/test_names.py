"""Names are found in texts, and a glance never says there are none where there is one."""

from hypothesis import given
from hypothesis import strategies as st

from staff.names import SEAM, WORD, Names, fold

WORDS = st.sampled_from(
    "Marek Nowak A Li Hall s mareks O Brien דוד ודוד علي وعلي 王小明 在王小明 김 Łucja MarkHall "
    f"Mark Mark{SEAM}Hall … łucjas".split()
)
SAID = st.lists(WORDS, max_size=5).flatmap(
    lambda words: st.sampled_from([" ", "-", ". ", "’", ""]).map(lambda joint: joint.join(words))
)


@given(st.lists(SAID, min_size=1, max_size=4), SAID)
def test_where_a_glance_says_that_no_name_stands_none_is_found(names, text):
    names, folded = Names(name for name in names if WORD.search(fold(name))), fold(text)
    found = list(names.find(folded, list(WORD.finditer(folded))))
    assert not found or names.may_stand_in(folded, frozenset(WORD.findall(folded)))


def test_a_glance_passes_over_texts_that_say_the_initials_alone():
    names, folded = Names(["A. Nowak", "Marek Nowak"]), fold("A whistle, and a cello.")
    assert not names.may_stand_in(folded, frozenset(WORD.findall(folded)))

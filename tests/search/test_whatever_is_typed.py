"""Nothing that somebody types is an error, and both databases find what Python finds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories import search
from stories.models import Entry
from stories.search import Part, Query, Where
from stories.search.plan import holds
from stories.search.understanding import Understood
from tests.factories import PublishedStoryFactory

pytestmark = pytest.mark.django_db

TOLD = (
    ("Two sugars, AND a “NEAR” miss; NOT c++.", "warm hands OR cold hands"),
    ("客様は友達です", "雨の日に傘をくれました。 warm 友達"),
    ("Où est-ce? L’été, à Łódź!", "Straße & \\ ' \" : * ( ) ^ | < > $ 1,5 €"),
)
TRICKY = (
    "warm hands sug a AND OR NOT NEAR c++ 友 友達 客様 日に été ete Łódź lodz strasse € $ 1,5 "
    "' '' \" \\ : * ( ) & | ! <-> { } line: - + ^ / // % _ ? ; -- :A 'a':1"
)
PIECES = st.sampled_from(TRICKY.split())
TYPED = st.one_of(
    st.lists(PIECES, max_size=4).map(" ".join),
    st.text(max_size=12),
    st.text("ah'\"\\:*()&|!<>-+^{}\0\u0301\u200d👏友ß", max_size=200),
)
PARTS = st.lists(
    st.builds(lambda text, begun: Part((text,), beginning=begun), TYPED, st.booleans()), max_size=3
).map(tuple)
QUERIES = st.builds(
    Query,
    parts=PARTS,
    not_parts=PARTS,
    facets=st.sampled_from([(), (frozenset({"setting:here"}),), (frozenset(),)]),
    without=st.sampled_from([frozenset(), frozenset({"gold"})]),
    where=st.sampled_from(Where),
)


@pytest.fixture
def stories():
    return [PublishedStoryFactory(line=line, title="Hands", body=body) for line, body in TOLD]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES)
def test_every_question_has_an_answer_and_it_is_the_same_everywhere(stories, query):
    found = search.newest(query, limit=9)
    entries = list(Entry.objects.order_by("-seq").values())
    plan = Understood(query).plan()
    assert found == [entry["seq"] for entry in entries if holds(plan, entry)]
    assert search.count(query, 9) == len(found)
    assert sorted(seq for _tier, seq in search.best(query, limit=9)) == sorted(found)
    assert search.among(query, [entry["seq"] for entry in entries]) == set(found)
    assert all(len(word) for word in search.correction(query))


@pytest.mark.parametrize(
    "typed",
    ["a" * 12_000, "友" * 200, "\0", "\ud800", "👩‍👩‍👧‍👦", "a " * 400, "'); DROP TABLE x;--"],
)
def test_what_is_long_or_strange_is_looked_up_like_any_other(stories, typed):
    assert search.newest(Query((Part((typed,), beginning=True),)), limit=9) is not None


def test_a_word_too_long_for_a_database_is_found_by_its_beginning():
    story = PublishedStoryFactory(body=f"She said {'a' * 5_000} and left. {'x' * 2_500}")
    assert search.newest(Query((Part(("a" * 5_000,)),)), limit=9) == [story.seq]
    assert search.newest(Query((Part(("xxxxx",), beginning=True),)), limit=9) == [story.seq]

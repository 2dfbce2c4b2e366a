"""What a search finds, the same on every database: one set of stories, many questions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories import search
from stories.models import Entry, Story
from stories.search import Part, Query, Where, postgresql, understanding
from stories.search.plan import Asked, Plan, Says, holds
from stories.search.reading import among
from stories.search.understanding import Understood
from tests.factories import EmployeeFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db

# The title is what a question is answered with, in the order in which they were published.
STORIES = {
    "umbrella": {"line": "He’s my customer.", "body": "She was warming his cold hands. It rained."},
    "kettle": {"line": "Two sugars, no milk.", "body": "My best customer wanted her kettle back."},
    "hands": {"line": "Warm hands.", "body": "He warmed both. Cold morning, warm heart."},
    "schirm": {
        "line": "",
        "body": "Er hat mir die Straße gezeigt und war nicht böse, sagte Jürgen.",
    },
    "coiffure": {"line": "", "body": "Elle a préparé les cafés, et elle était pressée pour nous."},
    "kissaten": {"line": "お客様は友達です。", "body": "雨の日に傘をくれました。"},
    "signs": {"line": "c++ & £6.12 👏", "body": "Nothing gold, nothing public: published 2024."},
    "skies": {"line": "", "body": "Under open skies the lying dog was happy in Łódź."},
}


@pytest.fixture
def stories() -> dict[str, Story]:
    return {
        title: PublishedStoryFactory(title=title, place="", **facts)
        for title, facts in STORIES.items()
    }


def word(*words: str, **more) -> Part:
    return Part(tuple(words), **more)


def typing(*words: str) -> Part:
    return Part(tuple(words), beginning=True)


def titles(query: Query, **more) -> list[str]:
    """What is found, oldest first; Python and the other questions have to say the same."""
    found = search.newest(query, limit=100, **more)
    assert found == sorted(found, reverse=True)
    if not more:
        assert search.count(query, 100) == len(found)
        assert sorted(seq for _tier, seq in search.best(query, limit=100)) == sorted(found)
        plan = Understood(query).plan()
        entries = Entry.objects.values()
        assert [one["seq"] for one in entries.order_by("-seq") if holds(plan, one)] == found
        assert search.among(query, [one["seq"] for one in entries]) == set(found)
    by_seq = dict(Story.objects.published().values_list("seq", "title"))
    return [by_seq[seq] for seq in reversed(found)]


PARTS = [
    # Words, by their stem
    (word("warming"), ["umbrella", "hands"]),
    (word("HAND"), ["umbrella", "hands"]),
    (word("warmth"), []),
    (word("sugar"), ["kettle"]),
    (word("gars"), []),
    # … in the language of the story, with accents and without
    (word("strassen"), ["schirm"]),
    (word("STRAẞE"), ["schirm"]),
    (word("préparer"), ["coiffure"]),
    (word("prepare"), ["coiffure"]),
    (word("café"), ["coiffure"]),
    (word("cafes"), ["coiffure"]),
    (word("jurgen"), ["schirm"]),
    (word("lodz"), ["skies"]),
    # Phrases
    (word("my", "customer"), ["umbrella"]),
    (word("he's"), ["umbrella"]),
    (word("customer", "my"), []),
    (word("warm", "hand"), ["hands"]),
    (word("cold", "hand"), ["umbrella"]),
    (word("morning", "warm", "hearts"), ["hands"]),
    (word("hands", "he"), []),
    # Scripts without spaces
    (word("友達"), ["kissaten"]),
    (word("友様"), []),
    (typing("お客"), ["kissaten"]),
    # Beginnings
    (typing("sug"), ["kettle"]),
    (typing("w"), ["umbrella", "kettle", "hands", "schirm", "skies"]),
    (typing("warmi"), ["umbrella", "hands"]),
    (typing("prepa"), ["coiffure"]),
    (typing("skie"), ["skies"]),
    (typing("my", "cust"), ["umbrella"]),
    (typing("my", "b"), ["kettle"]),
    (typing("kettlebu"), []),
    # Signs
    (word("c++"), ["signs"]),
    (word("£6.12"), ["signs"]),
    (word("👏"), ["signs"]),
    (typing("£"), ["signs"]),
    # Facets are no words
    (word("gold"), ["signs"]),
    (word("served:customer"), []),
    (word("public"), ["signs"]),
    (typing("publi"), ["signs"]),
    (word("setting"), []),
]


def test_a_part_is_found_where_a_story_says_it(stories):
    """All in one test: the stories are the same, and to publish them takes longer than to ask."""
    assert [(part, titles(Query(parts=(part,)))) for part, _found in PARTS] == PARTS


QUERIES = [
    (Query(parts=(word("cold"), word("warm"))), ["umbrella", "hands"]),
    (Query(parts=(word("cold"), word("rain"))), ["umbrella"]),
    (Query(parts=(word("warm"),), not_parts=(word("rain"),)), ["hands"]),
    (Query(parts=(word("warm"),), not_parts=(word("cold", "hands"), word("x"))), ["hands"]),
    (Query(parts=(word("hand"),), where=Where.LINE), ["hands"]),
    (Query(parts=(word("customer"),), where=Where.LINE), ["umbrella"]),
    (Query(parts=(word("kettle"),), where=Where.LINE), []),
    (Query(parts=(word("kettle"), word("sugar")), where=Where.HEAD), ["kettle"]),
    (Query(parts=(word("kettle", "two"),), where=Where.HEAD), []),
    (Query(parts=(word("…"), word("kettle"), word())), ["kettle"]),
    (
        Query(not_parts=tuple(word(one) for one in ["he", "she", "er", "elle", "my", "nothing"])),
        ["kissaten", "skies"],
    ),
]


@pytest.mark.parametrize(
    ("frequent", "near"),
    [(0, 16_384), (0, 1), (99, 16_384)],
    ids=["said by many", "said by many of the newest", "said by few"],
)
def test_a_beginning_of_very_many_words_is_looked_up_as_it_stands(
    stories, frequent, near, monkeypatch
):
    monkeypatch.setattr(understanding, "MOST_BEGUN", 3)
    monkeypatch.setattr(postgresql, "FREQUENT", frequent)
    monkeypatch.setattr(postgresql, "NEAR", near)
    for query, found in (
        (Query((typing("w"),)), ["umbrella", "kettle", "hands", "schirm", "skies"]),
        (Query((word("customer"), typing("h"))), ["umbrella", "kettle"]),
        (Query((typing("c"),), (word("milk"),)), ["umbrella", "hands", "coiffure", "signs"]),
    ):
        assert postgresql.any_begins(Understood(query).plan())
        assert titles(query) == found
        seqs = search.newest(query, limit=9)
        assert search.newest(query, limit=9, below=seqs[0]) == seqs[1:]
        assert search.newest(query, limit=9, above=0) == seqs


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite gathers every beginning")
def test_what_many_texts_say_and_no_line_is_not_looked_for_line_by_line(monkeypatch):
    monkeypatch.setattr(understanding, "MOST_BEGUN", 2)
    monkeypatch.setattr(postgresql, "SAMPLE", 4)
    for word in ("kettle", "kernel", "kelp", "keel"):
        PublishedStoryFactory(line="Two sugars.", title="Tea", body=f"The {word} sang.")
    with CaptureQueriesContext(connection) as asked:
        assert len(search.newest(Query((typing("ke"),)), limit=9)) == 4
        tiers = search.best(Query((typing("ke"),)), limit=9)
    assert [tier for tier, _seq in tiers] == [Where.ANYWHERE] * 4
    # Who looks at each goes by the places as they come, which the index does not know.
    newest, best = (one["sql"].count("BY seq DESC") for one in asked if "AS found" in one["sql"])
    assert (newest, best) == (1, 1), "only where it is looked for anywhere"


def test_the_seldomer_something_is_the_more_places_are_looked_through_at_once():
    plan = Plan(Says(("kettle",)))
    for share, first in ((1.0, "x:"), (0.1, "x:"), (0.01, "y:"), (0.000_1, "z:"), (0.0, "z:")):
        span = postgresql._Span(-1, 900_000, 1_001, upward=False, share=share)
        _sql, (spans, *_others) = span.by_index(plan)
        assert spans[0].startswith(first), share


def test_what_a_beginning_finds_is_not_asked_for_once_more(stories, monkeypatch):
    monkeypatch.setattr(understanding, "MOST_BEGUN", 1)
    monkeypatch.setattr(understanding, "MOST_BEGUN_LONG", 1)
    understood = Understood(Query((typing("wa"),)))
    assert understood.plan().yes == Says(("wa",), beginning=True)
    assert understood.stems() == {typing("wa"): (frozenset({"wa"}),)}, "but it is marked"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no beginning ready")
def test_of_a_longer_beginning_each_word_is_looked_up(monkeypatch):
    monkeypatch.setattr(understanding, "MOST_BEGUN", 1)
    for word in ("kettle", "kettledrum", "ketchup", "kestrel"):
        PublishedStoryFactory(line="", title=word, body=f"The {word} sang.")
    for beginning, is_one, found in (
        ("ket", True, ["kettle", "kettledrum", "ketchup"]),
        ("kett", False, ["kettle", "kettledrum"]),
    ):
        query = Query((typing(beginning),))
        assert postgresql.any_begins(Understood(query).plan()) == is_one
        assert titles(query) == found


def test_parts_come_together(stories):
    assert [(query, titles(query)) for query, _found in QUERIES] == QUERIES


def test_words_are_found_within_what_they_stand_under(stories):
    stories["hands"].set_gold(True, by=None)
    cold = word("cold")
    assert titles(Query((cold,), facets=(frozenset({"gold"}),))) == ["hands"]
    assert titles(Query((cold,), without=frozenset({"gold"}))) == ["umbrella"]
    assert titles(Query((cold,), facets=(frozenset({"gold", "recovery"}),))) == ["hands"]
    assert titles(Query((cold,), facets=(frozenset({"gold"}), frozenset({"recovery"})))) == []
    assert titles(Query((cold,), facets=(frozenset(),))) == []
    assert titles(Query((), facets=(frozenset({"gold"}),))) == ["hands"]
    assert len(titles(Query())) == len(STORIES)


def test_a_part_may_be_met_by_a_facet_instead(stories):
    stories["kettle"].set_gold(True, by=None)
    part = word("cold", or_facets=frozenset({"gold"}))
    assert titles(Query((part,))) == ["umbrella", "kettle", "hands"]
    assert titles(Query((), not_parts=(part,)))[:2] == ["schirm", "coiffure"]
    assert search.best(Query((part,)), limit=9)[-1][0] == Where.ANYWHERE


def test_no_phrase_reaches_from_one_text_into_the_next():
    story = PublishedStoryFactory(
        line="the end", title="begins here", body="and goes", place="on there"
    )
    person = EmployeeFactory(first_name="Ann", last_name="Lee", known_as="Bo")
    story.set_credits(people=[person])
    Entry.objects.follow([story.pk])
    for inside in ("the end", "begins here", "and goes", "on there", "ann lee"):
        assert titles(Query((word(*inside.split()),))), inside
    for across in ("end begins", "here and", "goes on", "there ann", "lee bo"):
        assert not titles(Query((word(*across.split()),))), across


def test_a_phrase_is_found_however_often_its_words_were_said_before_it():
    PublishedStoryFactory(title="drips", line="", place="", body="Rain. " * 400 + "A cold rain.")
    PublishedStoryFactory(title="puddle", line="", place="", body="Rain on the cold road.")
    assert titles(Query((word("cold", "rain"),))) == ["drips"]
    assert titles(Query((word("rain"),), not_parts=(word("cold", "rain"),))) == ["puddle"]
    assert titles(Query((typing("cold", "ra"),))) == ["drips"]


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_a_phrase_is_looked_for_tier_by_tier_until_there_is_enough(limit):
    told = [
        {"title": "rain", "line": "A cold rain fell."},
        {"title": "cold rain", "line": "It fell."},
        {"title": "road", "line": "It fell.", "body": "A cold rain on the road."},
        {"title": "roof", "line": "A cold rain on the roof."},
    ]
    seqs = [PublishedStoryFactory(**{"body": "It fell.", **one}).seq for one in told]
    expected = [(0, seqs[3]), (0, seqs[0]), (1, seqs[1]), (2, seqs[2])]
    query = Query((word("cold", "rain"),))
    with CaptureQueriesContext(connection) as questions:
        assert search.best(query, limit=limit) == expected[:limit]
    asked = " ".join(question["sql"] for question in questions)
    assert [f"SELECT {tier}, " in asked for tier in Where] == [True, limit > 2, limit > 3]
    for at, place in enumerate(expected):
        assert search.best(query, limit=limit, after=place) == expected[at + 1 :][:limit]
        assert search.best(query, limit=limit, before=place) == expected[:at][-limit:]


def test_a_phrase_is_looked_for_in_languages_that_have_its_words():
    """“counter” has another stem in German, whose stories may say it; but not “round”."""
    PublishedStoryFactory(title="english", body="She came round the counter and was not angry.")
    german = "Er hat mir die Hand gegeben und war nicht böse an dem Counter"
    PublishedStoryFactory(title="german", body=f"{german}.")
    phrase = Query((word("round", "the", "counter"),))
    assert titles(phrase) == ["english"]
    assert Understood(phrase).stems()[phrase.parts[0]][2] == {"counter"}

    # By another form of the same word it may be said there after all.
    PublishedStoryFactory(title="rounds", body=f"{german}, und the rounds auch.")
    assert Understood(phrase).stems()[phrase.parts[0]][2] == {"counter", "count"}
    assert titles(phrase) == ["english"]


def test_words_of_a_phrase_that_stand_apart_are_none():
    for number, body in enumerate(
        ("A warm hand. My warm coat.", "My hand is warm.", "My warm hand.")
    ):
        PublishedStoryFactory(title=f"{number}", line="", place="", body=body)
    mine = word("my", "warm", "hand")
    assert titles(Query((mine,))) == ["2"]
    assert titles(Query((word("hand"),), not_parts=(mine, word("hand", "is")))) == ["0"]


def test_a_beginning_of_many_words_is_said_by_each_of_them(stories):
    many = "compact company compare compass compete compile comply compote computer comrade"
    for number, begun in enumerate(many.split()):
        PublishedStoryFactory(title=f"{number}", line="", place="", body=f"A {begun} was there.")
    found = [str(number) for number in range(len(many.split()))]
    assert titles(Query((typing("comp"),))) == found[:-1]
    assert titles(Query((typing("com"),))) == found
    assert titles(Query((typing("comp"), word("there")), not_parts=(word("compass"),))) == [
        one for one in found[:-1] if one != "3"
    ]


def test_pages_go_down_and_up_without_gaps(stories):
    more = [PublishedStoryFactory(title=f"more {number}", body="A teapot.") for number in range(9)]
    query, places = Query((word("teapot"),)), [story.seq for story in more][::-1]
    assert search.newest(query, limit=4) == places[:4]
    assert search.newest(query, limit=4, below=places[3]) == places[4:8]
    assert search.newest(query, limit=4, below=places[8]) == []
    assert search.newest(query, limit=4, above=places[4]) == places[:4]
    assert search.newest(query, limit=2, above=places[4]) == places[2:4]
    assert search.newest(query, limit=2, above=places[0]) == []
    assert search.count(query, 5) == 6
    assert search.count(query, 9) == 9
    assert search.among(query, [places[3], places[0], stories["hands"].seq]) == {
        places[3],
        places[0],
    }


def test_best_first_is_the_line_then_the_title_then_the_rest():
    told = {
        name: PublishedStoryFactory(**{"line": "", "title": "", "body": "x", **facts}).seq
        for name, facts in {
            "rest": {"body": "A kettle sang."},
            "title": {"title": "Kettle and song", "line": "It sings."},
            "line": {"line": "The kettle sings."},
            "both": {"line": "Kettle", "title": "Singing"},
            "newer line": {"line": "Sing, kettle.", "title": "Kettle sings"},
            "newer rest": {"body": "He sings of kettles."},
        }.items()
    }
    query = Query((word("kettle"), word("sing")))
    order = [
        *((Where.LINE, told[name]) for name in ("newer line", "line")),
        *((Where.HEAD, told[name]) for name in ("both", "title")),
        *((Where.ANYWHERE, told[name]) for name in ("newer rest",)),
    ]
    assert search.best(query, limit=9) == order
    for at in range(len(order)):
        assert search.best(query, limit=2, after=order[at]) == order[at + 1 : at + 3]
        assert search.best(query, limit=2, before=order[at]) == order[max(at - 2, 0) : at]


def test_what_only_the_lines_say_is_not_looked_at_where_the_titles_are_meant():
    # A phrase may be in the lines of thousands of stories and in the title of none.
    for title, line in (("one", "My kettle."), ("My kettle", "one"), ("My hat", "Your kettle.")):
        PublishedStoryFactory(title=title, line=line, body="x", place="")
    newest = search.engine._database().newest
    for parts, wanted in (
        ((word("my", "kettle"),), ["My kettle"]),
        ((word("my"), word("kettle")), ["My hat", "My kettle"]),
        ((typing("kett"),), ["My kettle"]),
    ):
        looked_at = Plan(Understood(Query(parts)).plan(Where.HEAD).yes)
        seqs = newest(Asked(0, looked_at), 9)
        assert [Story.objects.get(seq=seq).title for seq in seqs] == wanted
        entries = Entry.objects.order_by("-seq").values()
        assert [one["seq"] for one in entries if holds(looked_at, one)] == seqs
        assert sorted(among(looked_at, seqs)) == sorted(seqs)


def test_an_entry_is_found_by_what_its_story_says_now(stories):
    story = stories["kettle"]
    story.body = "She asked for her teapot."
    story.save_content(by=None)
    assert titles(Query((word("kettle"),), where=Where.ANYWHERE)) == ["kettle"], "its title says so"
    assert titles(Query((word("kettle"), word("wanted")))) == []
    assert titles(Query((word("teapot"),))) == ["kettle"]
    story.withdraw(by=None)
    assert titles(Query((word("teapot"),))) == []

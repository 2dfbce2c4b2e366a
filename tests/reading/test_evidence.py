"""The text of a story with its evidence marked, and names withheld without breaking a mark."""

import re
import time
import unicodedata

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from staff.audiences import ORGANISATION
from staff.models import Employee
from staff.naming import Naming, Near
from staff.unnamed import Unnamed
from stories.evidence import marked
from stories.models import StoryTrait, Trait


class NamingOf(Naming):
    """Names as they hold when exactly these people asked not to be named; asks no database."""

    def __init__(self, *people: Employee) -> None:
        super().__init__(ORGANISATION, unnamed=Unnamed((person, None) for person in people))


EVERYONE_NAMED = NamingOf()


def shows(name: str, evidence: str) -> StoryTrait:
    slug = name.lower()
    tag = Trait(name=name, slug=slug, hue=slug, meaning=f"Meaning of {slug}.")
    return StoryTrait(tag=tag, evidence=evidence)


def runs(body: str, *taggings: StoryTrait, naming: Naming = EVERYONE_NAMED, people=()):
    paragraphs = marked(body, taggings, naming, Near(people=frozenset(people)))
    return [
        (run.text, [shown.slug for shown in run.evidence])
        for paragraph in paragraphs
        for run in paragraph.runs
    ]


def test_a_text_without_evidence_is_one_run_a_paragraph():
    assert runs("One.\n\nTwo.\nStill two.\r\n \r\nThree.") == [
        ("One.", []),
        ("Two.\nStill two.", []),
        ("Three.", []),
    ]


def test_evidence_is_marked_where_it_stands():
    assert runs("He paid. She waited. He left.", shows("Caring", "She waited.")) == [
        ("He paid. ", []),
        ("She waited.", ["caring"]),
        (" He left.", []),
    ]


def test_words_that_stand_twice_are_marked_the_first_time():
    assert runs("She waited. And she waited. She waited.", shows("Caring", "She waited.")) == [
        ("She waited.", ["caring"]),
        (" And she waited. She waited.", []),
    ]


def test_one_sentence_may_show_two_traits():
    marks = shows("Caring", "She waited."), shows("Noticed", "She waited.")
    assert runs("She waited.", *marks) == [("She waited.", ["caring", "noticed"])]


def test_evidence_that_overlaps_is_shown_by_both_where_it_does():
    marks = shows("Caring", "One. Two."), shows("Noticed", "Two. Three.")
    assert runs("One. Two. Three.", *marks) == [
        ("One. ", ["caring"]),
        ("Two.", ["caring", "noticed"]),
        (" Three.", ["noticed"]),
    ]


def test_evidence_over_two_paragraphs_is_marked_in_both():
    [first, second] = marked("One.\n\nTwo.", [shows("Caring", "One.\n\nTwo.")], EVERYONE_NAMED)
    assert [shown.name for shown in first.evidence] == ["Caring"]
    assert [shown.name for shown in second.evidence] == ["Caring"]
    assert (first.text, second.text) == ("One.", "Two.")


@pytest.mark.parametrize("evidence", ["", "  ", "She never said this."])
def test_evidence_that_the_text_does_not_hold_marks_nothing(evidence):
    assert runs("She waited.", shows("Caring", evidence)) == [("She waited.", [])]


def test_evidence_is_found_in_letters_made_of_two_characters():
    body = unicodedata.normalize("NFD", "Café. Zoë smiled. Über.")
    marks = shows("Caring", unicodedata.normalize("NFD", "Zoë smiled."))
    assert [shown for _text, shown in runs(body, marks)] == [[], ["caring"], []]


ANNA = Employee(pk=1, first_name="Anna", last_name="Berg")
ABOUT_ANNA = Near(people=frozenset({1}))


def test_a_name_inside_a_mark_is_withheld():
    body = "Nobody asked. Anna Berg waited with him. He left."
    assert runs(body, shows("Caring", "Anna Berg waited with him."), naming=NamingOf(ANNA)) == [
        ("Nobody asked. ", []),
        ("A colleague waited with him.", ["caring"]),
        (" He left.", []),
    ]


def test_a_mark_that_begins_inside_a_name_takes_the_whole_name():
    naming = NamingOf(ANNA)
    assert runs("So Anna Berg waited. Good.", shows("Caring", "Berg waited."), naming=naming) == [
        ("So ", []),
        ("a colleague waited.", ["caring"]),
        (" Good.", []),
    ]
    assert runs("It was Anna Berg again.", shows("Caring", "It was Anna"), naming=naming) == [
        ("It was a colleague", ["caring"]),
        (" again.", []),
    ]


def test_a_name_right_before_or_behind_a_mark_stays_outside():
    body = "Anna, he said. Then Anna"
    found = runs(body, shows("Caring", ", he said. Then "), naming=NamingOf(ANNA), people=[1])
    assert found == [
        ("A colleague", []),
        (", he said. Then ", ["caring"]),
        ("a colleague", []),
    ]


def test_a_first_name_in_the_middle_of_a_sentence_stays_small_where_a_mark_begins():
    found = runs(
        "And then Anna laughed.",
        shows("Playful", "Anna laughed."),
        naming=NamingOf(ANNA),
        people=[1],
    )
    assert found == [("And then ", []), ("a colleague laughed.", ["playful"])]


WORDS = st.sampled_from(
    [
        "Anna",
        "Berg",
        "Anna Berg",
        "waited",
        ".",
        " ",
        ", ",
        "\n",
        "\n\n",
        "é",
        "e\u0301",
        "‘No’",
        "<b>",
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map("".join)


@st.composite
def texts_with_evidence(draw):
    body = draw(TEXTS)
    places = st.tuples(st.integers(0, len(body)), st.integers(0, len(body))).map(sorted)
    cuts = draw(st.lists(places, max_size=4))
    return body, [shows(f"T{n}", body[start:stop]) for n, (start, stop) in enumerate(cuts)]


def paragraphs_of(text: str) -> list[str]:
    parts = re.split(r"\n[^\S\n]*\n", text)
    return [part.strip() for part in parts if part.strip()]


@given(texts_with_evidence())
def test_the_runs_together_are_the_text(case):
    body, taggings = case
    assert [p.text for p in marked(body, taggings, EVERYONE_NAMED)] == paragraphs_of(body)


@given(texts_with_evidence())
def test_the_runs_together_are_the_text_as_named(case):
    body, taggings = case
    naming = NamingOf(ANNA)
    named = naming.text(body, ABOUT_ANNA)
    assert [p.text for p in marked(body, taggings, naming, ABOUT_ANNA)] == paragraphs_of(named)


@given(texts_with_evidence())
def test_no_mark_is_lost(case):
    body, taggings = case
    for naming in (EVERYONE_NAMED, NamingOf(ANNA)):
        paragraphs = marked(body, taggings, naming, ABOUT_ANNA)
        seen = {shown.slug for paragraph in paragraphs for shown in paragraph.evidence}
        assert seen == {tagging.tag.slug for tagging in taggings if tagging.evidence.strip()}


@given(texts_with_evidence())
def test_each_mark_covers_its_words(case):
    body, taggings = case
    paragraphs = marked(body, taggings, EVERYONE_NAMED)
    for tagging in taggings:
        if not tagging.evidence.strip():
            continue
        covered = "".join(
            run.text
            for paragraph in paragraphs
            for run in paragraph.runs
            if tagging.tag.slug in [shown.slug for shown in run.evidence]
        )
        assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", tagging.evidence)


def test_a_long_run_of_white_space_takes_no_longer_than_words():
    started = time.process_time()
    for gap in (" " * 11_000, " \n" * 5_500, "\t" * 11_000 + "\n"):
        marked(f"before{gap}after", (), EVERYONE_NAMED)
    assert time.process_time() - started < 0.2


def test_the_page_escapes_text_and_trait():
    tagging = shows("Caring", "<b>She</b>")
    tagging.tag.meaning = "<i>x</i>"
    paragraphs = marked("<script>1</script> <b>She</b>", [tagging], EVERYONE_NAMED)
    html = render_to_string("reading/_text.html", {"paragraphs": paragraphs})
    assert "<script" not in html
    assert "<i>" not in html
    assert '<mark class="ev" data-hue="caring">&lt;b&gt;She&lt;/b&gt;</mark>' in html


def test_marks_of_two_traits_are_nested_and_closed():
    paragraphs = marked("Yes.", [shows("A", "Yes."), shows("B", "Yes.")], EVERYONE_NAMED)
    html = render_to_string("reading/_text.html", {"paragraphs": paragraphs})
    assert html.count("<mark") == html.count("</mark>") == 2

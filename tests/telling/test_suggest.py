"""Line, title, sentences and traits are suggested from the teller's own words."""

import time

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from stories.sentences import sentences
from stories.telling.likeness import Told, learn, suggest_traits
from stories.telling.speech import speeches
from stories.telling.suggest import (
    LONGEST_LINE,
    LONGEST_TITLE,
    evidence_sentences,
    suggest_line,
    suggest_title,
)
from tests.factories import PendingStoryFactory, PublishedStoryFactory, TraitFactory

LAMP = (
    "A guest in 118 asked whether the corridor stays lit at night. She said it lightly, but "
    "Beatriz saw her look at the switch. When the lady came back from dinner, the small lamp by "
    "the bed was on, and there was a card: “I left the light on.” Nobody had told her to."
)

# Text as people type it: words, marks that open and close speech, line ends, and anything at all.
typed = st.text(
    alphabet=st.one_of(
        st.sampled_from("aeinrstUW ,.!?…—–-\n“”‘’'\"«»„‹›「」()’s"), st.characters(codec="utf-8")
    ),
    max_size=300,
)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (LAMP, "I left the light on."),
        ("He put it down: “Two sugars.” I hadn’t asked.", "Two sugars."),
        ('He put it down: "Two sugars." I hadn\'t asked.', "Two sugars."),
        ("‘No relation,’ she said. ‘He’s my customer.’", "No relation. He’s my customer."),
        ("'No relation,' she said. 'He's my customer.'", "No relation. He's my customer."),
        ("Elle a dit : « Je reste avec vous. » Puis rien.", "Je reste avec vous."),
        ("Sie sagte: „Ich bleibe, bis er da ist.“ Und blieb.", "Ich bleibe, bis er da ist."),
        ("Er sagte: »Ich bleibe, bis er da ist.« Und blieb.", "Ich bleibe, bis er da ist."),
        ("Hon sa: ”Jag väntar här.” Och väntade.", "Jag väntar här."),
        (
            "I asked her.\n— No relation, she said, and rang it up.",
            "No relation.",
        ),
        ("She said ‘the guests’ bags are safe.’ I cried.", "the guests’ bags are safe."),
        (
            "“Thank you.” “I’m not hanging up until you’re in.”",
            "I’m not hanging up until you’re in.",
        ),
    ],
)
def test_the_line_is_the_best_short_thing_somebody_says(body, line):
    assert suggest_line(body) == line


@pytest.mark.parametrize(
    "body",
    [
        "The guests' bags and the neighbours' dogs weren't there. It's the '90s.",
        "It was the guests’ bag and the boys’ idea; that’s all I’d say.",
        "Rock ’n’ roll at the till.",
        'A board of 5" by 12 feet.',
        "Nobody said a word.",
        "“",
        "",
        "“…”",
    ],
)
def test_apostrophes_inches_and_silence_are_no_speech(body):
    assert suggest_line(body) == ""


def test_a_speech_too_long_for_a_poster_is_not_suggested():
    assert suggest_line(f"“{'word ' * 60}”") == ""


def test_speech_never_runs_on_into_another_paragraph():
    assert speeches("“Open.\n\nClosed.”") == []


def test_speech_within_speech_counts_once():
    said = speeches("She told me: “He said ‘go home, Lou’ and I went.”")
    assert [speech.text for speech in said] == ["He said ‘go home, Lou’ and I went."]


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (LAMP, "A guest in 118"),
        ("Roberta warmed his hands.", "Roberta warmed his hands"),
        ("“Two sugars.” He had never asked.", "He had never asked"),
        ("“Two sugars.”", "Two sugars"),
        (
            "The last train at 17:51 stood in Millbrook station, with all of its doors open.",
            "The last train at 17:51 stood in Millbrook station",
        ),
        (
            "She had counted out 1,200 pennies for it, one by one, on the counter.",
            "She had counted out 1,200 pennies for it",
        ),
        ("", ""),
        ("   \n ", ""),
        ("…", ""),
    ],
)
def test_the_title_is_the_first_words_up_to_where_they_can_stop(body, title):
    assert suggest_title(body) == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (
            "A man came to the ticket window with a wet letter from the council about his rates.",
            "A man came to the ticket window…",
        ),
        (
            "She put the last of the warm bread rolls into his enormous canvas rucksack for free.",
            "She put the last of the warm bread rolls…",
        ),
        (
            "The plumber rang again on Friday about my mother’s hopeless kitchen tap to say sorry.",
            "The plumber rang again on Friday…",
        ),
        (
            "The driver of the late bus waited at the frozen Chapel Rise stop for her to get on.",
            "The driver of the late bus waited…",
        ),
        # What follows begins anew, and what is kept is whole.
        (
            "The man who came to bring back the umbrella he’d borrowed in 2019 had a cake.",
            "The man who came to bring back the umbrella…",
        ),
        (
            "At closing time on Saturday the flower stall hadn’t sold two buckets of its roses.",
            "At closing time on Saturday the flower stall…",
        ),
        # Three words are the least.
        (
            "Somebody telephoned about extraordinarily uncomfortable wheelchairs on Monday night.",
            "Somebody telephoned about extraordinarily…",
        ),
    ],
)
def test_a_title_is_not_cut_within_a_phrase(body, title):
    assert suggest_title(body) == title


def test_a_title_in_another_language_keeps_the_words_that_english_would_not_end_with():
    body = "Am Montag kam ein Mann in der Nacht an den alten Schalter und wollte nicht gehen."
    assert suggest_title(body) == "Am Montag kam ein Mann in der Nacht an den…"


def test_words_longer_than_a_title_are_cut_where_it_ends():
    body = f"{'o' * 46}. He said that it was the one with the hair."
    assert suggest_title(body) == "o" * 46 + "…"


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Meyer came at 5 p.m. on Monday. J. R. left.", None),
        ("It cost 3.50. Nobody paid.", ["It cost 3.50.", "Nobody paid."]),
        ("“Careful. It’s icy.” She waved.", ["“Careful. It’s icy.”", "She waved."]),
        ("A line\nbroken by a window. Next.", ["A line\nbroken by a window.", "Next."]),
        ("One paragraph\n\nAnother", ["One paragraph", "Another"]),
        ("Wait… what? Yes.", ["Wait… what?", "Yes."]),
    ],
)
def test_sentences_end_where_people_hear_them_end(body, parts):
    parts = parts or ["Dr. Meyer came at 5 p.m. on Monday.", "J. R. left."]
    assert sentences(body) == parts


def test_the_sentences_to_point_at_are_bounded_and_none_is_offered_twice():
    assert len(evidence_sentences("Yes! No! " * 3)) == 2
    assert len(evidence_sentences(" ".join(f"It is {n} now." for n in range(900)))) == 150
    assert evidence_sentences("word " * 400) == []


@given(typed)
def test_sentences_are_exact_parts_of_the_text_and_lose_nothing(body):
    end = 0
    for sentence in sentences(body):
        start = body.find(sentence, end)
        assert start >= end
        assert not body[end:start].strip()
        end = start + len(sentence)
    assert not body[end:].strip()


@given(typed)
def test_a_line_holds_only_words_of_the_text(body):
    line = suggest_line(body)
    assert len(line) <= LONGEST_LINE
    text = " ".join(body.split())
    for word in line.split():
        assert word.rstrip(".") in text


@given(typed)
def test_a_title_holds_only_words_of_the_text(body):
    title = suggest_title(body)
    assert len(title) <= LONGEST_TITLE
    assert title.removesuffix("…") in " ".join(body.split())


@given(
    st.lists(st.sampled_from(["the", "with", "a", "wet", "letter", "he", "1,", "–"]), min_size=9)
)
def test_a_title_of_english_words_holds_only_words_of_the_text(words):
    body = " ".join(words) + " that was the end"
    assert suggest_title(body).removesuffix("…") in body


def test_suggestions_for_the_longest_story_take_no_time():
    body = (LAMP + " ‘It’s the guests’ bags,’ he said. ") * 36
    started = time.process_time()
    suggest_line(body), suggest_title(body), evidence_sentences(body)
    assert time.process_time() - started < 0.2


MEANINGS = {"remembered": "Remembered. Knew the name, the order, the habit.", "playful": "Playful."}


@pytest.mark.parametrize("body", ["." * 11_999 + "a", ".”" * 6_000 + "a", "?! " * 4_000])
def test_a_long_row_of_marks_takes_no_longer_than_words(body):
    started = time.process_time()
    sentences(body)
    suggest_title(body)
    assert time.process_time() - started < 0.5


def test_traits_come_from_stories_that_share_words():
    told = [
        Told("She started the sandwich when the car pulled in.", {"remembered": ""}),
        Told("The sandwich lay there, the car was not yet parked.", {"remembered": ""}),
        Told("The bear sent postcards from the laundry.", {"playful": ""}),
        Told("A bear in a hat, with a boarding pass of its own.", {"playful": ""}),
    ] + [Told(f"Something else entirely {n}.", {}) for n in range(6)]
    likeness = learn(told, MEANINGS)
    assert likeness.suggest("My car, my sandwiches, every Thursday.") == ["remembered"]
    assert likeness.suggest("Nothing of the kind.") == []


def test_a_traits_own_meaning_suggests_it_before_any_story_does():
    assert learn([], MEANINGS).suggest("He knew my name and my order.") == ["remembered"]


@pytest.mark.django_db
def test_traits_are_suggested_from_published_stories_only():
    cache.clear()
    TraitFactory(name="Remembered", meaning="")
    TraitFactory(name="Playful", meaning="")
    for n in range(3):
        PublishedStoryFactory(body=f"The umbrella, again, {n} umbrellas.", traits=["Remembered"])
        PendingStoryFactory(body=f"The trumpet, again, {n} trumpets.", traits=["Playful"])
        PublishedStoryFactory(body=f"A heater and a queue {n}.")
    cache.clear()
    assert suggest_traits("He lent me a trumpet, an umbrella, and umbrellas.") in (
        [],
        ["remembered"],
    )
    assert "playful" not in suggest_traits("trumpet trumpets")


@pytest.mark.django_db
def test_suggesting_traits_again_asks_the_database_nothing(
    django_assert_num_queries,
):
    cache.clear()
    PublishedStoryFactory(traits=["Personal"])
    suggest_traits("warm-up")
    with django_assert_num_queries(0):
        suggest_traits("She knew.")

"""A search finds what readers may read, and nothing by a name that is withheld."""

import re
from html import unescape

import pytest
from django.http import QueryDict

from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.filtering.filters import FilterForm
from stories.filtering.words import MOST_WORDS
from stories.models import Entry, Story, Trait
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    TeamFactory,
)
from tests.walls import meant

pytestmark = pytest.mark.django_db


def told(title, **facts):
    facts = {"line": "", "body": "Nothing much.", **facts}
    return PublishedStoryFactory(title=title, **facts)


def as_told(story, name):
    """Credit somebody whom the directory does not know."""
    story.set_credits(names=[name])
    Entry.objects.follow([story.pk])


@pytest.mark.parametrize(
    "facts",
    [
        {"line": "I have a whistle."},
        {"body": "He blew the whistle."},
        {"place": "Whistle Lane"},
        {"setting": "elsewhere", "organisation": "Whistle & Sons"},
        {"recovery": True, "went_wrong": "The whistle broke."},
    ],
)
def test_a_word_is_found_wherever_the_story_says_it(found, facts):
    told("yes", **facts)
    told("no")
    assert found("q=whistle") == {"yes"}


def test_a_word_is_found_in_the_names_of_people_teams_and_traits(found):
    marek = EmployeeFactory(first_name="Marek", last_name="Nowak", known_as="Mac")
    team = TeamFactory(name="Harbour desk")
    told("person", people=[marek])
    told("team", people__team=team)
    told("trait", traits=["Resourceful"])
    as_told(told("as told"), "Roberta at the till")
    assert found("q=nowak") == found("q=mac") == found("q=“marek+nowak”") == {"person"}
    assert found("q=harbour") == {"team"}
    assert found("q=resource") == {"trait"}
    assert found("q=roberta") == {"as told"}


def test_a_proposed_trait_is_not_found_by_its_name(found):
    trait = Trait.objects.create(name="Sparkly", standing=Trait.Standing.PROPOSED)
    told("secret", traits=[trait])
    assert found("q=sparkly") == set()


def test_every_word_has_to_be_there(found):
    told("both", line="Cold hands.", body="She warmed them.")
    told("one", line="Cold feet.")
    assert found("q=cold+warmed") == {"both"}
    assert found("q=cold") == {"both", "one"}


def test_the_beginning_of_a_word_is_enough_but_not_its_middle(found):
    told("sugars", line="Two sugars.")
    assert found("q=sug") == {"sugars"}
    assert found("q=gars") == set()


@pytest.mark.parametrize("words", ["JOSÉ", "jose", "Jose\u0301", "josé"])
def test_case_and_accents_make_no_difference(found, words):
    told("composed", line="José knew.")
    told("plain", line="JOSE KNEW.")
    told("taken apart", line="Jose\u0301 knew.")
    assert found(f"q={words}") == {"composed", "plain", "taken apart"}


def test_letters_that_are_no_accents_are_found_by_their_plain_form(found):
    told("city", place="Łódź")
    assert found("q=lodz") == {"city"}


def test_apostrophes_are_all_alike(found):
    told("curly", line="He’s my customer.")
    assert found("q=he's") == {"curly"}


def test_words_in_quotation_marks_stand_together(found):
    told("together", line="No relation. He’s my customer.")
    told("apart", line="My best customer.")
    assert found("q=“my customer”") == found('q="my customer"') == {"together"}
    assert found("q=“relation he's”") == {"together"}
    assert found("q=my customer") == {"together", "apart"}


def test_a_script_without_spaces_is_found_anywhere(found):
    told("tokyo", line="お客様は友達です。")
    assert found("q=友達") == {"tokyo"}


@pytest.mark.parametrize("words", ["100%", "a_b", "c++", "(.*", "[x", "\\", "^$", "%"])
def test_signs_mean_themselves(found, words):
    told("plain", line="Nothing of that kind.")
    assert found(f"q={words.replace('%', '%25').replace('+', '%2B')}") in (set(), {"plain"})


def test_no_word_at_all_asks_for_nothing_and_says_so(asked):
    form = asked("q=“…”")
    assert form.conditions == {}
    assert form.notes == ["There is no word in ““…”” to search for."]


def test_a_long_search_is_cut_and_says_so(asked):
    form = asked("q=" + "word+" * 100)
    assert len(form.search.words) <= MOST_WORDS
    assert form.notes == ["That is a lot to search for; only its beginning was looked up."]


# Names that are withheld


@pytest.fixture
def roberta():
    person = EmployeeFactory(first_name="Roberta", last_name="Quill", known_as="Bobbie")
    told("credits her", people=[person], body="Roberta’s hands came round the counter.")
    told("told by her", teller=person, body="Mrs Quill, that is me, was late.")
    told("names her", body="Then Roberta Quill came in.", line="Ask Quill, Roberta.")
    told("another", body="The roberts were out.", place="Robertsbridge")
    person.ask_not_to_be_named()
    return person


@pytest.mark.parametrize(
    "words", ["roberta", "Robert", "quill", "bobbie", "“Roberta Quill”", "roberta's", "Roberta,"]
)
def test_nothing_is_found_by_an_unnamed_persons_name(roberta, found, words):
    assert found(f"q={words}") <= {"another"}


def test_nor_by_her_name_as_one_word(found):
    told("as one word", body="Thank you, #WilmaHarkness and @harkness_wilma.")
    person = EmployeeFactory(first_name="Wilma", last_name="Harkness")
    assert found("q=wilmaharkness") == found("q=harkness") == {"as one word"}
    person.ask_not_to_be_named()
    assert found("q=wilmaharkness") == found("q=harkness") == found("q=wilma") == set()


def test_her_stories_are_found_by_all_else_they_say(roberta, found):
    assert found("q=counter") == {"credits her"}
    assert found("q=late") == {"told by her"}


def test_a_word_that_happens_to_begin_her_name_still_finds_what_readers_can_read(found):
    rose = EmployeeFactory(first_name="Rose", last_name="Theaker")
    told("her", people=[rose], body="Rose gave him a single red rose, by the door.")
    rose.ask_not_to_be_named()
    assert found("q=rose") == {"her"}, "the flower is there for all to read"
    assert found("q=the+door") == {"her"}
    assert found("q=theaker") == set()


def test_an_unnamed_persons_story_is_found_by_its_trait_and_team(roberta, found):
    rob = EmployeeFactory(first_name="Caro", last_name="Harbo")
    told("tagged", people=[rob], people__team=TeamFactory(name="Harbour"), traits=["Caring"])
    rob.ask_not_to_be_named()
    assert found("q=caring") == {"tagged"}
    assert found("q=harbour") == {"tagged"}
    assert found("q=caro") == set()


def test_named_again_is_found_again(roberta, found):
    roberta.ask_not_to_be_named(False)
    assert found("q=roberta") == {"credits her", "names her"}


# Marking


def test_what_was_found_is_marked_on_the_page(staff_client):
    told("<i>Two</i> sugars & a <b>biscuit</b>", line="Sugar, sugar.")
    page = staff_client.get("/?q=sugar").content.decode()
    assert "<mark>Sugar</mark>, <mark>sugar</mark>." in page
    assert "&lt;i&gt;Two&lt;/i&gt; <mark>sugars</mark> &amp; a &lt;b&gt;biscuit&lt;/b&gt;" in page


def test_what_was_found_by_the_endings_of_another_language_is_marked(staff_client):
    told("The cup", line="She played the piano.")
    told("La taza", body="Me dio el paraguas y se fue con los niños.")
    page = staff_client.get("/?q=pianoo").content.decode()
    assert "She played the <mark>piano</mark>." in page


def test_what_was_found_in_the_text_alone_is_shown_on_the_card(staff_client):
    told("The cup", line="Two sugars.", body="A long night. " * 20 + "Then the kettle sang <loud>.")
    page = staff_client.get("/?q=kettle").content.decode()
    assert "<mark>kettle</mark> sang &lt;loud&gt;" in page


def test_an_unnamed_persons_name_is_not_marked_either(roberta, staff_client):
    page = staff_client.get("/?q=counter&view=list").content.decode()
    assert "<mark>counter</mark>" in page
    assert "Roberta" not in page


def test_nothing_is_found_by_the_name_of_somebody_of_the_team(found):
    """Neither where a story credits their team, nor where a colleague of theirs told it."""
    names = ("Ottoline", "A", "B")
    person, colleague, teller = (EmployeeFactory(first_name=name) for name in names)
    desk = TeamFactory(name="Night desk")
    for one in (person, colleague, teller):
        MembershipFactory(employee=one, team=desk)
    told("the whole team", people__team=desk, body="Then Ottoline came.")
    told("one of it", people=[colleague], body="Then Ottoline came.")
    told("told by one of it", teller=teller, body="Then Ottoline came.")
    told("of others", body="Then Ottoline came.")
    assert len(found("q=ottoline")) == 4
    person.ask_not_to_be_named()
    assert found("q=ottoline") == {"of others"}
    assert found("q=came") == {"the whole team", "one of it", "told by one of it", "of others"}


@pytest.mark.parametrize("words", ["nowak", "marek", "“marek nowak”"])
@pytest.mark.parametrize("name", ["Marek J. Nowak", "M. Nowak", "Nowak, Marek", "Marek Nowaks"])
def test_a_whole_name_is_not_found_wherever_it_stands(found, name, words):
    person = EmployeeFactory(first_name="Marek", last_name="Nowak")
    told("in its text", body=f"Then {name} came.")
    as_told(told("as told"), name)
    assert found("q=nowak") == {"in its text", "as told"}
    person.ask_not_to_be_named()
    assert found(f"q={words}") == set()


def test_a_name_is_not_found_as_keyboards_without_its_letters_write_it(found):
    person = EmployeeFactory(first_name="Jürgen", last_name="Müller")
    told("hers", people=[person], body="Then Mueller came, and Muller.")
    told("names her", body="Then Juergen Mueller came.")
    person.ask_not_to_be_named()
    assert found("q=mueller") == found("q=müller") == found("q=juergen") == set()
    assert found("q=came") == {"hers", "names her"}


def test_the_beginning_of_many_names_finds_what_readers_can_read(found):
    for number in range(20):
        person = EmployeeFactory(first_name=f"Sam{number}x", last_name="Sky", unnamed=True)
        told(f"hers {number}", people=[person], body=f"Sam{number}x came.")
    told("a word", body="The same sky.")
    assert found("q=sam") == {"a word"}
    assert found("q=sky") == {"a word"}


def test_what_the_line_says_comes_before_the_title_and_the_rest(asked):
    for title, facts in {
        "elsewhere": {"body": "A kettle."},
        "a kettle": {},
        "in the line": {"line": "Put the kettle on."},
    }.items():
        told(title, **facts)
    form = asked("q=kettle&sort=relevance")
    found = meant(form).stretch("relevance", 10).places
    titles = dict(Story.objects.values_list("seq", "title"))
    assert [titles[place.seq] for place in found] == ["in the line", "a kettle", "elsewhere"]


def test_where_nobody_is_named_nothing_is_found_by_a_name():
    for name in ("Anke", "Femi"):
        person = EmployeeFactory(first_name=name)
        told(f"hers {name}", people=[person], body=f"Then {name} came.")
    as_told(told("as told"), "Anke")
    told("of others", body="An anke is no word.")

    def found(words: str) -> set[str]:
        form = FilterForm(QueryDict(f"q={words}"), Naming(ORGANISATION, names=False))
        shown = meant(form)
        assert set(shown.newest(10)) == set(shown.seqs)
        best = {place.seq for place in shown.stretch("relevance", 10).places}
        assert best == set(shown.seqs)
        return set(shown.stories(shown.newest(10)).values_list("title", flat=True))

    assert found("anke") == {"of others"}
    assert found("came") == {"hers Anke", "hers Femi"}
    assert found("-anke") >= {"hers Anke", "as told"}


# What may have been meant


@pytest.fixture
def umbrellas(db):
    TeamFactory(name="Front desk")
    for number in range(4):
        told(f"umbrella {number}", line="She held his umbrella.", traits=["Caring"])


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("umbrela", "umbrella"),
        ("Umberlla held", "umbrella held"),
        ("“his umbrela” -tea trait:caring", "“his umbrella” -tea trait:caring"),
        ("trait:caring umbrela,", "trait:caring umbrella,"),
        ("carng", "caring"),
        ("umbrela carign", "umbrella caring"),
        ("trait:carring", "trait:Caring"),
        ("umbrella -trait:carring", "umbrella -trait:Caring"),
        ("team:“frnt desk” umbrella", 'team:"Front desk" umbrella'),
    ],
)
def test_a_mistyped_word_leads_to_the_one_that_may_be_meant(umbrellas, staff_client, typed, better):
    response = staff_client.get("/", {"q": typed})
    page = response.content.decode()
    (url, text) = re.search(r'Did you mean <a href="([^"]+)">([^<]+)</a>', page).groups()
    assert unescape(text) == better
    assert QueryDict(unescape(url).partition("?")[2])["q"] == better
    assert "Did you mean" not in staff_client.get("/", {"q": better}).content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        "umbrella",
        "umb",
        "giraffe",
        "umbrela trait:playful",
        "-umbrela",
        "trait:cng",
        "trait:nosuch",
    ],
)
def test_where_nothing_better_is_found_nothing_is_offered(umbrellas, staff_client, typed):
    assert "Did you mean" not in staff_client.get("/", {"q": typed}).content.decode()


def test_a_withheld_name_is_not_what_was_meant(roberta, staff_client):
    for typed in ("robeta", "quil", "boberta"):
        assert "Did you mean" not in staff_client.get("/", {"q": typed}).content.decode()


def test_what_may_be_meant_is_escaped(umbrellas, staff_client):
    page = staff_client.get("/", {"q": "<i>umbrela</i>"}).content.decode()
    assert "<i>umbrella" not in page

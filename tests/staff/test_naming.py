"""Someone who asked not to be named is 'a colleague' in every text, however it writes the name."""

import time
from types import SimpleNamespace

import pytest

from staff.audiences import ORGANISATION
from staff.forgetting import Forgetting
from staff.naming import Naming, Near
from tests.also_a_word import ALSO_A_WORD
from tests.factories import EmployeeFactory, MembershipFactory, StoryFactory, TeamFactory

pytestmark = pytest.mark.django_db


def unnamed(first: str = "Marek", last: str = "Nowak", known_as: str = ""):
    return EmployeeFactory(first_name=first, last_name=last, known_as=known_as, unnamed=True)


def said(text: str, *people) -> str:
    """The text as readers see it, when the story is about these people."""
    return Naming(ORGANISATION).text(text, about(*people))


def about(*people) -> Near:
    return Near(people=frozenset(person.pk for person in people))


class TestWholeNames:
    """A first and a last name together mean this person in any text."""

    @pytest.mark.parametrize(
        "text",
        [
            "It was Marek Nowak who came.",
            "It was MAREK NOWAK who came.",
            "It was marek nowak who came.",
            "It was Marek  Nowak who came.",
            "It was Marek\nNowak who came.",
            "It was Nowak, Marek who came.",
            "It was Nowak Marek who came.",
            "It was Marek J. Nowak who came.",
            "It was M. Nowak who came.",
            "It was M Nowak who came.",
            "It was Mr Marek Nowak who came.",
            "It was Mr. Nowak, Marek who came.",
            "It was Mar\u00adek No\u200bwak who came.",
            "It was Marek_Nowak who came.",
            "It was MarekNowak who came.",
            "It was nowakMarek who came.",
        ],
    )
    def test_are_withheld_however_they_are_written(self, text):
        unnamed()
        assert said(text) == "It was a colleague who came."

    @pytest.mark.parametrize("between", ["„Mina“", "'Mina'", "(Mina)", "(“Mina”)", "“Mina”"])
    def test_are_withheld_with_what_the_person_is_called_between(self, between):
        unnamed("Wilhelmina", "Jansen", known_as="Mina")
        assert said(f"Ask Wilhelmina {between} Jansen.") == "Ask a colleague."

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Thank you, #nowakmarek and @mareknowak.",
             "Thank you, #a colleague and @a colleague."),
            ("#MAREKNOWAK’s and #mareknowaks", "#a colleague’s and #a colleagues"),
            ("to mareknowak@northgate.example", "to a colleague@northgate.example"),
            ("to desk.mareknowak-2@northgate.example", "to desk.a colleague-2@northgate.example"),
            ("to desk@mareknowak.example", "to desk@mareknowak.example"),
        ],
    )  # fmt: skip
    def test_as_one_word_are_withheld_in_hashtags_and_addresses(self, text, shown):
        unnamed()
        assert said(text) == shown

    def test_as_one_word_with_an_initial_are_another_word(self):
        unnamed("Stella", "Hall")
        assert said("What shall we do? Ask #stellahall.") == "What shall we do? Ask #a colleague."

    @pytest.mark.parametrize(("first", "last", "word"), ALSO_A_WORD)
    def test_that_would_be_another_word_as_one_leave_that_word(self, first, last, word):
        person = unnamed(first, last)
        for text in (f"It is {word} and more.", f"{word.title()}s ago.", f"{word.upper()} NOW"):
            assert said(text, person) == text
            assert Forgetting(person, everywhere=True).text(text) == text

    def test_without_the_apostrophe_need_their_capital_or_a_first_name(self):
        person = unnamed("Mark", "De’Ath")
        text = "Mark DeAth, MarkDeAth and DeAth’s desk, #deathmark, a mark death left."
        assert said(text, person) == (
            "A colleague, a colleague and a colleague’s desk, #a colleague, a mark death left."
        )
        unnamed("Joe", "O’Rourke")
        assert said("joe orourke and orourke") == "A colleague and orourke"

    def test_known_as_counts_as_a_first_name(self):
        unnamed("Wilhelmina", "Jansen", known_as="Mina")
        assert said("Ask Mina Jansen, not Wilhelmina Jansen.") == (
            "Ask a colleague, not a colleague."
        )

    def test_in_an_email_address_too(self):
        unnamed()
        assert said("Write to marek.nowak@northgate.example.") == (
            "Write to a colleague@northgate.example."
        )

    def test_of_everyone_else_stay(self):
        unnamed()
        EmployeeFactory(first_name="Anke", last_name="Vos")
        assert said("Anke Vos called Marek Nowak.") == "Anke Vos called a colleague."

    def test_a_single_name_means_nobody_unless_the_story_is_about_them(self):
        unnamed()
        assert said("Marek at the station, and old Nowak.") == (
            "Marek at the station, and old Nowak."
        )

    def test_two_words_of_two_sentences_are_no_name(self):
        unnamed("Mark", "Young")
        assert said("I asked Mark. Young people came.") == "I asked Mark. Young people came."

    def test_an_initial_needs_a_capital_to_be_one(self):
        unnamed("Anna", "Tall")
        assert said("He was a tall man. A tall man. A. Tall was there.") == (
            "He was a tall man. A tall man. A colleague was there."
        )

    def test_names_back_when_the_person_wants(self):
        person = unnamed()
        person.ask_not_to_be_named(False)
        assert said("Marek Nowak", person) == "Marek Nowak"


class TestSingleNames:
    """In a story about somebody, the first or the last name alone is theirs."""

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("I asked Marek for help.", "I asked a colleague for help."),
            ("I asked marek for help.", "I asked a colleague for help."),
            ("I took Marek’s umbrella.", "I took a colleague’s umbrella."),
            ("I took Marek's umbrella.", "I took a colleague's umbrella."),
            ("I took Mareks umbrella.", "I took a colleagues umbrella."),
            ("I asked Mr Nowak.", "I asked a colleague."),
            ("I asked (Marek).", "I asked (a colleague)."),
            ("a Marek-shaped hole", "a a colleague-shaped hole"),
            ("I saw Marek-Jan there.", "I saw a colleague there."),
            ("Thank you,Marek", "Thank you,a colleague"),
            ("@marek #marek /marek", "@a colleague #a colleague /a colleague"),
            ("I asked Marek van Nowak.", "I asked a colleague van a colleague."),
            ("Marekka and Nowakowski", "Marekka and Nowakowski"),
            ("Xmarek", "Xmarek"),
        ],
    )
    def test_are_withheld_with_what_belongs_to_them(self, text, shown):
        assert said(text, unnamed()) == shown

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Marek ran.", "A colleague ran."),
            ("It rained. Marek ran.", "It rained. A colleague ran."),
            ("Rain!\nMarek ran.", "Rain!\nA colleague ran."),
            ("‘Marek ran,’ she said.", "‘A colleague ran,’ she said."),
            ("She said: “Marek ran.”", "She said: “A colleague ran.”"),
            ("Oh… Marek ran.", "Oh… A colleague ran."),
            ("Then Marek ran.", "Then a colleague ran."),
        ],
    )
    def test_at_the_start_of_a_sentence_get_a_capital(self, text, shown):
        assert said(text, unnamed()) == shown

    @pytest.mark.parametrize("text", ["Zoë", "Zoe", "ZOË", "zoe", "Zoe\u0308", "Ｚｏｅ"])
    def test_accents_do_not_matter(self, text):
        assert said(f"I asked {text} twice.", unnamed("Zoë", "Ford")) == (
            "I asked a colleague twice."
        )

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("Paweł", "Pawel"),
            ("Pawel", "Paweł"),
            ("Søren", "Soren"),
            ("Søren", "Soeren"),
            ("Jürgen", "Juergen"),
            ("Jürgen", "Jurgen"),
            ("Groß", "Gross"),
            ("Gross", "Groß"),
            ("Þóra", "Thora"),
            ("Işık", "Isik"),
            ("Étienne", "ETIENNE"),
        ],
    )
    def test_letters_that_keyboards_lack_do_not_matter(self, name, text):
        assert said(f"then {text} came", unnamed(name, "Ford")) == "then a colleague came"

    @pytest.mark.parametrize(
        "text", [f"O{sign}Brien" for sign in ["", *"’'‘ʼ`´ "]] + ["O’BRIEN", "Brien"]
    )
    def test_apostrophes_do_not_matter(self, text):
        assert said(f"Then Sister {text} came.", unnamed("Maeve", "O’Brien")) == (
            "Then Sister a colleague came."
        )

    def test_double_names_are_withheld_whole_and_in_parts(self):
        person = unnamed("Anne-Marie", "Smith-Jones")
        assert said("Anne-Marie, Anne Marie, Anne. Mrs Smith. Jones, Smith–Jones.", person) == (
            "A colleague, a colleague, a colleague. A colleague. A colleague, a colleague."
        )

    def test_of_a_family_name_of_several_words_each_part_that_names(self):
        person = unnamed("Joost", "van der Berg")
        assert said("Mr van der Berg. Joost van der Berg. Berg, a van, der Zug.", person) == (
            "A colleague. A colleague. A colleague, a van, der Zug."
        )

    def test_mononyms_are_withheld_in_their_own_story(self):
        person = unnamed("Roberta", "")
        assert said("Roberta warmed his hands.", person) == "A colleague warmed his hands."
        assert said("Roberta warmed his hands.") == "Roberta warmed his hands."

    def test_a_whole_name_in_one_field_is_withheld_everywhere(self):
        unnamed("Maria da Silva", "")
        assert said("I asked Maria da Silva.") == "I asked a colleague."

    @pytest.mark.parametrize(
        ("name", "text", "shown"),
        [
            ("Will", "will Will come?", "will a colleague come?"),
            ("Grace", "He fell from grace. Thank you, Grace.",
             "He fell from grace. Thank you, a colleague."),
            ("Rob", "They tried to rob Rob’s till.", "They tried to rob a colleague’s till."),
            ("Rose", "A rose for Mr rose, roses for Rose.",
             "A rose for a colleague, roses for a colleague."),
        ],
    )  # fmt: skip
    def test_names_that_are_words_are_withheld_where_they_have_a_capital(self, name, text, shown):
        assert said(text, unnamed(name, "Okafor")) == shown

    def test_two_people_are_told_apart_from_a_third(self):
        people = [unnamed("Marek", "Nowak"), unnamed("Anke", "Vos")]
        assert said("Marek and Anke found Femi.", *people) == (
            "A colleague and a colleague found Femi."
        )

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("Will", "Will you come? I asked. “Will the train wait?”"),
            ("May", "May I ask? It was 12 May, in May 2026, or May 14, and early May at that."),
            ("June", "Since June nothing."),
            ("Hope", "Hope you are well."),
        ],
    )
    def test_a_question_and_a_date_name_nobody(self, name, text):
        assert said(text, unnamed(name, "Okafor")) == text

    @pytest.mark.parametrize(
        ("name", "text", "shown"),
        [
            ("Will", "Will ran. I asked. Will, you see, ran.",
             "A colleague ran. I asked. A colleague, you see, ran."),
            ("May", "May waited, in May’s coat. Then May and I left.",
             "A colleague waited, in a colleague’s coat. Then a colleague and I left."),
        ],
    )  # fmt: skip
    def test_but_the_same_words_do_elsewhere(self, name, text, shown):
        assert said(text, unnamed(name, "Okafor")) == shown


class TestTeams:
    """A story of a team speaks of everyone in it, credited or not."""

    def of(self, *teams, credited=()) -> Near:
        return Near(teams=frozenset(team.pk for team in teams), credited=credited)

    def test_single_names_of_its_people_are_withheld(self):
        desk, other = TeamFactory(), TeamFactory()
        MembershipFactory(employee=unnamed("Benedict", "Fairweather"), team=desk)
        naming = Naming(ORGANISATION)
        assert naming.text("Benedict asked why.", self.of(other, desk)) == "A colleague asked why."
        assert naming.text("Benedict asked why.", self.of(other)) == "Benedict asked why."

    def test_also_of_those_who_have_left_it(self):
        person, desk = unnamed(), TeamFactory()
        MembershipFactory(employee=person, team=desk, since="2020-01-01", until="2021-01-01")
        MembershipFactory(employee=person, since="2021-01-01")
        assert Naming(ORGANISATION).text("I asked Marek.", self.of(desk)) == "I asked a colleague."

    def test_but_a_name_means_the_one_of_that_name_whom_the_story_credits(self):
        desk = TeamFactory()
        MembershipFactory(employee=unnamed("Marek", "Nowak"), team=desk)
        credited = EmployeeFactory(first_name="Marek", last_name="Kowal")
        near = self.of(desk, credited=(credited,))
        assert Naming(ORGANISATION).text("Marek, not Nowak, came. Not Marek Nowak.", near) == (
            "Marek, not a colleague, came. Not a colleague."
        )

    def test_two_who_are_both_unnamed_are_both_withheld(self):
        desk = TeamFactory()
        MembershipFactory(employee=unnamed("Marek", "Nowak"), team=desk)
        credited = unnamed("Marek", "Kowal")
        near = self.of(desk, credited=(credited,)).and_person(credited.pk)
        assert Naming(ORGANISATION).text("Marek came.", near) == "A colleague came."

    def test_are_known_with_the_names_in_one_question(self, django_assert_num_queries):
        teams = [MembershipFactory(employee=unnamed()).team for _ in range(3)]
        with django_assert_num_queries(1):
            naming = Naming(ORGANISATION)
            for team in teams:
                assert naming.text("I asked Marek.", self.of(team)) == "I asked a colleague."

    def test_those_of_an_unnamed_person_are_known_to_a_search(self):
        person = unnamed()
        teams = {MembershipFactory(employee=person, until="2021-01-01").team_id}
        MembershipFactory(employee=unnamed())
        assert Naming(ORGANISATION).teams_of([person]) == teams


class TestOtherScripts:
    @pytest.mark.parametrize(
        ("first", "last", "text", "shown"),
        [
            ("نور", "حداد", "ثم جاءت نور حداد مسرعة", "ثم جاءت a colleague مسرعة"),
            ("نور", "حداد", "وقالت ونور تبتسم", "وقالت وa colleague تبتسم"),
            ("محمد", "حداد", "سألت مُحَمَّد عن الطريق", "سألت a colleague عن الطريق"),
            ("דוד", "כהן", "אז בא דוד כהן", "אז בא a colleague"),
            ("太郎", "田中", "昨日、田中さんが来た", "昨日、a colleagueさんが来た"),
            ("太郎", "田中", "昨日、田中太郎さんが来た", "昨日、a colleagueさんが来た"),
            ("민수", "김", "어제 김민수가 왔다", "어제 a colleague가 왔다"),
            ("सुनीता", "शर्मा", "कल सुनीता आई", "कल a colleague आई"),
            ("सुन", "शर्मा", "कल सुनीता आई", "कल सुनीता आई"),
            ("Мария", "Иванова", "вчера МАРИЯ пришла", "вчера a colleague пришла"),
        ],
    )
    def test_names_are_found(self, first, last, text, shown):
        assert said(text, unnamed(first, last)) == shown


class TestTextsOfAnyKind:
    @pytest.mark.parametrize(
        "text", ["", " ", "\x00", "\ud800", "\u202e", "\u0301", "🙂", "Ma", "." * 50, "🙂\u0301 ok"]
    )
    def test_without_a_name_stay_as_they_are(self, text):
        assert said(text, unnamed()) == text

    def test_are_not_touched_outside_the_name(self):
        text = "Cafe\u0301 \u202eabc\u202c 👩‍🚀 \ud800 Marek \x00."
        assert said(text, unnamed()) == text.replace("Marek", "a colleague")

    def test_with_accents_on_the_last_letter_lose_them_too(self):
        assert said("then Marek\u0301\u0302 came", unnamed()) == "then a colleague came"

    def test_long_texts_are_fast(self):
        """A wall of long texts, with a thousand people who asked not to be named."""
        people = [unnamed(f"Vorname{n}", f"Nachname{n}") for n in range(1000)]
        text = "“It rained,” said Vorname7 to Nachname8 and to Vorname9 Nachname9. " * 180
        naming = Naming(ORGANISATION)
        naming.text("")
        naming.text("warm", about(people[7]))
        started = time.process_time()
        for _ in range(10):
            shown = naming.text(text, about(people[7], people[8]))
        assert time.process_time() - started < 2
        assert "name" not in shown

    def test_a_text_made_to_be_slow_is_not(self):
        person = unnamed("A" * 80, "B" * 120)
        started = time.process_time()
        said(("A" * 79 + " ") * 150 + "-" * 12_000 + " . " * 4000, person)
        assert time.process_time() - started < 1


class TestNaming:
    def test_names_people_or_says_a_colleague(self):
        naming = Naming(ORGANISATION)
        named = EmployeeFactory(first_name="Anneke", last_name="Vos", known_as="Anke")
        hidden = unnamed()
        assert (naming.name(named), naming.called(named)) == ("Anneke Vos", "Anke")
        assert (naming.name(hidden), naming.called(hidden)) == ("a colleague", "a colleague")
        assert naming.is_unnamed(hidden)
        assert naming.is_unnamed(hidden.pk)
        assert not naming.is_unnamed(named)

    def test_asks_the_database_once(self, django_assert_num_queries):
        person = unnamed()
        naming = Naming(ORGANISATION)
        with django_assert_num_queries(1):
            for _ in range(3):
                naming.text("Marek came.", about(person))
                naming.name(person)

    def test_places_stand_for_the_words_they_replace(self):
        text = "It was Marek."
        [name] = Naming(ORGANISATION).withheld(text, about(unnamed()))
        assert text[name.start : name.stop] == "Marek"
        assert name.word == "a colleague"

    @pytest.mark.parametrize("word", ["mar", "NOWAK", "ek now", "Mąrek"])
    def test_finds_the_unnamed_whom_a_search_must_not_find(self, word):
        person = unnamed()
        assert Naming(ORGANISATION).unnamed_matching(word) == [person]

    def test_an_employee_is_anything_with_a_key(self):
        person = unnamed()
        assert Naming(ORGANISATION).is_unnamed(SimpleNamespace(pk=person.pk))


class TestNobodyNamed:
    """Where no names are shown, everyone is a colleague, and so they are in the texts near them."""

    def test_everyone_is_a_colleague(self):
        naming, person = (
            Naming(ORGANISATION, names=False),
            EmployeeFactory(first_name="Anke", last_name="Vos"),
        )
        assert (naming.name(person), naming.called(person)) == ("a colleague", "a colleague")
        assert naming.is_unnamed(person)

    def test_whoever_is_near_a_text_is_withheld_in_it(self):
        desk = TeamFactory()
        credited, teammate, other = (
            EmployeeFactory(first_name=first, last_name=last)
            for first, last in (("Anke", "Vos"), ("Femi", "Ade"), ("Omid", "Rey"))
        )
        MembershipFactory(employee=teammate, team=desk)
        near = Near(frozenset({credited.pk}), frozenset({desk.pk}), (credited,))
        text = "Anke asked Femi, Anke Vos asked Ade, and Omid came."
        assert Naming(ORGANISATION, names=False).text(text, near) == (
            "A colleague asked a colleague, a colleague asked a colleague, and Omid came."
        )
        assert Naming(ORGANISATION).text(text, near) == text
        assert Naming(ORGANISATION, names=False).text("Omid Rey", near) == "Omid Rey"
        other.ask_not_to_be_named()
        assert Naming(ORGANISATION, names=False).text("Omid Rey", near) == "A colleague"

    def test_all_who_are_near_the_texts_of_a_page_are_met_at_once(self, django_assert_num_queries):
        people = [EmployeeFactory(first_name=f"Anke{n}") for n in range(5)]
        teams = [MembershipFactory(employee=EmployeeFactory(first_name="Femi")).team]
        nears = [about(person) for person in people] + [Near(teams=frozenset({teams[0].pk}))]
        naming = Naming(ORGANISATION, names=False)
        with django_assert_num_queries(2):
            naming.meet(nears)
            for person, near in zip(people, nears, strict=False):
                assert naming.text(f"I asked {person.first_name}.", near) == "I asked a colleague."
            assert naming.text("I asked Femi.", nears[-1]) == "I asked a colleague."
            naming.meet(nears)

    def test_somebody_not_met_is_withheld_all_the_same(self):
        naming, person = Naming(ORGANISATION, names=False), EmployeeFactory(first_name="Anke")
        naming.meet([about(EmployeeFactory(first_name="Femi"))])
        assert naming.text("I asked Anke.", about(person)) == "I asked a colleague."

    def test_who_is_named_needs_no_meeting(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            Naming(ORGANISATION).meet([about(EmployeeFactory.build(pk=1))])


class TestNamedInFull:
    """Who is named in full once is meant by half of the name in all texts that belong together."""

    def test_half_of_a_name_after_the_whole_means_them(self):
        unnamed()
        text = "Marek Nowak came. Mr Nowak sang, and Marek’s hat flew."
        assert Naming(ORGANISATION).text(text) == (
            "A colleague came. A colleague sang, and a colleague’s hat flew."
        )

    def test_also_where_another_text_of_the_story_has_the_whole(self):
        unnamed()
        near = Near(said=("Marek Nowak came.",))
        assert Naming(ORGANISATION).text("Nowak stayed.", near) == "A colleague stayed."
        assert Naming(ORGANISATION).text("Nowak stayed.") == "Nowak stayed."

    def test_means_nobody_else_of_that_name(self):
        unnamed()
        unnamed("Ruth", "Okonjo")
        near = Near(said=("Marek Nowak came.",))
        assert Naming(ORGANISATION).text("Okonjo and Nowak.", near) == "Okonjo and a colleague."

    def test_means_no_word_that_is_written_as_one(self):
        unnamed("Anna", "Tall")
        text = "Anna Tall is a tall woman. Mrs Tall came."
        assert Naming(ORGANISATION).text(text) == ("A colleague is a tall woman. A colleague came.")

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("MAREK NOWAK CAME. MR NOWAK SANG.", "A colleague CAME. A colleague SANG."),
            ("marek nowak came. then nowak sang.", "a colleague came. then a colleague sang."),
        ],
    )
    def test_whatever_the_case_of_the_text(self, text, shown):
        unnamed()
        assert Naming(ORGANISATION).text(text).lower() == shown.lower()

    @pytest.mark.parametrize(
        ("first", "last", "text"),
        [
            ("דוד", "כהן", "דוד כהן בא. כהן שר."),
            ("علي", "حسن", "جاء علي حسن. غنى حسن."),
            ("राम", "शर्मा", "राम शर्मा आए। शर्मा गाए।"),
            ("Sean", "O’Rourke", "Sean O’Rourke came. Mr O’Rourke sang."),
            ("Jan", "van Dyke", "Jan van Dyke came. Mr van Dyke sang."),
            ("Ana", "de la Cruz", "Ana de la Cruz came. Ms de la Cruz sang."),
            ("Jürgen", "Müller", "Juergen Mueller came. Mr Mueller sang."),
            ("Marek", "Nowak", "It was #mareknowak. Nowak stayed."),
        ],
    )
    def test_in_any_script_and_spelling(self, first, last, text):
        unnamed(first, last)
        shown = Naming(ORGANISATION).text(text)
        assert shown.lower().count("a colleague") == 2
        for part in (*last.replace("’", " ").split(), "Mueller", "Rourke"):
            assert part not in shown.split()

    @pytest.mark.parametrize("name", ["M. Nowak", "Nowak, Marek", "MAREK NOWAK", "#MarekNowak"])
    def test_however_it_was_written(self, name):
        unnamed()
        near = Near(said=(f"It was {name}.",))
        assert Naming(ORGANISATION).text("So Nowak stayed.", near) == "So a colleague stayed."

    def test_holds_for_names_without_spaces(self):
        unnamed("小明", "王")
        near = Near(said=("那天王小明来了。",))
        assert "小明" in Naming(ORGANISATION).text("小明来了。")
        assert "小明" not in Naming(ORGANISATION).text("小明来了。", near)

    def test_a_story_says_whom_its_texts_name(self):
        unnamed()
        story = StoryFactory(line="“Mr Nowak stays.”", body="It rained, and Marek Nowak came.")
        assert Naming(ORGANISATION).text(story.line, story.near) == "“A colleague stays.”"

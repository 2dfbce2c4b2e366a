"""What a search looks through holds every word, however it is written, and follows its texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.models import Employee
from staff.searching import searchable, tokens, wanted
from tests.factories import EmployeeFactory


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He’s my customer.", ["he", "s", "my", "customer"]),
        ("O'Brien-Łódź", ["o", "brien", "lodz"]),
        ("Straße, JOSÉ & Jose\u0301", ["strasse", "jose", "jose"]),
        ("£6.12 + c++ 👏", ["£", "6", "12", "+", "c", "+", "+", "👏"]),
        ("“…” (*) ` ´ _", []),
        ("お客様は友達です。", ["お客様は友達です"]),
        ("कल सुनीता", ["कल", "सुनीता"]),
    ],
)
def test_a_text_is_cut_into_folded_words_and_signs(text, found):
    assert tokens(text) == found


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("some", True), ("of us", True), ("ome", False), ("us are", False), ("“US”", True)],
)
def test_words_are_found_from_their_beginning_within_one_text(words, is_found):
    assert (wanted(words) in searchable(["Some of us", "are cold."])) is is_found


def test_a_script_without_spaces_is_found_anywhere():
    assert wanted("友達") in searchable(["お客様は友達です。"])


@given(st.text(max_size=60), st.text(max_size=60))
def test_every_text_is_found_in_itself(before, text):
    assert wanted(text) in searchable([before, text])


@pytest.mark.django_db
class TestPeople:
    def found(self, text: str) -> set[str]:
        return {person.full_name for person in Employee.objects.matching(text)}

    @pytest.mark.parametrize(
        "text", ["ha", "Hà", "HA\u0300", "thu ha", "nguyen thu", "Nguyễn", "uyen", "“Thu Ha”,"]
    )
    def test_are_found_without_their_accents(self, text):
        EmployeeFactory(first_name="Thu Hà", last_name="Nguyễn")
        EmployeeFactory(first_name="Omid", last_name="Rey")
        assert self.found(text) == {"Thu Hà Nguyễn"}

    def test_are_found_by_what_colleagues_call_them_and_by_parts_of_a_name(self):
        EmployeeFactory(first_name="Maeve", last_name="O’Brien", known_as="Mac")
        assert self.found("mac") == self.found("o'brien") == self.found("obr") | {"Maeve O’Brien"}

    def test_all_are_found_by_nothing_and_nobody_by_mere_signs(self):
        EmployeeFactory(first_name="Anne-Marie", last_name="Rey")
        assert self.found("  ") == {"Anne-Marie Rey"}
        assert self.found("-") == self.found("%") == self.found("\x00") == set()

    def test_are_found_by_a_new_name_at_once(self):
        person = EmployeeFactory(first_name="Anna", last_name="Berg")
        person.last_name = "Tall"
        person.save(update_fields=["last_name"])
        assert self.found("tall") == {"Anna Tall"}
        assert self.found("berg") == set()

    def test_are_found_when_many_come_at_once(self):
        Employee.objects.bulk_create([Employee(first_name="Zoë", last_name="Ford")])
        assert self.found("zoe") == {"Zoë Ford"}

"""Whoever is called otherwise is meant by their earlier names too: kept wherever names change."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from staff.admin_person_form import said
from staff.audiences import COLLEAGUE, FIRST, ORGANISATION, Audience, NamedAs
from staff.directory_file import carry_out, plan, read_people
from staff.forgetting import Forgetting
from staff.history_reading import read
from staff.models import Credit, Employee, History
from staff.models.former import MOST
from staff.naming import Naming, Near
from tests.factories import EmployeeFactory, MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
KOWALSKI = ("Maria", "Kowalski", "")
migration = import_module("staff.migrations.0018_former_names")


@pytest.fixture
def maria() -> Employee:
    return EmployeeFactory(number="N1", first_name="Maria", last_name="Kowalski")


def renamed(person: Employee, **names: str) -> Employee:
    for name, value in names.items():
        setattr(person, name, value)
    person.save(update_fields=list(names))
    return Employee.objects.get(pk=person.pk)


def brought_in(*rows: str) -> None:
    carry_out(plan(read_people("\n".join(["number,first_name,last_name", *rows]).encode())))


def shown(text: str, near: Near = Near()) -> str:  # noqa: B008  # never changed
    return Naming(ORGANISATION).text(text, near)


class TestKept:
    def test_is_the_name_that_another_takes_the_place_of(self, maria):
        maria = renamed(maria, last_name="Nowak")
        assert maria.earlier == [KOWALSKI]
        maria = renamed(maria, first_name="Mary", known_as="May")
        assert maria.earlier == [KOWALSKI, ("Maria", "Nowak", "")]
        assert maria.names[0] == ("Mary", "Nowak", "May")

    def test_is_nothing_of_who_is_new_or_changed_otherwise(self, maria):
        assert renamed(maria, job_title="Clerk").earlier == []
        assert renamed(maria, last_name="Kowalski").former_names is None

    @pytest.mark.parametrize(
        "now",
        [{"first_name": "MARIA"}, {"last_name": "Kówalski"}, {"known_as": "Mia"}],
        ids=["case", "accents", "more"],
    )
    def test_is_no_name_that_is_found_by_the_present_one(self, maria, now):
        assert renamed(maria, **now).earlier == []

    def test_is_what_colleagues_called_them_no_longer(self, maria):
        maria = renamed(renamed(maria, known_as="Mia"), known_as="")
        assert maria.earlier == [("Maria", "Kowalski", "Mia")]

    def test_is_not_the_name_that_is_given_back(self, maria):
        maria = renamed(renamed(maria, last_name="Nowak"), last_name="Kowalski")
        assert maria.earlier == [("Maria", "Nowak", "")]

    def test_is_each_name_once_and_only_so_many(self, maria):
        for number in range(MOST + 3):
            maria = renamed(maria, last_name=f"Nowak{number % (MOST + 2)}")
        assert len(maria.earlier) == MOST == len({*maria.earlier})

    def test_is_whole_where_somebody_saves_what_they_read_long_ago(self, maria):
        late = Employee.objects.get(pk=maria.pk)
        renamed(maria, last_name="Nowak")
        late.first_name = "Mary"
        late.save(update_fields=["first_name"])
        late = Employee.objects.get(pk=maria.pk)
        assert late.names == [("Mary", "Nowak", ""), KOWALSKI, ("Maria", "Nowak", "")]
        maria.save()
        assert {*Employee.objects.get(pk=maria.pk).names} == {*late.names}

    def test_is_known_of_who_is_signed_in(self, client):
        account = UserFactory(first_name="Maria", last_name="Kowalski")
        renamed(account.person, last_name="Nowak")
        client.force_login(account)
        person = client.get(reverse("me")).wsgi_request.user.person
        assert person.earlier == [KOWALSKI]

    def test_is_what_a_file_says_no_longer(self, maria):
        other = EmployeeFactory(number="N2", first_name="Tom", last_name="Berg")
        brought_in("N1,Maria,Nowak", "N2,Tom,Berg", "N3,New,Here")
        assert Employee.objects.get(pk=maria.pk).earlier == [KOWALSKI]
        assert Employee.objects.get(pk=other.pk).former_names is None
        assert Employee.objects.get(number="N3").former_names is None

    def test_is_read_in_the_history_as_a_name(self, maria):
        renamed(maria, last_name="Nowak")
        row = History.objects.of("staff.employee", maria.pk).first()
        (field,) = [one for one in read(row) if one.label == "Earlier names"]
        assert "".join(piece.text for piece in field.pieces) == "Maria Kowalski"


class TestBeforeTheyWereKept:
    def test_they_are_in_the_history(self, maria):
        for names in (
            {"last_name": "Nowak"}, {"job_title": "Clerk"}, {"first_name": "Mary"},
            {"last_name": "Kowalski"}, {"last_name": "Berg", "known_as": "May"},
        ):  # fmt: skip
            maria = renamed(maria, **names)
        kept, other = maria.former_names, EmployeeFactory()
        Employee.objects.update(former_names=None)
        migration.fill(apps, None)
        assert Employee.objects.get(pk=maria.pk).former_names == kept
        assert len(kept) == 4
        assert Employee.objects.get(pk=other.pk).former_names is None

    def test_nobody_who_is_gone_or_whose_history_was_emptied_has_any(self, maria):
        gone = renamed(EmployeeFactory(), last_name="Berg")
        gone.delete()
        renamed(maria, last_name="Nowak")
        History.objects.let_go("staff.employee", [maria.pk])
        Employee.objects.update(former_names=None)
        migration.fill(apps, None)
        assert Employee.objects.get().former_names is None


class TestWithheld:
    def test_is_every_name_of_who_is_not_named(self, maria):
        renamed(maria, last_name="Nowak").ask_not_to_be_named()
        said = "Maria Kowalski, M. Kowalski, MARIA NOWAK and #MariaKowalski came."
        assert shown(said) == "A colleague, a colleague, a colleague and #a colleague came."
        near = Near(people=frozenset({maria.pk}))
        assert shown("Ask Kowalski.", near) == "Ask a colleague."
        assert shown("Maria Kowalski came. Kowalski sat.") == "A colleague came. A colleague sat."

    def test_is_the_earlier_name_of_who_gets_another_afterwards(self, maria):
        maria.ask_not_to_be_named()
        renamed(maria, first_name="Mary", last_name="Nowak")
        assert shown("Maria Kowalski and Mary Nowak.") == "A colleague and a colleague."

    def test_of_who_may_be_named_stays_as_it_was_told(self, maria):
        renamed(maria, last_name="Nowak")
        assert shown("Maria Kowalski came.") == "Maria Kowalski came."

    def test_means_who_had_it_before_where_another_has_it_no_longer(self):
        """Of two in a team with one name it is the one whom the story credits, by today's name."""
        desk = TeamFactory()
        tom = EmployeeFactory(first_name="Tom", last_name="Kowalski")
        MembershipFactory(employee=tom, team=desk)
        maria = EmployeeFactory(first_name="Maria", last_name="Kowalski")
        near = Near(frozenset({maria.pk}), frozenset({desk.pk}), (maria,))
        tom.ask_not_to_be_named()
        assert shown("Ask Kowalski.", near) == "Ask Kowalski."
        maria = renamed(maria, last_name="Nowak")
        near = Near(frozenset({maria.pk}), frozenset({desk.pk}), (maria,))
        assert shown("Ask Kowalski.", near) == "Ask a colleague."

    @pytest.mark.parametrize(
        ("named", "said"),
        [(FIRST, "Mary, Mary, Mary and Mary."), (COLLEAGUE, "A colleague" + ", a colleague" * 2)],
    )
    def test_is_what_was_said_beyond_what_they_agreed_to(self, maria, named, said):
        maria = renamed(maria, first_name="Mary", last_name="Nowak")
        credit = Credit(employee=maria)
        credit.agreed = dict.fromkeys(Audience, NamedAs(named))
        near = Near(frozenset({maria.pk}), credited=(maria,), narrowed=(credit,))
        assert shown("Maria Kowalski, Mary Nowak, Kowalski and Maria.", near).startswith(said)

    def test_is_known_to_a_search(self, maria):
        renamed(maria, last_name="Nowak").ask_not_to_be_named()
        naming = Naming(ORGANISATION)
        assert [*map(naming.unnamed_matching, ("kowal", "nowak", "berg"))] == [[maria], [maria], []]

    def test_is_taken_out_of_texts_for_good(self, maria):
        forgetting = Forgetting(renamed(maria, first_name="Q", last_name=""))
        assert forgetting.text("Maria Kowalski came. Kowalski sat.") == (
            "A colleague came. A colleague sat."
        )


class TestOnTheirPageInTheAdmin:
    def page(self, person: Employee) -> str:
        return reverse("admin:staff_employee_change", args=[person.pk])

    def saved(self, client, person: Employee, **data) -> int:
        rows = {f"memberships-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
        names = {name: getattr(person, name) for name in ("number", "first_name", "last_name")}
        return client.post(self.page(person), {"active": "on", **names, **rows, **data}).status_code

    def test_a_name_is_kept_and_shown_to_admins(self, admin_client, moderator_client, maria):
        assert "Earlier names" not in admin_client.get(self.page(maria)).content.decode()
        assert self.saved(admin_client, maria, last_name="Nowak") == 302
        html = admin_client.get(self.page(maria)).content.decode()
        assert "Earlier names" in html
        assert "Maria Kowalski" in html
        looked_up = moderator_client.get(self.page(maria))
        assert looked_up.status_code == 200
        assert "Kowalski" not in looked_up.content.decode()

    def test_one_that_was_never_theirs_is_let_go_of_and_the_others_stay(self, admin_client, maria):
        maria = renamed(renamed(maria, last_name="Nowk"), last_name="Nowak", known_as="Mia")
        typo = ("Maria", "Nowk", "")
        assert maria.earlier == [KOWALSKI, typo]
        assert self.saved(admin_client, maria, known_as="Mia", let_go=[said(typo)]) == 302
        assert Employee.objects.get(pk=maria.pk).earlier == [KOWALSKI]
        change = History.objects.of("staff.employee", maria.pk).first()
        assert change.changes == {"former_names": [[[*KOWALSKI], [*typo]], [[*KOWALSKI]]]}

    def test_none_goes_that_they_do_not_have(self, admin_client, maria):
        maria = renamed(maria, last_name="Nowak")
        assert self.saved(admin_client, maria, let_go=["Tom Berg"]) == 200
        assert Employee.objects.get(pk=maria.pk).earlier == [KOWALSKI]

    def test_a_name_is_said_with_what_colleagues_called_them(self):
        assert said(("Maria", "Kowalski", "Mia")) == "Maria Kowalski (Mia)"
        assert said(("Maria", "", "")) == "Maria"


def test_a_rename_between_plan_and_import_is_kept():
    person = EmployeeFactory(number="N1", first_name="Maria", last_name="Kowalski")
    head = "number,first_name,last_name,job_title\n"
    planned = plan(read_people(f"{head}N1,Maria,Kowalski,Baker".encode()))
    another = plan(read_people(f"{head}N1,Maria,Rossi,Baker".encode()))
    person.last_name = "Nowak"
    person.save()
    carry_out(planned)
    kept = [("Maria", "Kowalski", "")]
    assert [*Employee.objects.get(pk=person.pk).earlier] == kept
    carry_out(another)
    assert [*Employee.objects.get(pk=person.pk).earlier] == [*kept, ("Maria", "Nowak", "")]

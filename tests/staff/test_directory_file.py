"""A file of the staff directory: understood, reported by row, written whole or not at all."""

import datetime
import time
from pathlib import Path

import pytest
import time_machine

from staff.directory_file import (
    TooManyRows,
    UnreadableFile,
    carry_out,
    plan,
    read_people,
    read_teams,
)
from staff.models import Employee, History, Membership, Team
from staff.text import clean_text
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

HEADING = "number,first_name,last_name,email,team,manager,since,leads"


def planned(*rows: str, heading: str = HEADING, teams: str = "", **options):
    """The plan for a file of these rows."""
    content = "\n".join([heading, *rows]).encode()
    team_file = read_teams(teams.encode()) if teams else None
    return plan(read_people(content), team_file, **options)


def brought_in(*rows: str, **options):
    """As `planned`, and carried out."""
    done = planned(*rows, **options)
    assert not done.problems
    carry_out(done)
    return done


def problems(*rows: str, **options) -> list[str]:
    found = planned(*rows, **options)
    with pytest.raises(ValueError, match="problems"):
        carry_out(found)
    assert not Employee.objects.filter(number__startswith="N").exists()
    return [str(problem) for problem in found.problems]


def person(number: str) -> Employee:
    return Employee.objects.get(number=number)


class TestBringingIn:
    def test_makes_people_their_teams_and_their_managers(self):
        TeamFactory(name="Ward 4", slug="ward-4")
        brought_in(
            "N1,Anke,Vos,anke@example.org,ward-4,N2,2024-01-08,no",
            "N2,Femi,Ade,,Ward 4,,2023-01-02,yes",
        )
        anke = person("N1")
        assert (anke.full_name, anke.email, anke.manager) == (
            "Anke Vos", "anke@example.org", person("N2"))  # fmt: skip
        assert anke.memberships.get().since == datetime.date(2024, 1, 8)
        assert person("N2").memberships.get().leads

    def test_of_the_examples_in_the_docs_works(self):
        people = read_people((EXAMPLES / "staff.csv").read_bytes())
        done = plan(people, read_teams((EXAMPLES / "teams.csv").read_bytes()))
        assert [str(problem) for problem in done.problems] == []
        carry_out(done)
        assert Employee.objects.count() == 6
        assert person("N103").unnamed
        assert person("N103").manager.known_as == "Mina"
        assert Team.objects.get(slug="ticket-hall").parent.parent.name == "Northgate"

    def test_twice_changes_nothing(self):
        rows = ["N1,Anke,Vos,anke@example.org,Ward,N2,2024-01-08,yes", "N2,Femi,,,,,,"]
        brought_in(*rows, create_teams=True)
        again = planned(*rows, create_teams=True)
        assert again.changes == []
        assert again.summary == "No changes."
        assert again.same == 2

    def test_says_every_change_by_row(self):
        TeamFactory(name="Ward 4")
        EmployeeFactory(number="N1", first_name="Anke", last_name="Vos", job_title="Nurse")
        done = planned(
            "N1,Anke,Vos,Night nurse,anke@example.org,Ward 4,2024-01-08",
            "N2,Femi,Ade,,,Ward 4,",
            heading="number,first_name,last_name,job_title,email,team,since",
        )
        assert done.changes == [
            "Row 2, Anke Vos (N1): job title: Nurse → Night nurse; email: anke@example.org; "
            "team: Ward 4; from 8 January 2024",
            "Row 3, Femi Ade (N2): new, Ward 4",
        ]

    def test_leaves_what_the_file_has_no_column_for(self):
        EmployeeFactory(number="N1", first_name="Anke", job_title="Nurse", email="a@example.org")
        brought_in("N1,Anke", heading="number,first_name")
        assert (person("N1").job_title, person("N1").email) == ("Nurse", "a@example.org")

    def test_empties_what_the_file_has_empty(self):
        EmployeeFactory(number="N1", first_name="Anke", last_name="", email="a@example.org")
        done = brought_in("N1,Anke,,,,,,")
        assert person("N1").email == ""
        assert done.changes == ["Row 2, Anke (N1): email: nothing"]

    def test_an_empty_team_leaves_the_team(self):
        membership = MembershipFactory(employee__number="N1", leads=True)
        brought_in("N1,Marek,Nowak,,,,,", heading=HEADING)
        assert person("N1").team_on(None) == membership.team

    def test_knows_somebody_without_a_number_by_their_email(self):
        user = UserFactory(email="noor@example.org")
        Employee.objects.filter(account=user).update(number=None, email="noor@example.org")
        brought_in("N1,Noor,Visser,noor@example.org,,,,")
        assert person("N1").account == user
        assert Employee.objects.count() == 1

    def test_ties_people_to_their_accounts(self):
        user = UserFactory(username="anke")
        Employee.objects.all().delete()
        brought_in("N1,Anke,Anke", heading="number,first_name,account")
        assert person("N1").account == user

    def test_can_say_that_somebody_asked_not_to_be_named_but_not_take_it_back(self):
        heading = "number,first_name,unnamed"
        brought_in("N1,Anke,yes", heading=heading)
        assert person("N1").unnamed
        assert planned("N1,Anke,no", heading=heading).changes == []

    def test_welcomes_somebody_back(self):
        EmployeeFactory(number="N1", first_name="Anke", last_name="", active=False)
        assert person("N1").left_on
        done = brought_in("N1,Anke,,,,,,")
        assert person("N1").active
        assert person("N1").left_on is None
        assert "works here again" in done.changes[0]

    def test_lets_two_people_swap_their_addresses(self):
        brought_in("N1,Anke,,a@example.org,,,,", "N2,Femi,,b@example.org,,,,")
        brought_in("N1,Anke,,b@example.org,,,,", "N2,Femi,,a@example.org,,,,")
        assert person("N1").email == "b@example.org"

    def test_lets_somebody_new_have_an_address_and_an_account_that_another_gives_up(self):
        account = UserFactory(username="till")
        Employee.objects.filter(account=account).update(number="N1", email="till@example.org")
        UserFactory(username="desk")
        Employee.objects.filter(account__username="desk").delete()
        brought_in(
            "N2,Femi,,till@example.org,,,till",
            "N1,Anke,,anke@example.org,,N2,desk",
            heading="number,first_name,last_name,email,team,manager,account",
        )
        assert (person("N2").email, person("N2").account) == ("till@example.org", account)
        assert person("N1").account.username == "desk"
        assert person("N1").manager == person("N2")

    def test_lets_two_people_swap_who_is_above_whom(self):
        heading = "number,first_name,last_name,manager"
        brought_in("1,Anke,Vos,", "2,Marek,Nowak,1", "3,Pia,Berg,2", heading=heading)
        brought_in("1,Anke,Vos,3", "2,Marek,Nowak,", "3,Pia,Berg,2", heading=heading)
        assert person("1").manager == person("3")
        assert person("2").manager is None
        changed = History.objects.filter(kind="staff.employee", number=person("1").pk)
        assert changed.get(what="changed").changes == {"manager": [None, person("3").pk]}

    def test_many_levels_of_managers_at_once(self):
        brought_in(*[f"N{n},Anke,,,,{f'N{n + 1}' if n < 30 else ''},," for n in range(31)])
        assert person("N0").manager.manager == person("N2")

    def test_whom_nobody_finds_any_more_leaves_all_as_it_was(self):
        brought_in("N1,Anke,,,,,,", "N2,Femi,,,,,,")
        done = planned("N1,Anna,,,,,,", "N2,Femke,,,,,,", "N3,Pia,,,,,,")
        person("N2").delete()
        with pytest.raises(ValueError, match="no longer"):
            carry_out(done)
        assert [one.first_name for one in Employee.objects.all()] == ["Anke"]


class TestMovingTeam:
    @pytest.fixture
    def anke(self):
        employee = EmployeeFactory(number="N1", first_name="Anke", last_name="Vos")
        employee.move_to(TeamFactory(name="Ward 4"), on=datetime.date(2024, 1, 8))
        TeamFactory(name="Ward 5")
        return employee

    def test_old_stories_stay_with_the_old_team(self, anke):
        story = PublishedStoryFactory(people=[anke], happened_on=datetime.date(2025, 5, 5))
        brought_in("N1,Anke,Vos,,Ward 5,,2026-01-05,")
        assert anke.team_on(None).name == "Ward 5"
        assert anke.team_on(datetime.date(2025, 5, 5)).name == "Ward 4"
        assert story.credits.get().team.name == "Ward 4"

    @time_machine.travel("2026-03-03 12:00")
    def test_is_today_if_the_file_gives_no_day(self, anke):
        done = brought_in("N1,Anke,Vos,,Ward 5,,,")
        assert anke.membership_on(datetime.date(2026, 3, 3)).team.name == "Ward 5"
        assert done.changes == ["Row 2, Anke Vos (N1): team: Ward 4 → Ward 5; from 3 March 2026"]

    def test_before_they_came_to_the_present_team_is_a_problem(self, anke):
        [found] = planned("N1,Anke,Vos,,Ward 5,,2020-01-01,").problems
        assert str(found) == (
            "Row 2, since: It lies before 8 January 2024, when Anke Vos came to Ward 4."
        )

    def test_to_a_day_on_which_they_were_in_another_is_a_problem(self, anke):
        anke.memberships.update(until=datetime.date(2025, 6, 1))
        [found] = planned("N1,Anke,Vos,,Ward 5,,2025-05-31,").problems
        assert str(found) == "Row 2, since: Anke Vos was in another team until 1 June 2025."
        brought_in("N1,Anke,Vos,,Ward 5,,2025-06-01,")
        assert anke.team_on(None).name == "Ward 5"

    def test_leading_a_team_is_no_move(self, anke):
        done = brought_in("N1,Anke,Vos,,Ward 4,,2020-01-01,yes")
        assert Membership.objects.get().leads
        assert done.changes == ["Row 2, Anke Vos (N1): leads the team"]


class TestWhoIsMissing:
    def test_is_reported_and_not_touched(self):
        EmployeeFactory(number="N9", first_name="Gone", last_name="")
        done = brought_in("N1,Anke,,,,,,")
        assert [who.full_name for who in done.missing] == ["Gone"]
        assert person("N9").active

    def test_has_left_if_one_says_so_and_can_no_longer_sign_in(self):
        user = UserFactory()
        Employee.objects.filter(account=user).update(number="N9")
        done = brought_in("N1,Anke,,,,,,", leavers=True)
        assert not person("N9").active
        user.refresh_from_db()
        assert not user.is_active
        assert "has left" in done.changes[-1]
        assert brought_in("N1,Anke,,,,,,", leavers=True).changes == []

    def test_without_a_number_never_came_from_a_file(self):
        EmployeeFactory(number=None)
        assert planned("N1,Anke,,,,,,", leavers=True).missing == []


class TestTeams:
    HEADING = "slug,name,parent"

    def test_come_with_the_people_in_any_order(self):
        teams = f"{self.HEADING}\nward-4,Ward 4,hospital\nhospital,Hospital,"
        brought_in("N1,Anke,,,ward-4,,,", teams=teams)
        assert Team.objects.get(slug="ward-4").parent.name == "Hospital"
        assert planned("N1,Anke,,,ward-4,,,", teams=teams).changes == []

    def test_are_renamed_and_moved(self):
        TeamFactory(slug="ward-4", name="Ward 4")
        TeamFactory(slug="hospital", name="Hospital")
        done = brought_in("N1,Anke,,,,,,", teams=f"{self.HEADING}\nward-4,Ward Four,Hospital")
        team = Team.objects.get(slug="ward-4")
        assert (team.name, team.parent.slug) == ("Ward Four", "hospital")
        assert done.changes[0] == "Row 2, team Ward 4: now Ward Four, part of Hospital"

    def test_may_change_places(self):
        upper = TeamFactory(name="Upper", slug="upper")
        TeamFactory(name="Lower", slug="lower", parent=upper)
        teams = "slug,name,parent\nupper,Upper,lower\nlower,Lower,\n"
        brought_in("N1,Anke,,,,,,", teams=teams)
        assert Team.objects.get(slug="upper").parent.slug == "lower"
        assert Team.objects.get(slug="lower").parent is None

    def test_stay_where_they_are_without_a_column_for_it(self):
        TeamFactory(slug="ward-4", name="Ward 4", parent=TeamFactory())
        assert planned("N1,Anke,,,,,,", teams="slug,name\nward-4,Ward 4").teams.changes == []

    def test_that_nobody_described_are_made_if_one_says_so(self):
        brought_in("N1,Anke,,,Ward 4,,,", "N2,Femi,,,ward 4,,,", create_teams=True)
        assert Team.objects.get().name == "Ward 4"
        assert Membership.objects.count() == 2

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ("a,A,b\nb,B,a", "Teams, row 2, parent: A circle of teams: A → B → A."),
            ("a,A,a", "Teams, row 2, parent: A circle of teams: A → A."),
            ("a,A,zz", "Teams, row 2, parent: There is no team “zz”."),
            ("a,A,\na,B,", "Teams, row 3, slug: The same as in row 2."),
            ("a,,", "Teams, row 2, name: It is empty."),
            ("a b,A,", "Teams, row 2, slug: “a b” may only have letters without accents, figures "
             "and hyphens."),
            (f"a,{'x' * 121},", "Teams, row 2, name: It has 121 characters and may have 120."),
        ],
    )  # fmt: skip
    def test_with_a_mistake_are_reported_by_row(self, rows, said):
        found = problems("N1,Anke,,,,,,", teams=f"{self.HEADING}\n{rows}")
        assert found[0] == said
        assert not Team.objects.exists()

    def test_a_circle_with_teams_that_are_there_already(self):
        top = TeamFactory(slug="top", name="Top")
        TeamFactory(slug="low", name="Low", parent=top)
        [found] = problems("N1,Anke,,,,,,", teams=f"{self.HEADING}\ntop,Top,low")
        assert "A circle of teams" in found


class TestAnyEncoding:
    TEXT = f"{HEADING}\nN1,Zoë,Müller,,,,,\n"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
    def test_is_understood(self, encoding):
        carry_out(plan(read_people(self.TEXT.encode(encoding))))
        assert person("N1").full_name == "Zoë Müller"

    def test_that_is_not_unicode_is_remarked_upon(self):
        assert "not UTF-8" in read_people(self.TEXT.encode("latin-1")).remarks[0]
        assert read_people(self.TEXT.encode()).remarks == []

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    def test_and_any_separator(self, separator, line_end):
        text = self.TEXT.replace(",", separator).replace("\n", line_end)
        carry_out(plan(read_people(text.encode())))
        assert person("N1").full_name == "Zoë Müller"

    def test_columns_in_any_order_case_and_spelling(self):
        brought_in("Anke;a@example.org;N1", heading=" First Name ;E-MAIL;Number")
        assert (person("N1").first_name, person("N1").email) == ("Anke", "a@example.org")

    def test_columns_that_are_not_ours_are_remarked_upon(self):
        file = read_people(b"number,first_name,shoe size\nN1,Anke,41")
        assert file.remarks == ["These columns are not used: shoe size."]
        assert not file.problems

    def test_quotes_commas_and_empty_rows(self):
        brought_in('N1,"Anke ""the rock""","Vos, jr.",,,,,', "", ",,,,,,,", "N2,Femi,,,,,,")
        assert person("N1").full_name == 'Anke "the rock" Vos, jr.'
        assert Employee.objects.count() == 2


class TestWrongFile:
    def test_wrong_header_says_what_is_missing_and_what_was_understood(self):
        with pytest.raises(UnreadableFile) as error:
            read_people(b"name;e-mail;team;shoe size\nAnke;;;")
        assert str(error.value) == (
            "These columns are missing: number, first_name. Understood: email, team. "
            "Not understood: name, shoe size. The first row names the columns: number, "
            "first_name, last_name, known_as, job_title, email, team, manager, since, leads, "
            "account, unnamed."
        )

    def test_a_heading_that_is_not_understood_is_still_taken_apart(self):
        with pytest.raises(UnreadableFile, match="Not understood: Nom, Courriel"):
            read_people(b"Nom;Courriel\nAnke;a@example.org")

    @pytest.mark.parametrize("content", [b"PK\x03\x04 xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1 xls"])
    def test_a_spreadsheet_is_told_how_to_become_csv(self, content):
        with pytest.raises(UnreadableFile, match="spreadsheet and no CSV"):
            read_people(content)

    def test_a_heading_alone_leaves_nobody_out(self):
        EmployeeFactory(number="N1")
        with pytest.raises(UnreadableFile, match="a heading and no rows"):
            read_people(b"number,first_name\r\n,\r\n")

    def test_a_column_that_is_there_twice(self):
        with pytest.raises(UnreadableFile, match="more than once: email"):
            read_people(b"number,first_name,email,e-mail\n")

    @pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   "])
    def test_empty_file(self, content):
        with pytest.raises(UnreadableFile, match="empty"):
            read_people(content)

    @pytest.mark.parametrize("content", [b"\x00\x01\x02" * 100, b"<html>", b'"' * 9999])
    def test_file_that_is_no_csv(self, content):
        with pytest.raises(UnreadableFile, match="missing: number, first_name"):
            read_people(content)

    def test_too_many_rows(self):
        rows = b"number,first_name\nN1,Anke\nN2,Femi\n"
        assert len(read_people(rows, most=2).rows) == 2
        with pytest.raises(TooManyRows, match="more than 2 rows"):
            read_people(rows + b"N3,Joost\n", most=2)


class TestProblemsByRow:
    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("N1,Anke,Vos,not-an-address,,,,",
             "Row 2, email: “not-an-address” is no e-mail address."),
            ("N1,Anke,Vos,,,,31/3,", "Row 2, since: “31/3” is no date; write 2024-03-31."),
            ("N1,Anke,Vos,,,,2024-02-30,",
             "Row 2, since: “2024-02-30” is no date; write 2024-03-31."),
            ("N1,Anke,Vos,,,,0001-01-01,",
             "Row 2, since: “0001-01-01” does not lie between 1900 and today."),
            ("N1,Anke,Vos,,,,2999-01-01,",
             "Row 2, since: “2999-01-01” does not lie between 1900 and today."),
            ("N1,Anke,Vos,,,,,perhaps", "Row 2, leads: “perhaps” is neither yes nor no."),
            ("N1,Anke,Vos,,Nowhere,,,", "Row 2, team: There is no team “Nowhere”."),
            ("N1,Anke,Vos,,,N404,,", "Row 2, manager: Nobody has the number or e-mail “N404”."),
            ("N1,Anke,Vos,,,N1,,", "Row 2, manager: Nobody is their own manager."),
            (",Anke,Vos,,,,,", "Row 2, number: It is empty."),
            ("N1, ,Vos,,,,,", "Row 2, first_name: It is empty."),
            (f"N1,{'x' * 81},Vos,,,,,", "Row 2, first_name: It has 81 characters and may have 80."),
            ("N1,An\x00ke,Vos,,,,,",
             "Row 2, first_name: It holds a NUL character, which no text may."),
            ("N1", "Row 2: It has 1 cell and the heading 8."),
            ("N1,Anke", "Row 2: It has 2 cells and the heading 8."),
            ("N1,Anke,Vos,,,,,,,", "Row 2: It has 10 cells and the heading 8."),
        ],
    )  # fmt: skip
    def test_each_is_said_and_nothing_is_written(self, row, said):
        assert problems(row, "N2,Femi,,,,,,") == [said]

    def test_duplicate_number(self):
        assert problems("N1,Anke,,,,,,", "N2,Femi,,,,,,", "N1,Joost,,,,,,") == [
            "Row 4, number: The same as in row 2."
        ]

    def test_duplicate_email(self):
        rows = ["N1,Anke,,same@example.org,,,,", "N2,Femi,,SAME@example.org,,,,"]
        assert problems(*rows) == ["Row 3, email: The same as in row 2."]

    def test_email_of_somebody_who_is_not_in_the_file(self):
        EmployeeFactory(number="E9", first_name="Old", last_name="Hand", email="a@example.org")
        assert problems("N1,Anke,,a@example.org,,,,") == [
            "Row 2, email: It belongs to Old Hand (E9), who is not in the file."
        ]

    def test_cycle_of_managers(self):
        found = problems("N1,Anke,,,,N2,,", "N2,Femi,,,,N3,,", "N3,Joost,,,,N1,,")
        assert found == [
            f"Row {row}, manager: A circle of managers: Anke → Femi → Joost → Anke."
            for row in (2, 3, 4)
        ]

    def test_cycle_of_managers_with_those_who_are_there_already(self):
        boss = EmployeeFactory(number="E1", first_name="Boss", last_name="")
        anke = EmployeeFactory(number="E2", first_name="Anke", last_name="", manager=boss)
        EmployeeFactory(number="E3", first_name="Femi", last_name="", manager=anke)
        # Told from who gets another manager, whoever the directory names first.
        said = "Row 2, manager: A circle of managers: Boss → Femi → Anke → Boss."
        found = problems("E3,Femi,,,,E2,,", "E1,Boss,,,,E3,,")
        assert found == [said, said.replace("Row 2", "Row 3")]

    def test_two_teams_of_one_name(self):
        TeamFactory(name="Front desk")
        TeamFactory(name="Front desk")
        assert problems("N1,Anke,,,front desk,,,") == [
            "Row 2, team: 2 teams are called “front desk”; write the address of the right one."
        ]

    def test_account_that_is_not_there_or_belongs_to_another(self):
        UserFactory(username="anke", first_name="Other", last_name="Person")
        heading = "number,first_name,account"
        [found] = problems("N1,Anke,nobody", heading=heading)
        assert found == "Row 2, account: There is no account “nobody”."
        [found] = problems("N1,Anke,anke", heading=heading)
        assert "belongs to Other Person" in found

    def test_a_quote_that_is_never_closed(self):
        found = problems("N1,Anke,,,,,,", 'N2,"' + "x" * 200_000)
        assert found == ["Row 3: This and what follows is no CSV: a quote is not closed."]

    def test_a_quote_that_is_never_closed_swallows_no_rows(self):
        found = problems('N1,"Anke,,,,,,', "N2,Femi,,,,,,")
        assert found == ["Row 2: This and what follows is no CSV: a quote is not closed."]

    def test_a_quote_that_the_next_one_closes_swallows_no_rows(self):
        found = problems('N1,"Anke,,,,,,', 'N2,"Femi",,,,,,')
        assert found == ["Row 2: This and what follows is no CSV: a quote is not closed."]

    def test_all_of_them_are_said_in_the_order_of_the_file(self):
        found = problems("N1,Anke,,bad,,,,", "N2,,,,Nowhere,,,", "N3,Joost,,,,N404,,")
        assert [line.split(":")[0] for line in found] == [
            "Row 2, email", "Row 3, first_name", "Row 3, team", "Row 4, manager",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", "نور", "e\u0301", "\u202eevil", "🙂", "=1+1"]
    )
    def test_any_text_is_a_name(self, name):
        brought_in(f"N1,{name},,,,,,")
        assert person("N1").first_name == clean_text(name)
        assert planned(f"N1,{name},,,,,,").changes == []


class TestALargeFile:
    def test_of_100_000_rows_is_understood(self):
        rows = (f"N{n},Anke{n},T{n % 40}" for n in range(100_000))
        found = planned(*rows, "N7,Twice,T1", heading="number,first_name,team", create_teams=True)
        assert len(found.new) == 100_000
        assert [str(problem) for problem in found.problems] == [
            "Row 100002, number: The same as in row 9."
        ]

    def test_of_5000_rows_takes_few_queries_and_little_time(self, django_assert_max_num_queries):
        rows = [f"N{n},Anke{n},Vos,a{n}@example.org,T{n % 40},N{n // 9},," for n in range(1, 5001)]
        rows[0] = "N1,Anke1,Vos,,T1,,,"
        rows = [row.replace(",N0,", ",N1,") for row in rows]
        started = time.process_time()
        # A thousand people are one statement.
        with django_assert_max_num_queries(60):
            brought_in(*rows, create_teams=True)
        with django_assert_max_num_queries(8):
            assert brought_in(*rows, create_teams=True).summary == "No changes."
        assert time.process_time() - started < 10
        assert Membership.objects.count() == 5000

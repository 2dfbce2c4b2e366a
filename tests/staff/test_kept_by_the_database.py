"""What no form can promise: nobody is in two teams on one day, and nothing is above itself.

All of it is written in SQL alone, as somebody might who knows nothing of our code.
"""

import datetime
import threading
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.db import IntegrityError, connection, transaction

from staff.lengths import TextsFit
from staff.migrating import KeptTriggers, refuse_unfit
from staff.models import Employee, Membership, Team
from tests.factories import EmployeeFactory, MembershipFactory, TeamFactory

rules = import_module("staff.migrations.0017_no_circles_no_overlaps")


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement: str, *values: object) -> bool:
    try:
        sql(statement, *values)
    except IntegrityError:
        return True
    return False


@pytest.mark.django_db
class TestTwoTeamsOnOneDay:
    ADD = """
        INSERT INTO staff_membership (employee_id, team_id, since, until, leads)
        VALUES (%s, %s, %s, %s, FALSE)
    """

    @pytest.fixture
    def past(self) -> Membership:
        """A membership of March to July 2025."""
        return MembershipFactory(since="2025-03-01", until="2025-07-01")

    @pytest.mark.parametrize(
        ("since", "until", "overlaps"),
        [
            ("2025-01-01", "2025-03-01", False),
            ("2025-07-01", "2025-08-01", False),
            ("2025-07-01", None, False),
            ("2025-01-01", "2025-03-02", True),
            ("2025-06-30", "2025-08-01", True),
            ("2025-04-01", "2025-05-01", True),
            ("2025-01-01", "2025-12-01", True),
            ("2025-03-01", "2025-07-01", True),
            ("2025-06-30", None, True),
            ("2024-01-01", None, True),
        ],
    )
    def test_is_not_added(self, past, since, until, overlaps):
        assert refused(self.ADD, past.employee_id, past.team_id, since, until) == overlaps

    def test_is_not_added_by_one_statement(self, past):
        person = EmployeeFactory()
        both = self.ADD + ", (%s, %s, %s, %s, FALSE)"
        one = (person.pk, past.team_id, "2020-01-01", "2020-03-01")
        other = (person.pk, past.team_id, "2020-02-01", "2020-04-01")
        assert refused(both, *one, *other)

    def test_others_are_free(self, past):
        assert not refused(self.ADD, EmployeeFactory().pk, past.team_id, past.since, past.until)

    @pytest.mark.parametrize(
        ("change", "overlaps"),
        [
            ("since = '2025-06-30'", True),
            ("since = '2025-07-02'", False),
            ("since = '2025-04-01', until = '2025-05-01'", True),
            ("until = NULL", False),
            ("leads = TRUE", False),
            ("id = id + 1000", False),
        ],
    )
    def test_does_not_come_about(self, past, change, overlaps):
        later = MembershipFactory(
            employee=past.employee, since="2025-07-01", until="2025-09-01", team=past.team
        )
        changed = f"UPDATE staff_membership SET {change} WHERE id = %s"  # noqa: S608
        assert refused(changed, later.pk) == overlaps

    def test_does_not_come_about_before(self, past):
        MembershipFactory(employee=past.employee, since="2025-07-01", until="2025-09-01")
        assert refused("UPDATE staff_membership SET until = '2025-07-02' WHERE id = %s", past.pk)
        assert refused("UPDATE staff_membership SET until = NULL WHERE id = %s", past.pk)

    def test_nor_by_giving_it_to_somebody_else(self, past):
        other = MembershipFactory(since="2025-06-01", until="2025-08-01")
        mine = "UPDATE staff_membership SET employee_id = %s WHERE id = %s"
        assert refused(mine, past.employee_id, other.pk)

    def test_nor_by_putting_it_in_the_place_of_another(self, past):
        if connection.vendor == "postgresql":
            pytest.skip("PostgreSQL has no such statement.")
        other = MembershipFactory(since="2025-06-01", until="2025-08-01")
        put = self.ADD.replace("INSERT", "INSERT OR REPLACE").replace("(employee", "(id, employee")
        put = put.replace("VALUES (", "VALUES (%s, ")
        values = (past.employee_id, past.team_id, "2025-06-01", None)
        assert refused(put, other.pk, *values)
        assert not refused(put, past.pk, *values)


ABOVE = pytest.mark.parametrize(
    ("made", "table", "column"),
    [(TeamFactory, "staff_team", "parent"), (EmployeeFactory, "staff_employee", "manager")],
    ids=["teams", "managers"],
)


@pytest.mark.django_db
@ABOVE
class TestACircle:
    def line(self, made, column: str) -> list:
        """One below the other."""
        rows = [made()]
        for _more in range(3):
            rows.append(made(**{column: rows[-1]}))
        return rows

    def test_does_not_close(self, made, table, column):
        top, *_others, last = self.line(made, column)
        put = f"UPDATE {table} SET {column}_id = %s WHERE id = %s"  # noqa: S608
        assert refused(put, last.pk, top.pk)
        assert refused(put, top.pk, top.pk)

    def test_of_two_does_not_close(self, made, table, column):
        one, other, *_more = self.line(made, column)
        put = f"UPDATE {table} SET {column}_id = %s WHERE id = %s"  # noqa: S608
        assert refused(put, other.pk, one.pk)

    def test_of_all_at_once_does_not_close(self, made, table, column):
        rows = [made() for _each in range(3)]
        around = " ".join(
            f"WHEN {row.pk} THEN {rows[number - 1].pk}" for number, row in enumerate(rows)
        )
        keys = ", ".join(str(row.pk) for row in rows)
        put = f"UPDATE {table} SET {column}_id = CASE id {around} END WHERE id IN ({keys})"  # noqa: S608
        assert refused(put)

    def test_anything_else_may_be_put_anywhere(self, made, table, column):
        top, second, third, last = self.line(made, column)
        put = f"UPDATE {table} SET {column}_id = %s WHERE id = %s"  # noqa: S608
        for below, above in ((last, top), (third, last), (second, made()), (last, None)):
            assert not refused(put, above and above.pk, below.pk)

    def test_is_not_closed_by_another_key(self, made, table, column):
        """A row takes the number of one that is spoken of already, and is not there yet."""
        if connection.vendor == "postgresql":
            pytest.skip("PostgreSQL looks for the row it speaks of at the end of each statement.")
        one, other = made(), made()
        put = f"UPDATE {table} SET {column}_id = %s WHERE id = %s"  # noqa: S608
        assert not refused(put, 987_654, one.pk)
        assert not refused(put, one.pk, other.pk)
        assert refused(f"UPDATE {table} SET id = 987654 WHERE id = %s", other.pk)  # noqa: S608
        sql(put, None, one.pk)


@pytest.mark.django_db
class TestWhatBrokeTheRuleBefore:
    """A database from before the rule is told which rows are wrong, and stays as it is."""

    @pytest.fixture(autouse=True)
    def without_the_rules(self):
        # The transaction of the test puts them up again.
        rules.unguard(None, SimpleNamespace(connection=connection))

    def said(self) -> str:
        with pytest.raises(CommandError) as raised:
            rules.look(apps, None)
        return str(raised.value)

    def test_names_memberships(self):
        person = EmployeeFactory()
        days = [("2020", "2024"), ("2021", "2022"), ("2023", "2025"), ("2025", None)]
        one, _two, three, _four = [
            MembershipFactory(
                employee=person, since=f"{since}-01-01", until=until and f"{until}-01-01"
            )
            for since, until in days
        ]
        assert f"employee {person.pk}: rows {one.pk} and {three.pk}" in self.said()
        assert self.said().count("rows") == 2

    def test_names_teams_and_people_in_circles(self):
        one = TeamFactory()
        other = TeamFactory(parent=one)
        Team.objects.filter(pk=one.pk).update(parent=other)
        person = EmployeeFactory()
        report = EmployeeFactory(manager=person)
        Employee.objects.filter(pk=person.pk).update(manager=report)
        said = self.said()
        assert f"staff_team, parent: rows {one.pk} → {other.pk} → {one.pk}" in said
        assert "staff_employee, manager: rows" in said


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL makes no table anew.")
def test_a_migration_that_makes_a_table_anew_keeps_its_triggers():
    kept, editor = KeptTriggers(), SimpleNamespace(connection=connection)
    kept.note(None, editor)
    assert "history_changed" in kept.noted
    assert not KeptTriggers._there(editor)
    kept.put_back(None, editor)
    again = KeptTriggers()
    again.note(None, editor)
    assert again.noted == kept.noted
    assert {"history_changed", "consent_replaced"} <= again.noted.keys()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"most": {"first_name": 80, "job_title": 10}}, "job_title, at most 10 characters"),
        ({"most": {}, "said": ["email", "known_as"]}, "known_as, not blank"),
        (
            {"most": {}, "known": {"last_name": ["Iyer", "Baker"]}},
            "last_name, one of 'Iyer', 'Baker'",
        ),
    ],
)
def test_texts_that_will_not_fit_are_named_before_the_database_minds_them(rule, said):
    # A table that knows nothing of the rule yet.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE staff_employee DROP CONSTRAINT employee_texts_fit")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
    try:
        person = EmployeeFactory(job_title="Night porter", last_name="Li", known_as="\u200b")
        EmployeeFactory(job_title="Baker", last_name="Iyer")
        with pytest.raises(CommandError, match=rf"{said}: row {person.pk}$"):
            refuse_unfit(apps, "staff", {"employee": TextsFit(name="new", **rule)})
        refuse_unfit(apps, "staff", {"employee": TextsFit(name="new", most={"job_title": 120})})
    finally:
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one who writes.")
class TestTwoAtOnce:
    def both(self, *statements: tuple) -> list[bool]:
        """Two transactions that have both written before either is committed; who was refused."""
        written, answers = threading.Barrier(len(statements)), {}

        def write(number: int, statement: str, *values: object) -> None:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                    written.wait()
                    cursor.execute(statement, values)
                    cursor.execute("SELECT pg_sleep(0.3)")
                answers[number] = False
            except IntegrityError:
                answers[number] = True
            finally:
                connection.close()

        threads = [
            threading.Thread(target=write, args=(number, *statement))
            for number, statement in enumerate(statements)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(answers.values())

    def test_put_nobody_into_two_teams(self):
        person, team = EmployeeFactory(), TeamFactory()
        add = TestTwoTeamsOnOneDay.ADD
        one = (add, person.pk, team.pk, "2020-01-01", "2021-01-01")
        other = (add, person.pk, team.pk, "2020-06-01", "2022-01-01")
        assert self.both(one, other) == [False, True]

    @ABOVE
    def test_close_no_circle(self, made, table, column):
        one, other = made(), made()
        put = f"UPDATE {table} SET {column}_id = %s WHERE id = %s"  # noqa: S608
        assert self.both((put, one.pk, other.pk), (put, other.pk, one.pk)) == [False, True]


@pytest.mark.django_db
def test_somebody_who_is_in_no_team_comes_back_after_the_last():
    person = MembershipFactory(since="2020-01-01", until="2021-01-01").employee
    with pytest.raises(ValueError, match="lies before"):
        person.move_to(TeamFactory(), on=datetime.date(2020, 12, 31))
    person.move_to(TeamFactory(), on=datetime.date(2021, 1, 1))

"""Every change to people, teams, accounts and roles is kept: by whom, from where, what it was."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.urls import reverse

from staff.acting import Way, acting
from staff.history_traces import Traces
from staff.models import Change, Employee, History, Membership, Team, User, What
from stories.models import Follow, FollowMail, SavedView, Visit
from tests.conftest import guards
from tests.factories import EmployeeFactory, MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


def kept(thing) -> list[History]:
    """What the history says of a thing, oldest first."""
    return list(History.objects.of(thing._meta.label_lower, thing.pk).order_by("pk"))


def last(thing) -> History:
    return kept(thing)[-1]


class TestARow:
    def test_that_is_added_is_kept_with_what_it_says(self):
        person = Employee.objects.create(first_name="Roberta", last_name="Kline", number="R1")
        [row] = kept(person)
        assert (row.what, row.label) == (What.ADDED, "Roberta Kline")
        assert row.changes["first_name"] == [None, "Roberta"]
        assert "job_title" not in row.changes
        assert "words" not in row.changes

    def test_that_changes_is_kept_as_it_was_and_is(self):
        person = EmployeeFactory(job_title="Clerk")
        person.job_title = "Porter"
        person.save()
        assert last(person).changes == {"job_title": ["Clerk", "Porter"]}
        assert last(person).fields == "job_title"

    def test_that_is_saved_as_it_is_leaves_nothing(self):
        person = EmployeeFactory()
        person.save()
        assert [row.what for row in kept(person)] == [What.ADDED]

    def test_says_only_what_was_stored(self):
        person = EmployeeFactory()
        person.first_name, person.job_title = "Anke", "Porter"
        person.save(update_fields=["job_title"])
        assert set(last(person).changes) == {"job_title"}

    def test_that_is_deleted_is_kept_with_what_it_said(self):
        person = EmployeeFactory(first_name="Roberta")
        gone = person.pk
        person.delete()
        row = History.objects.of("staff.employee", gone).first()
        assert row.what == What.DELETED
        assert row.changes["first_name"] == ["Roberta", None]

    def test_of_a_change_that_was_taken_back_says_nothing(self):
        person = EmployeeFactory()
        person.job_title = "Porter"
        mark = transaction.savepoint()
        person.save()
        transaction.savepoint_rollback(mark)
        assert len(kept(person)) == 1


class TestManyRowsAtOnce:
    def test_updated(self):
        people = [EmployeeFactory(job_title="Clerk"), EmployeeFactory(job_title="Porter")]
        Employee.objects.update(job_title="Porter")
        assert last(people[0]).changes == {"job_title": ["Clerk", "Porter"]}
        assert last(people[1]).what == What.ADDED

    def test_updated_by_what_the_database_works_out(self):
        from django.db.models import F

        person = EmployeeFactory(first_name="Anke", known_as="")
        Employee.objects.filter(pk=person.pk).update(known_as=F("first_name"))
        assert last(person).changes == {"known_as": ["", "Anke"]}

    def test_added(self):
        made = Employee.objects.bulk_create(
            [Employee(first_name="Anke"), Employee(first_name="Jo")]
        )
        assert [last(person).label for person in made] == ["Anke", "Jo"]

    def test_added_or_changed(self):
        person = EmployeeFactory(job_title="Clerk")
        person.job_title = "Porter"
        Employee.objects.bulk_create(
            [person], update_conflicts=True, unique_fields=["id"], update_fields=["job_title"]
        )
        assert last(person).changes == {"job_title": ["Clerk", "Porter"]}

    def test_changed_together(self):
        team = TeamFactory(name="Till six")
        team.name = "Till seven"
        Team.objects.bulk_update([team], ["name"])
        assert last(team).changes == {"name": ["Till six", "Till seven"]}

    def test_deleted(self):
        team = TeamFactory(name="The kiosk")
        gone = team.pk
        Team.objects.filter(pk=gone).delete()
        assert History.objects.of("staff.team", gone).first().what == What.DELETED

    def test_added_only_where_it_can_be_told_which(self):
        with pytest.raises(TypeError):
            Employee.objects.bulk_create([Employee(first_name="Jo")], ignore_conflicts=True)

    @pytest.mark.parametrize("value", [lambda boss: boss, lambda boss: boss.pk])
    def test_someone_else_is_kept_by_number(self, value):
        person, boss = EmployeeFactory(), EmployeeFactory()
        Employee.objects.filter(pk=person.pk).update(manager=value(boss))
        assert last(person).changes == {"manager": [None, boss.pk]}

    def test_what_the_database_works_out_is_kept(self):
        person = EmployeeFactory(known_as="Bo", job_title="")
        Employee.objects.filter(pk=person.pk).update(job_title=F("known_as"))
        assert last(person).changes == {"job_title": ["", "Bo"]}

    def test_ask_no_more_for_many_than_for_few(self, django_assert_max_num_queries):
        for _number in range(30):
            EmployeeFactory()
        with django_assert_max_num_queries(3):
            Employee.objects.update(job_title="Porter")


class TestWhatGoesAlong:
    def test_a_membership_of_somebody_deleted(self):
        held = MembershipFactory()
        gone = held.pk
        held.employee.delete()
        assert History.objects.of("staff.membership", gone).first().what == What.DELETED

    def test_a_membership_that_is_taken_away_by_itself(self):
        held = MembershipFactory()
        gone, person = held.pk, held.employee_id
        held.delete()
        row = History.objects.of("staff.membership", gone).first()
        assert (row.what, row.changes["employee"]) == (What.DELETED, [person, None])

    def test_a_report_whose_manager_is_deleted(self):
        manager = EmployeeFactory()
        report = EmployeeFactory(manager=manager)
        number = manager.pk
        manager.delete()
        assert last(report).changes == {"manager": [number, None]}

    def test_the_account_of_somebody_who_stays(self):
        user = UserFactory()
        person, number = user.person, user.pk
        User.objects.filter(pk=number).delete()
        assert last(person).changes == {"account": [number, None]}
        assert History.objects.of("staff.user", number).first().what == What.DELETED

    def test_all_of_somebody_goes_and_what_leads_to_them_stays(self):
        person = MembershipFactory().employee
        report = EmployeeFactory(manager=person)
        SavedView.keep(person, "Kind", "trait=caring", pinned=True, opens=False)
        Visit.objects.create(person=person, latest=1)
        _number, gone = Employee.objects.filter(pk=person.pk).delete()
        assert gone == dict.fromkeys(
            ("staff.Employee", "staff.Membership", "stories.SavedView", "stories.Visit"), 1
        )
        assert Employee.objects.get().pk == report.pk
        assert not Membership.objects.exists()

    def test_the_rows_behind_those_that_go(self):
        user = UserFactory()
        owed = Follow.begin(user, "trait=personal", rhythm="daily", weekday=0)
        FollowMail.objects.create(follow=owed, after=0, upto=1)
        _number, gone = User.objects.filter(pk=user.pk).delete()
        assert gone["stories.Follow"] == gone["stories.FollowMail"] == 1


class TestSeveralChangesToOnePerson:
    def test_are_one(self):
        from staff.changes import changing

        person = EmployeeFactory(job_title="Clerk", known_as="")
        with changing():
            for job in ("Porter", "Baker"):
                person.job_title = job
                person.save()
            person.known_as = "Bo"
            person.save()
        assert len(kept(person)) == 2
        assert last(person).changes == {"job_title": ["Clerk", "Baker"], "known_as": ["", "Bo"]}

    def test_that_come_to_nothing_are_none(self):
        from staff.changes import changing

        person = EmployeeFactory(job_title="Clerk")
        with changing():
            for job in ("Porter", "Clerk"):
                person.job_title = job
                person.save()
        assert len(kept(person)) == 1

    def test_a_move_is_a_membership_that_ends_and_one_that_begins(self):
        held = MembershipFactory()
        held.employee.move_to(TeamFactory())
        rows = History.objects.filter(kind="staff.membership").order_by("pk")
        assert [(row.what, row.fields) for row in rows][1:] == [
            (What.CHANGED, "until"),
            (What.ADDED, "employee, team, since"),
        ]


class TestAnAccount:
    def test_that_gets_a_password_says_that_it_did_and_not_which(self):
        user = UserFactory(password="seven warm handles")
        assert last(user).changes == {"password": ["", "•••"]} or "password" in last(user).changes
        assert not [row for row in kept(user) if user.password in str(row.changes)]

    def test_that_signs_in_leaves_nothing(self, staff_client):
        assert [row.what for row in kept(staff_client.user)] == [What.ADDED]

    def test_is_given_a_role_in_the_admin(self, admin_client):
        user = UserFactory()
        page = reverse("admin:staff_user_change", args=[user.pk])
        group = Group.objects.get(name="moderators")
        data = {"username": "anew", "email": user.email, "groups": [group.pk]}
        data |= {"first_name": user.first_name, "last_name": user.last_name}
        admin_client.post(page, {**data, "is_active": "on"}, REMOTE_ADDR="192.0.2.7")
        row, before = last(user), user.username
        # All that is saved at once is one change.
        assert row.changes == {"username": [before, "anew"], "roles": [[], ["moderators"]]}
        assert (row.account, row.by_name) == (admin_client.user.pk, admin_client.user.username)
        assert (row.way, row.place) == (Way.ADMIN, "admin:staff_user_change")
        assert row.address == "192.0.2.7"

    def test_that_is_closed_with_the_person_says_so(self):
        user = UserFactory()
        Employee.objects.filter(account=user).leave()
        assert last(user).changes == {"is_active": [True, False]}
        assert last(user.person).changes["active"] == [True, False]


class TestWhoActs:
    def test_is_known_by_the_request(self, staff_client):
        staff_client.post(reverse("me_naming"), {"unnamed": "1"}, REMOTE_ADDR="2001:db8::1")
        row = last(staff_client.user.person)
        assert row.changes == {"unnamed": [False, True]}
        assert (row.account, row.way, row.place) == (staff_client.user.pk, Way.PAGE, "me_naming")
        assert row.address == "2001:db8::1"

    def test_is_said_by_whoever_knows_better(self):
        with acting(way=Way.IMPORT, by=(user := UserFactory())):
            team = TeamFactory()
        assert (last(team).way, last(team).account) == (Way.IMPORT, user.pk)

    def test_is_a_task_where_one_runs(self, monkeypatch):
        from retold.tasks import _run

        monkeypatch.setattr("retold.tasks.close_old_connections", lambda: None)
        team = TeamFactory()

        def call() -> None:
            Team.objects.filter(pk=team.pk).update(name="Nine")

        _run(SimpleNamespace(task=SimpleNamespace(name="rename", call=call), args=[], kwargs={}))
        assert (last(team).way, last(team).place) == (Way.TASK, "rename")

    def test_is_a_file_where_one_is_brought_in(self, admin_client):
        import_people(admin_client, "number,first_name,last_name\nN1,Anke,Vos\n")
        row = last(Employee.objects.get(number="N1"))
        assert (row.way, row.account) == (Way.IMPORT, admin_client.user.pk)
        assert row.place == "admin:staff_employee_import"

    def test_is_nobody_afterwards(self, staff_client):
        staff_client.get("/")
        assert (last(TeamFactory()).account, last(TeamFactory()).way) == (None, "")


def import_people(client, text: str) -> None:
    """Bring a file in and agree to what it does."""
    page = reverse("admin:staff_employee_import")
    file = SimpleUploadedFile("people.csv", text.encode())
    planned = client.post(page, {"people": file}).context
    client.post(page, {"parcel": planned["parcel"], "agreed": "1"})


def change() -> History:
    History.objects.record(Change("staff.team", 1, "Till six", What.CHANGED, {"name": ["a", "b"]}))
    return History.objects.first()


class TestTheHistory:
    def test_is_not_changed_by_a_model(self):
        row = change()
        row.label = "Till seven"
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()

    @pytest.mark.parametrize("way", ["update", "delete"])
    def test_is_not_changed_by_a_query(self, way):
        change()
        with pytest.raises(TypeError):
            getattr(History.objects.all(), way)()

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE staff_history SET by_name = 'Somebody else'",
            "UPDATE staff_history SET at = '2020-01-01 00:00:00+00:00'",
            "UPDATE staff_history SET account = 7",
            """UPDATE staff_history SET changes = '{"name": ["a", "c"]}'""",
            "UPDATE staff_history SET fields = ''",
            "UPDATE staff_history SET what = 'added'",
            "INSERT OR REPLACE INTO staff_history SELECT * FROM staff_history",
        ],
    )
    def test_is_not_changed_by_sql(self, sql):
        if "OR REPLACE" in sql and connection.vendor == "postgresql":
            pytest.skip("PostgreSQL has no such statement.")
        change()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    @pytest.mark.parametrize("sql", ["DELETE FROM staff_history", "TRUNCATE staff_history"])
    def test_is_not_deleted_by_sql(self, sql):
        if sql.startswith("TRUNCATE") and connection.vendor == "sqlite":
            pytest.skip("SQLite has no such statement.")
        change()
        guards.guard(connection, "history_deleted")
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    def test_may_be_emptied(self):
        row = change()
        assert History.objects.empty([row.pk]) == 1
        row.refresh_from_db()
        assert (row.label, row.changes, row.fields) == ("", {}, "name")


def test_an_address_whose_time_is_up_leaves_the_history_too():
    user = UserFactory(email="anke@example.org")
    Employee.objects.filter(account=user).update(email="anke@example.org", job_title="Porter")
    Employee.objects.filter(account=user).update(job_title="Baker")
    Employee.objects.get(account=user).let_go_of_address()
    assert "anke@" not in str(list(History.objects.values()))
    assert "Baker" in str(list(History.objects.values()))


class TestForgetting:
    @pytest.fixture
    def person(self) -> Employee:
        user = UserFactory(first_name="Ottoline", last_name="Zwart")
        MembershipFactory(employee=user.person)
        return user.person

    def said(self) -> str:
        return str(list(History.objects.values()))

    def test_empties_whatever_names_them(self, person):
        team = TeamFactory(name="The friends of Ottoline Zwart")
        History.objects.forget(Traces.of(person))
        assert "zwart" not in self.said().lower()
        assert last(team).fields == "name, slug, created_at"

    def test_empties_what_they_did(self, person):
        with acting(by=person.account):
            team = TeamFactory(name="Till six")
        History.objects.forget(Traces.of(person))
        assert (last(team).account, last(team).by_name) == (None, "")

    def test_leaves_what_is_of_others(self, person):
        other = EmployeeFactory(first_name="Ottoline", last_name="Grau")
        History.objects.forget(Traces.of(person))
        assert last(other).label == "Ottoline Grau"

    def test_looks_for_a_first_name_where_a_text_is_near_them(self, person):
        said = Change("stories.note", 7, "Thanks", What.ADDED, {"text": [None, "Ottoline knew."]})
        History.objects.record(said)
        History.objects.forget(Traces.of(person))
        assert "Ottoline knew" in self.said()
        History.objects.forget(Traces.of(person, near=[("stories.note", 7)]))
        assert "Ottoline" not in self.said()

    def test_empties_what_was_added_since_they_were_known(self, person):
        traces = Traces.of(person)
        Employee.objects.filter(pk=person.pk).update(first_name="…", last_name="", account=None)
        History.objects.forget(traces)
        assert "zwart" not in self.said().lower()

    def test_is_kept_itself_without_a_name(self, person):
        many = History.objects.forget(Traces.of(person))
        row = last(person)
        assert (row.what, row.label, row.changes) == (What.FORGOTTEN, "", {"rows": [None, many]})

    def test_takes_a_batch_at_a_time(self, person, monkeypatch):
        monkeypatch.setattr("staff.models.history.BATCH", 2)
        History.objects.forget(Traces.of(person))
        assert "zwart" not in self.said().lower()


def test_a_membership_is_recorded_through_its_person():
    held = MembershipFactory()
    held.employee.memberships.update(leads=True)
    assert last(Membership.objects.get(pk=held.pk)).changes == {"leads": [False, True]}

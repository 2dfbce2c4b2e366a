"""Admins read the history, narrow it down and take it along; nobody changes it."""

import csv
import io
import json
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from staff.history_export import lines
from staff.models import Change, Employee, History, What
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db
LIST = "/admin/staff/history/"


def page(client, row: History) -> str:
    return client.get(reverse("admin:staff_history_change", args=[row.pk])).content.decode()


class TestReading:
    def test_is_for_admins(self, admin_client, moderator_client, manager_client):
        EmployeeFactory()
        assert admin_client.get(LIST).status_code == 200
        for client in (moderator_client, manager_client):
            assert client.get(LIST).status_code == 403

    def test_each_link_has_a_name_where_what_changed_has_none(self, admin_client):
        History.objects.create(kind="settings", number=0, what=What.CHANGED, changes={})
        listed = admin_client.get(LIST).content.decode()
        assert f'<a href="{LIST}?kind=settings&amp;number=0">Settings</a>' in listed
        assert "<bdi></bdi></a>" not in listed

    def test_says_how_many_changes_there_are(self, admin_client):
        History.objects.create(kind="settings", number=0, what=What.CHANGED, changes={})
        History.objects.create(kind="settings", number=0, what=What.CHANGED, changes={})
        listed = admin_client.get(f"{LIST}?kind=settings").content.decode()
        assert "2 changes\n" in listed

    def test_marks_the_words_that_went_and_came(self, admin_client):
        story = PendingStoryFactory(body="He came at nine. Nobody had asked him to.")
        story.body = "She came at nine. Nobody had asked her to."
        story.save_content(by=None)
        text = page(admin_client, History.objects.first())
        assert "<del>He</del> <ins>She</ins>" in text
        assert "What happened:" in text

    def test_says_people_and_teams_by_their_names(self, admin_client):
        held = MembershipFactory(team=TeamFactory(name="Till six"))
        text = page(admin_client, History.objects.of("staff.membership", held.pk).get())
        assert held.employee.full_name in text
        assert "<ins>Till six</ins>" in text

    def test_says_what_a_story_is_credited_to(self, admin_client):
        from stories.models import Credited

        story, person = PendingStoryFactory(), EmployeeFactory(first_name="Roberta")
        story.save_content(by=None, credited=Credited(people=[person], team=TeamFactory(name="X")))
        text = page(admin_client, History.objects.first())
        assert person.full_name in text
        assert "<ins>X</ins>" in text

    def test_says_choices_in_words(self, admin_client):
        PendingStoryFactory()
        text = page(admin_client, History.objects.first())
        assert "<del>Draft</del> <ins>Waiting" in text

    def test_says_what_became_of_flags_in_words(self, admin_client):
        story = PublishedStoryFactory()
        story.record("flags", None, changes={"flags": ["open", "taken_down"]})
        text = page(admin_client, History.objects.first())
        assert "<del>open</del> <ins>taken down</ins>" in text
        assert "№" not in text

    def test_escapes_what_people_wrote(self, admin_client):
        person = EmployeeFactory(first_name="<img src=x>")
        person.job_title = "<b>Porter</b>"
        person.save()
        for text in (page(admin_client, History.objects.first()), listed(admin_client)):
            assert "<img src=x>" not in text
            assert "<b>Porter" not in text

    def test_says_that_something_was_forgotten(self, admin_client):
        EmployeeFactory()
        row = History.objects.first()
        History.objects.empty([row.pk])
        assert "Forgotten: that it changed is kept" in page(admin_client, row)

    def test_is_narrowed_down_to_a_kind_a_thing_and_an_account(self, admin_client):
        person, team = EmployeeFactory(first_name="Roberta"), TeamFactory(name="Till six")
        assert "Till six" not in listed(admin_client, kind="staff.employee")
        only = listed(admin_client, kind="staff.team", number=team.pk)
        assert "Till six" in only
        assert "Roberta" not in only
        admin_client.post(f"/admin/staff/team/{team.pk}/change/", {"name": "Nine", "slug": "x"})
        assert "Nine" in listed(admin_client, account=admin_client.user.pk)
        assert person.full_name not in listed(admin_client, account=admin_client.user.pk)

    @pytest.mark.parametrize("asked", [{"number": "x"}, {"kind": "no.such"}, {"account": "9" * 30}])
    def test_takes_any_question(self, admin_client, asked):
        assert admin_client.get(LIST, asked).status_code in (200, 302)

    def test_counts_no_further_than_it_lists(self, admin_client, monkeypatch):
        monkeypatch.setattr("staff.admin_history.MOST", 3)
        for _number in range(5):
            EmployeeFactory()
        assert admin_client.get(LIST).context["cl"].result_count == 3

    def test_leads_to_the_thing_as_long_as_it_is_there(self, admin_client):
        person = EmployeeFactory()
        row, link = History.objects.first(), f'href="/admin/staff/employee/{person.pk}/change/"'
        assert link in page(admin_client, row)
        person.delete()
        assert link not in page(admin_client, row)
        assert person.full_name in page(admin_client, row)

    def test_is_reached_from_the_thing_itself(self, admin_client, moderator_client):
        person = EmployeeFactory()
        where = reverse("admin:staff_employee_history", args=[person.pk])
        link = f"{LIST}?kind=staff.employee&amp;number={person.pk}"
        assert link in admin_client.get(where).content.decode()
        assert link not in moderator_client.get(where).content.decode()


def listed(client, **asked) -> str:
    return client.get(LIST, asked).content.decode()


def change(**about) -> Change:
    known = {"kind": "staff.team", "number": 1, "label": "Till six", "what": What.CHANGED}
    return Change(**{**known, "changes": {"name": ["a", "b"]}, **about})


def as_rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


class TestTakingItAlong:
    def post(self, client, form: str, *rows: History, **more):
        ticked = {"_selected_action": [row.pk for row in rows]}
        return client.post(LIST, {"action": f"as_{form}", **ticked, **more})

    def test_as_a_table(self, admin_client):
        History.objects.record(change(why="A better name."))
        answer = self.post(admin_client, "csv", History.objects.first())
        assert answer.headers["Content-Type"].startswith("text/csv")
        [row] = as_rows(answer.getvalue().decode())
        assert (row["field"], row["before"], row["after"]) == ("name", "a", "b")
        assert (row["kind"], row["why"]) == ("staff.team", "A better name.")

    def test_as_json_with_letters_as_they_are(self, admin_client):
        History.objects.record(change(changes={"name": ["Zoë", None]}))
        text = self.post(admin_client, "jsonl", History.objects.first()).getvalue().decode()
        assert "Zoë" in text
        assert json.loads(text)["changes"] == {"name": ["Zoë", None]}

    def test_all_that_is_listed_up_to_a_bound(self, admin_client, monkeypatch):
        monkeypatch.setattr("staff.admin_history.MOST", 3)
        for number in range(5):
            History.objects.record(change(number=number))
        answer = self.post(admin_client, "jsonl", History.objects.first(), select_across="1")
        numbers = [json.loads(line)["number"] for line in answer.getvalue().decode().splitlines()]
        assert numbers == [2, 3, 4]

    def test_is_for_admins(self, moderator_client):
        History.objects.record(change())
        assert self.post(moderator_client, "csv", History.objects.first()).status_code == 403

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝"])
    def test_no_cell_is_a_formula(self, start):
        formula = f"{start}cmd|' /C calc'!A0"
        History.objects.record(
            change(label=formula, why=formula, changes={formula: [formula, formula]})
        )
        [row] = as_rows("".join(lines(History.objects.all(), "csv")))
        for name in ("label", "why", "field", "before", "after"):
            assert row[name].startswith("'")

    def test_what_was_forgotten_is_a_line_all_the_same(self):
        History.objects.record(change())
        History.objects.empty([History.objects.first().pk])
        [row] = as_rows("".join(lines(History.objects.all(), "csv")))
        assert (row["field"], row["before"], row["label"]) == ("name", "", "")

    def test_asks_once_a_batch(self, django_assert_num_queries, monkeypatch):
        monkeypatch.setattr("staff.history_export.BATCH", 10)
        History.objects.record(*(change(number=number) for number in range(25)))
        with django_assert_num_queries(4):
            assert len(list(lines(History.objects.all(), "jsonl"))) == 25

    def test_takes_no_more_memory_for_more(self):
        text = "x" * 2000
        History.objects.record(*(change(changes={"a": [text, text]}) for _n in range(2000)))
        tracemalloc.start()
        for _line in lines(History.objects.all(), "csv"):
            pass
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 3_000_000


class TestTheCommand:
    def said(self, *options: str) -> list[dict]:
        out = io.StringIO()
        call_command("export_history", *options, stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def test_writes_it_all_oldest_first(self):
        people = [EmployeeFactory(), EmployeeFactory()]
        assert [row["number"] for row in self.said()] == [person.pk for person in people]

    def test_writes_what_was_asked_for(self):
        EmployeeFactory()
        team = TeamFactory()
        [row] = self.said("--kind", "staff.team", "--number", str(team.pk))
        assert row["label"] == team.name
        assert self.said("--until", "2020-01-01") == []
        assert len(self.said("--since", "2020-01-01")) == 2

    def test_writes_a_file_and_never_over_one(self, tmp_path):
        EmployeeFactory()
        path = tmp_path / "history.csv"
        call_command("export_history", "--format", "csv", "--output", str(path))
        rows = as_rows(path.read_text(encoding="utf-8"))
        assert {row["kind"] for row in rows} == {"staff.employee"}
        with pytest.raises(CommandError, match="is there already"):
            call_command("export_history", "--output", str(path))

    def test_changes_nothing(self):
        EmployeeFactory()
        self.said()
        assert Employee.objects.count() == History.objects.count() == 1

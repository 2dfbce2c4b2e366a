"""`manage.py import_staff`: the report it prints and when it writes."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from staff.models import Employee, Team
from tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text("number,first_name,team\nN1,Anke,Ward 4\n")
    return path


def run(*arguments, **options) -> str:
    out = StringIO()
    call_command("import_staff", *map(str, arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def test_brings_people_and_teams_in(file, tmp_path):
    teams = tmp_path / "teams.csv"
    teams.write_text("slug,name\nward-4,Ward 4\n")
    assert "1 new, teams new or changed: 1." in run(file, "--teams", teams)
    assert Employee.objects.get().team_on(None) == Team.objects.get()
    assert "No changes." in run(file, "--teams", teams)


def test_makes_teams_when_told(file):
    run(file, "--create-teams")
    assert Team.objects.get().name == "Ward 4"


def test_dry_run_reports_and_writes_nothing(file):
    report = run(file, "--create-teams", "--dry-run")
    assert "Row 2, Anke (N1): new, Ward 4" in report
    assert "Nothing was written" in report
    assert not Employee.objects.exists()
    assert not Team.objects.exists()


def test_with_a_problem_nothing_is_written(file):
    with pytest.raises(CommandError, match=r"1 problem\. Nothing was written"):
        run(file)
    assert not Employee.objects.exists()


def test_what_is_wrong_is_said_last_where_one_sees_it(file):
    EmployeeFactory(number="N9", first_name="Gone", last_name="West")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_staff", str(file), stdout=out, stderr=StringIO())
    assert out.getvalue().splitlines()[-2:] == [
        "Gone West (N9)",
        "Row 2, team: There is no team “Ward 4”.",
    ]


def test_reports_who_is_missing_and_marks_them_as_left_when_told(file):
    EmployeeFactory(number="N9", first_name="Gone", last_name="West")
    assert "Gone West (N9)" in run(file, "--create-teams")
    assert Employee.objects.get(number="N9").active
    run(file, "--leavers")
    assert not Employee.objects.get(number="N9").active


def test_a_long_report_is_cut_short_unless_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr("staff.management.commands.import_staff.MOST_LINES", 1)
    path = tmp_path / "staff.csv"
    path.write_text("number,first_name\nN1,Anke\nN2,Femi\n")
    assert "… and 1 more" in run(path, "--dry-run")
    assert "Femi" in run(path, "--dry-run", verbosity=2)
    assert "Anke" not in run(path, "--dry-run", verbosity=0)


def test_a_file_that_is_not_there_or_makes_no_sense(tmp_path):
    with pytest.raises(CommandError, match="can’t be read"):
        run(tmp_path / "nowhere.csv")
    path = tmp_path / "staff.csv"
    path.write_text("a,b\n")
    with pytest.raises(CommandError, match="These columns are missing"):
        run(path)


def test_a_file_that_is_too_large(file, monkeypatch):
    monkeypatch.setattr("staff.management.commands.import_staff.MOST_BYTES", 3)
    with pytest.raises(CommandError, match="more than"):
        run(file)

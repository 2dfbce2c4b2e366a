"""The page in the admin that brings a file in: it shows first, and writes what was agreed to."""

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from staff import admin_import
from staff.models import Employee, Team
from tests.factories import EmployeeFactory, TeamFactory

pytestmark = pytest.mark.django_db

URL = reverse("admin:staff_employee_import")
ROWS = "number,first_name,last_name\nN1,Zoë,Vos\n"


def upload(client, people: str = ROWS, *, teams: str = "", encoding="utf-8", **options):
    files = {"people": SimpleUploadedFile("people.csv", people.encode(encoding))}
    if teams:
        files["teams"] = SimpleUploadedFile("teams.csv", teams.encode())
    return client.post(URL, {**files, **options})


def parcel(response) -> str:
    found = re.search(r'name="parcel" value="([^"]*)"', response.content.decode())
    return found.group(1) if found else ""


def agree(client, response):
    return client.post(URL, {"agreed": "1", "parcel": parcel(response)}, follow=True)


def test_shows_every_change_and_writes_nothing(admin_client):
    html = upload(admin_client).content.decode()
    assert "Row 2, Zoë Vos (N1): new" in html
    assert "Nothing has been written yet" in html
    assert not Employee.objects.filter(number="N1").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_writes_exactly_what_was_agreed_to(admin_client, encoding):
    response = agree(admin_client, upload(admin_client, encoding=encoding))
    assert response.redirect_chain[-1][0] == reverse("admin:staff_employee_changelist")
    assert "1 new" in response.content.decode()
    assert Employee.objects.get(number="N1").first_name == "Zoë"
    assert "No changes" in upload(admin_client).content.decode()


def test_shows_every_problem_and_offers_nothing_to_agree_to(admin_client):
    response = upload(admin_client, "number,first_name,team\nN1,,Nowhere\nN2,Femi,\n")
    html = response.content.decode()
    assert "It is empty." in html
    assert "There is no team “Nowhere”." in html
    assert not parcel(response)


def test_a_wrong_header_is_said_beside_the_file(admin_client):
    response = upload(admin_client, "a;b\n1;2\n")
    assert "These columns are missing" in response.context["form"].errors["people"][0]


def test_an_empty_file_and_none_are_said_in_our_words(admin_client):
    assert upload(admin_client, "").context["form"].errors["people"] == ["The file is empty."]
    none = admin_client.post(URL, {"create_teams": "on"})
    assert none.context["form"].errors["people"] == ["Choose a file."]


def test_takes_teams_along(admin_client):
    people = "number,first_name,team\nN1,Anke,ward-4\n"
    response = upload(admin_client, people, teams="slug,name\nward-4,Ward 4\n")
    agree(admin_client, response)
    assert Employee.objects.get(number="N1").team_on(None) == Team.objects.get(slug="ward-4")


def test_makes_teams_and_leavers_when_told_but_closes_nobody_s_own_account(admin_client):
    EmployeeFactory(number="N9")
    response = upload(
        admin_client, "number,first_name,team\nN1,Anke,Ward 4\n", create_teams="on", leavers="on"
    )
    agree(admin_client, response)
    assert Team.objects.get().name == "Ward 4"
    assert not Employee.objects.get(number="N9").active
    admin_client.user.refresh_from_db()
    assert admin_client.user.is_active


def test_shows_who_is_missing_from_the_file(admin_client):
    EmployeeFactory(number="N9", first_name="Still", last_name="Here")
    assert "Still Here (N9)" in upload(admin_client).content.decode()


def test_a_directory_that_changed_meanwhile_is_looked_at_again(admin_client):
    response = upload(admin_client)
    EmployeeFactory(number="N1", first_name="Other", last_name="Name")
    again = agree(admin_client, response)
    assert "the directory has changed meanwhile" in again.content.decode()
    assert Employee.objects.get(number="N1").first_name == "Other"
    agree(admin_client, again)
    assert Employee.objects.get(number="N1").first_name == "Zoë"


@pytest.mark.parametrize("forged", ["", "nonsense", "x" * 2000])
def test_what_we_did_not_wrap_ourselves_is_not_written(admin_client, forged):
    response = admin_client.post(URL, {"agreed": "1", "parcel": forged}, follow=True)
    assert "Nothing was written" in response.content.decode()


def test_what_another_admin_agreed_to_is_not_ours(admin_client, moderator_client):
    response = upload(admin_client)
    assert agree(moderator_client, response).status_code == 403
    assert not Employee.objects.filter(number="N1").exists()


def test_after_an_hour_one_looks_again(admin_client, time_machine):
    time_machine.move_to("2026-03-03 12:00")
    response = upload(admin_client)
    time_machine.move_to("2026-03-03 13:01")
    assert "Nothing was written" in agree(admin_client, response).content.decode()


def test_large_files_are_for_the_command(admin_client, monkeypatch):
    monkeypatch.setattr(admin_import, "MOST_BYTES", 10)
    assert "manage.py import_staff takes it" in upload(admin_client).content.decode()


@pytest.mark.parametrize("broken", [False, True], ids=["people", "nothing but broken rows"])
def test_many_rows_are_for_the_command_and_that_is_said_at_once(admin_client, broken):
    rows = "number,first_name\n" + "1,2,3\n" * 100_000
    if not broken:
        rows = "number,first_name\n" + "".join(f"{n},A\n" for n in range(100_000))
    began = time.process_time()
    response = upload(admin_client, rows)
    assert time.process_time() - began < 2
    said = "It has more than 5,000 rows. On the server, manage.py import_staff takes it."
    assert response.context["form"].errors["people"] == [said]


def test_what_is_wrong_with_the_file_of_teams_is_said_beside_it(admin_client, monkeypatch):
    response = upload(admin_client, teams="a;b\n1;2\n")
    assert "These columns are missing" in response.context["form"].errors["teams"][0]
    monkeypatch.setattr(admin_import, "MOST_ROWS", 1)
    response = upload(admin_client, teams="slug,name\nward-4,Ward 4\nward-5,Ward 5\n")
    assert "more than 1 rows" in response.context["form"].errors["teams"][0]
    assert "people" not in response.context["form"].errors


def test_many_problems_and_leavers_are_counted_not_listed(admin_client, monkeypatch):
    monkeypatch.setattr(admin_import, "MOST_SHOWN", 2)
    html = upload(admin_client, "number,first_name\n" + "N1,\n" * 3).content.decode()
    assert "… and 3 more" in html
    for number in range(5):
        EmployeeFactory(number=f"L{number}")
    response = upload(admin_client, leavers="on")
    html = response.content.decode()
    assert html.count(") has left</li>") == 2
    assert "… and 3 more who have left" in html
    agree(admin_client, response)
    assert not Employee.objects.filter(number__startswith="L", active=True).exists()


def test_another_person_of_the_same_name_and_number_is_looked_at_again(admin_client):
    anke = EmployeeFactory(number="N9", first_name="Anke", last_name="Vos")
    response = upload(admin_client, "number,first_name,last_name,manager\nN1,Zoë,Vos,N9\n")
    anke.delete()
    EmployeeFactory(number="N9", first_name="Anke", last_name="Vos")
    assert "the directory has changed meanwhile" in agree(admin_client, response).content.decode()
    assert not Employee.objects.filter(number="N1").exists()


def test_the_plan_that_is_checked_is_the_one_that_is_written(admin_client, monkeypatch):
    """Looking and writing are one transaction, and nobody changes the directory in between."""
    steps = []

    def watched(name):
        step = getattr(admin_import, name)

        def call(*arguments, **options):
            steps.append((name, len(connection.savepoint_ids)))
            return step(*arguments, **options)

        return call

    for name in ("hold_still", "plan", "carry_out"):
        monkeypatch.setattr(admin_import, name, watched(name))
    response = upload(admin_client)
    steps.clear()
    agree(admin_client, response)
    assert [name for name, _depth in steps] == ["hold_still", "plan", "carry_out"]
    assert len({depth for _name, depth in steps}) == 1
    assert steps[0][1] == len(connection.savepoint_ids) + 1


def test_names_are_text_and_never_markup(admin_client):
    TeamFactory()
    html = upload(admin_client, "number,first_name\nN1,<script>x</script>\n").content.decode()
    assert "<script>x" not in html

"""Ways to a person’s data: one’s own account, the admin, the server."""

import io
import zipfile

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from staff.models import Employee
from tests.conftest import signed_in
from tests.factories import EmployeeFactory, PublishedStoryFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "A lighthouse by the sea"


@pytest.fixture
def teller() -> Employee:
    account = UserFactory(email="noor@example.org", password=PASSWORD)
    PublishedStoryFactory(teller=account.person)
    return account.person


def files(response) -> list[str]:
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).namelist()


def test_somebody_takes_their_own_once_they_have_shown_their_password(teller):
    client = signed_in(teller.account)
    address = reverse("own_data")
    assert b"Take it along" in client.get(address).content
    asked = client.post(address)
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "stories.json" in files(client.post(address))


def test_an_admin_hands_out_anybodys(admin_client, teller):
    page = admin_client.get(reverse("admin:staff_erasure_person", args=[teller.pk]))
    export = reverse("admin:staff_erasure_export", args=[teller.pk])
    assert export in page.content.decode()
    answer = admin_client.post(export)
    assert teller.last_name not in answer["Content-Disposition"]
    assert "stories.json" in files(answer)


def test_an_admin_gets_there_from_the_list_and_from_the_person(admin_client, teller):
    there = reverse("admin:staff_erasure_person", args=[teller.pk])
    change = reverse("admin:staff_employee_change", args=[teller.pk])
    assert there in admin_client.get(change).content.decode()
    changelist = reverse("admin:staff_employee_changelist")
    one = {"action": "their_data", "_selected_action": [teller.pk]}
    assert admin_client.post(changelist, one).url == there
    two = {"action": "their_data", "_selected_action": [teller.pk, EmployeeFactory().pk]}
    assert admin_client.post(changelist, two, follow=True).redirect_chain[-1][0] != there


def test_a_moderator_does_not(moderator_client, teller):
    for name in ("staff_erasure_person", "staff_erasure_export"):
        address = reverse(f"admin:{name}", args=[teller.pk])
        assert moderator_client.post(address).status_code in (403, 405)
    change = reverse("admin:staff_employee_change", args=[teller.pk])
    assert "staff/erasure" not in moderator_client.get(change).content.decode()


@pytest.mark.parametrize("by", ["number", "email", "account__username"])
def test_the_server_writes_it_for_its_owner_alone(teller, tmp_path, by):
    teller.email = "noor@example.org"
    teller.save()
    who = Employee.objects.filter(pk=teller.pk).values_list(by, flat=True).get()
    file = tmp_path / "noor.zip"
    call_command("export_person", who, file, verbosity=0)
    assert "stories.json" in zipfile.ZipFile(file).namelist()
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="there already"):
        call_command("export_person", who, file)


def test_the_server_says_that_it_knows_nobody(tmp_path):
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("export_person", "nobody@example.org", tmp_path / "nobody.zip")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["staff_erasure_erase", "staff_erasure_export"])
def test_what_reads_everything_cannot_be_asked_for_all_the_time(admin_client, settings, name):
    settings.LIMIT_READS = settings.LIMIT_WRITES = 29
    address = reverse(f"admin:{name}", args=[EmployeeFactory().pk])
    assert admin_client.post(address).status_code == 429

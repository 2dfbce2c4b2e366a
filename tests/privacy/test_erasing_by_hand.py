"""Erasing somebody in the admin or at the server: it is said first what will happen."""

import io
import sys
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from retold.tasks import finish
from staff.models import Employee, Erasure
from tests.factories import EmployeeFactory, PublishedStoryFactory

from .people import FIRST, KNOWN_AS, LAST, WHOLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Employee:
    person = EmployeeFactory(first_name=FIRST, last_name=LAST, known_as=KNOWN_AS, number="QX-7741")
    PublishedStoryFactory(people=[person], body=f"Then {FIRST} laughed.")
    return person


def page(person: Employee) -> str:
    return reverse("admin:staff_erasure_erase", args=[person.pk])


def gone(person: Employee) -> bool:
    return Employee.objects.get(pk=person.pk).is_erased


def said(*args, **options) -> str:
    out = io.StringIO()
    call_command("erase_person", *args, stdout=out, **options)
    return out.getvalue()


class TestInTheAdmin:
    def test_it_says_what_will_happen(self, admin_client, person):
        shown = " ".join(admin_client.get(page(person)).content.decode().split())
        assert "credits: 1" in shown
        assert "stories: 1" in shown
        assert not gone(person)

    def test_the_name_is_asked_for(self, admin_client, person):
        for wrong in ("", FIRST, "Somebody Else"):
            answer = admin_client.post(page(person), {"name": wrong})
            assert answer.status_code == 200
        assert not gone(person)

    def test_it_is_done_and_recorded(
        self, admin_client, person, django_capture_on_commit_callbacks
    ):
        typed = {"name": f" {WHOLE.lower()} "}
        with django_capture_on_commit_callbacks(execute=True):
            answer = admin_client.post(page(person), typed)
        answer = admin_client.get(answer.headers["Location"])
        erasure = Erasure.objects.get()
        assert erasure.by == admin_client.user
        shown = answer.content.decode()
        assert erasure.digest in shown
        assert FIRST not in shown
        assert gone(person)
        shown = admin_client.get(page(person), follow=True).content.decode()
        assert "They were erased" in shown
        listed = admin_client.get(reverse("admin:staff_employee_changelist")).content.decode()
        assert "someone on staff" in listed
        change = reverse("admin:staff_employee_change", args=[person.pk])
        assert admin_client.get(change).status_code == 200
        assert admin_client.post(change, {"first_name": "Noor"}).status_code == 403

    def test_nobody_erases_themselves(self, admin_client):
        person = admin_client.user.person
        admin_client.post(page(person), {"name": person.full_name})
        assert not gone(person)

    def test_nobody_else_may(self, moderator_client, person):
        assert moderator_client.post(page(person), {"name": WHOLE}).status_code == 403
        assert not gone(person)

    def test_the_record_cannot_be_changed(self, admin_client):
        erasure = Erasure.objects.create(digest="0" * 64)
        for name in ("change", "delete"):
            address = reverse(f"admin:staff_erasure_{name}", args=[erasure.pk])
            assert admin_client.post(address, {"post": "yes"}).status_code == 403


class TestAtTheServer:
    def test_it_can_be_tried(self, person):
        assert "credits: 1" in said("QX-7741", "--dry-run")
        assert not gone(person)

    def test_it_asks_for_the_name(self, person, monkeypatch):
        monkeypatch.setattr("builtins.input", lambda words: "Somebody Else")
        with pytest.raises(CommandError, match="not the name"):
            said("QX-7741")
        assert not gone(person)

    def test_it_is_done(self, person):
        assert "Not erased." in said("QX-7741", "--was")
        assert Erasure.objects.count() == 0
        assert "Erased." in said("QX-7741", name=WHOLE)
        assert gone(person)
        assert "Erased on" in said("qx-7741", "--was")
        with pytest.raises(CommandError, match="Nobody has"):
            said("QX-7741")


@pytest.mark.django_db(transaction=True)
class TestWithTasksInTheProcess:
    """Its process ends with the command, and the thread of its tasks with it."""

    @pytest.fixture(autouse=True)
    def in_a_thread(self, settings) -> Iterator[None]:
        settings.TASKS = {"default": {"BACKEND": "retold.tasks.BackgroundBackend"}}
        yield
        # What went on behind the test would hold the tables that are emptied after it.
        assert finish()

    def test_what_is_kept_for_speed_is_clean_when_the_command_ends(self, person):
        assert "Erased." in said("QX-7741", name=WHOLE)
        assert Erasure.objects.get().index_is_clean

    def test_what_takes_longer_is_said(self, person, monkeypatch, capsys):
        monkeypatch.setattr("stories.management.commands.erase_person.finish", lambda: False)
        said("QX-7741", name=WHOLE, stderr=sys.stderr)
        assert "manage.py collect_cards" in capsys.readouterr().err

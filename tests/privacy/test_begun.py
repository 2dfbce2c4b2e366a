"""Erased from a page: not named from the next request on, and gone by a task."""

import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from retold.tasks import finish
from staff.models import Employee, Erasure, History, Team
from stories.drawing import draw_all
from stories.models import Story, WallVersion
from stories.models.content import Credited
from stories.privacy import erasing
from stories.privacy.begun import begin, erase_all_begun
from stories.privacy.erasing import Erased, erase
from stories.privacy.tidying import tidy
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    NoteFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    UserFactory,
)
from tests.telling.test_twice import at_once

from .people import FIRST, LAST, NUMBER, USERNAME, WHOLE, Somebody
from .test_erasure import traces

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(username="ada", roles=["admins"])


def begun(known: Somebody, by, *, everywhere: bool = False, photos: bool = True) -> Erasure:
    person = Employee.objects.select_related("account").get(pk=known.person.pk)
    return begin(person, by=by, everywhere=everywhere, photos=photos)


def is_erased(known: Somebody) -> bool:
    return Employee.objects.get(pk=known.person.pk).is_erased


@pytest.mark.parametrize("drawn", [False, True], ids=["", "cards drawn anew"])
def test_until_the_task_is_done_no_page_says_their_name(known, admin, staff_client, drawn):
    # What the directory says elsewhere is as it was entered, also of who asks not to be named.
    Team.objects.filter(name__contains=WHOLE).update(name="Their team")
    Employee.objects.filter(job_title__contains=WHOLE).update(job_title="Assistant")
    NoteFactory(story=known.told, text=f"Thank you, {WHOLE}.")
    told = [f"/stories/{one.public_id}/" for one in (known.told, known.credited, known.others)]
    pages = ["/", "/?view=list", f"/?q={LAST}", "/people/", "/stories/mine/", "/traits/"]
    pages += [*told, f"/teams/{known.team.slug}/", f"/people/{known.person.pk}/"]
    before = [staff_client.get(page).content.decode().casefold() for page in pages]
    assert sum(WHOLE.casefold() in page for page in before) > 2
    begun(known, admin)
    if drawn:
        draw_all(lambda done: None)
    for page in pages:
        shown = staff_client.get(page).content.decode()
        assert WHOLE.casefold() not in shown.casefold(), page
    assert not is_erased(known)


def test_the_task_does_the_rest_on_the_same_record(
    known, admin, django_capture_on_commit_callbacks
):
    erasure = begun(known, admin, photos=False)
    assert (erasure.person, erasure.done_at) == (known.person, None)
    with django_capture_on_commit_callbacks(execute=True):
        erase_all_begun()
    assert is_erased(known)
    done = Erasure.objects.get()
    assert (done.pk, done.person, done.by) == (erasure.pk, None, admin)
    assert done.done_at > done.at
    assert done.counts["drafts"] == 1
    assert "photos" not in done.counts
    assert not traces()
    last = History.objects.of("staff.employee", known.person.pk).latest("pk")
    assert (last.what, last.account) == ("forgotten", admin.pk)


def test_names_alone_go_everywhere_if_that_was_asked(
    known, admin, django_capture_on_commit_callbacks
):
    begun(known, admin, everywhere=True)
    with django_capture_on_commit_callbacks(execute=True):
        erase_all_begun()
    assert not traces([FIRST])


def test_nobody_is_erased_twice(known, admin):
    begun(known, admin)
    with pytest.raises(Erased):
        begun(known, admin)
    erase_all_begun()
    with pytest.raises(Erased):
        begun(known, admin)
    assert Erasure.objects.count() == 1


def test_what_was_begun_can_be_done_at_the_server(known, admin):
    begun(known, admin)
    erase(known.person, by=None)
    erase_all_begun()
    assert Erasure.objects.get().done_at


def test_what_no_task_has_done_is_done_once_a_day(known, admin):
    begun(known, admin)
    call_command("let_go", "--dry-run", verbosity=0)
    assert not is_erased(known)
    call_command("let_go", verbosity=0)
    assert is_erased(known)


def test_one_that_fails_is_kept_and_holds_no_other_up(known, admin, monkeypatch, caplog):
    begun(known, admin)
    other = UserFactory().person
    begin(other, by=admin, everywhere=False, photos=True)

    def fails_for_the_first(person, **how):
        return 1 / 0 if person == known.person else erase(person, **how)

    monkeypatch.setattr("stories.privacy.begun.erase", fails_for_the_first)
    erase_all_begun()
    assert not is_erased(known)
    assert Employee.objects.get(pk=other.pk).is_erased
    assert "is not done" in caplog.text
    assert USERNAME not in caplog.text
    monkeypatch.undo()
    erase_all_begun()
    assert is_erased(known)


def test_one_that_was_done_elsewhere_holds_no_other_up(known, admin, monkeypatch):
    begun(known, admin)
    other = UserFactory().person
    begin(other, by=admin, everywhere=False, photos=True)

    def done_meanwhile(person, **how):
        if person == known.person:
            erase(Employee.objects.get(pk=other.pk), by=admin)
        return erase(person, **how)

    monkeypatch.setattr("stories.privacy.begun.erase", done_meanwhile)
    erase_all_begun()
    assert is_erased(known)
    assert not Erasure.objects.filter(done_at=None).exists()


def test_one_that_was_done_by_the_release_before_is_done(known, admin):
    erasure = begun(known, admin)
    erase(known.person, by=None)
    Erasure.objects.filter(pk=erasure.pk).update(person=known.person, done_at=None)
    erase_all_begun()
    erasure.refresh_from_db()
    assert (erasure.person, bool(erasure.done_at)) == (None, True)


def test_the_index_is_made_anew_after_it_and_not_only_before(
    known, admin, monkeypatch, django_capture_on_commit_callbacks
):
    begun(known, admin)
    tidy()
    assert not Erasure.objects.get().index_is_clean
    rebuilt = []
    monkeypatch.setattr("stories.privacy.tidying.rebuild_index", lambda _tell: rebuilt.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        erase_all_begun()
    assert Erasure.objects.get().index_is_clean
    assert bool(rebuilt) == (connection.vendor == "sqlite")


def test_nobody_is_named_again_meanwhile(known, admin, admin_client):
    begun(known, admin)
    client = signed_in(known.person.account)
    answer = client.post(reverse("me_naming"), {"unnamed": ""}, follow=True)
    assert "you are not named again" in answer.content.decode()
    page = reverse("admin:staff_employee_change", args=[known.person.pk])
    data = {"first_name": known.person.first_name, "last_name": LAST, "active": "on"}
    data |= {f"memberships-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    form = admin_client.post(page, data).context["adminform"].form
    assert form.errors["unnamed"] == ["They are being erased, and are not named again."]
    assert Employee.objects.get(pk=known.person.pk).unnamed


@pytest.mark.django_db(transaction=True)
def test_the_wall_goes_on_while_texts_are_written_anew(monkeypatch):
    """All stories are held before the wall is: whoever has one of them may need the wall."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one write at a time.")
    person, free = EmployeeFactory(first_name=FIRST, last_name=LAST), []
    PublishedStoryFactory(body=f"Then {WHOLE} came and helped.")

    def elsewhere():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                WallVersion.bump()
            free.append(True)
        finally:
            connection.close()

    def record(*about):
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return recorded(*about)

    recorded = erasing._record
    monkeypatch.setattr(erasing, "_record", record)
    erase(person, by=None)
    assert free[:1] == [True]


@pytest.mark.django_db(transaction=True)
def test_who_edits_a_story_and_who_erases_a_name_in_it_do_not_wait_for_each_other():
    person, held = EmployeeFactory(first_name=FIRST, last_name=LAST), threading.Event()
    story = PendingStoryFactory()
    story.set_credits(names=[WHOLE, "Kim"])

    def run(number: int) -> bool:
        if number:
            held.wait()
            return bool(erase(person, by=None))
        with transaction.atomic():
            edited = Story.objects.filter(pk=story.pk).hold()
            held.set()
            # The other is there by then, and waits.
            time.sleep(0.5)
            return edited.save_content(by=None, credited=Credited(names=["Zed"]))

    assert at_once(2, run) == [True, True]
    assert [credit.name_text for credit in story.credits.all()] == ["Zed"]


def test_the_pages_say_that_it_is_being_done(known, admin_client):
    begun(known, admin_client.user)
    page = reverse("admin:staff_erasure_erase", args=[known.person.pk])
    for answer in (admin_client.get(page), admin_client.post(page, {"name": WHOLE})):
        there = reverse("admin:staff_erasure_person", args=[known.person.pk])
        assert answer.headers["Location"] == there
    assert "being erased" in admin_client.get(there).content.decode()
    record = reverse("admin:staff_erasure_change", args=[Erasure.objects.get().pk])
    assert "Not yet" in admin_client.get(record).content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_is_done_in_the_process_once_the_page_has_answered(admin_client, settings):
    settings.TASKS = {"default": {"BACKEND": "retold.tasks.BackgroundBackend"}}
    person = UserFactory(first_name=FIRST, last_name=LAST).person
    Employee.objects.filter(pk=person.pk).update(number=NUMBER)
    page = reverse("admin:staff_erasure_erase", args=[person.pk])
    answer = admin_client.post(page, {"name": person.full_name}, follow=True)
    assert "Nobody reads their name" in answer.content.decode()
    assert finish()
    assert Employee.objects.get(pk=person.pk).is_erased

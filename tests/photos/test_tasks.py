"""Making photos outside the request, so that nothing is lost when a process is."""

import datetime
import errno
import io
import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from retold import tasks
from stories.models import Photo
from stories.photos import variants
from stories.photos.collecting import stored
from stories.photos.room import ROOM, NoRoom
from stories.photos.tasks import MOST_ATTEMPTS, TAKEN_FOR, make_photo
from tests.factories import PhotoFactory, small_picture

pytestmark = pytest.mark.django_db


def said(command: str, *options: str) -> str:
    out = io.StringIO()
    call_command(command, *options, stdout=out)
    return out.getvalue()


def test_a_photo_is_made_once():
    photo = PhotoFactory()
    make_photo.call(photo.pk)
    photo.refresh_from_db()
    assert photo.ready
    assert photo.made_at
    make_photo.call(photo.pk)
    assert Photo.objects.get(pk=photo.pk).files == photo.files


def test_photos_that_come_together_are_one_task_in_which_each_is_made_by_itself(monkeypatch):
    first, broken, last = (PhotoFactory() for _number in range(3))
    open_image = Photo.open_image
    monkeypatch.setattr(
        Photo, "open_image", lambda photo: 1 / 0 if photo == broken else open_image(photo)
    )
    make_photo.call(first.pk, broken.pk, last.pk)
    states = [Photo.objects.get(pk=photo.pk).state for photo in (first, broken, last)]
    assert states == ["ready", "failed", "ready"]


def test_a_photo_that_somebody_just_took_is_left_to_them_until_they_must_be_gone():
    photo = PhotoFactory(tried_at=timezone.now(), attempts=1)
    make_photo.call(photo.pk)
    assert not Photo.objects.get(pk=photo.pk).ready
    Photo.objects.update(tried_at=timezone.now() - TAKEN_FOR - datetime.timedelta(seconds=1))
    make_photo.call(photo.pk)
    assert Photo.objects.get(pk=photo.pk).ready


def test_a_photo_that_ends_its_process_each_time_is_given_up():
    photo = PhotoFactory(attempts=MOST_ATTEMPTS)
    make_photo.call(photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.State.FAILED
    assert "process" in photo.failure


def test_a_photo_that_cannot_be_made_says_why_and_leaves_nothing_behind(monkeypatch):
    photo = PhotoFactory()
    before = stored()
    monkeypatch.setattr(variants, "stored_halftone", lambda image: 1 / 0)
    make_photo.call(photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.failure) == ("failed", "ZeroDivisionError: division by zero")
    assert stored() == before
    monkeypatch.undo()
    assert "0 of 0" in said("make_photos")
    assert "1 of 1" in said("make_photos", "--failed")
    assert Photo.objects.get(pk=photo.pk).ready


def test_a_photo_waits_for_a_storage_that_is_away_however_often_it_is_tried(monkeypatch):
    photo = PhotoFactory()

    def away(*_args, **_about):
        raise OSError(errno.EIO, "The storage is gone.")

    with monkeypatch.context() as patched:
        patched.setattr("stories.photos.tasks.make_files", away)
        for _time in range(MOST_ATTEMPTS + 2):
            Photo.objects.update(tried_at=timezone.now() - 2 * TAKEN_FOR)
            make_photo.call(photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.attempts) == (Photo.State.WAITING, 0)
    Photo.objects.update(tried_at=timezone.now() - 2 * TAKEN_FOR)
    assert "1 of 1" in said("make_photos")


def test_a_photo_for_which_there_is_no_room_goes_on_waiting(monkeypatch):
    photo = PhotoFactory()

    def full(self, size, wait=None):
        raise NoRoom

    monkeypatch.setattr(type(ROOM), "take", full)
    make_photo.call(photo.pk)
    assert Photo.objects.get(pk=photo.pk).state == Photo.State.WAITING


def test_a_photo_that_is_removed_while_it_is_made_leaves_nothing_behind(monkeypatch):
    photo = PhotoFactory()
    true = variants.stored_halftone

    def meanwhile(image):
        Photo.objects.filter(pk=photo.pk).delete()
        return true(image)

    monkeypatch.setattr(variants, "stored_halftone", meanwhile)
    before = stored()
    make_photo.call(photo.pk)
    assert stored() == before


def test_photos_left_waiting_are_made_by_the_command_and_when_they_are_asked_for(staff_client):
    first = PhotoFactory(created_at=timezone.now() - TAKEN_FOR * 2)
    second = PhotoFactory()
    assert staff_client.get(first.src).status_code == 200
    assert Photo.objects.get(pk=first.pk).ready
    assert "1 of 1" in said("make_photos")
    assert Photo.objects.get(pk=second.pk).ready
    files = Photo.objects.get(pk=second.pk).files
    assert "2 of 2" in said("make_photos", "--all")
    assert Photo.objects.get(pk=second.pk).files.keys() == files.keys()
    assert not any(default_storage.exists(name) for name in files.values())


def test_photos_left_waiting_are_made_after_any_other():
    left = [PhotoFactory(created_at=timezone.now() - TAKEN_FOR * 2) for _ in range(3)]
    waiting = PhotoFactory()
    make_photo.call(PhotoFactory().pk)
    assert all(Photo.objects.get(pk=photo.pk).ready for photo in left)
    assert not Photo.objects.get(pk=waiting.pk).ready


def test_a_photo_is_taken_up_once_however_often_it_is_asked_for(staff_client, monkeypatch):
    photo = PhotoFactory(created_at=timezone.now() - TAKEN_FOR * 2)
    queued = []
    monkeypatch.setattr(type(make_photo), "enqueue", lambda task, pk: queued.append(pk))
    for _ in range(3):
        staff_client.get(photo.src)
    assert queued == [photo.pk]


def test_files_nobody_has_are_collected_when_they_are_old_enough():
    kept, discarded = PhotoFactory(made=True), PhotoFactory(made=True)
    names = discarded.stored_names()
    orphan = default_storage.save("photos/cut-off.jpg", ContentFile(small_picture()))
    # A process that ended between the row and its files.
    discarded.delete()
    assert f"{0} files taken away" in said("collect_photos")
    assert orphan in said("collect_photos", "--dry-run", "--hours", "0")
    assert default_storage.exists(orphan)
    said("collect_photos", "--hours", "0")
    assert not any(default_storage.exists(name) for name in [orphan, *names])
    assert all(default_storage.exists(name) for name in kept.stored_names())


done: list[object] = []
began, go_on = threading.Event(), threading.Event()


@tasks.task()
def note(what):
    done.append(what)


@tasks.task()
def fail():
    raise ValueError("on purpose")


@tasks.task()
def hold_on():
    began.set()
    go_on.wait(10)


@pytest.fixture
def background():
    done.clear()
    began.clear()
    go_on.clear()
    yield tasks.BackgroundBackend("default", {"OPTIONS": {"MOST_WAITING": 2}})
    go_on.set()


@pytest.mark.django_db(transaction=True)
class TestTheProcessItself:
    """The backend that runs tasks in a thread."""

    def test_a_task_starts_once_its_transaction_is_committed(self, background):
        with transaction.atomic():
            background.enqueue(note, ["a"], {})
            assert background.finish(0.05)
            assert done == []
        assert background.finish()
        assert done == ["a"]

    def test_nothing_happens_if_the_transaction_is_rolled_back(self, background):
        with transaction.atomic():
            background.enqueue(note, ["a"], {})
            transaction.set_rollback(True)
        background.enqueue(note, ["b"], {})
        assert background.finish()
        assert done == ["b"]

    def test_a_task_that_fails_is_logged_and_the_next_one_runs(self, background, caplog):
        background.enqueue(fail, [], {})
        background.enqueue(note, [], {"what": "b"})
        assert background.finish()
        assert done == ["b"]
        assert "fail failed" in caplog.text
        assert "on purpose" in caplog.text

    def test_what_finds_no_room_is_left_for_later(self, background, caplog):
        background.enqueue(hold_on, [], {})
        assert began.wait(10)
        for name in "abc":
            background.enqueue(note, [name], {})
        go_on.set()
        assert background.finish()
        assert done == ["a", "b"]
        assert "left for later" in caplog.text

    def test_a_photo_is_made_in_the_background(self, background):
        photo = PhotoFactory()
        background.enqueue(make_photo, [photo.pk], {})
        assert background.finish()
        assert Photo.objects.get(pk=photo.pk).ready

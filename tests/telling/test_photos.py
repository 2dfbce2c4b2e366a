"""Photos in the tell form without JavaScript, and those that a page sends by themselves."""

import errno
import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from stories.models import MOST_PHOTOS, Photo, Status, Story
from stories.telling import photos
from tests.conftest import signed_in
from tests.factories import (
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
)

from .conftest import fresh

pytestmark = pytest.mark.django_db

TELL = reverse("tell")
MEGABYTE = 1024 * 1024


def picture(number: int = 0, name: str | None = None, kind: str = "JPEG") -> SimpleUploadedFile:
    """A file with a picture of its own for each number."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (number * 30, 80, 120)).save(buffer, kind)
    return SimpleUploadedFile(name or f"photo{number}.jpg", buffer.getvalue())


def junk(name: str, content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client, button: str = "send", *, files=(), to: str = TELL, **values):
    return client.post(to, {**fresh(**values), button: "1", "photos": list(files)})


def said(response) -> dict[str, str]:
    """Which files were refused, and why."""
    return {one.name: one.why for one in response.context["photos"].refused}


def alts(story: Story) -> list[str]:
    return [photo.alt for photo in Photo.objects.filter(story=story)]


def draft_of(client, **about) -> Story:
    return StoryFactory(teller=client.user.person, **about)


def test_photos_are_sent_with_the_story_in_the_order_they_came(staff_client):
    response = send(staff_client, files=[picture(1), picture(2)])
    story = Story.objects.get()
    assert response.url == reverse("sent", args=[story.public_id])
    assert story.status == Status.PENDING
    assert [photo.ready for photo in story.photos.all()] == [True, True]
    assert [photo.position for photo in story.photos.all()] == [0, 1]
    # They came with the story, so nobody changed anything about it.
    assert [event.action for event in story.events.all()] == ["submitted"]


def test_a_bad_photo_keeps_the_text_and_the_good_ones_and_is_named(staff_client):
    values = fresh(body="She kept the lamp on.")
    files = [picture(1), junk("holiday.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")]
    response = send(staff_client, files=files, **values)
    assert response.status_code == 200
    assert list(said(response)) == ["holiday.svg"]
    page = response.content.decode()
    assert "One photo could not be taken" in page
    assert "holiday.svg" in page
    assert "She kept the lamp on." in page
    story = Story.objects.get()
    assert (story.status, story.photos.count()) == (Status.DRAFT, 1)
    assert story.photos.get().key in page
    again = send(staff_client, **values | {"version": str(response.context["version"])})
    assert again.status_code == 302
    story.refresh_from_db()
    assert (story.status, story.photos.count()) == (Status.PENDING, 1)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (lambda: junk("none.jpg"), "empty"),
        (lambda: junk("words.jpg", b"Dear diary"), "no photo"),
        (lambda: junk("drawing.jpg", b"<svg/>"), "SVG"),
        (lambda: junk("paper.jpg", b"%PDF-1.7"), "PDF"),
        (lambda: junk("half.jpg", picture(1).read()[:300]), "broken"),
        (lambda: junk("large.jpg", b"\xff\xd8\xff" + bytes(40 * MEGABYTE)), "25 MB"),
    ],
    ids=["zero bytes", "text", "SVG", "PDF", "cut off", "40 MB"],
)
def test_each_file_that_is_no_photo_is_answered_with_its_sentence(staff_client, file, words):
    response = send(staff_client, files=[file(), picture(2)])
    assert response.status_code == 200
    [why] = said(response).values()
    assert words in why
    assert Story.objects.get().photos.count() == 1


def test_words_are_kept_where_the_storage_takes_no_photo(staff_client, monkeypatch):
    def full(*_args, **_about):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.default_storage.save", full)
    response = send(staff_client, files=[picture(1)], body="She kept the lamp on.")
    assert response.status_code == 200
    assert list(said(response).values()) == [
        "It could not be stored just now. Your words are kept; add it again."
    ]
    story = Story.objects.get()
    assert (story.body, story.photos.count()) == ("She kept the lamp on.", 0)


@pytest.mark.django_db(transaction=True)
def test_nobody_else_waits_for_a_storage_that_is_slow(monkeypatch):
    client, stored = signed_in(UserFactory()), []
    save = default_storage.save

    def watched(name, content, **about):
        # Whoever writes to SQLite keeps all others from it until the transaction ends.
        if name.endswith(".jpg"):
            stored.append(connection.in_atomic_block)
        return save(name, content, **about)

    monkeypatch.setattr("django.core.files.storage.default_storage.save", watched)
    send(client, files=[picture(1)])
    story = StoryFactory(teller=client.user.person)
    client.post(where(story), {"photos": picture(2)})
    assert stored == [False, False]
    assert Photo.objects.count() == 2


@pytest.mark.parametrize("when", ["opened", "written"])
def test_words_are_kept_where_there_is_no_room_for_a_large_file(staff_client, monkeypatch, when):
    class Full(io.BytesIO):
        def write(self, _content):
            raise OSError(errno.ENOSPC, "No space left on device")

    def temporary(*_):
        if when == "opened":
            raise OSError(errno.ENOSPC, "No space left on device")
        return Full()

    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", temporary)
    large = junk("large.jpg", b"\xff\xd8\xff" + bytes(3 * MEGABYTE))
    response = send(staff_client, files=[large], body="She kept the lamp on.")
    assert response.status_code == 200
    assert "no room for this file" in said(response)["large.jpg"]
    assert Story.objects.get().body == "She kept the lamp on."


def test_a_photo_is_taken_by_what_it_is_whatever_its_name_says(staff_client):
    files = [picture(1, "photo.txt", "PNG"), picture(2, "photo.heic", "WEBP")]
    assert send(staff_client, files=files).status_code == 302
    assert Photo.objects.count() == 2


def test_six_fit_and_the_seventh_is_told_so(staff_client):
    response = send(staff_client, files=[picture(number) for number in range(7)])
    assert list(said(response)) == ["photo6.jpg"]
    assert "room for six" in said(response)["photo6.jpg"]
    assert Photo.objects.count() == MOST_PHOTOS


def test_one_that_comes_off_makes_room_for_another(staff_client):
    story = draft_of(staff_client)
    held = [PhotoFactory(story=story, position=number) for number in range(MOST_PHOTOS)]
    values = {"submission": str(story.submission), "version": str(story.version)}
    response = send(
        staff_client,
        "keep",
        files=[picture(1)],
        photo=[photo.key for photo in held],
        remove=[held[0].key],
        **values,
    )
    assert response.status_code == 302
    assert story.photos.count() == MOST_PHOTOS
    assert not Photo.objects.filter(pk=held[0].pk).exists()


def test_the_same_form_sent_twice_stores_each_photo_once(staff_client):
    values = fresh()
    for _ in range(2):
        assert send(staff_client, files=[picture(1), picture(2)], **values).status_code == 302
    assert Story.objects.count() == 1
    assert Photo.objects.count() == 2
    assert list(Story.objects.get().events.values_list("action", flat=True)) == ["submitted"]


def test_the_same_file_chosen_twice_is_one_photo(staff_client):
    send(staff_client, files=[picture(1, "a.jpg"), picture(1, "b.jpg")])
    assert Photo.objects.count() == 1


def test_words_places_and_ticks_are_stored(staff_client):
    story = draft_of(staff_client)
    first, second, third = (PhotoFactory(story=story, position=n, alt=str(n)) for n in range(3))
    send(
        staff_client,
        "keep",
        submission=str(story.submission),
        version=str(story.version),
        photo=[first.key, second.key, third.key],
        remove=[second.key],
        **{f"alt-{first.key}": " The \u202ebag ", f"place-{third.key}": "1"},
    )
    assert alts(story) == ["2", "The bag"]


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ({}, "abc"),
        ({"c": "1"}, "cab"),
        ({"a": "3"}, "bca"),
        ({"a": "2"}, "bac"),
        ({"a": "3", "b": "2", "c": "1"}, "cba"),
        ({"a": "nonsense", "b": "-1", "c": "9" * 30}, "abc"),
    ],
)
def test_a_photo_takes_the_place_it_was_given(places, order):
    from django.http import QueryDict

    data = QueryDict(mutable=True)
    data.setlist("photo", list("abc"))
    for key, place in places.items():
        data[f"place-{key}"] = place
    assert "".join(photos.Arranged.by(data).order) == order


def test_a_photo_that_another_tab_added_stays(staff_client):
    story = draft_of(staff_client)
    mine, theirs = PhotoFactory(story=story), PhotoFactory(story=story, position=1)
    values = {"submission": str(story.submission), "version": str(story.version)}
    send(staff_client, "keep", photo=[mine.key], **values)
    assert [photo.key for photo in story.photos.all()] == [mine.key, theirs.key]


def test_a_photo_that_went_meanwhile_stays_gone_when_the_same_story_is_arranged_again():
    story, by = StoryFactory(), UserFactory()
    gone, kept = (PhotoFactory(story=story, position=place) for place in (0, 1))
    photos.arrange(story, photos.Arranged([gone.key, kept.key]), by=by)
    Story.objects.get(pk=story.pk).remove_photo(gone, by=by)
    photos.arrange(story, photos.Arranged([kept.key, gone.key]), by=by)
    assert list(Photo.objects.filter(story=story)) == [kept]


def test_photos_are_kept_although_two_tabs_wrote_the_story(staff_client):
    story = draft_of(staff_client, version=3)
    values = {"submission": str(story.submission), "version": "1", "body": "Another end."}
    response = send(staff_client, files=[picture(1)], **values)
    assert response.status_code == 409
    assert story.photos.count() == 1
    assert "Another end." in response.content.decode()
    story.refresh_from_db()
    assert story.body != "Another end."


def test_photos_without_a_word_are_asked_for_again(staff_client):
    response = send(staff_client, files=[picture(1)], body="  ")
    assert "Write a sentence first" in said(response)["photo1.jpg"]
    assert not Story.objects.exists()


def test_what_is_wrong_elsewhere_in_the_form_keeps_its_photos(staff_client):
    response = send(staff_client, files=[picture(1)], happened_on="yesterday", body="Told.")
    assert "happened_on" in response.context["form"].errors
    story = Story.objects.get()
    assert (story.status, story.body, story.photos.count()) == (Status.DRAFT, "Told.", 1)
    assert story.photos.get().key in response.content.decode()


def test_photos_are_put_in_before_the_story_is_sent(staff_client):
    values = fresh(look="photos")
    response = staff_client.post(TELL, {**values, "photos": [picture(1)]})
    photo = Photo.objects.get()
    assert f'name="alt-{photo.key}"' in response.content.decode()
    values |= {"photo": photo.key, f"alt-{photo.key}": "A lamp", "version": "1"}
    staff_client.post(TELL, {**values, "photos": [picture(2)]})
    assert alts(photo.story) == ["A lamp", ""]


def test_looking_for_a_line_loses_no_photo(staff_client):
    response = staff_client.post(TELL, {**fresh(look="line"), "photos": [picture(1)]})
    assert response.status_code == 200
    assert Photo.objects.count() == 1


def test_words_of_a_photo_come_back_with_a_form_that_is_wrong(staff_client):
    story = draft_of(staff_client)
    photo = PhotoFactory(story=story)
    response = send(
        staff_client,
        submission=str(story.submission),
        version=str(story.version),
        happened_on="yesterday",
        photo=[photo.key],
        remove=[photo.key],
        **{f"alt-{photo.key}": "Half a sen"},
    )
    [shown] = response.context["photos_shown"]
    assert (shown.alt, shown.off) == ("Half a sen", True)
    assert story.photos.count() == 1


def test_photos_of_a_story_that_waits_are_on_the_record(staff_client):
    story = PendingStoryFactory(teller=staff_client.user.person)
    to = reverse("edit", args=[story.public_id])
    values = {"version": str(story.version), "body": story.body}
    response = send(staff_client, to=to, files=[picture(1), junk("no.jpg")], **values)
    assert list(said(response)) == ["no.jpg"]
    story.refresh_from_db()
    assert story.events.filter(action="photos").count() == 1
    # The page goes on from what is stored by now.
    values["version"] = str(response.context["version"])
    response = send(staff_client, to=to, **values | {"body": "One word more."})
    assert response.status_code == 302
    story.refresh_from_db()
    assert (story.body, story.photos.count()) == ("One word more.", 1)


def test_photos_stay_through_sending_back_withdrawing_and_sending_again(staff_client):
    send(staff_client, files=[picture(1)])
    story = Story.objects.get()
    story.send_back(by=None, note="Where was it?")
    to = reverse("edit", args=[story.public_id])
    send(staff_client, to=to, body="At the door.", version=str(story.version))
    story.refresh_from_db()
    story.withdraw(by=staff_client.user)
    send(staff_client, to=to, body="At the door.", version=str(story.version))
    story.refresh_from_db()
    assert (story.status, story.photos.count()) == (Status.PENDING, 1)
    assert default_storage.exists(story.photos.get().original.name)


def test_a_story_that_went_up_meanwhile_takes_no_photo(staff_client):
    story = PublishedStoryFactory(teller=staff_client.user.person)
    to = reverse("edit", args=[story.public_id])
    response = send(staff_client, to=to, files=[picture(1)], version="1", body="New words.")
    assert response.status_code == 409
    assert said(response) == {"photo1.jpg": "It was not added."}
    assert not story.photos.exists()


def test_throwing_a_draft_away_takes_its_files_along(
    staff_client, django_capture_on_commit_callbacks
):
    send(staff_client, "keep", files=[picture(1)])
    story = Story.objects.get()
    names = story.photos.get().stored_names()
    with django_capture_on_commit_callbacks(execute=True):
        staff_client.post(reverse("discard", args=[story.public_id]))
    assert not Story.objects.exists()
    assert not any(default_storage.exists(name) for name in names)


def test_signed_out_meanwhile_the_photos_are_asked_for_again():
    user = UserFactory()
    whose = photos_mark(user)
    response = Client().post(TELL, {**fresh(whose=whose), "send": "1", "photos": [picture(1)]})
    assert response.status_code == 401
    assert "choose the photos again" in response.content.decode().lower()
    assert not Photo.objects.exists()


def photos_mark(user) -> str:
    from stories.telling.kept import mark_of

    return mark_of(user)


# One at a time, by themselves.


def where(story: Story) -> str:
    return reverse("draft_photos", args=[story.public_id])


def test_a_photo_alone_is_kept_once_however_often_it_comes(staff_client):
    story = draft_of(staff_client)
    answers = [staff_client.post(where(story), {"photos": picture(1)}).json() for _ in range(2)]
    photo = story.photos.get()
    assert [answer["key"] for answer in answers] == [photo.key] * 2
    assert answers[0]["state"] == "kept"
    assert answers[0]["versions"] == [story.version] * 2
    page = staff_client.get(where(story)).content.decode()
    assert f'name="alt-{photo.key}"' in page


@pytest.mark.parametrize(
    "files", [{}, {"photos": SimpleUploadedFile("no.jpg", b"no")}], ids=["none", "no photo"]
)
def test_a_bad_photo_alone_is_refused_with_a_sentence(staff_client, files):
    response = staff_client.post(where(draft_of(staff_client)), files)
    assert response.status_code == 422
    assert response.json()["state"] == "refused"
    assert response.json()["message"].endswith(".")
    assert response.json()["for_good"] is bool(files)


def test_a_photo_that_did_not_arrive_whole_may_be_sent_again(staff_client):
    cut = SimpleUploadedFile("half.jpg", picture(1).read()[:300])
    response = staff_client.post(where(draft_of(staff_client)), {"photos": cut})
    assert response.json()["for_good"] is False


def test_a_seventh_alone_is_refused_unless_another_goes(staff_client):
    story = draft_of(staff_client)
    held = [PhotoFactory(story=story, position=number) for number in range(MOST_PHOTOS)]
    response = staff_client.post(where(story), {"photos": picture(1)})
    assert "room for six" in response.json()["message"]
    answer = staff_client.post(where(story), {"photos": picture(1), "remove": held[2].key}).json()
    assert answer["state"] == "kept"
    assert story.photos.count() == MOST_PHOTOS


def test_a_photo_added_to_a_story_that_waits_tells_who_reads_it(staff_client):
    story = PendingStoryFactory(teller=staff_client.user.person)
    answer = staff_client.post(where(story), {"photos": picture(1)}).json()
    story.refresh_from_db()
    assert answer["versions"] == [story.version - 1, story.version]


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_change_a_story_is_told_that_there_is_none(staff_client, method):
    theirs = StoryFactory()
    up = PublishedStoryFactory(teller=staff_client.user.person)
    for story in (theirs, up):
        response = getattr(staff_client, method)(where(story), {"photos": picture(1)})
        assert response.status_code == 404
    assert not Photo.objects.exists()


def test_a_photo_needs_the_token_of_its_page(staff_client):
    story = draft_of(staff_client)
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff_client.user)
    assert client.post(where(story), {"photos": picture(1)}).status_code == 403


def test_nobody_has_photos_looked_through_all_day(staff_client, monkeypatch):
    monkeypatch.setattr(photos, "MOST_AN_HOUR", 2)
    story = draft_of(staff_client)
    answers = [staff_client.post(where(story), {"photos": picture(n)}).json() for n in range(3)]
    assert [answer["state"] for answer in answers] == ["kept", "kept", "refused"]
    assert "within an hour" in answers[2]["message"]


def test_autosave_keeps_words_and_order_and_takes_nothing_off(staff_client):
    story = draft_of(staff_client)
    first, second = (PhotoFactory(story=story, position=n, alt=str(n)) for n in range(2))
    answer = staff_client.post(
        reverse("autosave"),
        {
            **fresh(submission=str(story.submission), version=str(story.version)),
            "photo": [second.key, first.key],
            "remove": [first.key],
            f"alt-{second.key}": "A lamp",
        },
    ).json()
    assert answer["photos"] == where(story)
    assert alts(story) == ["A lamp", "0"]


def test_a_photo_alone_asks_the_database_little(staff_client):
    story = draft_of(staff_client)
    for number in range(4):
        PhotoFactory(story=story, position=number)
    with CaptureQueriesContext(connection) as captured:
        staff_client.post(where(story), {"photos": picture(1)})
    asked = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    # Those that make the photo ready are asked in the same breath only here.
    assert len(asked) <= 20, "\n".join(asked)


def test_a_form_that_names_a_strange_file_says_so_plainly(staff_client):
    name = "<b>" + "x" * 300 + "\u202e.jpg"
    response = send(staff_client, files=[junk(name, b"no")])
    page = response.content.decode()
    assert "<b>x" not in page
    [shown] = said(response)
    assert len(shown) <= 61


def test_two_stories_may_hold_the_same_photo(staff_client):
    for number in range(2):
        send(staff_client, files=[picture(1)], submission=str(uuid.uuid4()), body=f"Told {number}.")
    assert Photo.objects.count() == 2

"""The address of a card: who gets it, when it is drawn, and that no old one is ever served."""

import datetime
import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from stories.sharing.cards import files
from stories.sharing.cards.layout import FORMATS
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db


def card_of(story, size: str = "landscape") -> str:
    return reverse("story_card", args=[story.public_id, size])


def kept(story) -> list[str]:
    try:
        return sorted(default_storage.listdir(f"cards/{story.public_id}")[1])
    except FileNotFoundError:
        return []


@pytest.fixture
def drawn(monkeypatch) -> list:
    """The words of every card that is drawn."""
    contents = []
    draw = files.draw_card

    def watched(content, *args):
        contents.append(content)
        return draw(content, *args)

    monkeypatch.setattr(files, "draw_card", watched)
    return contents


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.slug)
def test_a_reader_gets_the_card_in_its_size(staff_client, form):
    story = PublishedStoryFactory(traits=["personal"])
    response = staff_client.get(card_of(story, form.slug))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-cache"
    assert Image.open(io.BytesIO(response.content)).size == (form.width, form.height)


def test_a_size_there_is_not_is_missing(staff_client):
    assert staff_client.get(card_of(PublishedStoryFactory(), "giant")).status_code == 404


def test_whoever_may_not_see_the_story_gets_no_card(staff_client, moderator_client, client):
    waiting, draft = PendingStoryFactory(), StoryFactory()
    assert staff_client.get(card_of(waiting)).status_code == 404
    assert moderator_client.get(card_of(waiting)).status_code == 200
    assert moderator_client.get(card_of(draft)).status_code == 404
    assert client.get(card_of(PublishedStoryFactory())).status_code == 302


def test_of_a_story_that_is_not_on_the_wall_nothing_is_kept(staff_client):
    story = StoryFactory(teller=staff_client.user.person)
    assert staff_client.get(card_of(story)).status_code == 200
    assert kept(story) == []


def test_as_a_download_it_has_a_name_that_says_what_it_is(staff_client):
    story = PublishedStoryFactory(title="Ninety seconds: for a cello")
    response = staff_client.get(card_of(story) + "?download")
    name = 'attachment; filename="retold-ninety-seconds-for-a-cello-1200x630.png"'
    assert response["Content-Disposition"] == name
    assert "Content-Disposition" not in staff_client.get(card_of(story))


def test_a_card_is_drawn_once(staff_client, drawn):
    story = PublishedStoryFactory()
    first = staff_client.get(card_of(story))
    again = staff_client.get(card_of(story))
    assert first.content == again.content
    assert len(drawn) == 1


def test_what_the_browser_holds_is_not_sent_again(staff_client, drawn):
    story = PublishedStoryFactory()
    etag = staff_client.get(card_of(story))["ETag"]
    response = staff_client.get(card_of(story), headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")
    story.line = "Three sugars."
    story.save()
    response = staff_client.get(card_of(story), headers={"If-None-Match": etag})
    assert response.status_code == 200
    assert response["ETag"] != etag


def test_a_name_that_is_withheld_is_gone_from_the_next_card_on(staff_client, drawn):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    story = PublishedStoryFactory(
        people=[person],
        people__team=TeamFactory(name="Till six"),
        line="“Ask Ottoline,” he said.",
        title="Ottoline Zwart and the handle",
    )
    staff_client.get(card_of(story))
    assert "Ottoline" in repr(drawn[0])
    before = kept(story)
    person.unnamed = True
    person.save()
    staff_client.get(card_of(story))
    assert len(drawn) == 2
    assert "Ottoline" not in repr(drawn[1])
    assert "Zwart" not in repr(drawn[1])
    assert drawn[1].credit == "A colleague, Till six"
    assert len(kept(story)) == 1
    assert kept(story) != before


def test_with_and_without_its_photo_are_two_cards(staff_client):
    story = PublishedStoryFactory()
    PhotoFactory(story=story, made=True)
    shown = staff_client.get(card_of(story))
    plain = staff_client.get(card_of(story) + "?photo=0")
    assert shown.content != plain.content
    assert [name.rpartition("-")[0] for name in kept(story)] == ["landscape", "landscape-plain"]


def test_another_focus_makes_another_card(staff_client):
    story = PublishedStoryFactory()
    photo = PhotoFactory(story=story, made=True)
    before = staff_client.get(card_of(story))["ETag"]
    photo.focus_x = 10
    photo.save()
    assert staff_client.get(card_of(story))["ETag"] != before
    assert len(kept(story)) == 1


def test_half_a_file_is_drawn_anew(staff_client, drawn):
    story = PublishedStoryFactory()
    whole = staff_client.get(card_of(story)).content
    (name,) = kept(story)
    path = f"cards/{story.public_id}/{name}"
    default_storage.delete(path)
    default_storage.save(path, ContentFile(whole[:500]))
    assert staff_client.get(card_of(story)).content == whole
    assert kept(story) == [name]
    staff_client.get(card_of(story))
    assert len(drawn) == 2


def test_a_full_disk_keeps_no_card_from_its_reader(staff_client, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    assert staff_client.get(card_of(PublishedStoryFactory())).status_code == 200


def test_when_too_many_are_drawn_at_once_one_is_asked_to_come_back(staff_client, monkeypatch):
    monkeypatch.setattr(files, "PATIENCE", 0.01)
    for _turn in range(files.AT_ONCE):
        files._turns.acquire()
    try:
        response = staff_client.get(card_of(PublishedStoryFactory()))
    finally:
        for _turn in range(files.AT_ONCE):
            files._turns.release()
    assert response.status_code == 503
    assert response["Retry-After"]


def test_it_asks_the_database_little_however_many_it_names(
    staff_client, django_assert_max_num_queries
):
    story = PublishedStoryFactory(
        people=[EmployeeFactory() for _ in range(6)], traits=["personal", "caring", "playful"]
    )
    PhotoFactory(story=story, made=True)
    for _ in range(3):
        EmployeeFactory(unnamed=True)
    with django_assert_max_num_queries(12):
        staff_client.get(card_of(story))


def test_collecting_throws_away_what_no_reader_may_see_or_asks_for(staff_client, capsys):
    taken_down, renamed, stays, old = (PublishedStoryFactory() for _ in range(4))
    person = EmployeeFactory()
    renamed.set_credits(people=[person])
    for story in (taken_down, renamed, stays, old):
        PhotoFactory(story=story, made=True)
        staff_client.get(card_of(story))
        staff_client.get(card_of(story) + "?photo=0")
    taken_down.withdraw(by=None)
    person.unnamed = True
    person.save()
    call_command("collect_cards")
    assert capsys.readouterr().out.startswith("4 cards")
    assert [len(kept(story)) for story in (taken_down, renamed, stays, old)] == [0, 0, 2, 2]
    assert files.collect(now=timezone.now() + datetime.timedelta(days=31)) == 4
    assert default_storage.listdir("cards")[0] == []


def test_collecting_without_cards_is_nothing():
    assert files.collect() == 0


def test_a_story_that_is_taken_down_takes_its_cards_with_it(
    staff_client, django_capture_on_commit_callbacks
):
    taken_down, stays = PublishedStoryFactory(), PublishedStoryFactory()
    for story in (taken_down, stays):
        staff_client.get(card_of(story))
    with django_capture_on_commit_callbacks(execute=True):
        taken_down.withdraw(by=None)
    assert (len(kept(taken_down)), len(kept(stays))) == (0, 1)


def test_cards_with_a_name_go_when_its_bearer_asks_in_person_or_through_an_admin(
    staff_client, admin_client, django_capture_on_commit_callbacks
):
    asks, is_marked = EmployeeFactory(), EmployeeFactory()
    stories = [PublishedStoryFactory(people=[person]) for person in (asks, is_marked)]
    for story in (*stories, stays := PublishedStoryFactory()):
        staff_client.get(card_of(story))
    with django_capture_on_commit_callbacks(execute=True):
        asks.ask_not_to_be_named()
    assert [len(kept(story)) for story in (*stories, stays)] == [0, 1, 1]
    form = {"first_name": is_marked.first_name, "active": "on", "unnamed": "on"}
    rows = {f"memberships-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    with django_capture_on_commit_callbacks(execute=True):
        page = reverse("admin:staff_employee_change", args=[is_marked.pk])
        assert admin_client.post(page, form | rows).status_code == 302
    assert [len(kept(story)) for story in (*stories, stays)] == [0, 0, 1]


def test_the_share_panel_offers_the_card_without_the_photo_where_there_is_one(staff_client):
    story = PublishedStoryFactory()
    without = f"{card_of(story)}?photo=0&amp;download"
    assert without not in staff_client.get(story.get_absolute_url()).content.decode()
    PhotoFactory(story=story, made=True)
    assert without in staff_client.get(story.get_absolute_url()).content.decode()

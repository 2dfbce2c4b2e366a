"""Words that may tell who somebody is: pointed at while one writes, asked about once."""

import re

import pytest
from django.urls import reverse

from stories.models import Photo, Status, Story
from tests.factories import EmployeeFactory

from .conftest import fresh
from .test_photos import picture

pytestmark = pytest.mark.django_db

TELLS = "She gave me her number, 020 7946 0958, and smiled."
TICK = re.compile(r'<input type="checkbox" name="overruled" value="(\w+)"( checked)?>')


def ticks(response) -> dict[str, bool]:
    """What may stay, and whether that is ticked."""
    return {key: bool(on) for key, on in TICK.findall(response.content.decode())}


@pytest.fixture
def form() -> dict:
    return fresh()


def send(client, form, **more):
    return client.post(reverse("tell"), form | {"send": "1"} | more)


def test_it_is_asked_about_once_and_goes_out_as_it_is(staff_client, form):
    asked = send(staff_client, form, body=TELLS, place="Till six", served="colleague")
    assert asked.status_code == 200
    assert not Story.objects.exists()
    page = asked.content.decode()
    assert "Not sent yet" in page
    assert '<mark class="ev" data-hue="hint">020 7946 0958</mark>' in page
    assert "Send as it is" in page
    # Everything is still there.
    bound = asked.context["form"]
    assert (bound["body"].value(), bound["place"].value()) == (TELLS, "Till six")
    assert bound["served"].value() == "colleague"
    [key] = ticks(asked)
    assert ticks(asked) == {key: True}
    sent = send(staff_client, form, body=TELLS, place="Till six", overruled=[key])
    assert sent.status_code == 302
    assert Story.objects.get().status == Status.PENDING


def test_what_else_was_written_since_is_asked_about_by_itself(staff_client, form):
    [first] = ticks(send(staff_client, form, body=TELLS))
    more = f"{TELLS} Or write to anna@example.org."
    asked = send(staff_client, form, body=more, overruled=[first])
    assert "Not sent yet" in asked.content.decode()
    assert len(ticks(asked)) == 2
    assert send(staff_client, form, body=more, overruled=list(ticks(asked))).status_code == 302


def test_words_that_were_taken_out_are_asked_about_no_more(staff_client, form):
    send(staff_client, form, body=TELLS)
    assert send(staff_client, form, body="She gave me her number, and smiled.").status_code == 302


def test_what_was_sent_with_these_words_is_not_asked_again(staff_client, form):
    keys = list(ticks(send(staff_client, form, body=TELLS)))
    send(staff_client, form, body=TELLS, overruled=keys)
    story = Story.objects.get()
    edited = staff_client.get(reverse("edit", args=[story.public_id]))
    assert ticks(edited) == dict.fromkeys(keys, True)
    address = reverse("edit", args=[story.public_id])
    again = fresh(body=f"{TELLS} And more.", version=str(story.version), send="1")
    assert staff_client.post(address, again).status_code == 302
    story.refresh_from_db()
    assert story.body.endswith("And more.")


def test_nothing_is_asked_of_what_is_kept_for_later(staff_client, form):
    assert (
        staff_client.post(reverse("tell"), form | {"body": TELLS, "keep": "1"}).status_code == 302
    )
    draft = Story.objects.get()
    assert draft.status == Status.DRAFT
    shown = staff_client.get(reverse("edit", args=[draft.public_id]))
    assert list(ticks(shown).values()) == [False]


def test_the_words_are_marked_while_one_writes(staff_client, form):
    answer = staff_client.post(reverse("suggest"), form | {"body": TELLS})
    part = answer.content.decode().partition('data-part="hints"')[2]
    assert '<mark class="ev" data-hue="hint">020 7946 0958</mark>' in part
    [key] = ticks(answer)
    ticked = staff_client.post(reverse("suggest"), form | {"body": TELLS, "overruled": [key]})
    assert ticks(ticked) == {key: True}
    quiet = staff_client.post(reverse("suggest"), form | {"body": "She smiled."})
    assert not ticks(quiet)


def test_without_javascript_they_are_shown_on_asking(staff_client, form):
    shown = staff_client.post(reverse("tell"), form | {"body": TELLS, "look": "again"})
    assert list(ticks(shown).values()) == [False]
    assert "Not sent yet" not in shown.content.decode()


def test_the_same_words_are_pointed_at_once_and_in_the_text_first(staff_client, form):
    data = {"body": "Then Walter Higgins came.", "title": "How Walter Higgins came"}
    asked = send(staff_client, form, **data)
    assert len(ticks(asked)) == 1
    assert 'href="#id_body" data-words="Walter Higgins"' in asked.content.decode()
    data = {"body": "In room 331 Walter Higgins slept.", "title": "In room 331"}
    shown = [one.text for one in send(staff_client, form, **data).context["warned"]]
    assert shown == ["room 331", "Walter Higgins"]


def test_what_may_stay_may_stay_in_the_title_that_is_taken_from_it(staff_client, form):
    told = "Walter O'Neil came in and sat down by the fire for an hour."
    asked = send(staff_client, form, body=told)
    title = asked.context["form"]["title"].value()
    assert title == "Walter O’Neil came"
    again = {"body": told, "title": title, "overruled": list(ticks(asked))}
    assert send(staff_client, form, **again).status_code == 302


def test_who_is_meant_to_be_named_is_no_warning(staff_client, form):
    EmployeeFactory(first_name="Wanda", last_name="Obi")
    told = "Wanda Obi and Walter Higgins held the door. It was Mr Higgins who laughed."
    names = {"people_text": "Walter Higgins, the night porter"}
    assert send(staff_client, form, body=told, **names).status_code == 302


def test_what_is_wrong_is_said_first(staff_client, form):
    asked = send(staff_client, form, body=TELLS, happened_on="2999-01-01")
    assert "Not sent yet" not in asked.content.decode()
    assert asked.context["form"].errors


def test_photos_that_came_along_are_kept(staff_client, form):
    asked = send(staff_client, form, body=TELLS, photos=[picture()])
    assert "Not sent yet" in asked.content.decode()
    story = Story.objects.get()
    assert (story.status, Photo.objects.get().story) == (Status.DRAFT, story)
    again = form | {"version": str(asked.context["version"]), "overruled": list(ticks(asked))}
    assert send(staff_client, again, body=TELLS).status_code == 302
    story.refresh_from_db()
    assert (story.status, story.photos.count()) == (Status.PENDING, 1)


def test_whatever_is_said_is_shown_as_text(staff_client, form):
    asked = send(staff_client, form, body="<b>a@example.org</b> “<script>” & 020 7946 0958")
    page = asked.content.decode()
    assert "<b>a@example.org" not in page
    assert len(ticks(asked)) == 2

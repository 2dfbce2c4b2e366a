"""Each kind of bad input gets a clear message or is taken as it is, and loses nothing."""

import time
import uuid

import pytest
from django.urls import reverse
from django.utils.html import escape

from stories.models import Story
from tests.factories import PendingStoryFactory, StoryFactory, TraitFactory

from .conftest import fresh

pytestmark = pytest.mark.django_db

TELL = reverse("tell")
TEXT_FIELDS = (
    *("body", "line", "title", "place", "organisation", "went_wrong", "people_text"),
    "trait_proposed",
)
OTHER_FIELDS = (
    *("happened_on", "setting", "served", "recovery", "initiative", "took_time", "took_money"),
    *("took_permission", "traits", "leading", "people", "people_q", "team", "anonymous"),
    *("may_show_outside", "customer_agreed", "inspired_by", "submission", "version", "writer"),
    *("whose", "look", "own", "evidence-personal"),
)
ADDRESSES = (TELL, reverse("autosave"), reverse("suggest"))


def send(client, **values):
    return client.post(TELL, fresh(setting="elsewhere", send="") | values)


def everywhere(client, value: bytes, *, alone: bool = False) -> None:
    """Send raw bytes in every field, all at once to every address; alone, to the first, too.

    Of each kind of input one is tried alone: a field that is refused early hides the next.
    """
    names = [name.encode() for name in (*TEXT_FIELDS, *OTHER_FIELDS)]
    whole = b"&".join(name + b"=" + value for name in names)
    singly = [b"body=Words.&send=&" + name + b"=" + value for name in names if alone]
    posts = [(address, whole) for address in ADDRESSES] + [(TELL, one) for one in singly]
    for address, data in posts:
        response = client.post(address, data, content_type="application/x-www-form-urlencoded")
        assert response.status_code < 500, (address, data)
        response.content.decode()


def test_text_of_0_characters(staff_client):
    html = send(staff_client, body="").content.decode()
    assert "Write what happened" in html
    assert not Story.objects.exists()


def test_text_of_1_character(staff_client):
    send(staff_client, body="!")
    assert Story.objects.get().body == "!"


def test_text_of_12_000_characters(staff_client):
    body = ("He’s my customer. " * 700)[:12_000].strip().ljust(12_000, "x")
    send(staff_client, body=body)
    assert Story.objects.get().body == body


def test_text_of_200_000_characters(staff_client):
    body = "He’s my customer. " * 11_111 + "At last"
    started = time.process_time()
    response = send(staff_client, body=body, line="Two sugars.")
    assert time.process_time() - started < 2
    html = response.content.decode()
    assert f"{len(body):,} characters, and there is room for 12,000" in html
    assert escape(body) in html
    assert not Story.objects.exists()


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_html_and_script_are_text(staff_client, field):
    words = "<script>alert(1)</script>"
    send(staff_client, **{field: words})
    story = Story.objects.get()
    html = staff_client.get(reverse("edit", args=[story.public_id])).content.decode()
    assert words not in html
    assert escape(words) in html


@pytest.mark.parametrize("words", ["قلت له: خذ وقتك.", "אמרתי לו: קח את הזמן."])
def test_right_to_left(staff_client, words):
    send(staff_client, **dict.fromkeys(TEXT_FIELDS, words))
    story = Story.objects.get()
    assert (story.body, story.line) == (words, words)


def test_marks_that_force_a_direction_are_taken_out(staff_client):
    send(staff_client, body="One \u202etwo\u202d three.")
    assert Story.objects.get().body == "One two three."


def test_combining_marks(staff_client):
    zalgo = "e" + "\u0301" * 20
    send(staff_client, body=f"Cafe\u0301 {zalgo}", line="Cafe\u0301")
    story = Story.objects.get()
    assert story.line == "Café"
    assert story.body.startswith("Café é\u0301")
    assert story.body.count("\u0301") == 8, "so that they are not drawn across other stories"


def test_nul_in_every_field(staff_client):
    everywhere(staff_client, b"a%00b", alone=True)
    everywhere(staff_client, b"%00")


def test_nul_in_an_address(staff_client):
    for query in ("inspired_by=%00", "inspired_by=%ED%A0%80", "page=%00"):
        assert staff_client.get(f"{TELL}?{query}").status_code == 200
        assert staff_client.get(f"{reverse('mine')}?kept=%00&{query}").status_code == 200


def test_lone_surrogates_in_every_field(staff_client, form_of):
    everywhere(staff_client, b"%ED%A0%80", alone=True)
    everywhere(staff_client, b"a%ED%B0%80b")
    form = form_of(body="One\ud800 two.", line="\udfff")
    assert form.is_valid()
    assert (form.cleaned_data["body"], form.cleaned_data["line"]) == ("One two.", "")


def test_control_characters_are_taken_out(staff_client):
    send(staff_client, body="One\x07\x1b[31m two.\r\nThree.\x85Four.", title="A\ttitle\nhere")
    story = Story.objects.get()
    assert story.body == "One[31m two.\nThree.\nFour."
    assert story.title == "A title here"


def test_emoji_in_every_field(staff_client):
    family = "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿"
    words = f"Thank you {family}"
    send(staff_client, **dict.fromkeys(TEXT_FIELDS, words))
    story = Story.objects.get()
    assert (story.body, story.line, story.place) == (words, words, words)
    everywhere(staff_client, "👩‍👧".encode())


def test_a_date_in_the_future(staff_client):
    html = send(staff_client, happened_on="2999-01-01").content.decode()
    assert "That day has not come yet" in html
    assert "She warmed his hands." in html


def test_a_date_in_the_year_1(staff_client):
    html = send(staff_client, happened_on="0001-01-01").content.decode()
    assert "before 1900" in html
    assert "She warmed his hands." in html


def test_unknown_traits(staff_client):
    html = send(staff_client, traits=["nobody-knows"]).content.decode()
    assert "nobody-knows" in html
    assert "She warmed his hands." in html


def test_repeated_traits(staff_client):
    trait = TraitFactory()
    send(staff_client, traits=[trait.slug] * 5)
    assert Story.objects.get().story_traits.count() == 1


def test_forty_traits(staff_client):
    slugs = [TraitFactory().slug for _ in range(40)]
    html = send(staff_client, traits=slugs).content.decode()
    assert "Choose up to 8" in html
    assert "She warmed his hands." in html
    html = send(staff_client, traits=[f"made-up-{n}" for n in range(40)]).content.decode()
    assert "made-up-3, made-up-4 and 35 more" in html
    html = send(staff_client, traits=[f"made-up-{n}" for n in range(400)]).content.decode()
    assert "more than a story can hold" in html


def test_another_tellers_draft_by_its_id(staff_client):
    story = StoryFactory()
    assert staff_client.get(reverse("edit", args=[story.public_id])).status_code == 404


def test_a_pending_story_by_its_address(staff_client):
    story = PendingStoryFactory()
    for name in ("story", "edit", "sent", "withdraw", "discard"):
        assert staff_client.get(reverse(name, args=[story.public_id])).status_code == 404, name


def test_posting_twice(staff_client):
    data = fresh(send="")
    assert staff_client.post(TELL, data).url == staff_client.post(TELL, data).url
    assert Story.objects.count() == 1


def test_posting_in_two_tabs_at_once(staff_client):
    """Each tab began from the same draft; the second is shown both texts and loses neither."""
    staff_client.post(TELL, fresh(submission=(number := str(uuid.uuid4())), keep=""))
    tabs = [fresh(submission=number, version="1", body=f"Tab {n}.", send="") for n in (1, 2)]
    assert staff_client.post(TELL, tabs[0]).status_code == 302
    response = staff_client.post(TELL, tabs[1])
    assert response.status_code == 409
    assert all(f"Tab {n}." in response.content.decode() for n in (1, 2))


def test_posting_without_a_token(staff_client):
    staff_client.handler.enforce_csrf_checks = True
    response = send(staff_client)
    assert response.status_code == 403
    assert "She warmed his hands." in response.content.decode()
    assert not Story.objects.exists()


def test_posting_after_signing_out(staff_client):
    staff_client.logout()
    response = send(staff_client)
    assert response.status_code == 401
    assert "She warmed his hands." in response.content.decode()


def test_values_without_end_in_every_field(staff_client):
    everywhere(staff_client, b"9" * 5_000, alone=True)
    everywhere(staff_client, b"-1")
    everywhere(staff_client, b"1e999")

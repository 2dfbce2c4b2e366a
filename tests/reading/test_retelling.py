"""'I told this on': to whom, to how many, and the way a story goes."""

import datetime
import re

import pytest

from stories.models import Retelling
from stories.models.afterwards import MOST_HEADS
from tests.factories import EmployeeFactory

from .conftest import HTMX, address, words_of

pytestmark = pytest.mark.django_db


def retell(client, story, told_to="team", heads="", **extra):
    data = {"told_to": told_to, "heads": heads}
    return client.post(address(story, to="retell/"), data, **extra)


@pytest.mark.parametrize("told_to", ["team", "friend", "customer"])
def test_a_reader_says_to_whom_they_told_it(staff_client, story, told_to):
    response = retell(staff_client, story, told_to)
    assert response.url == f"{address(story)}#acts"
    stored = Retelling.objects.get()
    assert (stored.reader, stored.told_to) == (staff_client.user.person, told_to)
    assert stored.heads is None


def test_and_to_how_many_if_they_like(staff_client, story):
    retell(staff_client, story, heads="9")
    assert Retelling.objects.get().heads == 9


def test_the_form_lies_folded_and_needs_no_script(staff_client, story):
    html = staff_client.get(address(story)).content.decode()
    assert '<details class="told" id="told">' in html
    assert f'action="{address(story, to="retell/")}"' in html


def test_told_twice_to_the_same_people_on_one_day_is_once(staff_client, story):
    for _ in range(3):
        retell(staff_client, story)
    retell(staff_client, story, heads="4")
    story.refresh_from_db()
    assert (Retelling.objects.count(), story.retelling_count) == (1, 1)
    assert Retelling.objects.get().heads == 4


def test_thanks_are_said_once(staff_client, story):
    response = staff_client.post(address(story, to="retell/"), {"told_to": "team"}, follow=True)
    assert "Thank you for telling it on." in words_of(response)
    assert "Thank you for telling it on." not in words_of(staff_client.get(address(story)))


def test_without_a_load_the_action_and_the_way_it_went_come_back(staff_client, story):
    response = retell(staff_client, story, heads="9", headers=HTMX)
    html, words = response.content.decode(), words_of(response)
    assert html.startswith("<details")
    assert "Thank you for telling it on" in words
    assert '<section class="section" id="route" hx-swap-oob="true">' in html
    assert "Noor told their team Nine people, today" in words


@pytest.mark.parametrize("heads", ["0", "501", "-1", "many", "1e3", "9" * 500, "٣x", "\x00"])
@pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])
def test_a_number_that_cannot_be_is_named_and_kept(staff_client, story, heads, htmx):
    response = retell(staff_client, story, "friend", heads, headers=HTMX if htmx else {})
    assert response.status_code == (200 if htmx else 422)
    html = response.content.decode()
    assert "or leave it empty." in html
    assert '<details class="told" id="told" open>' in html
    assert re.search(r'value="friend"[^>]* checked', html)
    assert 'hx-swap-oob="true"' not in html
    assert not Retelling.objects.exists()
    if heads not in ("\x00", "9" * 500):
        assert f'value="{heads}"' in html


@pytest.mark.parametrize("told_to", ["", "everybody", "\x00", "team\ud800"])
def test_to_nobody_we_know_is_asked_again(staff_client, story, told_to):
    response = retell(staff_client, story, told_to.encode("utf-8", "replace").decode())
    assert response.status_code == 422
    assert "Choose whom you told." in words_of(response)
    assert not Retelling.objects.exists()


def test_the_way_begins_with_who_told_it(staff_client, story):
    words = words_of(staff_client.get(address(story)))
    assert f"Where it went {story.teller.called} told it today" in words
    assert "Nobody has said yet that they told it on." in words


@pytest.mark.parametrize(
    ("many", "rest"),
    [(5, None), (6, None), (7, "Two more tellings in between"), (14, "Nine more tellings")],
)
def test_of_a_long_way_the_first_and_the_last_stops_are_shown_and_the_rest_counted(
    staff_client, story, many, rest
):
    for number in range(many):
        reader = EmployeeFactory(first_name=f"Reader{number + 1}")
        story.retell(by=reader, told_to="friend", on=datetime.date(2026, 1, 1 + number))
    words = words_of(staff_client.get(address(story)))
    shown = [int(number) for number in re.findall(r"Reader(\d+) told a friend", words)]
    assert shown == (list(range(1, many + 1)) if many <= 6 else [1, 2, 3, many - 1, many])
    if rest:
        assert rest in words
    else:
        assert "more telling" not in words


def test_openings_stand_at_the_end_of_the_way_without_a_name(staff_client, story):
    for day in (1, 1, 2):
        story.open_from("link", on=datetime.date(2026, 1, day))
    story.open_from("poster", on=datetime.date(2026, 1, 3))
    story.refresh_from_db()
    assert story.retelling_count == 3
    words = words_of(staff_client.get(address(story)))
    assert "From a shared link opened 3 times, first in January" in words
    assert "From its poster opened once, in January" in words
    assert not Retelling.objects.exclude(reader=None).exists()


def test_openings_stop_counting_where_they_say_nothing_new(story):
    today = datetime.date(2026, 1, 1)
    story.open_from("link", on=today)
    Retelling.objects.update(heads=MOST_HEADS)
    story.open_from("link", on=today)
    assert Retelling.objects.get().heads == MOST_HEADS


def test_a_reader_cannot_say_that_an_address_was_opened(staff_client, story):
    assert retell(staff_client, story, "link").status_code == 422
    assert not Retelling.objects.exists()

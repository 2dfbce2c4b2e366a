"""'I salute you': one tap, and one to take it back."""

import pytest

from stories.models import Salute
from tests.factories import EmployeeFactory

from .conftest import HTMX, address, words_of

pytestmark = pytest.mark.django_db


def salute(client, story, value="1", **extra):
    return client.post(address(story, to="salute/"), {"salute": value}, **extra)


def test_one_tap_salutes(staff_client, story):
    response = salute(staff_client, story)
    assert response.status_code == 302
    assert response.url == f"{address(story)}#acts"
    assert Salute.objects.get().reader == staff_client.user.person


def test_another_takes_it_back(staff_client, story):
    salute(staff_client, story)
    salute(staff_client, story, "0")
    assert not Salute.objects.exists()


def test_the_page_offers_what_the_reader_has_not_done(staff_client, story):
    assert 'value="1" aria-pressed="false"' in staff_client.get(address(story)).content.decode()
    salute(staff_client, story)
    assert 'value="0" aria-pressed="true"' in staff_client.get(address(story)).content.decode()


def test_a_nervous_thumb_salutes_once(staff_client, story):
    for _ in range(3):
        salute(staff_client, story)
    story.refresh_from_db()
    assert (Salute.objects.count(), story.salute_count) == (1, 1)


def test_what_was_not_given_cannot_be_taken_back(staff_client, story):
    story.salute(by=EmployeeFactory())
    salute(staff_client, story, "0")
    story.refresh_from_db()
    assert (Salute.objects.count(), story.salute_count) == (1, 1)


def test_it_settles_without_loading_the_page(staff_client, story):
    response = salute(staff_client, story, headers=HTMX)
    assert response.status_code == 200
    html = response.content.decode()
    assert html.startswith("<form")
    assert 'class="act settles"' in html
    assert 'aria-pressed="true"' in html
    assert "settles" not in salute(staff_client, story, "0", headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("others", "before", "after"),
    [
        (0, "Let them know you saw it", "You have"),
        (1, "One person has", "You and one other"),
        (3, "3 people have", "You and 3 others"),
    ],
)
def test_it_says_how_many_have(staff_client, story, others, before, after):
    for reader in EmployeeFactory.create_batch(others):
        story.salute(by=reader)
    assert f"I salute you {before} I told" in words_of(staff_client.get(address(story)))
    assert words_of(salute(staff_client, story, headers=HTMX)) == f"I salute you {after}"


@pytest.mark.parametrize("value", ["", "x", "\x00", "1" * 10_000])
def test_whatever_else_is_sent_is_a_salute(staff_client, story, value):
    assert salute(staff_client, story, value).status_code == 302
    assert Salute.objects.count() == 1

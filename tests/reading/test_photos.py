"""A story's photos on its page: true to life, described, named for readers."""

import re

import pytest

from stories.models import Photo
from tests.factories import EmployeeFactory, PhotoFactory, PublishedStoryFactory

from .conftest import address, words_of

pytestmark = pytest.mark.django_db


def page(client, story):
    return client.get(address(story)).content.decode()


def test_a_story_without_photos_has_no_place_for_them(staff_client, story):
    html = page(staff_client, story)
    assert "data-photos" not in html
    assert "viewer.js" not in html


def test_photos_stand_in_the_tellers_order_in_three_widths(staff_client, story):
    second = PhotoFactory(story=story, position=1, alt="The counter", state="ready")
    first = PhotoFactory(story=story, position=0, alt="The bag", state="ready")
    html = page(staff_client, story)
    shown = html[html.index("data-photos") : html.index("</dialog>")]
    assert re.findall(r'href="([^"]+)" data-photo', shown) == [first.full_url, second.full_url]
    assert first.srcset in shown
    assert shown.index('alt="The bag"') < shown.index('alt="The counter"')
    assert shown.count('loading="lazy"') == 1


def test_a_photo_that_waits_is_shown_and_one_that_failed_is_not(staff_client, story):
    waiting = PhotoFactory(story=story, state="waiting")
    failed = PhotoFactory(story=story, state="failed")
    html = page(staff_client, story)
    assert waiting.full_url in html
    assert failed.key not in html


def test_the_poster_shows_the_first_that_is_ready_as_dots_at_once(staff_client):
    story = PublishedStoryFactory(traits=["Caring"])
    photo = PhotoFactory(story=story, state="ready", focus_x=70, focus_y=24)
    html = page(staff_client, story)
    poster = html[html.index("<article") : html.index("story-text")]
    assert f'<img class="fx7 fy2" src="{photo.halftone_url("caring")}"' in poster
    assert "lazy" not in poster


def test_a_photo_that_stands_on_the_poster_and_below_is_described_once(staff_client, story):
    PhotoFactory(story=story, alt="The bag on his wrist", state="ready")
    assert page(staff_client, story).count('alt="The bag on his wrist"') == 1


def test_what_is_said_of_a_photo_names_nobody_who_asked_not_to_be(staff_client):
    anke = EmployeeFactory(first_name="Anke", last_name="Vries", unnamed=True)
    story = PublishedStoryFactory(people=[anke])
    PhotoFactory(story=story, alt="Anke at the door", state="ready")
    assert "Anke" not in words_of(staff_client.get(address(story)))
    assert "Anke" not in page(staff_client, story)


def test_a_photo_without_words_says_so(staff_client, story):
    PhotoFactory(story=story, alt="", state="ready")
    assert 'alt="A photo without words"' in page(staff_client, story)


def test_six_photos_ask_the_database_as_often_as_one(
    staff_client, story, django_assert_max_num_queries
):
    for number in range(6):
        PhotoFactory(story=story, position=number, state=Photo.State.READY)
    with django_assert_max_num_queries(12):
        page(staff_client, story)

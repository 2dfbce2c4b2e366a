"""The styleguide shows every part, and keeps the rules it teaches."""

import re

import pytest
from django.test import override_settings
from django.urls import include, path

from stories import styleguide

urlpatterns = [
    path("", include("retold.urls")),
    path("", include("stories.styleguide")),
]
pytestmark = pytest.mark.django_db

PAGES = ["/styleguide/", *(f"/styleguide/{name}/" for name in styleguide.PAGES + styleguide.ERRORS)]
WALLS = ["?n=0", "?n=1", "?n=48", "?n=x", "?hue=personal"]


@pytest.fixture(autouse=True)
def with_styleguide():
    with override_settings(ROOT_URLCONF=__name__):
        yield


@pytest.mark.parametrize("address", [*PAGES, *(f"/styleguide/wall/{query}" for query in WALLS)])
def test_a_page_shows_without_inline_style_or_script(client, address):
    response = client.get(address)
    assert response.status_code == 200
    html = response.content.decode()
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", html)
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert "{%" not in html
    assert "{{" not in html


def test_a_page_that_is_not_there_is_not_found(client):
    assert client.get("/styleguide/nothing/").status_code == 404


def test_every_poster_says_its_story_and_its_inks(client):
    html = client.get("/styleguide/wall/").content.decode()
    posters = re.findall(r'<article class="poster[^>]*>', html)
    assert len(posters) == 24
    assert all("data-story=" in poster and "data-hue=" in poster for poster in posters)

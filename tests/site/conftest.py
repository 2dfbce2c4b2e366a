"""The world that the tests of a module share, gone again after them."""

from collections.abc import Iterator

import pytest

from tests.shared import shared

from .world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One of everything, made once for a module; what a test stores is `undone`."""
    with shared(django_db_blocker):
        yield build()


@pytest.fixture(autouse=True)
def press_stands_still(monkeypatch) -> None:
    """Who gets a sheet is tried here; what is printed on it, where paper is."""
    monkeypatch.setattr("stories.sharing.posters.views.press", lambda *args, **about: b"%PDF-1.7")

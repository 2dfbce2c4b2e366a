"""The world that the tests of a module share, gone again after them."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client

from .world import World, build


@contextmanager
def undone(*clients: Client) -> Iterator[None]:
    """Whatever is stored in here is not kept, and who signs out is signed in again."""
    cookies = [deepcopy(client.cookies) for client in clients]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for client, kept in zip(clients, cookies, strict=True):
        client.cookies = kept


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One of everything, made once for a module; what a test itself stores, undo with `undone`."""
    with django_db_blocker.unblock(), undone():
        yield build()


@pytest.fixture(autouse=True)
def press_stands_still(monkeypatch) -> None:
    """Who gets a sheet is tried here; what is printed on it, where paper is."""
    monkeypatch.setattr("stories.sharing.posters.views.press", lambda *args, **about: b"%PDF-1.7")

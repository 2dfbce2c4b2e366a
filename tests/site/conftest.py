"""The world that the tests of a module share, gone again after them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from .world import World, build


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is stored in here is not kept."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One of everything, made once for a module; what a test itself stores, undo with `undone`."""
    with django_db_blocker.unblock(), undone():
        yield build()

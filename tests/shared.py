"""A world that several tests share, gone again after them."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client

from stories.models.postings import WallVersion, new_era


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests of a file that share something on one worker, or each would make its own."""
    for item in items:
        if not item.get_closest_marker("xdist_group") and shares(item):
            file = item.nodeid.partition("::")[0]
            item.add_marker(pytest.mark.xdist_group(f"{file} shares"))


def shares(item: pytest.Item) -> bool:
    """Whether it uses what is made once for a class or a module of ours."""
    made_by = getattr(item, "_fixtureinfo", None)
    return made_by is not None and any(
        each.scope in ("class", "module") and each.baseid.startswith("tests/")
        for name, definitions in made_by.name2fixturedefs.items()
        for each in definitions
        # Those are pytest's, for `setup_class` and the like.
        if not name.startswith("_")
    )


@contextmanager
def undone(*clients: Client) -> Iterator[None]:
    """Whatever is stored in here is not kept, and who signs out is signed in again."""
    cookies = [deepcopy(client.cookies) for client in clients]
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for client, kept in zip(clients, cookies, strict=True):
        client.cookies = kept


@contextmanager
def shared(blocker) -> Iterator[None]:
    """What is stored in here is there for each test, however it left it, until the last is over.

    For a fixture of a class or a module, none of whose tests commits. Each test that uses it says
    `seen_anew()`.
    """
    with blocker.unblock(), undone():
        yield


def seen_anew() -> None:
    """Let the process forget the wall: two tests may have changed it, each in its way, as often."""
    WallVersion.objects.update(era=new_era())

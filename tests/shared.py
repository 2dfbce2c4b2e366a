"""A world that several tests share, gone again after them."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.db import transaction
from django.test import Client

from stories.models.postings import WallVersion, new_era


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

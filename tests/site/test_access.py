"""Every address as every role, about a story in every state: who gets what, and who gets told no.

What the answers ought to be stands in addresses.py.
"""

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from tests.shared import undone

from .addresses import (
    FORBIDDEN,
    MISSING,
    NOT_ALLOWED,
    OK,
    SIGN_IN,
    TABLE,
    got,
    names,
    url,
)
from .world import READERS, World

pytestmark = pytest.mark.django_db

REFUSALS = {FORBIDDEN, MISSING, NOT_ALLOWED}


@pytest.fixture(scope="module")
def clients(world: World) -> dict:
    return {role: world.client(role) for role in READERS}


def test_every_address_has_an_entry_and_every_entry_an_address():
    new, gone = set(names()) - set(TABLE), set(TABLE) - set(names())
    assert not new, "Say in TABLE of tests/site/addresses.py who may see it."
    assert not gone, "Take it out of TABLE in tests/site/addresses.py."


@pytest.mark.parametrize("name", sorted(TABLE))
def test_get_answers_each_role_as_the_table_says(name, world, clients):
    address, wrong = TABLE[name], []
    for state in address.states(world):
        path = url(name, world, state)
        for role, client in clients.items():
            with undone(client):
                answer = got(client.get(path))
            if answer != address.get(role, state):
                wrong.append((role, state, answer, "instead of", address.get(role, state)))
    assert not wrong, f"GET {path}: {wrong}"


@pytest.mark.parametrize("name", sorted(TABLE))
def test_post_answers_each_role_as_the_table_says(name, world, clients):
    """An address that takes no post refuses it, and tells visitors to sign in first."""
    address, wrong = TABLE[name], []
    for state in address.states(world):
        path, story = url(name, world, state), world.stories[state]
        for role, client in clients.items():
            with undone(client):
                answer = got(client.post(path, address.data(world, story)))
            expected = {address.post(role, state)} if address.post else REFUSALS
            if address.post is None and address.get(role, state) == SIGN_IN:
                expected = {SIGN_IN}
            elif address.post is None and address.get(role, state) == OK:
                expected = {NOT_ALLOWED}
            if answer not in expected:
                wrong.append((role, state, answer, "instead of", expected))
    assert not wrong, f"POST {path}: {wrong}"


def test_no_rights_and_nothing_there_are_said_in_a_plain_sentence(world, clients):
    for path, status, sentence in (
        (reverse("admin:index"), FORBIDDEN, "This page is for others"),
        ("/nothing/here/", MISSING, "There is no such page"),
        (url("story", world, "draft"), MISSING, "There is no such page"),
    ):
        response = clients["staff"].get(path)
        assert response.status_code == status
        text = strip_tags(response.content.decode())
        assert sentence in text, text
        assert "Traceback" not in text
        assert "{{" not in text

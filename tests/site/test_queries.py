"""Every page asks the database little, and as often for one story as for forty."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .addresses import Look, look_at, looks
from .world import READERS, World

pytestmark = pytest.mark.django_db

MOST = 12
LOOKS = looks(roles=slice(None, None, 3))


@pytest.fixture(scope="module")
def asked(world: World) -> dict[Look, tuple[list[str], list[str]]]:
    """What each page asks the database, in a small world and in one forty times as large."""
    clients = {role: world.client(role) for role in READERS}
    for look in LOOKS:
        # What is remembered for the next request counts for none.
        queries(look, world, clients)
    few = {look: queries(look, world, clients) for look in LOOKS}
    world.grow(40)
    return {look: (few[look], queries(look, world, clients)) for look in LOOKS}


def queries(look: Look, world: World, clients: dict) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert look_at(look, world, clients[look.role]).status_code == 200, look
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_page_asks_no_more_than_twelve_times_however_much_it_shows(look, asked):
    few, many = asked[look]
    if len(many) > MOST or len(many) > len(few):
        pytest.fail(f"{len(few)}, then {len(many)} queries:\n{summary(many)}", pytrace=False)


def summary(queries: list[str]) -> str:
    """Each kind of query once, with how often it was asked; columns left out."""
    kinds = Counter(re.sub(r"^SELECT .*? FROM", "SELECT … FROM", sql)[:160] for sql in queries)
    return "\n".join(f"{times} × {sql}" for sql, times in kinds.most_common())

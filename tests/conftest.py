"""What every test may ask for: one signed-in client for each role."""

import gc
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.core.cache import cache
from django.db import connection
from django.template import Context, RequestContext, Template
from django.test import Client
from hypothesis import settings as hypothesis

from . import migrated
from .factories import UserFactory

pytest_plugins = ["tests.browser", "tests.shared"]

# How long an example takes says who else uses the machine; speed is measured by `make bench`.
hypothesis.register_profile("untimed", deadline=None)
hypothesis.load_profile("untimed")

guards = import_module("staff.migrations.0011_keep_history")
record_guards = import_module("stories.migrations.0026_keep_the_record")

ROLES = {
    "staff": [],
    "manager": ["managers"],
    "moderator": ["moderators"],
    "admin": ["admins"],
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a group of tests on one worker, and what empties the database for the end.

    pytest-xdist 3.8 writes a test's group to where pytest from 9.2 on no longer looks for it, and
    deals the tests out as if they had none: https://github.com/pytest-dev/pytest-xdist/issues/1386

    A test that commits empties every table when it ends, also of what the migrations put there.
    pytest-django puts those last, and pytest then brings all tests of one browser together, where
    the first of them stands.
    """
    for item in items:
        written = vars(item).get("_nodeid", item.nodeid)
        if written != item.nodeid:
            item._id = type(item.id).parse(written)
    items.sort(key=empties_the_database)


def pytest_collection_finish() -> None:
    """Look for rubbish seldom: looking through all that was imported took a sixth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def empties_the_database(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and bool(marker.kwargs.get("transaction"))
    return commits or not {"live_server", "transactional_db"}.isdisjoint(
        getattr(item, "fixturenames", ())
    )


@pytest.fixture(scope="session", autouse=True)
def nobody_draws_while_they_read() -> None:
    """Who comes upon a stale card has it drawn, now and then: in tests, only who tries that."""
    from stories import posters

    posters.SECONDS_BETWEEN = float("inf")


@pytest.fixture(scope="session", autouse=True)
def an_answer_keeps_one_context(django_test_environment) -> None:
    """That of its page: Django copies that of each part and field as well, which takes longer than
    many a part does."""
    and_keep = Template._render

    def render(template: Template, context: Context) -> str:
        if isinstance(context, RequestContext) and context.template is template:
            return and_keep(template, context)
        return template.nodelist.render(context)

    Template._render = render


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """What a process counts and remembers for a while: tries, codes that were used, suggestions."""
    cache.clear()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings) -> bool:
    """Whether the tables are there already."""
    if django_db_keepdb or connection.vendor != "sqlite":
        return django_db_keepdb
    return migrated.laid_out(connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup, django_db_keepdb, django_db_blocker, pytestconfig
) -> Iterator[None]:
    """A test that commits has its tables emptied afterwards: the guard of the history would mind.

    The one against deleting is put up again by the tests that try it.
    """
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            migrated.keep()
        guards.unguard(connection, "history_deleted")
        record_guards.unguard(connection, "record_deleted", "record_replaced")
    yield
    if django_db_keepdb and not pytestconfig.getvalue("reuse_db"):
        with django_db_blocker.unblock():
            migrated.put_away()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def staff_client(db) -> Client:
    """Signed in as an employee without further roles; `.user` is the account."""
    return signed_in(UserFactory())


@pytest.fixture
def manager_client(db) -> Client:
    return signed_in(UserFactory(roles=["managers"]))


@pytest.fixture
def moderator_client(db) -> Client:
    return signed_in(UserFactory(roles=["moderators"]))


@pytest.fixture
def admin_client(db) -> Client:
    return signed_in(UserFactory(roles=["admins"]))

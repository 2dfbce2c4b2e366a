"""Whatever comes in has an end: every field, file and list, and every page that is made of them."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import connection
from lxml import etree, html

import staff
import stories
from stories.drawing import draw_all

from .addresses import OK, TABLE, Look, look_at, looks, url
from .world import World

pytestmark = pytest.mark.django_db

# The longest that anybody writes is a story; what is longer is refused, or cut before it is used.
MOST = 12_000
# A list of a page shows no more than this at once, whatever there is; the admin a little more.
MOST_ROWS, MOST_ROWS_IN_ADMIN = 100, 200
# The teams of an organisation are seen and chosen as one tree; what grows with the years is not.
WHOLE = {"teams", "tell", "edit", "screen_new", "admin:staff_team_changelist"}
ENDLESS = "a" * 1_000_000
# Hashed, or compared with what we know; a request as a whole has at most five megabytes.
NEVER_KEPT = {"password", "oldpassword", "password1", "password2", "code", "credential"}
# Their fields are allauth's, and bounded as each form is made.
BOUNDED_LATER = {"NewPasskeyForm.name", "PasskeyNameForm.name"}


def our_forms() -> Iterator[type]:
    """Every form of ours, wherever it is."""
    for package in (staff, stories):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not re.search(r"\.migrations|__main__", module.name):
                importlib.import_module(module.name)
    waiting: list[type] = [forms.BaseForm]
    found = set()
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith(("staff.", "stories.")):
            found.add(one)
    return iter(sorted(found, key=lambda form: f"{form.__module__}.{form.__name__}"))


def endless(field: forms.Field) -> bool:
    try:
        return len(str(field.clean(ENDLESS))) > MOST
    except ValidationError:
        return False


def test_a_field_takes_no_endless_text():
    found = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in our_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.CharField)
        and name not in NEVER_KEPT
        and f"{form.__name__}.{name}" not in BOUNDED_LATER
        and endless(field)
    ]
    assert not found


def test_an_admin_shows_so_many_rows_at_once():
    for model, shown in admin.site._registry.items():
        assert shown.list_per_page <= MOST_ROWS_IN_ADMIN, model
        assert shown.list_max_show_all <= MOST_ROWS_IN_ADMIN, model


def test_a_request_has_an_end():
    megabyte = 1024 * 1024
    assert 5 * megabyte >= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS <= 1000
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES <= 100
    assert settings.FILE_UPLOAD_HANDLERS[-1] == "retold.uploads.BoundedUpload"


def test_a_question_of_a_page_has_an_end():
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        assert options["timeout"] <= 20
    else:
        assert "statement_timeout" in options["options"]


@pytest.fixture(scope="module")
def crowded(world: World) -> World:
    """A world in which there is more of everything than a page shows."""
    world.grow(MOST_ROWS + 10)
    draw_all(lambda done: None)
    return world


LOOKS = [look for look in looks(roles=slice(3, 4)) if look.name not in WHOLE]


@pytest.mark.xdist_group("crowded")
class TestPages:
    """No page shows more rows than MOST_ROWS, however many there are."""

    @pytest.mark.parametrize("look", LOOKS, ids=str)
    def test_shows_so_much_at_once(self, look: Look, crowded):
        page = look_at(look, crowded, crowded.client(look.role)).content.decode()
        assert longest_list(page) <= MOST_ROWS

    @pytest.mark.parametrize("name", ["feed_atom", "feed_json", "screen_slides"])
    def test_so_does_what_machines_read(self, name, crowded):
        answer = crowded.client("staff").get(url(name, crowded))
        assert answer.status_code == OK
        said = answer.content.decode()
        assert max(said.count("<entry>"), said.count('"id":'), said.count("<section")) <= MOST_ROWS
        assert TABLE[name]


def longest_list(page: str) -> int:
    """How many elements of one kind the longest list of a page has."""
    if not page.strip():
        return 0
    try:
        every = html.document_fromstring(page).iter()
    except etree.ParserError:
        return 0
    return max(
        (
            len([child for child in element if isinstance(child.tag, str)])
            for element in every
            if isinstance(element.tag, str)
        ),
        default=0,
    )

"""Stories that are there already follow the setting that lets names wait, once one says so."""

import io

import pytest
from django.core.management import call_command

from staff.audiences import COLLEAGUE, FIRST, FULL, Audience
from stories.management.commands import names_wait
from stories.models import Entry
from tests.factories import EmployeeFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db


def everywhere(named) -> dict:
    return dict.fromkeys(Audience, named)


def run(*options: str) -> str:
    said = io.StringIO()
    call_command("names_wait", *options, stdout=said)
    return said.getvalue()


@pytest.fixture
def people():
    return [EmployeeFactory(last_name=name) for name in ("Oosterschelde", "Kallenbach", "Vos")]


@pytest.fixture
def story(people):
    """One of them has said nothing, one has chosen, and one tells it."""
    story = PublishedStoryFactory(people=people, teller=people[2])
    story.name_as(people[1], everywhere(FIRST), by=None, how="email")
    return story


def held(story) -> list:
    return [credit.in_organisation for credit in story.credits.order_by("position")]


def test_whoever_has_said_nothing_waits_and_is_found_by_no_search(story, settings, monkeypatch):
    monkeypatch.setattr(names_wait, "BATCH", 1)
    settings.NAMES_WAIT = True
    assert run("--dry-run") == "Names that would wait for a yes from then on: 1.\n"
    assert held(story) == [FULL, FIRST, FULL]
    assert run() == "Names that wait for a yes from now on: 1.\n"
    assert held(story) == [COLLEAGUE, FIRST, FULL]
    assert "oosterschelde" not in Entry.objects.get(story=story).people
    assert run() == "Names that wait for a yes from now on: 0.\n"


def test_and_is_named_again_where_names_wait_no_longer(story, settings):
    settings.NAMES_WAIT = True
    run()
    settings.NAMES_WAIT = False
    assert run("--dry-run") == "Names that would be said from then on: 1.\n"
    assert run() == "Names that are said from now on: 1.\n"
    assert held(story) == [FULL, FIRST, FULL]

"""Addresses of the moderation pages, what their edit form would post untouched, and what several
of their tests do."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stories.models import StoryEvent
from stories.models.access import StoryQuerySet
from tests.factories import UserFactory

LIST = "/admin/stories/story/"


def change(story) -> str:
    return reverse("admin:stories_story_change", args=[story.pk])


def decision(story, name: str) -> str:
    return reverse(f"admin:stories_story_{name}", args=[story.pk])


def edit_data(client, story, **changed) -> dict:
    """The edit form as a browser would send it, with some fields changed."""
    form = client.get(change(story)).context["adminform"].form
    parts = [form, form.trait_rows.management_form, form.person_rows.management_form]
    parts += [*form.trait_rows, *form.person_rows]
    data = {}
    for part in parts:
        for field in part:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return data | changed


def said(response) -> list[str]:
    """The messages on the page."""
    return [str(message) for message in response.context["messages"]]


def just_before_they_are_held(monkeypatch, happens: Callable[[], object]) -> None:
    """Let something happen after several stories were chosen, and before they are held."""
    hold = StoryQuerySet.hold_all

    def hold_once_it_has(stories, **how):
        happens()
        return hold(stories, **how)

    monkeypatch.setattr(StoryQuerySet, "hold_all", hold_once_it_has)


def asks_as_often_however_many_did_something(client, address: str, story) -> bool:
    """Whether a page with the record of a story asks for one who did something as for six."""
    asked = []
    for people in (1, 5):
        for _number in range(people):
            story.record(StoryEvent.Action.EDITED, UserFactory())
        # What a process knows for a while is known before it is counted.
        client.get(address)
        with CaptureQueriesContext(connection) as questions:
            assert client.get(address).status_code == 200
        asked.append(len(questions))
    return asked[0] == asked[1] <= 12

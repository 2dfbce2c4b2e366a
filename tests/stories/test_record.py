"""The record of a story: added to, and kept by the database itself, whoever writes to it."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from stories.models import StoryEvent
from stories.models.record import rewording
from tests.factories import PublishedStoryFactory, UserFactory

guards = import_module("stories.migrations.0026_keep_the_record")

pytestmark = pytest.mark.django_db
OTHER = {
    "id": "id + 1000",
    "actor_id": "actor_id + 1000",
    "actor_name": "'Somebody else'",
    "action": "'gold'",
    "status_before": "'draft'",
    "status_after": "'rejected'",
    "reason": "'Nobody was told.'",
    "changes": """'{"title": ["a", "b"]}'""",
    "at": "'2020-01-01 00:00:00+00:00'",
}


@pytest.fixture
def event() -> StoryEvent:
    story = PublishedStoryFactory()
    story.record(StoryEvent.Action.EDITED, UserFactory(), reason="A typing error.")
    return story.events.first()


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "only ever added to" in str(error)
    return False


def test_every_column_is_tried():
    tried = {*OTHER, "story_id"}
    assert tried == {field.column for field in StoryEvent._meta.local_concrete_fields}


@pytest.mark.parametrize("column", OTHER)
def test_no_row_is_changed(event, column):
    assert refused(f"UPDATE stories_storyevent SET {column} = {OTHER[column]}")  # noqa: S608


def test_no_row_goes_to_another_story(event):
    other = PublishedStoryFactory()
    assert refused(f"UPDATE stories_storyevent SET story_id = {other.pk}")  # noqa: S608


def test_no_row_is_put_in_the_place_of_another(event):
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        guards.guard(connection, "record_replaced")
        assert refused("TRUNCATE stories_storyevent")
    else:
        guards.guard(connection, "record_replaced")
        assert refused("INSERT OR REPLACE INTO stories_storyevent SELECT * FROM stories_storyevent")


def test_no_row_is_deleted(event):
    guards.guard(connection, "record_deleted")
    assert refused("DELETE FROM stories_storyevent")


def test_it_goes_with_its_story(event):
    guards.guard(connection, "record_deleted")
    story, stays = event.story, PublishedStoryFactory()
    stays.record(StoryEvent.Action.EDITED, None)
    story.delete()
    assert {one.story for one in StoryEvent.objects.all()} == {stays}


def test_an_account_goes_and_its_name_stays(event):
    name = event.actor_name
    event.actor.delete()
    event.refresh_from_db()
    assert (event.actor, event.actor_name) == (None, name)


def test_a_name_is_taken_out_and_nothing_else():
    event = PublishedStoryFactory().record(StoryEvent.Action.EDITED, None, reason="Ask Ottoline.")
    rows = StoryEvent.objects.filter(pk=event.pk)
    with transaction.atomic(), rewording():
        rows.update(reason="Ask a colleague.")
        assert refused("UPDATE stories_storyevent SET action = 'gold'")
    assert rows.get().reason == "Ask a colleague."
    assert refused("UPDATE stories_storyevent SET reason = 'Ask nobody.'")


def test_who_fails_at_taking_a_name_out_leaves_it_guarded(event):
    with pytest.raises(ZeroDivisionError), transaction.atomic(), rewording():
        raise ZeroDivisionError
    assert refused("UPDATE stories_storyevent SET reason = 'Ask nobody.'")

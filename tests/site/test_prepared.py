"""Questions whose SQL is made once find what they would find if it were made each time."""

import psycopg
import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from retold.prepared import INSTEAD, Prepared
from stories.models import Story
from tests.factories import PublishedStoryFactory, StoryFactory

pytestmark = pytest.mark.django_db


def test_rows_are_of_the_values_that_are_asked_for():
    one, other = PublishedStoryFactory(title="One"), StoryFactory(title="Other")
    titles = Prepared(
        lambda public_id, teller: Story.objects.filter(
            public_id=public_id, teller=teller
        ).values_list("title", "created_at")
    )
    for story in (one, other, one):
        rows = titles.rows(story.public_id, story.teller_id)
        assert rows == [(story.title, Story.objects.get(pk=story.pk).created_at)]
    assert titles.rows(one.public_id, other.teller_id) == []


def test_objects_come_with_what_was_selected_with_them(django_assert_num_queries):
    told = Prepared(
        lambda pk: Story.objects.filter(pk=pk).select_related("teller").with_teller_team()
    )
    for story in [PublishedStoryFactory() for _ in range(2)]:
        with django_assert_num_queries(1):
            (found,) = told.objects(story.pk)
            assert found == story
            assert found.teller == story.teller
        assert found.teller_team == Story.objects.with_teller_team().get(pk=story.pk).teller_team
        assert found.created_at == Story.objects.get(pk=story.pk).created_at


def test_the_sql_is_made_once(monkeypatch):
    asked = []
    told = Prepared(lambda pk: asked.append(pk) or Story.objects.filter(pk=pk))
    with CaptureQueriesContext(connection) as captured:
        for number in range(3):
            told.objects(number)
    assert len(asked) == 1
    assert [f"= {number}" in query["sql"] for number, query in enumerate(captured)] == [True] * 3


def test_what_is_the_same_each_time_is_written_out():
    story, other = PublishedStoryFactory(), StoryFactory()
    told = Prepared(lambda pk: Story.objects.published().filter(pk=pk, place="").values_list("pk"))
    assert told.rows(story.pk) == [(story.pk,)]
    assert told.rows(other.pk) == []
    made = told._made(INSTEAD[:1], connections[DEFAULT_DB_ALIAS])
    assert "'published'" in made.sql
    assert sorted(map(str, made.parameters)) == ["", str(INSTEAD[0])]
    named = Prepared(lambda pk: Story.objects.filter(title="50% o'clock", pk=pk).values_list("pk"))
    assert named.rows(story.pk) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps all its statements")
def test_postgresql_plans_them_once():
    kept = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"
    told = Prepared(lambda pk: Story.objects.filter(pk=pk, place="Kept").order_by("title"))
    for number in range(3):
        assert told.objects(1000 + number) == []
    with connection.cursor() as cursor:
        cursor.execute(kept, ["%place%title%"])
        assert cursor.fetchall() == [(3,)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Planned is for PostgreSQL alone")
def test_a_connection_has_one_cursor_for_them():
    with connection.planned_cursor() as first, connection.planned_cursor() as then:
        assert first.cursor is then.cursor
    told = Prepared(lambda pk: Story.objects.filter(pk=pk).values_list("title"))
    assert told.rows(StoryFactory(title="Kept").pk) == [("Kept",)]
    beside = connection.copy()
    try:
        with beside.planned_cursor() as other:
            assert other.cursor is not first.cursor
    finally:
        beside.close()


def test_times_are_read_as_elsewhere():
    story = PublishedStoryFactory()
    told = Prepared(lambda pk: Story.objects.filter(pk=pk).values_list("created_at"))
    ((at,),) = told.rows(story.pk)
    usual = Story.objects.get(pk=story.pk).created_at
    assert (repr(at), at.tzinfo) == (repr(usual), usual.tzinfo)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compares all with all")
def test_one_that_failed_leaves_the_next_as_it_was():
    story = StoryFactory(title="Kept")
    told = Prepared(lambda pk: Story.objects.filter(pk=pk).values_list("title"))
    assert told.rows(story.pk) == [("Kept",)]
    with pytest.raises(DatabaseError), transaction.atomic():
        told.rows("no number")
    assert told.rows(story.pk) == [("Kept",)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans anew by itself")
@pytest.mark.django_db(transaction=True)
def test_a_migration_beside_it_is_survived():
    told = Prepared(lambda pk: Story.objects.filter(pk=pk).values_list("title"))
    alter = "ALTER TABLE stories_story ALTER COLUMN title TYPE varchar({})"
    length = Story._meta.get_field("title").max_length
    params = {**connection.get_connection_params()}
    for one in ("cursor_factory", "context", "prepare_threshold"):
        params.pop(one, None)
    story = StoryFactory(title="Kept")
    assert told.rows(story.pk) == [("Kept",)]
    with psycopg.connect(**params, autocommit=True) as beside:
        try:
            beside.execute(alter.format(length + 1))
            assert told.rows(story.pk) == [("Kept",)]
            assert told.rows(story.pk) == [("Kept",)]
        finally:
            beside.execute(alter.format(length))

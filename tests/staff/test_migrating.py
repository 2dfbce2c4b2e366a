"""What migrations do to tables with many rows, while others read and write."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from staff.migrating import AddIndexMeanwhile
from staff.models import Credit

NAME = "credit_left_as_told"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("interrupted", [False, True])
def test_an_index_is_made_while_others_write_where_the_database_can(interrupted):
    [index] = [one for one in Credit._meta.indexes if one.name == NAME]
    state, operation = ProjectState.from_apps(apps), AddIndexMeanwhile("credit", index)
    on_postgresql = connection.vendor == "postgresql"
    # Of one that was interrupted PostgreSQL keeps what is no use, and SQLite nothing.
    if not (interrupted and on_postgresql):
        with connection.schema_editor(atomic=False) as editor:
            editor.remove_index(Credit, index)
    assert (NAME in there()) == (interrupted and on_postgresql)
    with (
        CaptureQueriesContext(connection) as asked,
        connection.schema_editor(atomic=False) as editor,
    ):
        operation.database_forwards("staff", editor, state, state)
    assert NAME in there()
    made = [query["sql"] for query in asked if query["sql"].startswith("CREATE INDEX")]
    assert ["CONCURRENTLY" in sql for sql in made] == [on_postgresql]


def there() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, Credit._meta.db_table))

"""Nor is a row put in the place of another: `INSERT OR REPLACE` asks no trigger on deleting.

PostgreSQL has no such statement: what it does where a row is there already is an update.
"""

from django.db import migrations

GUARD = """
    CREATE TRIGGER history_replaced BEFORE INSERT ON staff_history
    WHEN EXISTS (SELECT 1 FROM staff_history WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'History is only ever added to.'); END
"""


def on_sqlite(sql: str):
    def execute(apps, editor):
        if editor.connection.vendor == "sqlite":
            with editor.connection.cursor() as cursor:
                cursor.execute(sql)

    return execute


class Migration(migrations.Migration):
    dependencies = [("staff", "0013_credit_person_index")]

    operations = [
        migrations.RunPython(on_sqlite(GUARD), on_sqlite("DROP TRIGGER IF EXISTS history_replaced"))
    ]

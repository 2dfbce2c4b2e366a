"""The database itself keeps the history: rows are added, and nothing in them is changed but emptied."""

from django.db import migrations

TABLE = "staff_history"
# What says who or what; it may be emptied, when somebody has to be forgotten.
EMPTY = {
    "account": "NULL",
    "by_name": "''",
    "address": "NULL",
    "label": "''",
    "changes": "'{}'",
    "why": "''",
}
KEPT = ("id", "at", "way", "place", "kind", "number", "what", "fields")
SAID = "History is only ever added to."


def only_emptied(same: str) -> str:
    """Whether the new row is the old one, with nothing different but what is empty now."""
    kept = [f"NEW.{name} {same} OLD.{name}" for name in KEPT]
    emptied = [
        f"(NEW.{name} {same} OLD.{name} OR NEW.{name} {same} {nothing})"
        for name, nothing in EMPTY.items()
    ]
    return " AND ".join(kept + emptied)


SQLITE = {
    "history_changed": f"""
        CREATE TRIGGER history_changed BEFORE UPDATE ON {TABLE} WHEN NOT ({only_emptied("IS")})
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
    "history_deleted": f"""
        CREATE TRIGGER history_deleted BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
}
POSTGRESQL = {
    "history_changed": f"""
        CREATE OR REPLACE FUNCTION history_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {only_emptied("IS NOT DISTINCT FROM").replace("'{}'", "'{}'::jsonb")} THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER history_changed BEFORE UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION history_changed()
    """,
    "history_deleted": f"""
        CREATE OR REPLACE FUNCTION history_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';
        END $$;
        CREATE TRIGGER history_deleted BEFORE DELETE OR TRUNCATE ON {TABLE}
        FOR EACH STATEMENT EXECUTE FUNCTION history_deleted()
    """,
}


def guard(connection, *names: str) -> None:
    """Put these guards up, or all."""
    made = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        for name in names or made:
            cursor.execute(made[name])


def unguard(connection, *names: str) -> None:
    """Take these guards away, or all."""
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in names or SQLITE:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


class Migration(migrations.Migration):
    dependencies = [("staff", "0010_history")]

    operations = [
        migrations.RunPython(
            lambda apps, editor: guard(editor.connection),
            lambda apps, editor: unguard(editor.connection),
        ),
    ]

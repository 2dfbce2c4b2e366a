"""The database itself refuses to change who answered what of which story, for whom, how and when.

It does not keep the words of a correction, nor who wrote a row down: a name is taken out of both where
somebody is erased. Nor does it keep rows from being deleted, as they go with their story, or with their
person. Only the code keeps these. The history, which the database does keep, has each row as written.
"""

from django.db import migrations

TABLE = "stories_consent"
KEPT = ("id", "story_id", "employee_id", "audience", "what", "agreed", "how", "at")
SAID = "The ledger is only ever added to."
SQLITE = (
    f"""
    CREATE TRIGGER consent_changed BEFORE UPDATE ON {TABLE}
    WHEN NOT ({" AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)})
    BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
    f"""
    CREATE TRIGGER consent_replaced BEFORE INSERT ON {TABLE}
    WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION consent_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {" AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)} THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    f"""
    CREATE TRIGGER consent_changed BEFORE UPDATE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION consent_changed()
    """,
)


def guard(apps, editor):
    made = POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE
    with editor.connection.cursor() as cursor:
        for sql in made:
            cursor.execute(sql)


def unguard(apps, editor):
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION consent_changed() CASCADE")
        else:
            cursor.execute("DROP TRIGGER consent_changed")
            cursor.execute("DROP TRIGGER consent_replaced")


class Migration(migrations.Migration):
    dependencies = [("stories", "0019_consent")]

    operations = [migrations.RunPython(guard, unguard)]

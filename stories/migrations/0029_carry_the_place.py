"""The traits and credits of a story have its place in the order of publication from the database.

They stand under it in indexes of their own. Whoever moves a story need not think of them.
"""

from django.db import migrations

SQLITE = """
    CREATE TRIGGER place_carried AFTER UPDATE OF seq ON stories_story WHEN NEW.seq IS NOT OLD.seq
    BEGIN
        UPDATE stories_storytrait SET seq = NEW.seq WHERE content_object_id = NEW.id;
        UPDATE staff_credit SET seq = NEW.seq WHERE story_id = NEW.id;
    END
"""
POSTGRESQL = """
    CREATE OR REPLACE FUNCTION place_carried() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE stories_storytrait SET seq = NEW.seq WHERE content_object_id = NEW.id;
        UPDATE staff_credit SET seq = NEW.seq WHERE story_id = NEW.id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER place_carried AFTER UPDATE OF seq ON stories_story
    FOR EACH ROW WHEN (NEW.seq IS DISTINCT FROM OLD.seq) EXECUTE FUNCTION place_carried()
"""


def carry(apps, editor) -> None:
    editor.execute(POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def let_be(apps, editor) -> None:
    on_table = " ON stories_story" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"DROP TRIGGER IF EXISTS place_carried{on_table}")


class Migration(migrations.Migration):
    dependencies = [
        ("stories", "0028_stories_by_time"),
        ("staff", "0017_no_circles_no_overlaps"),
    ]

    operations = [migrations.RunPython(carry, let_be)]

"""The wall's version counts up where a story that is on the wall moves or says something new.

With the statement that stores it: whoever follows it in the index need not ask for that, and holds
the index from then on.
"""

from django.db import migrations

SQLITE = """
    CREATE TRIGGER wall_counted_up AFTER UPDATE OF version, status ON stories_story
    WHEN NEW.seq IS NOT NULL OR OLD.seq IS NOT NULL
    BEGIN
        INSERT INTO stories_wall_version (id, number, measures, era, form)
        VALUES (1, 1, 0, lower(hex(randomblob(4))), 1)
        ON CONFLICT (id) DO UPDATE SET number = stories_wall_version.number + 1;
    END
"""
# It is called after place_carried: triggers go by their names, and the wall is locked last. Whoever
# stores many stories, and locks others in between, has it count nothing: WallVersion.count_later.
POSTGRESQL = """
    CREATE OR REPLACE FUNCTION wall_counted_up() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF current_setting('retold.wall_counted', true) = 'later' THEN
            RETURN NULL;
        END IF;
        INSERT INTO stories_wall_version (id, number, measures, era, form)
        VALUES (1, 1, 0, substr(md5(random()::text), 1, 8), 1)
        ON CONFLICT (id) DO UPDATE SET number = stories_wall_version.number + 1;
        RETURN NULL;
    END $$;
    CREATE TRIGGER wall_counted_up AFTER UPDATE OF version, status ON stories_story
    FOR EACH ROW WHEN (NEW.seq IS NOT NULL OR OLD.seq IS NOT NULL)
    EXECUTE FUNCTION wall_counted_up()
"""


def count(apps, editor) -> None:
    editor.execute(POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def let_be(apps, editor) -> None:
    on_table = " ON stories_story" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"DROP TRIGGER IF EXISTS wall_counted_up{on_table}")


class Migration(migrations.Migration):
    dependencies = [("stories", "0032_drop_in_steps")]

    operations = [migrations.RunPython(count, let_be)]

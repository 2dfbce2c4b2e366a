"""The database itself keeps the record of a story: rows are added, and go only with their story.

Who did it may be emptied, as accounts go. The words are changed only while a name is taken out of
them for good: `stories.models.record.rewording`.
"""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "stories_storyevent"
KEPT = ("id", "story_id", "action", "status_before", "status_after", "at")
WORDS = ("actor_name", "reason", "changes")
SAID = "The record is only ever added to."


def same(names: tuple[str, ...], is_same: str) -> str:
    return " AND ".join(f"NEW.{name} {is_same} OLD.{name}" for name in names)


def kept(is_same: str) -> str:
    return f"{same(KEPT, is_same)} AND (NEW.actor_id {is_same} OLD.actor_id OR NEW.actor_id IS NULL)"


SQLITE = {
    "record_changed": f"""
        CREATE TRIGGER record_changed BEFORE UPDATE ON {TABLE} WHEN NOT ({kept("IS")})
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
    "record_reworded": f"""
        CREATE TRIGGER record_reworded BEFORE UPDATE ON {TABLE} WHEN NOT ({same(WORDS, "IS")})
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
    "record_replaced": f"""
        CREATE TRIGGER record_replaced BEFORE INSERT ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
    "record_deleted": f"""
        CREATE TRIGGER record_deleted BEFORE DELETE ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM stories_story WHERE id = OLD.story_id)
        BEGIN SELECT RAISE(ABORT, '{SAID}'); END
    """,
    "record_goes": f"""
        CREATE TRIGGER record_goes AFTER DELETE ON stories_story
        BEGIN DELETE FROM {TABLE} WHERE story_id = OLD.id; END
    """,
}


def on_postgresql(name: str, when: str, body: str, on: str = TABLE, each: str = "ROW") -> str:
    return f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {body} END $$;
        CREATE TRIGGER {name} {when} ON {on} FOR EACH {each} EXECUTE FUNCTION {name}()
    """


REFUSE = f"RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation';"
ALIKE = "IS NOT DISTINCT FROM"
POSTGRESQL = {
    "record_changed": on_postgresql(
        "record_changed",
        "BEFORE UPDATE",
        f"IF {kept(ALIKE)} THEN RETURN NEW; END IF; {REFUSE}",
    ),
    "record_reworded": on_postgresql(
        "record_reworded",
        "BEFORE UPDATE",
        f"IF {same(WORDS, ALIKE)} OR current_setting('retold.rewording', TRUE) = 'on' THEN"
        f" RETURN NEW; END IF; {REFUSE}",
    ),
    "record_replaced": on_postgresql("record_replaced", "BEFORE TRUNCATE", REFUSE, each="STATEMENT"),
    "record_deleted": on_postgresql(
        "record_deleted",
        "BEFORE DELETE",
        f"IF EXISTS (SELECT 1 FROM stories_story WHERE id = OLD.story_id) THEN {REFUSE} END IF;"
        " RETURN OLD;",
    ),
    "record_goes": on_postgresql(
        "record_goes",
        "AFTER DELETE",
        f"DELETE FROM {TABLE} WHERE story_id = OLD.id; RETURN NULL;",
        on="stories_story",
    ),
}


def guard(connection, *names: str) -> None:
    """Put these guards up, or all."""
    made = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        for name in names or made:
            cursor.execute(made[name])


def unguard(connection, *names: str) -> None:
    """Take these guards away, or all."""
    with connection.cursor() as cursor:
        for name in names or SQLITE:
            on = "stories_story" if name == "record_goes" else TABLE
            on_table = f" ON {on}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


class Migration(migrations.Migration):
    dependencies = [("stories", "0025_form_of_the_index")]

    operations = [
        migrations.AlterField(
            model_name="storyevent",
            name="story",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="stories.story",
                verbose_name="story",
            ),
        ),
        migrations.RunPython(
            lambda apps, editor: guard(editor.connection),
            lambda apps, editor: unguard(editor.connection),
        ),
    ]

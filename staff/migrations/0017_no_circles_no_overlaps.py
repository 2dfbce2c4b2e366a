"""Nobody is in two teams on one day, and nothing is above itself, whoever writes it.

Both are told by several rows together, which no constraint of a table can look at.
"""

from django.db import migrations

from staff.directory_file.trees import circles
from staff.migrating import refuse_rows

TWICE = "Somebody would be in two teams on one day."
# What is above a row: {table: (column, what is said)}
ABOVE = {
    "staff_team": ("parent_id", "A team would be part of itself."),
    "staff_employee": ("manager_id", "Somebody would be above themselves."),
}
OVERLAPS = """
    SELECT 1 FROM staff_membership held
    WHERE held.employee_id = NEW.employee_id AND held.id <> NEW.id
    AND (NEW.until IS NULL OR held.since < NEW.until)
    AND (held.until IS NULL OR NEW.since < held.until)
"""


def circle(table: str, column: str) -> str:
    """Finds the new row among those above it. A circle that it is not in ends the search."""
    return f"""
        WITH RECURSIVE above(id) AS (
            SELECT NEW.{column}
            UNION SELECT {table}.{column} FROM {table} JOIN above ON {table}.id = above.id
        ) SELECT 1 FROM above WHERE id = NEW.id
    """


def on_sqlite() -> list[str]:
    """Afterwards, when a new row has its key."""
    made = [
        f"""
        CREATE TRIGGER membership_{way}_overlaps AFTER {event} ON staff_membership
        WHEN EXISTS ({OVERLAPS})
        BEGIN SELECT RAISE(ABORT, '{TWICE}'); END
        """
        for way, event in (
            ("added", "INSERT"),
            ("changed", "UPDATE OF id, employee_id, since, until"),
        )
    ]
    for table, (column, said) in ABOVE.items():
        for way, event, differs in (
            ("added", "INSERT", ""),
            (
                "changed",
                f"UPDATE OF id, {column}",
                f"AND (NEW.{column} IS NOT OLD.{column} OR NEW.id <> OLD.id)",
            ),
        ):
            made.append(f"""
                CREATE TRIGGER {table.removeprefix("staff_")}_{way}_in_circle AFTER {event} ON {table}
                WHEN NEW.{column} IS NOT NULL {differs} AND EXISTS ({circle(table, column)})
                BEGIN SELECT RAISE(ABORT, '{said}'); END
            """)
    return made


def on_postgresql() -> list[str]:
    """Once the statement is done, and one after the other: each has to see what the last one did."""
    made = [
        f"""
        CREATE FUNCTION membership_overlaps() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM 1 FROM staff_employee WHERE id = NEW.employee_id FOR NO KEY UPDATE;
            IF EXISTS ({OVERLAPS}) THEN
                RAISE EXCEPTION '{TWICE}' USING ERRCODE = 'exclusion_violation';
            END IF;
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER membership_overlaps
        AFTER INSERT OR UPDATE OF id, employee_id, since, until ON staff_membership
        FOR EACH ROW EXECUTE FUNCTION membership_overlaps()
        """,
    ]
    for table, (column, said) in ABOVE.items():
        name = f"{table.removeprefix('staff_')}_in_circle"
        made += [
            f"""
            CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock(TG_RELID::bigint);
                IF EXISTS ({circle(table, column)}) THEN
                    RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
            END $$
            """,
            f"""
            CREATE TRIGGER {name}_added AFTER INSERT ON {table} FOR EACH ROW
            WHEN (NEW.{column} IS NOT NULL) EXECUTE FUNCTION {name}()
            """,
            f"""
            CREATE TRIGGER {name}_changed AFTER UPDATE OF id, {column} ON {table} FOR EACH ROW
            WHEN (NEW.{column} IS NOT NULL
                AND (NEW.{column} IS DISTINCT FROM OLD.{column} OR NEW.id <> OLD.id))
            EXECUTE FUNCTION {name}()
            """,
        ]
    return made


def look(apps, editor):
    """Who breaks it today, by name: only somebody who knows them can say what is right."""
    found, last = [], (None, None, None)
    rows = apps.get_model("staff", "Membership").objects.order_by("employee", "since", "pk")
    for pk, employee, since, until in rows.values_list("pk", "employee", "since", "until"):
        before, whose, end = last
        goes_on = employee == whose and (end is None or since < end)
        if goes_on:
            found.append(f"staff_membership, employee {employee}: rows {before} and {pk}")
        if not goes_on or (end is not None and (until is None or until > end)):
            last = pk, employee, until
    for name, column in (("Team", "parent"), ("Employee", "manager")):
        above = dict(apps.get_model("staff", name).objects.values_list("pk", column))
        for around in circles(above):
            rows_in_it = " → ".join(str(pk) for pk in [*around, around[0]])
            found.append(f"staff_{name.lower()}, {column}: rows {rows_in_it}")
    refuse_rows("Somebody is in two teams on one day, or something is above itself.", found)


def guard(apps, editor):
    made = on_postgresql() if editor.connection.vendor == "postgresql" else on_sqlite()
    with editor.connection.cursor() as cursor:
        for sql in made:
            cursor.execute(sql)


def unguard(apps, editor):
    with editor.connection.cursor() as cursor:
        if editor.connection.vendor == "postgresql":
            for name in ("membership_overlaps", "team_in_circle", "employee_in_circle"):
                cursor.execute(f"DROP FUNCTION {name}() CASCADE")
            return
        for way in ("added", "changed"):
            for name in ("membership_{}_overlaps", "team_{}_in_circle", "employee_{}_in_circle"):
                cursor.execute(f"DROP TRIGGER {name.format(way)}")


class Migration(migrations.Migration):
    dependencies = [("staff", "0016_texts_fit")]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.RunPython(guard, unguard),
    ]

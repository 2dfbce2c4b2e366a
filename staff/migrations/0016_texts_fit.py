"""Every text is one that its field takes, whichever way it comes."""

from django.db import migrations, models

from staff.lengths import TextsFit
from staff.migrating import KeptTriggers, refuse_unfit

FIT = {
    "history": TextsFit(
        name="history_texts_fit",
        most={"by_name": 200, "fields": 1000, "kind": 60, "label": 200, "place": 200, "why": 4000},
        known={
            "way": ["", "page", "admin", "command", "import", "task", "start"],
            "what": ["added", "changed", "deleted", "forgotten"],
        },
    ),
    "user": TextsFit(
        name="account_texts_fit",
        most={"email": 254, "first_name": 150, "last_name": 150, "password": 128, "username": 150},
    ),
    "credit": TextsFit(
        name="credit_texts_fit",
        most={"name_text": 200},
        said=["name_text"],
    ),
    "team": TextsFit(
        name="team_texts_fit",
        most={"name": 120, "slug": 120},
        said=["name"],
    ),
    "employee": TextsFit(
        name="employee_texts_fit",
        most={"email": 254, "first_name": 80, "job_title": 120, "known_as": 80, "last_name": 120, "number": 40},
        said=["first_name", "known_as", "last_name"],
    ),
    "erasure": TextsFit(
        name="erasure_texts_fit",
        most={"by_name": 200, "digest": 64},
    ),
    "session": TextsFit(
        name="session_texts_fit",
        most={"agent": 200, "session_key": 40},
    ),
}
kept = KeptTriggers()


def look(apps, editor):
    refuse_unfit(apps, "staff", FIT)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0015_kept_by_the_database"),
        ("stories", "0023_kept_by_the_database"),
    ]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.RunPython(kept.note, kept.put_back),
        # The tables stay as they are: the length of a text is in the constraints alone.
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.AlterField(
                model_name="history",
                name="why",
                field=models.TextField(blank=True, max_length=4000, verbose_name="why"),
            ),
        ]),
        *(
            migrations.AddConstraint(model, constraint)
            for model, constraint in FIT.items()
        ),
        migrations.RunPython(kept.put_back, kept.note),
    ]

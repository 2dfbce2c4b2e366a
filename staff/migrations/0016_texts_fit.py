"""No text is longer than there is room for, whichever way it comes."""

from django.db import migrations, models

from staff.lengths import TextsFit
from staff.migrating import KeptTriggers, refuse_longer

FIT = {
    "history": ("history_texts_fit", {"by_name": 200, "fields": 1000, "kind": 60, "label": 200, "place": 200, "way": 10, "what": 10, "why": 4000}),
    "user": ("account_texts_fit", {"email": 254, "first_name": 150, "last_name": 150, "password": 128, "username": 150}),
    "credit": ("credit_texts_fit", {"name_text": 200}),
    "team": ("team_texts_fit", {"name": 120, "slug": 120}),
    "employee": ("employee_texts_fit", {"email": 254, "first_name": 80, "job_title": 120, "known_as": 80, "last_name": 120, "number": 40}),
    "erasure": ("erasure_texts_fit", {"by_name": 200, "digest": 64}),
    "session": ("session_texts_fit", {"agent": 200, "session_key": 40}),
}
kept = KeptTriggers()


def look(apps, editor):
    refuse_longer(apps, "staff", {model: most for model, (_name, most) in FIT.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0015_kept_by_the_database"),
        ("stories", "0023_kept_by_the_database"),
    ]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.RunPython(kept.note, kept.put_back),
        migrations.AlterField(
            model_name="history",
            name="why",
            field=models.TextField(blank=True, max_length=4000, verbose_name="why"),
        ),
        *(
            migrations.AddConstraint(model, TextsFit(name=name, most=most))
            for model, (name, most) in FIT.items()
        ),
        migrations.RunPython(kept.put_back, kept.note),
    ]

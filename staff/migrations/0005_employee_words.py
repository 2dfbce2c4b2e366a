from django.db import migrations

import staff.searching
from staff.searching import searchable


def fill(apps, schema_editor):
    """What a search looks through, for the people who are there already."""
    Employee = apps.get_model("staff", "Employee")
    batch = []
    for person in Employee.objects.iterator(chunk_size=1000):
        also = f"{person.known_as} {person.last_name}" if person.known_as else ""
        person.words = searchable([f"{person.first_name} {person.last_name}", also])
        batch.append(person)
        if len(batch) == 1000:
            Employee.objects.bulk_update(batch, ["words"])
            batch = []
    Employee.objects.bulk_update(batch, ["words"])


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_read_accounts_with_their_roles")]
    operations = [
        migrations.AddField(
            "employee", "words", staff.searching.WordsField(default="", editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

from django.db import migrations

from stories.search.tables import install


def make_index(apps, schema_editor):
    install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0015_stories_without_words'),
    ]

    operations = [
        migrations.RunPython(make_index, migrations.RunPython.noop),
    ]

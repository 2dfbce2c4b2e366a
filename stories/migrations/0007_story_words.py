from django.db import migrations

import staff.searching
from staff.searching import searchable

TEXTS = ("line", "title", "body", "place", "organisation", "went_wrong")


def fill(apps, schema_editor):
    """What a search looks through, for the stories that are there already."""
    Story = apps.get_model("stories", "Story")
    batch = []
    for story in Story.objects.iterator(chunk_size=500):
        story.words = searchable(getattr(story, name) for name in TEXTS)
        batch.append(story)
        if len(batch) == 500:
            Story.objects.bulk_update(batch, ["words"])
            batch = []
    Story.objects.bulk_update(batch, ["words"])


class Migration(migrations.Migration):
    dependencies = [("stories", "0006_screens")]
    operations = [
        migrations.AddField(
            "story", "words", staff.searching.WordsField(default="", editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

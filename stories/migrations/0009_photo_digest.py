from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0008_feeds_and_follows")]

    operations = [
        migrations.AddField(
            model_name="photo",
            name="digest",
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
    ]

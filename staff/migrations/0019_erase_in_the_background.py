import django.db.models.deletion
from django.db import migrations, models


def were_done(apps, editor) -> None:
    """Those that are there were done when they were begun."""
    apps.get_model("staff", "Erasure").objects.update(done_at=models.F("at"))


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0018_former_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='erasure',
            name='done_at',
            field=models.DateTimeField(null=True, verbose_name='done'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='everywhere',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='erasure',
            name='person',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='staff.employee'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='photos',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunPython(were_done, migrations.RunPython.noop, elidable=True),
    ]

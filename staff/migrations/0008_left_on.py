"""When somebody left, for what is kept of them for so long only.

Of those who left before, nobody knows; their time begins with this.
"""

from django.db import migrations, models
from django.utils import timezone


def begin_today(apps, schema_editor):
    left = apps.get_model("staff", "Employee").objects.filter(active=False)
    left.update(left_on=timezone.localdate())


class Migration(migrations.Migration):
    dependencies = [("staff", "0007_sessions")]

    operations = [
        migrations.AddField(
            model_name="employee",
            name="left_on",
            field=models.DateField(editable=False, null=True, verbose_name="left on"),
        ),
        migrations.AddIndex(
            model_name="employee",
            index=models.Index(
                condition=models.Q(("active", False)), fields=["left_on"], name="employee_left_on"
            ),
        ),
        migrations.RunPython(begin_today, migrations.RunPython.noop, elidable=True),
    ]

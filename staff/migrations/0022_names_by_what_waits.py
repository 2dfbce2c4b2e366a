from django.db import migrations, models

from staff.migrating import AddIndexMeanwhile


class Migration(migrations.Migration):
    # PostgreSQL makes an index while others write outside of a transaction only.
    atomic = False

    dependencies = [
        ('staff', '0021_names_left_as_told'),
    ]

    operations = [
        AddIndexMeanwhile(
            model_name='credit',
            index=models.Index(
                condition=models.Q(
                    ('as_told_at__isnull', True),
                    ('employee__isnull', True),
                    models.Q(('name_text', ''), _negated=True),
                ),
                fields=['employee', 'as_told_at', 'story'],
                name='credit_to_be_matched',
            ),
        ),
        AddIndexMeanwhile(
            model_name='credit',
            index=models.Index(
                condition=models.Q(('as_told_at__isnull', False)),
                fields=['-as_told_at'],
                name='credit_left_as_told',
            ),
        ),
    ]

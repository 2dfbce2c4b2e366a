from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0020_sorted_as_called'),
    ]

    operations = [
        migrations.AddField(
            model_name='credit',
            name='as_told_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='left as told'),
        ),
    ]

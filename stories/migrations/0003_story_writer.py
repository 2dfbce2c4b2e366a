from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('stories', '0002_notice_remembers_its_last_try'),
    ]

    operations = [
        migrations.AddField(
            model_name='story',
            name='writer',
            field=models.UUIDField(editable=False, null=True),
        ),
    ]

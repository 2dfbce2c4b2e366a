from django.db import migrations, models

import staff.audiences

FIELDS = ("in_team", "in_organisation", "on_screens", "in_public")
VERBOSE = ("named in the team", "named here", "named on screens", "named outside")
CHOICES = [("full", "Full name"), ("first", "First name"), ("colleague", "‘a colleague’")]


def _added(default):
    return [
        migrations.AddField(
            model_name="credit",
            name=name,
            field=models.CharField(
                choices=CHOICES,
                default=default,
                editable=False,
                max_length=9,
                verbose_name=verbose,
            ),
        )
        for name, verbose in zip(FIELDS, VERBOSE, strict=True)
    ]


class Migration(migrations.Migration):
    dependencies = [("staff", "0011_keep_history")]

    operations = [
        # Whoever is credited by now is named as before, whatever NAMES_WAIT says.
        migrations.SeparateDatabaseAndState(
            database_operations=_added("full"),
            state_operations=_added(staff.audiences.named_at_first),
        )
    ]

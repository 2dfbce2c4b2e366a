"""People are meant by the names they had before, too: those that the history still knows."""

from collections import defaultdict

from django.db import migrations, models
from django.db.models import Q

from staff.models.former import former_after

NAMES = ("first_name", "last_name", "known_as")


def fill(apps, editor):
    Employee, History = apps.get_model("staff", "Employee"), apps.get_model("staff", "History")
    renamed = Q(fields__contains="_name") | Q(fields__contains="known_as")
    changed = History.objects.filter(renamed, kind="staff.employee", what="changed")
    # Of each person the last change first, as what they are called today is known.
    changes = defaultdict(list)
    for number, fields in changed.order_by("-pk").values_list("number", "changes").iterator():
        if before := {name: fields[name][0] or "" for name in NAMES if name in fields}:
            changes[number].append(before)
    for number, befores in changes.items():
        now = Employee.objects.filter(pk=number).values_list(*NAMES).first()
        if now is None:
            continue
        names = [now]
        for before in befores:
            called = dict(zip(NAMES, names[0])) | before
            names.insert(0, tuple(called[name] for name in NAMES))
        *earlier, last, now = names
        if former := former_after(earlier, last, now):
            Employee.objects.filter(pk=number).update(former_names=[list(name) for name in former])


class Migration(migrations.Migration):
    dependencies = [("staff", "0017_no_circles_no_overlaps")]

    operations = [
        migrations.AddField(
            "employee",
            "former_names",
            models.JSONField(editable=False, null=True, verbose_name="earlier names"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]

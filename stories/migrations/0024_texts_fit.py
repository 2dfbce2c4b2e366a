"""No text is longer than there is room for, whichever way it comes."""

from django.db import migrations, models

from staff.lengths import TextsFit
from staff.migrating import KeptTriggers, refuse_longer

FIT = {
    "wallversion": ("wall_version_texts_fit", {"era": 8}),
    "posting": ("posting_texts_fit", {"facet": 64}),
    "photo": ("photo_texts_fit", {"alt": 300, "digest": 64, "failure": 300, "key": 40}),
    "trait": ("trait_texts_fit", {"hue": 20, "meaning": 200, "name": 100, "question": 200, "slug": 100}),
    "storytrait": ("storytrait_texts_fit", {"evidence": 1000}),
    "word": ("word_texts_fit", {"language": 8, "stem": 48, "word": 48}),
    "note": ("note_texts_fit", {"removed_by_name": 200, "removed_for": 300, "text": 1000}),
    "consent": ("consent_texts_fit", {"agreed": 9, "audience": 12, "by_name": 200, "how": 10, "said": 500, "what": 10}),
    "storyevent": ("storyevent_texts_fit", {"action": 20, "actor_name": 200, "reason": 2000, "status_after": 10, "status_before": 10}),
    "feedkey": ("feed_key_texts_fit", {"token": 40}),
    "feedentry": ("feed_entry_texts_fit", {"fingerprint": 40}),
    "notice": ("notice_texts_fit", {"kind": 10, "once": 40, "reason": 2000}),
    "story": ("story_texts_fit", {"body": 12000, "language": 8, "line": 280, "organisation": 200, "place": 200, "public_id": 16, "title": 120, "went_wrong": 200}),
    "flag": ("flag_texts_fit", {"decided_by_name": 200, "decided_for": 300, "decision": 10, "reason": 10, "words": 500}),
    "follow": ("follow_texts_fit", {"query": 1000, "token": 40}),
    "savedview": ("saved_view_texts_fit", {"key": 16, "name": 60, "query": 4000}),
    "screen": ("screen_texts_fit", {"name": 80, "query": 1000, "token": 40}),
    "storedcard": ("stored_card_texts_fit", {"hue": 20, "look": 12}),
}
kept = KeptTriggers()


def look(apps, editor):
    refuse_longer(apps, "stories", {model: most for model, (_name, most) in FIT.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0016_texts_fit"),
        ("stories", "0023_kept_by_the_database"),
    ]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.RunPython(kept.note, kept.put_back),
        migrations.AlterField(
            model_name="notice",
            name="reason",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AlterField(
            model_name="storyevent",
            name="reason",
            field=models.TextField(blank=True, max_length=2000, verbose_name="why"),
        ),
        *(
            migrations.AddConstraint(model, TextsFit(name=name, most=most))
            for model, (name, most) in FIT.items()
        ),
        migrations.RunPython(kept.put_back, kept.note),
    ]

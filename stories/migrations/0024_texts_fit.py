"""Every text is one that its field takes, whichever way it comes."""

from django.db import migrations, models

from staff.lengths import TextsFit
from staff.migrating import KeptTriggers, refuse_unfit

FIT = {
    "wallversion": TextsFit(
        name="wall_version_texts_fit",
        most={"era": 8},
    ),
    "posting": TextsFit(
        name="posting_texts_fit",
        most={"facet": 64},
    ),
    "photo": TextsFit(
        name="photo_texts_fit",
        most={"alt": 300, "digest": 64, "failure": 300, "key": 40},
    ),
    "trait": TextsFit(
        name="trait_texts_fit",
        most={"meaning": 200, "name": 100, "question": 200, "slug": 100},
        said=["name"],
        known={
            "hue": ["personal", "relational", "generous", "seen-through", "empowered", "unexpected", "playful", "put-right", "resourceful", "caring", "surprising", "remembered", "sincere", "honest", "noticed", "small-thing", "violet", "moss", "brick", "dusk", "lagoon", "coral", "straw", "mint", "plain"],
        },
    ),
    "storytrait": TextsFit(
        name="storytrait_texts_fit",
        most={"evidence": 1000},
    ),
    "word": TextsFit(
        name="word_texts_fit",
        most={"language": 8, "stem": 48, "word": 48},
    ),
    "note": TextsFit(
        name="note_texts_fit",
        most={"removed_by_name": 200, "removed_for": 300, "text": 1000},
        said=["text"],
    ),
    "consent": TextsFit(
        name="consent_texts_fit",
        most={"by_name": 200, "said": 500},
        known={
            "agreed": ["", "full", "first", "colleague"],
            "audience": ["", "team", "organisation", "screens", "public"],
            "how": ["email", "own_page", "in_person", "teller", "admin"],
            "what": ["asked", "agreed", "withdrawn", "correction", "settled"],
        },
    ),
    "storyevent": TextsFit(
        name="storyevent_texts_fit",
        most={"actor_name": 200, "reason": 2000},
        known={
            "action": ["submitted", "published", "sent_back", "rejected", "withdrawn", "edited", "gold", "visibility", "imported", "photos", "flags"],
            "status_after": ["", "draft", "pending", "sent_back", "published", "rejected", "withdrawn"],
            "status_before": ["", "draft", "pending", "sent_back", "published", "rejected", "withdrawn"],
        },
    ),
    "feedkey": TextsFit(
        name="feed_key_texts_fit",
        most={"token": 40},
    ),
    "feedentry": TextsFit(
        name="feed_entry_texts_fit",
        most={"fingerprint": 40},
    ),
    "notice": TextsFit(
        name="notice_texts_fit",
        most={"once": 40, "reason": 2000},
        known={
            "kind": ["published", "credited", "sent_back", "rejected", "taken_down", "flagged"],
        },
    ),
    "story": TextsFit(
        name="story_texts_fit",
        most={"body": 12000, "language": 8, "line": 280, "organisation": 200, "place": 200, "public_id": 16, "title": 120, "went_wrong": 200},
        said=["body", "line", "title"],
    ),
    "flag": TextsFit(
        name="flag_texts_fit",
        most={"decided_by_name": 200, "decided_for": 300, "words": 500},
        known={
            "decision": ["", "kept", "changed", "taken_down"],
            "reason": ["private", "named", "untrue", "unkind", "other"],
        },
    ),
    "follow": TextsFit(
        name="follow_texts_fit",
        most={"query": 1000, "token": 40},
    ),
    "savedview": TextsFit(
        name="saved_view_texts_fit",
        most={"key": 16, "name": 60, "query": 4000},
        said=["name"],
    ),
    "screen": TextsFit(
        name="screen_texts_fit",
        most={"name": 80, "query": 1000, "token": 40},
        said=["name"],
    ),
    "storedcard": TextsFit(
        name="stored_card_texts_fit",
        most={"hue": 20, "look": 12},
    ),
}
kept = KeptTriggers()


def look(apps, editor):
    refuse_unfit(apps, "stories", FIT)


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0016_texts_fit"),
        ("stories", "0023_kept_by_the_database"),
    ]

    operations = [
        migrations.RunPython(look, migrations.RunPython.noop),
        migrations.RunPython(kept.note, kept.put_back),
        # The tables stay as they are: the length of a text is in the constraints alone.
        migrations.SeparateDatabaseAndState(state_operations=[
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
        ]),
        *(
            migrations.AddConstraint(model, constraint)
            for model, constraint in FIT.items()
        ),
        migrations.RunPython(kept.put_back, kept.note),
    ]

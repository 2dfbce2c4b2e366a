"""The traits Retold ships with; admins edit, merge, retire and add."""

from django.db import migrations

# slug (and inks), name, meaning, question for the huddle
TRAITS = [
    (
        "unexpected",
        "Unexpected",
        "Nobody would have missed it, had it not happened.",
        "What could one of us do this week that nobody would miss if we didn’t?",
    ),
    (
        "personal",
        "Personal",
        "Meant for this one person, not for whoever came next.",
        "What did they have to know about this person, and how did they come to know it?",
    ),
    (
        "relational",
        "Relational",
        "Two people met, and the errand was only the occasion.",
        "When did somebody last stop being ‘a customer’ to you, and what was said?",
    ),
    (
        "sincere",
        "Sincere",
        "They meant it, and you could tell.",
        "How could you tell that they meant it, and how do people tell with us?",
    ),
    (
        "caring",
        "Caring",
        "Looked after the person as well as the errand.",
        "Who came to us lately with an errand, and something heavier under the other arm?",
    ),
    (
        "playful",
        "Playful",
        "Took the work seriously and themselves lightly.",
        "Where in our day is there room to play, and who would enjoy it most?",
    ),
    (
        "surprising",
        "Surprising",
        "You wish you had seen their faces.",
        "What would make somebody stop in our doorway and say ‘Really?’",
    ),
    (
        "generous",
        "Generous",
        "Out of proportion to what was asked, and nobody kept count.",
        "When did somebody give you more than was fair, and what did you do with it?",
    ),
    (
        "resourceful",
        "Resourceful",
        "Solved with what was in the drawer, the van or the cellar.",
        "What have we got lying about that would have helped here?",
    ),
    (
        "empowered",
        "Empowered",
        "Saw what was right and did not wait to be told.",
        "Whom would you have asked first, and what would they have said?",
    ),
    (
        "honest",
        "Honest",
        "Said what could not be done, before anybody had to find out.",
        "What do we find hard to say to people, and how could we say it sooner?",
    ),
    (
        "seen-through",
        "Seen through",
        "Stayed until it was really over.",
        "Where do we hand somebody on and never hear how it ended?",
    ),
    (
        "put-right",
        "Put right",
        "It went wrong, and somebody said ‘that was us’.",
        "What went wrong here lately that we could still put right?",
    ),
    (
        "remembered",
        "Remembered",
        "Knew the name, the order, the habit.",
        "Whose habits do you know by heart, and do they know that you do?",
    ),
    (
        "noticed",
        "Noticed",
        "Saw what nobody had said.",
        "What did you see this week that nobody told you?",
    ),
    (
        "small-thing",
        "Small thing",
        "Took less time than it takes to tell.",
        "What took you less than a minute lately, and mattered to somebody?",
    ),
]


def ship_traits(apps, schema_editor):
    trait = apps.get_model("stories", "Trait")
    for position, (slug, name, meaning, question) in enumerate(TRAITS, start=1):
        trait.objects.get_or_create(
            slug=slug,
            defaults={
                "name": name,
                "meaning": meaning,
                "question": question,
                "hue": slug,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("stories", "0001_initial")]
    operations = [migrations.RunPython(ship_traits, migrations.RunPython.noop)]

"""The world of test_traces.py: a story and a person whose words and names stand nowhere else."""

import dataclasses
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image

from staff.audiences import COLLEAGUE, SCREENS, Audience
from staff.audiences import FIRST as FIRST_NAME
from staff.models import Employee
from stories.models import Consent, Follow, Note, SavedView, Story
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PhotoFactory,
    PublishedStoryFactory,
    ScreenFactory,
    StoryFactory,
    named_trait,
)

from .world import World, build

# The story to withdraw, another that speaks of the person and inspired it, one it inspired, and one
# in which three people choose how they are named in it.
STORIES = ("published", "beside", "after", "agreed")

SAID = {
    "line": "Zephyrine is no relation.",
    "title": "Quillfeather at the door",
    "body": "A lighthouse of Marzipanel stood there. She said “Obsidianka”, and we laughed.",
    "place": "Tarragonia",
    "organisation": "Brontosia and sons",
    "went_wrong": "The Klaxonade fell.",
}
EVIDENCE = "She said “Obsidianka”, and we laughed."
ALT, NOTE, NAME_AS_TOLD = "A Vellumine kite.", "Isoglossy, thank you.", "Peregrina next door"
OF_STORY = ("zephyrine", "quillfeather", "marzipanel", "obsidianka", "tarragonia", "brontosia")
OF_STORY += ("klaxonade", "vellumine", "isoglossy", "peregrina")

FIRST, LAST, KNOWN_AS, JOB = "Philippina", "Oosterschelde", "Pippa", "Lampwright"
PERSON_EMAIL = "p@example.org"
# What they were called when some of the stories were told.
FORMER = ("Bartholomea", "Zonderland", "Bartje")
OF_PERSON = (FIRST.lower(), LAST.lower(), KNOWN_AS.lower(), JOB.lower())
OF_PERSON += tuple(name.lower() for name in FORMER)

# What they choose in that story alone: first name, last name, and what colleagues call them.
CHOOSING = {
    "colleague": ("Wilhelmus", "Vandersloot", "Wimke"),
    "first": ("Eufrosina", "Kallenbach", "Frosia"),
    "here": ("Hyacinthe", "Delacroisade", "Hyx"),
}
# All that nobody may hear of two of them there, and of the third nobody but those who sign in.
UNSAID = [name.lower() for name in (*CHOOSING["colleague"], CHOOSING["first"][1])]
UNSAID_OUTSIDE = [*UNSAID, *(name.lower() for name in CHOOSING["here"])]


def speaking_of(name: str) -> dict[str, str]:
    """A story that says this name wherever a story has words."""
    return {
        "line": f"Ask {name}.",
        "title": f"How {name} did it",
        "body": f"By the lighthouse {name} waited. “{name} will know,” he said. So it was.",
        "place": f"The desk of {name}",
        "organisation": f"{name} and daughters",
        "went_wrong": f"{name} was away.",
        "setting": "elsewhere",
        "recovery": True,
    }


def snapshot() -> ContentFile:
    """A photo like no other."""
    file = BytesIO()
    Image.effect_noise((64, 48), 80).convert("RGB").save(file, "JPEG")
    return ContentFile(file.getvalue(), "photo.jpg")


def told_by(teller: Employee, **about) -> Story:
    """A published story that somebody told, with everything that may be filled in."""
    credits = {name: about.pop(name) for name in ("people", "names", "team") if name in about}
    traits, alt, note = about.pop("traits"), about.pop("alt"), about.pop("note")
    story = StoryFactory(teller=teller, **about)
    story.set_traits(traits)
    story.set_credits(**credits)
    PhotoFactory(story=story, alt=alt, original=snapshot(), made=True)
    story.submit(by=None)
    story.publish(by=None)
    NoteFactory(story=story, author=teller, text=note)
    story.salute(by=teller)
    return story


def choosing(kind: str) -> Employee:
    return Employee.objects.get(last_name=CHOOSING[kind][1])


def of_three(teller: Employee) -> Story:
    """A story that says three names wherever it has words, and that these people told on."""
    people = [
        EmployeeFactory(
            first_name=first, last_name=last, known_as=known, email=f"{known}@example.org"
        )
        for first, last, known in CHOOSING.values()
    ]
    whole = ", then ".join(person.full_name for person in people)
    in_part = ", then ".join([people[0].known_as, *(person.last_name for person in people)])
    story = told_by(
        teller,
        **speaking_of(in_part) | {"title": f"How {in_part} did it", "went_wrong": f"{whole} left."},
        traits=[(named_trait("Caring"), f"“{in_part} will know,” he said.")],
        people=people,
        alt=f"{whole} and a kite.",
        note=f"{whole}, thank you.",
    )
    for person in people:
        story.retell(by=person, told_to="team", heads=4)
        NoteFactory(story=story, author=person, text="It was nothing.")
    return story


def choose(story: Story) -> None:
    """Each says how they want to be named in this story, and it says so from now on."""
    email = Consent.How.EMAIL
    for kind, chosen in (
        ("colleague", dict.fromkeys(Audience, COLLEAGUE)),
        ("first", dict.fromkeys(Audience, FIRST_NAME)),
        ("here", {SCREENS: COLLEAGUE}),
    ):
        assert story.name_as(choosing(kind), chosen, by=None, how=email)


def renamed(world: World) -> Employee:
    """Somebody whom two stories speak of by another name: one credits them, one does not."""
    first, last, known = FORMER
    person = EmployeeFactory(
        first_name=first, last_name=last, known_as=known, job_title=JOB, email=PERSON_EMAIL
    )
    for said, people in ((known, [person]), (f"{first} {last}", [])):
        told_by(
            EmployeeFactory(),
            **speaking_of(said),
            traits=[(named_trait("Caring"), f"“{said} will know,” he said.")],
            people=people,
            names=[f"{first} {last}"],
            team=world.team,
            alt=f"{said} and a kite.",
            note=f"{said}, thank you.",
        )
    person.first_name, person.last_name, person.known_as = FIRST, LAST, KNOWN_AS
    person.save()
    return person


def arranged() -> tuple[World, Story, Employee]:
    """The story and the person, with all that hangs on them, in a world of others."""
    world = build()
    teller = world.users["teller"].person
    Follow.begin(world.users["manager"], "", rhythm="at_once", weekday=0)
    person = renamed(world)
    MembershipFactory(employee=person, team=world.team, leads=True)
    personal, caring, playful = (named_trait(name) for name in ("Personal", "Caring", "Playful"))
    whole = f"{FIRST} {LAST}"
    # One that credits the person and says their first name, one of others that says the whole.
    beside = told_by(
        teller,
        **speaking_of(FIRST),
        traits=[(personal, f"“{FIRST} will know,” he said.")],
        people=[person, world.person],
        names=[f"{KNOWN_AS} {LAST}"],
        team=world.team,
        alt=f"{KNOWN_AS} and a kite.",
        note=f"{FIRST}, thank you.",
    )
    afar = told_by(
        EmployeeFactory(),
        **speaking_of(whole),
        traits=[(caring, f"“{whole} will know,” he said.")],
        names=[whole],
        alt=f"{whole} and a kite.",
        note=f"{whole}, thank you.",
    )
    own = told_by(
        person, traits=[(playful, "")], people=[world.person], alt=f"By {KNOWN_AS}.", note=LAST
    )
    story = told_by(
        teller,
        **SAID,
        setting="elsewhere",
        recovery=True,
        inspired_by=beside,
        traits=[(personal, EVIDENCE), (caring, EVIDENCE), (playful, EVIDENCE)],
        people=[world.person],
        names=[NAME_AS_TOLD],
        team=world.team,
        alt=ALT,
        note=NOTE,
    )
    agreed = of_three(teller)
    after = PublishedStoryFactory(inspired_by=story, traits=[personal], people=[world.person])
    for one in (story, beside):
        one.set_gold(True, by=None)
        one.retell(by=person, told_to="team", heads=4)
    PhotoFactory(story=after, made=True)
    photos = {one.pk: one.photos.first() for one in (story, beside, afar, own, after, agreed)}
    stories = {**world.stories, "published": story, "beside": beside, "after": after}
    stories["agreed"] = agreed
    screen = ScreenFactory(made_by=world.users["moderator"], name=f"The corner of {whole}")
    ScreenFactory(made_by=world.users["moderator"], name=f"Seen by {' '.join(FORMER[:2])}")
    view = SavedView.keep(
        world.users["staff"].person,
        f"{KNOWN_AS}, as we know her",
        f"team={world.team.slug}",
        pinned=True,
        opens=False,
    )
    searched = f"q={FIRST}+{LAST}"
    SavedView.keep(view.owner, "The name", searched, pinned=False, opens=False)
    Follow.begin(world.users["staff"], searched, rhythm="daily", weekday=0)
    note = Note.objects.get(story=story)
    seen = dataclasses.replace(
        world, stories=stories, photos=photos, note=note, screen=screen, view=view, person=person
    )
    return seen, story, person

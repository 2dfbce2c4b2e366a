"""A small world that every test of the whole site shares: one of everything that pages show."""

import datetime
from dataclasses import dataclass, field

from django.test import Client

from staff.models import Employee, Erasure, Team, User
from stories.models import (
    Entry,
    FeedKey,
    Flag,
    Follow,
    Note,
    Photo,
    SavedView,
    Screen,
    Status,
    Story,
    Trait,
)
from stories.models.saved_view import MOST_KEPT
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    ScreenFactory,
    StoryFactory,
    TeamFactory,
    TraitFactory,
    UserFactory,
    named_trait,
)

ROLES = ("visitor", "staff", "manager", "moderator", "admin")
# Where a story matters, its teller has rights of their own.
READERS = (*ROLES, "teller")
STATES = ("draft", "pending", "sent_back", "rejected", "withdrawn", "published", "public")

BODY = (
    "A freezing morning and a queue to the door. Roberta came round the counter, slipped the "
    "handle over his wrist and warmed his hands. “Be careful walking home,” she said.\n\n"
    "I asked whether they were family. “No relation,” she said. “He’s my customer.”"
)
EVIDENCE = "Roberta came round the counter, slipped the handle over his wrist"


@dataclass
class World:
    users: dict[str, User | None]
    region: Team
    team: Team
    lone_team: Team
    person: Employee
    unnamed: Employee
    loner: Employee
    unused: User
    trait: Trait
    proposed: Trait
    retired: Trait
    stories: dict[str, Story]
    note: Note
    flag: Flag
    photos: dict[int, Photo]
    follow: Follow
    feed: FeedKey
    screen: Screen
    view: SavedView
    erasure: Erasure
    shown: list[Story] = field(default_factory=list)

    def client(self, role: str, **options) -> Client:
        """A client that is signed in as this role, or a visitor's."""
        client = Client(**options)
        if self.users[role] is not None:
            client.force_login(self.users[role])
        return client

    def grow(self, more: int) -> None:
        """So many more people and published stories, each with all that a story may have."""
        traits = [named_trait(name) for name in ("Personal", "Caring", "Playful")]
        for number in range(more):
            team = TeamFactory(parent=self.region)
            person = EmployeeFactory(unnamed=number % 5 == 0)
            MembershipFactory(employee=person, team=team)
            story = PublishedStoryFactory(
                teller=EmployeeFactory(),
                traits=traits[number % 3 :],
                people=[person, self.person],
                people__team=team,
                inspired_by=self.stories["published"],
            )
            note = NoteFactory(story=self.stories["published"], author=person)
            for flagged in (None, note):
                Flag.begin(note.story, note=flagged, by=person, reason="named", words="Ask first.")
            self.stories["published"].retell(by=person, told_to="team", heads=4)
            PendingStoryFactory(teller=self.users["teller"].person, traits=traits, people=[person])
            StoryFactory(teller=self.users["teller"].person, traits=traits)
            TraitFactory(standing=Trait.Standing.PROPOSED)
            query = f"trait=caring&team={team.slug}&person={person.pk}"
            Follow.begin(self.users["staff"], query, rhythm="weekly", weekday=number % 7)
            if number < MOST_KEPT - 2:
                SavedView.keep(
                    self.users["staff"].person,
                    f"{person.called} {number}",
                    query,
                    pinned=number % 2 == 0,
                    opens=False,
                )
            self.shown.append(story)


def build() -> World:
    """The world: seven stories by one teller, each in another state, and what hangs on them."""
    users = accounts()
    region = TeamFactory(name="The South")
    site = TeamFactory(name="Harbour Street", parent=region)
    team = TeamFactory(name="Till six", parent=site)
    MembershipFactory(employee=users["manager"].person, team=site, leads=True)
    person = EmployeeFactory(first_name="Roberta", last_name="Kline", job_title="Clerk")
    unnamed = EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
    for somebody in (person, unnamed, users["teller"].person):
        MembershipFactory(employee=somebody, team=team)
    trait = named_trait("Personal")
    proposed = TraitFactory(name="Neighbourly", standing=Trait.Standing.PROPOSED)
    stories = {
        state: told(state, users["teller"].person, [person, unnamed], team, [trait, proposed])
        for state in STATES
    }
    published = stories["published"]
    published.set_gold(True, by=users["admin"])
    published.salute(by=person)
    published.retell(by=person, told_to="customer", heads=3, on=datetime.date(2026, 3, 4))
    stories["public"].inspired_by = published
    stories["public"].save()
    note = NoteFactory(story=published, author=users["teller"].person)
    photos = {story.pk: PhotoFactory(story=story) for story in stories.values()}
    # Their words are known to the index, as those are that are put in by hand.
    Entry.objects.follow(photos)
    return World(
        users=users,
        region=region,
        team=team,
        # Nothing hangs on these: they may be deleted.
        lone_team=TeamFactory(name="The kiosk"),
        loner=EmployeeFactory(
            first_name="Wout", last_name="Alleman", former_names=[["Wout", "Niemand", "Woutje"]]
        ),
        unused=UserFactory(username="unused"),
        person=person,
        unnamed=unnamed,
        trait=trait,
        proposed=proposed,
        retired=TraitFactory(name="Splendid", standing=Trait.Standing.RETIRED),
        stories=stories,
        note=note,
        flag=Flag.begin(published, note=note, by=person, reason="private", words="A patient."),
        photos=photos,
        follow=Follow.begin(
            users["staff"],
            f"trait=personal&team={team.slug}&person={person.pk}",
            rhythm="daily",
            weekday=0,
        ),
        feed=FeedKey.renew(users["teller"]),
        screen=ScreenFactory(made_by=users["manager"], team=team, names=False),
        view=SavedView.keep(
            users["staff"].person,
            "Roberta, for Monday’s huddle",
            f"trait=personal&team={team.slug}&person={person.pk}",
            pinned=True,
            opens=False,
        ),
        erasure=Erasure.objects.create(by_name="admin", digest="0" * 64, counts={"stories": 3}),
    )


def accounts() -> dict[str, User | None]:
    """One account for each role, each with the person behind it."""
    groups = {"manager": ["managers"], "moderator": ["moderators"], "admin": ["admins"]}
    users: dict[str, User | None] = {
        role: UserFactory(
            username=role, first_name="Noor", last_name=role.title(), roles=groups.get(role, [])
        )
        for role in READERS
        if role != "visitor"
    }
    return {"visitor": None, **users}


def told(state: str, teller: Employee, people: list, team: Team, traits: list) -> Story:
    """One story in this state, with everything that a teller may fill in."""
    story = StoryFactory(
        teller=teller,
        body=f"{BODY}\n\nOttoline Zwart held the door. (A {state} story.)",
        place="The corner shop",
        recovery=True,
        went_wrong="The bag tore on the step.",
        initiative="own",
        took_time="minutes",
        took_money="nothing",
        took_permission="nobody",
        may_show_outside=state == "public",
        customer_agreed=state == "public",
    )
    story.set_traits([(trait, EVIDENCE) for trait in traits])
    story.set_credits(people=people, names=["Lou from the bakery"], team=team)
    move(story, state)
    return story


def move(story: Story, state: str) -> None:
    """Bring a draft to this state, as life does."""
    if state == Status.DRAFT:
        return
    story.submit(by=story.teller.account)
    if state == Status.SENT_BACK:
        story.send_back(by=None, note="When was it?")
    elif state == Status.REJECTED:
        story.reject(by=None, reason="It names a patient.")
    elif state == Status.WITHDRAWN:
        story.withdraw(by=story.teller.account)
    elif state in (Status.PUBLISHED, "public"):
        story.publish(by=None)
    if state == "public":
        story.set_visibility("public", by=None)

"""Somebody with one of everything, whose names stand nowhere else."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from staff.models import Employee, Team
from stories.models import (
    Consent,
    FeedKey,
    Flag,
    FlagDigest,
    Follow,
    SavedView,
    Story,
    StoryEvent,
    Trait,
    TraitMerge,
    Visit,
)
from stories.models.saved_view import SavedView as View
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

FIRST, LAST, KNOWN_AS, JOB = "Philippina", "Oosterschelde", "Pippa", "Lampwright"
WHOLE, EMAIL, USERNAME = f"{FIRST} {LAST}", "pip@oosterpost.example", "p.oosterpost"
NUMBER, FACTOR, AGENT = "QX-7741", "The yellow key", "Zebrabrowser 4"
# Not one of these may stand anywhere afterwards.
SECRETS = (FIRST, LAST, KNOWN_AS, JOB, EMAIL, USERNAME, NUMBER, "Oosterpost", FACTOR, AGENT)


@dataclass
class Somebody:
    person: Employee
    team: Team
    told: Story
    draft: Story
    credited: Story
    others: Story


def speaking_of(name: str) -> dict[str, str]:
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


def somebody() -> Somebody:
    """One of everything that Retold knows of a person."""
    team = TeamFactory(name="Till six")
    account = UserFactory(
        username=USERNAME,
        email=EMAIL,
        first_name=FIRST,
        last_name=LAST,
        password="A lighthouse by the sea",
    )
    person = account.person
    person.number, person.known_as, person.job_title, person.email = NUMBER, KNOWN_AS, JOB, EMAIL
    person.manager = EmployeeFactory()
    person.save()
    EmployeeFactory(manager=person, job_title=f"Assistant to {WHOLE}")
    MembershipFactory(employee=person, team=team, leads=True)
    EmailAddress.objects.create(user=account, email=EMAIL, primary=True, verified=True)
    Authenticator.objects.create(user=account, type="webauthn", data={"name": FACTOR})
    Client().force_login(account)
    account.sessions.update(agent=AGENT, address="192.0.2.77")
    _keeps(account)
    stories = _stories(person, team)
    _others_say(person, account, stories)
    return Somebody(person, team, *stories)


def _keeps(account) -> None:
    FeedKey.renew(account)
    follow = Follow.begin(account, "trait=personal", rhythm="daily", weekday=0)
    follow.turn(follow.seq + 1, news=True)
    Visit.objects.create(person=account.person)
    TraitMerge.begin(TraitFactory(), TraitFactory(), by=account)
    View.keep(account.person, "Mine", "trait=caring", pinned=True, opens=False)
    ScreenFactory(made_by=account, name="The corner")


def _stories(person: Employee, team: Team) -> tuple[Story, Story, Story, Story]:
    """One they told, a draft of theirs, one that credits them, and one that only says the name."""
    account, other = person.account, EmployeeFactory(first_name="Wout")
    told = StoryFactory(teller=person, body=f"I, {KNOWN_AS}, saw it.")
    PhotoFactory(story=told, alt=f"{KNOWN_AS} and a kite.")
    told.submit(by=account)
    told.publish(by=None)
    draft = StoryFactory(teller=person, body="A draft.")
    PhotoFactory(story=draft)
    said = speaking_of(FIRST)
    credited = PublishedStoryFactory(
        teller=other, **said, people=[person, EmployeeFactory()], people__team=team
    )
    credited.set_traits([(named_trait("Personal"), f"{FIRST} waited. “{FIRST} will know,”")])
    credited.title = f"{KNOWN_AS} did it"
    credited.save_content(by=account)
    others = PublishedStoryFactory(teller=other, **speaking_of(f"{FIRST.upper()} {LAST}"))
    others.set_credits(names=[f"{KNOWN_AS} {LAST}"])
    others.set_traits([(named_trait("Caring"), f"“{FIRST.upper()} {LAST} will know,” he said.")])
    for story in (told, credited):
        story.salute(by=person)
        story.retell(by=person, told_to="team", heads=2)
    waiting = PendingStoryFactory(teller=other, body=f"Write to {EMAIL}, or ask {USERNAME}.")
    waiting.send_back(by=account, note=f"Did {WHOLE} say so?")
    return told, draft, credited, others


def _others_say(person: Employee, account, stories: tuple[Story, ...]) -> None:
    told, _draft, credited, others = stories
    reader, moderator = UserFactory(), UserFactory(roles=["moderators"])
    NoteFactory(story=others, author=person, text=f"Thank you. {KNOWN_AS}")
    NoteFactory(story=credited, text=f"{FIRST}, thank you.").remove(
        by=account, reason=f"{WHOLE} asked."
    )
    SavedView.keep(reader.person, f"{WHOLE}, for Monday", f"q={FIRST}+{LAST}", pinned=False,
                   opens=False)  # fmt: skip
    Follow.begin(reader, f"q={FIRST}", rhythm="daily", weekday=0)
    ScreenFactory(made_by=moderator, name=f"The corner of {WHOLE}", query=f"q={LAST}")
    TeamFactory(name=f"The team of {WHOLE}")
    credited.ask_for_correction(person, f"I am {WHOLE}.", by=account, how=Consent.How.EMAIL)
    flag = Flag.begin(credited, by=reader.person, reason="other", words=f"{WHOLE} said so.")
    flag.decide("kept", by=account, reason=f"{FIRST} agreed.")
    Flag.begin(others, by=person, reason="named", words="That is me.")
    FlagDigest.objects.create(to=account, day=flag.decided_at.date())
    Trait.objects.propose(f"Like {WHOLE}", by=person)
    kind = ContentType.objects.get_for_model(Employee)
    LogEntry.objects.create(
        user=moderator,
        content_type=kind,
        object_id=person.pk,
        object_repr=WHOLE,
        action_flag=CHANGE,
        change_message=f'[{{"added": {{"name": "membership", "object": "{WHOLE} · Till six"}}}}]',
    )
    LogEntry.objects.create(
        user=account, content_type=kind, object_id="1", object_repr="Till", action_flag=CHANGE
    )
    assert StoryEvent.objects.filter(actor=account).count() >= 3
    assert told.is_published

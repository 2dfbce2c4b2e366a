"""Every page asks the database little, and as often for one story as for forty."""

import datetime
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from retold.sessions import idle_time
from staff.models import Credit, Employee, Session, Team, User
from stories.drawing import draw_all
from stories.filtering.known import TREE
from stories.models import (
    Entry,
    Flag,
    Note,
    Notice,
    Photo,
    SavedView,
    Screen,
    Story,
    StoryEvent,
    Trait,
    Visit,
    WallVersion,
)
from stories.models.visit import NOTED_EVERY
from stories.moderation.matching import A_PAGE
from stories.moderation.people import label
from stories.search import postgresql
from stories.telling.likeness import KEPT_AS
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    NoteFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    UserFactory,
    small_picture,
)
from tests.moderation.pages import edit_data
from tests.shared import undone

from .addresses import ALL, OK, SENT_ON, TABLE, Look, a_full_story, look_at, looks, url
from .world import READERS, World

# On one worker: what is gathered once for all is gathered once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("queries")]

MOST = 12
# A statement writes to one table. Whoever edits all there is of a story at once, and approves it,
# writes to eleven, takes rows out of two of them where more go than come, and moves who stays.
MOST_OF_A_WHOLE_EDIT = 17
# A file of people in which there is everything at once writes to eight tables, to that of people
# three times and to that of teams twice, and reads from seven places. Of any one kind of change it
# takes no more than others do.
MOST_OF_A_WHOLE_FILE = 18
# Somebody who has left and of whom all else is said at once: seven tables are written to, and rows
# taken out of one of them beside.
MOST_OF_A_LEAVER = 13
# A teller who takes away more than they add, of traits, people and photos, and proposes a word.
MOST_OF_AN_EDIT_WITH_PHOTOS = 15
QUEUED = settings.IMMEDIATE.replace("immediate.Immediate", "dummy.Dummy")
# Savepoints are no questions.
TIDY = re.compile("SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT")
# That somebody comes is noted.
NOTED = re.compile(f'INSERT[^"]*"{Visit._meta.db_table}"')
DECISIONS = {
    f"admin:stories_story_{decision}" for decision in ("approve", "send_back", "reject", "change")
}
# Where a story stands that is edited in the admin, and by which button.
EDITED = [
    ("pending", "_save"),
    ("pending", "_approve"),
    ("published", "_save"),
    ("public", "_save"),
]
# What is written, and where.
WRITTEN = re.compile(r'(INSERT|UPDATE|DELETE)[^"]*"\w+"')
# The fields of one row of the edit form.
ROW = re.compile(r"(traits|people)-\d")
# Where a story is sent with all that one may say; what was said before it replaces.
FULL_STORIES = ("tell", "edit")
# What a file of people would do, as it is agreed to.
PARCEL = re.compile('name="parcel" value="([^"]+)"')
# Only among many stories is a word telling, and looked for.
ONE_MORE = {"story_alike"}
CUSTOMER = {"customer_agreed": "on"}
# As much as an address may ask for.
FULLEST = [
    "",
    "?q=wrist&mine=1&new=1",
    "?q=wrist+trait:personal+team:till+before:2030&sort=relevance",
    "?q=wrist+-freezing&trait=-caring&gold=1&sort=retold",
    "?person={person}&team={team}&trait=personal&mine=1&new=1&photo=1&sort=saluted",
    "?q=hands&view=list&team={team}&served=customer&took_time=minutes&recovery=1",
]
# Managers are asked about most.
MANAGERS = [look for look in looks(roles=ALL) if look.role == "manager"]
# Those of whom it is noted that they come.
ARRIVING = [look for look in looks(roles=ALL, pages=False) if look.role != "visitor"]
LOOKS = list(dict.fromkeys([*looks(roles=slice(None, None, 3)), *MANAGERS]))
POSTS = sorted(name for name, address in TABLE.items() if address.post)


Asked = dict[Look | str, tuple[list[str], list[str]]]


@pytest.fixture(scope="module", autouse=True)
def what_a_process_asks_for_once(world: World) -> None:
    """And remembers: it counts for none."""
    ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    return {role: world.client(role) for role in READERS}


@pytest.fixture(scope="module")
def asked(world: World, clients) -> Asked:
    """What each page and each post asks the database, in a small world and in a large one."""
    everything = (*LOOKS, *POSTS)
    been_there(clients)
    few = {what: queries(what, world, clients) for what in everything}
    world.grow(40)
    been_there(clients)
    return {what: (few[what], queries(what, world, clients)) for what in everything}


def been_there(clients: dict) -> None:
    """Everybody has seen the wall, whose cards are drawn; the process holds what it has read."""
    draw_all(lambda done: None)
    for client in clients.values():
        client.get("/?q=the")


def queries(what: Look | str, world: World, clients: dict) -> list[str]:
    if isinstance(what, str):
        return post(what, world, clients)
    with asking() as asked:
        response = look_at(what, world, clients[what.role])
    assert response.status_code == 200, what
    if "ETag" not in response:
        return asked
    # Whoever has it as it was before, or comes after others, has it looked for first.
    with asking() as again:
        other = look_at(what, world, clients[what.role], had=f'{response["ETag"][:-1]}-before"')
    assert other.status_code == 200, what
    return max(asked, again, key=len)


@contextmanager
def asking() -> Iterator[list[str]]:
    """What is asked in here."""
    asked: list[str] = []
    # What a process asks once in a second counts each time, not by chance.
    postgresql._asked = (-postgresql.SECONDS, 0)

    def heard(execute, sql, params, many, context):
        if not TIDY.match(sql):
            asked.append(sql)
        return execute(sql, params, many, context)

    # What is left to a worker asks nothing here: photos that wait, once the world is old.
    later = override_settings(TASKS={"default": {"BACKEND": QUEUED}})
    # The log of Django would ask SQLite to write out each value, and PostgreSQL for no plans.
    with later, connection.execute_wrapper(heard):
        yield asked


def arrive(client: Client, user: User, world: World, *, first: bool) -> None:
    """They come when there is most to ask: for a first visit, or when it is to be noted that they
    and their session are still here; and after another process has changed what all pages show."""
    session = Session.objects.filter(session_key=client.session.session_key)
    Visit.objects.filter(person=user.person).delete()
    if not first:
        a_while_ago = timezone.now() - NOTED_EVERY - datetime.timedelta(minutes=1)
        Visit.objects.create(person=user.person, latest=1, at=a_while_ago)
    # By the look of it nobody has used it for half of the time that it lasts.
    session.update(expire_date=timezone.now() + idle_time() / 2)
    world.team.save()


def post(name: str, world: World, clients: dict) -> list[str]:
    """What the table says is posted there, by the most powerful who may; undone again."""
    address = TABLE[name]
    state = "pending" if name in DECISIONS else "published"
    may = [role for role in READERS if address.post(role, state) in (OK, SENT_ON)]
    client = clients[may[-1] if may else "admin"]
    story = world.stories[state]
    there, data = url(name, world, state), address.data(world, story)
    with undone(client), asking() as asked:
        client.post(there, data, headers={"HX-Request": "true"})
    return asked


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_page_asks_no_more_than_twelve_times_however_much_it_shows(look, asked):
    few, many = asked[look]
    if len(many) > MOST or len(many) > len(few) + (look.name in ONE_MORE):
        pytest.fail(f"{len(few)}, then {len(many)} queries:\n{summary(many)}", pytrace=False)


@pytest.mark.parametrize("first", [True, False], ids=["first visit", "visit due"])
@pytest.mark.parametrize("role", ["staff", "manager", "admin"])
@pytest.mark.parametrize("query", FULLEST)
@pytest.mark.usefixtures("asked")
def test_the_fullest_question_keeps_to_it_when_there_is_most_to_ask(
    query, role, first, world, clients
):
    client, user = clients[role], world.users[role]
    query = query.format(person=world.person.pk, team=world.team.slug)
    pages = (reverse("wall"), world.person.get_absolute_url(), world.trait.get_absolute_url())
    for page in pages:
        with undone(client):
            arrive(client, user, world, first=first)
            with asking() as questions:
                assert client.get(page + query).status_code == 200
        if len(questions) > MOST:
            pytest.fail(f"{page}: {len(questions)} queries:\n{summary(questions)}", pytrace=False)


@pytest.mark.parametrize("look", ARRIVING, ids=str)
def test_a_page_keeps_to_it_when_there_is_most_to_ask(look, world, clients, asked):
    client, user = clients[look.role], world.users[look.role]
    for first in (True, False):
        with undone(client):
            arrive(client, user, world, first=first)
            with asking() as questions:
                assert look_at(look, world, client).status_code == 200
        if len(questions) > MOST:
            pytest.fail(f"{len(questions)} queries:\n{summary(questions)}", pytrace=False)
        if not any(map(NOTED.match, questions)):
            # Where no visit is noted, the first is like any other.
            break


@pytest.mark.parametrize("word", ["", "Sparkling"], ids=["", "a word"])
@pytest.mark.parametrize("name", FULL_STORIES)
def test_a_full_story_asks_no_more_than_twelve_times(name, word, world, asked):
    story, client = world.stories["sent_back"], world.client("teller")
    address, data = url(name, world, "sent_back"), a_full_story(world, story)
    data["trait_proposed"] = word
    if name == "tell":
        # From a new page, which may say words once more that were stored just now.
        data |= {"submission": str(uuid.uuid4()), "version": "0"}
    with undone(client), asking() as questions:
        assert client.post(address, data).status_code == 302
    if len(questions) > MOST:
        pytest.fail(f"{len(questions)} queries:\n{summary(questions)}", pytrace=False)


def sent_photos(many: int) -> list[SimpleUploadedFile]:
    """Each a file of its own."""
    return [
        SimpleUploadedFile(f"{number}.jpg", small_picture() + bytes([number]))
        for number in range(many)
    ]


@pytest.mark.parametrize("word", ["", "Sparkling"], ids=["", "a word"])
@pytest.mark.parametrize("many", [1, 6])
@pytest.mark.parametrize("button", ["send", "keep"])
def test_a_full_story_is_told_with_photos_within_it(button, many, word, world, asked):
    client, data = world.client("teller"), a_full_story(world, world.stories["sent_back"])
    del data["send"]
    data |= {"submission": str(uuid.uuid4()), "version": "0", "trait_proposed": word, button: "1"}
    with undone(client):
        with asking() as questions:
            answer = client.post(reverse("tell"), data | {"photos": sent_photos(many)})
            assert answer.status_code == 302
        assert Photo.objects.filter(story__submission=data["submission"]).count() == many
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 6])
def test_photos_are_put_into_a_new_story_before_it_is_sent_within_it(many, world, asked):
    """Without JavaScript the page comes back, with what the words suggest by then."""
    client, data = world.client("teller"), a_full_story(world, world.stories["draft"])
    del data["send"]
    data |= {"submission": str(uuid.uuid4()), "version": "0", "look": "photos"}
    with undone(client):
        with asking() as questions:
            page = client.post(reverse("tell"), data | {"photos": sent_photos(many)})
        kept = Photo.objects.filter(story__submission=data["submission"])
        assert kept.count() == many
        assert all(photo.key in page.content.decode() for photo in kept)
    keeps_to_it(questions)


# What has the page shown again, with nothing stored or with a draft that takes what is right.
SHOWN_AGAIN = {
    "all wrong": {
        "happened_on": "then",
        "traits": ["personal", "no-such"],
        "trait_proposed": "!",
        "people": ["999999"],
        "people_text": "x" * 300,
        "team": "no-such",
        "inspired_by": "no-such",
        "organisation": "Acme",
    },
    "one wrong": {"happened_on": "then"},
    "no words": {"body": ""},
    "looks again": {"body": "Anna Schmidt gave him her number, 030 1234567."},
    "a line": {"look": "line"},
    "colleagues": {"look": "people", "people_q": "a"},
    "stale": {"version": "99"},
    # All right but for a photo: stored, and shown again.
    "a photo": {},
}


@pytest.mark.parametrize("wrong", SHOWN_AGAIN)
@pytest.mark.parametrize("state", ["new", "draft", "sent_back"])
def test_what_was_written_is_shown_again_within_it(state, wrong, world, asked):
    """With photos that are kept and one that is not, and what the words suggest, which nobody has
    asked for lately."""
    client, story = world.client("teller"), world.stories["draft" if state == "new" else state]
    data = a_full_story(world, story) | {"trait_proposed": "Sparkling"}
    data |= {"version": "0" if state == "new" else str(story.version)} | SHOWN_AGAIN[wrong]
    data |= {"photos": [SimpleUploadedFile("no.jpg", b"no picture"), *sent_photos(2)]}
    there = "edit" if state == "sent_back" else "tell"
    with undone(client):
        if state == "new":
            data |= {"submission": str(uuid.uuid4())}
        else:
            data["photo"] = [PhotoFactory(story=story, position=one).key for one in (2, 1)]
        cache.delete(KEPT_AS)
        with asking() as questions:
            page = client.post(url(there, world, story.status), data).content.decode()
        assert "no.jpg" in page
    keeps_to_it(questions)


@pytest.mark.parametrize("fewer", [False, True], ids=["more", "fewer"])
@pytest.mark.parametrize("button", ["send", "keep"])
@pytest.mark.parametrize("state", ["draft", "pending", "sent_back", "withdrawn"])
def test_a_full_story_is_edited_with_photos_within_it(state, button, fewer, world, asked):
    """Some come, some go, and those that stay change their places and their words; a little more
    where traits and people are taken away and a word is proposed, all at once."""
    story, client = world.stories[state], world.client("teller")
    data = a_full_story(world, story) | {"version": str(story.version)}
    del data["send"]
    if fewer:
        data |= {"trait_proposed": "Sparkling", "traits": [], "people": [], "team": ""}
    else:
        data["traits"] += [one.tag.slug for one in story.story_traits.all()]
    with undone(client):
        story.photos.all().delete()
        keys = [PhotoFactory(story=story, position=number).key for number in range(4)]
        data |= {"photo": [*keys[1:], keys[0]], "remove": keys[:2], button: "1"}
        data |= {f"alt-{key}": f"Anew {key}" for key in keys}
        with asking() as questions:
            there = reverse("edit", args=[story.public_id])
            answer = client.post(there, data | {"photos": sent_photos(2)})
            assert answer.status_code == 302
        assert story.photos.count() == 4
        assert [photo.key for photo in story.photos.all()[:2]] == keys[2:]
    keeps_to_it(questions, MOST_OF_AN_EDIT_WITH_PHOTOS if fewer else MOST)


@pytest.mark.parametrize("many", [1, 6])
def test_a_draft_with_photos_is_thrown_away_within_it(many, world, asked):
    story, client = world.stories["draft"], world.client("teller")
    with undone(client):
        for number in range(many):
            PhotoFactory(story=story, position=number, made=True)
        word = Trait.objects.propose("Sparkling", by=story.teller)
        story.set_traits([(world.trait, ""), (word, "")])
        story.set_credits([world.person], ["Lou"])
        with asking() as questions:
            there = reverse("discard", args=[story.public_id])
            assert client.post(there).status_code == 302
        assert not Story.objects.filter(pk=story.pk).exists()
        assert not Trait.objects.filter(pk=word.pk).exists()
    keeps_to_it(questions)


@pytest.mark.parametrize("way", EDITED, ids=" ".join)
def test_what_a_moderator_edits_asks_no_more_than_twelve_times(way, world, asked):
    """Words, day and people; on the wall the index follows, and who is credited now is told."""
    (state, button), client = way, world.client("admin")
    story = world.stories[state]
    with undone(client):
        credited = {"people-1-who": label(world.loner), "people-2-who": "Somebody else"}
        changed = {"title": "Typed", "happened_on": "2026-01-01", **credited}
        data = edit_data(client, story, body=f"{story.body} And more xylophones.", **changed)
        with asking() as questions:
            there = url("admin:stories_story_change", world, state)
            assert client.post(there, data | {button: "1"}).status_code == 302
        story = Story.objects.get(pk=story.pk)
        assert (story.title, story.is_published) == ("Typed", way != ("pending", "_save"))
    keeps_to_it(questions)


@pytest.mark.parametrize("fewer", [False, True], ids=["more", "fewer"])
@pytest.mark.parametrize("way", EDITED, ids=" ".join)
def test_a_whole_story_edited_at_once_writes_nothing_twice(way, fewer, world, asked):
    """Words, day, traits, people, what the customer said and what inspired it."""
    (state, button), client = way, world.client("admin")
    story = world.stories[state]
    with undone(client):
        held = list(Trait.objects.curated().exclude(on_stories__content_object=story)[:7])
        people = [EmployeeFactory() for _number in range(4)]
        story.set_traits([(trait, "") for trait in held[:4]])
        story.set_credits(people, ["Lou"])
        data = edit_data(client, story)
        agreed = data.pop("customer_agreed", None)
        data |= {"title": "Typed", "happened_on": "2026-01-01", "team": world.lone_team.pk}
        data |= {"body": f"{story.body} And more xylophones."} | ({} if agreed else CUSTOMER)
        inspired = world.stories["public" if state == "published" else "published"]
        data["inspired"] = f"/stories/{inspired.public_id}/"
        # The last of those who are there comes first, and whoever was first has to move.
        who = [label(one) for one in (people[3], people[0], world.loner)]
        traits = [trait.pk for trait in (held[3], held[4])]
        who += [] if fewer else ["Zed First", "Somebody else", "One more"]
        traits += [] if fewer else [held[0].pk, held[5].pk, held[6].pk]
        data = {name: said for name, said in data.items() if not ROW.match(name)}
        data |= {f"people-{number}-who": said for number, said in enumerate(who)}
        data |= {f"traits-{number}-trait": pk for number, pk in enumerate(traits)}
        with asking() as questions:
            there = url("admin:stories_story_change", world, state)
            assert client.post(there, data | {button: "1"}).status_code == 302
        story = Story.objects.get(pk=story.pk)
        assert [one.tag_id for one in story.story_traits.all()] == traits
        assert story.credits.count() == len(who) + 1
    written = Counter(found[0] for sql in questions if (found := WRITTEN.match(sql)))
    assert set(written.values()) == {1}, summary(questions)
    assert len(questions) - len(written) == (2 if state == "pending" and button == "_save" else 3)
    keeps_to_it(questions, MOST_OF_A_WHOLE_EDIT)


@pytest.mark.parametrize("stale", [False, True], ids=["wrong", "stale"])
@pytest.mark.parametrize("way", EDITED, ids=" ".join)
def test_an_edit_that_is_not_stored_is_shown_again_within_it(way, stale, world, asked):
    (state, button), client = way, world.client("admin")
    story = world.stories[state]
    with undone(client):
        data = edit_data(client, story, title="Typed") | {button: "1"}
        data |= {"people-4-who": label(world.loner), "people-5-who": "Zed First"}
        data |= {"opened_at": "0"} if stale else {"body": "", "inspired": "/stories/nothing123/"}
        with asking() as questions:
            there = url("admin:stories_story_change", world, state)
            assert client.post(there, data).status_code == 200
    keeps_to_it(questions)


@pytest.mark.parametrize("name", POSTS)
def test_a_post_asks_as_often_however_much_there_is(name, asked):
    few, many = asked[name]
    # Where there is nothing yet, there may be one thing less to ask for.
    if len(many) > MOST or len(many) > len(few) + 1:
        pytest.fail(f"{len(few)}, then {len(many)} queries:\n{summary(many)}", pytrace=False)


@pytest.mark.parametrize("gone", [0, 1, 2], ids="{} rows gone".format)
@pytest.mark.parametrize("left", [False, True], ids=["here", "left"])
@pytest.mark.parametrize("unnamed", [False, True], ids=["named", "not to be named"])
def test_all_that_can_be_said_of_somebody_is_saved_within_it(unnamed, left, gone, world, asked):
    """Another name, number, address, manager, account and team, not to be named, left, and where
    they were before was a mistake."""
    client, person = world.client("admin"), somebody(unnamed=unnamed)
    boss, account = EmployeeFactory(number="B2", manager=EmployeeFactory()), UserFactory()
    Employee.objects.filter(account=account).update(account=None)
    page, data = wish(person, "admin, with another name", True)
    data |= {"first_name": "Mary", "known_as": "May", "number": "N2", "email": "n@example.org"}
    data |= {"manager": boss.number, "account": account.username, "let_go": ["Maria Before"]}
    data |= {"team": world.lone_team.pk, "since": "2026-01-01", "leads": "on"}
    data |= {f"memberships-{number}-DELETE": "on" for number in range(gone)}
    if left:
        del data["active"]
    client.get("/?q=the")
    with undone(client):
        with asking() as questions:
            assert client.post(page, data).status_code == 302
        person.refresh_from_db()
        assert (person.unnamed, person.active, person.last_name) == (True, not left, "Nowak")
        assert person.memberships.count() == 3 - gone
    keeps_to_it(questions, MOST_OF_A_LEAVER if left and gone else MOST)


def somebody(**about) -> Employee:
    """Of whom there is all that a directory knows, with stories that say the name."""
    person = UserFactory(first_name="Maria", last_name="Kowalski").person
    rows = {"number": "N1", "email": "m@example.org", "former_names": [["Maria", "Before", ""]]}
    Employee.objects.filter(pk=person.pk).update(**rows, **about)
    person.refresh_from_db()
    TeamFactory(name="Friends of Maria Kowalski")
    MembershipFactory(employee=person, until="2021-01-01")
    MembershipFactory(employee=person, since="2021-01-01")
    PublishedStoryFactory(people=[person])
    PublishedStoryFactory(teller=person, body="Then Maria Kowalski sang.")
    return person


@pytest.mark.parametrize("many", [1, 20])
def test_those_who_left_together_are_marked_within_it(many, world, asked):
    people = [UserFactory().person.pk for _number in range(many)]
    client, page = world.client("admin"), reverse("admin:staff_employee_changelist")
    data = {"action": "mark_as_left", "_selected_action": people, "index": "0"}
    with undone(client), asking() as questions:
        assert client.post(page, data).status_code == 302
    keeps_to_it(questions)


def new_people(many: int) -> list[str]:
    """Three levels of managers; some ask not to be named."""
    return [
        f"X{n},New,Person{n},x{n}@e.org,base,{f'X{n - 1}' if n % 3 else 'B'},2026-01-01,yes,,"
        f"{'' if n % 4 else 'yes'}"
        for n in range(many)
    ]


def people_who_move(many: int) -> list[str]:
    """Each second one on the day they came to their present team."""
    for n in range(many):
        person = EmployeeFactory(number=f"M{n}", first_name="Mo", last_name=f"Vos{n}", email="")
        MembershipFactory(employee=person, since="2020-01-01")
    return [f"M{n},Mo,Vos{n},,base,,{'' if n % 2 else '2020-01-01'},,," for n in range(many)]


def people_called_otherwise(many: int) -> list[str]:
    """With the address of another and another account; each second one is not to be named."""
    for n in range(many):
        UserFactory(username=f"v{n}")
        Employee.objects.filter(account__username=f"v{n}").update(account=None)
        person = UserFactory(first_name="Was", last_name=f"Nam{n}").person
        about = {"number": f"R{n}", "email": f"r{n}@e.org", "unnamed": n % 2}
        Employee.objects.filter(pk=person.pk).update(**about)
        PublishedStoryFactory(people=[person], body=f"Then Was Nam{n} sang.")
    return [f"R{n},Anew,Nam{n},r{(n + 1) % many}@e.org,,B,,,v{n}," for n in range(many)]


def people_who_left(many: int) -> list[str]:
    """They are not in the file."""
    for n in range(many):
        person = UserFactory().person
        Employee.objects.filter(pk=person.pk).update(number=f"L{n}")
    return []


def teams_of_a_file(many: int) -> list[str]:
    """New, renamed and moved; a new one is below one that is there."""
    for n in range(many):
        TeamFactory(slug=f"c{n}", name=f"C {n}")
    rows = (f"c{n},Changed {n},base\nn{n},New {n},c{n}" for n in range(many))
    return ["slug,name,parent", "base,Base,", *rows]


IN_A_FILE = {
    "new": [new_people],
    "moved": [people_who_move],
    "called otherwise": [people_called_otherwise],
    "left": [people_who_left],
    "teams": [],
    "everything": [new_people, people_who_move, people_called_otherwise, people_who_left],
}


@pytest.mark.parametrize("what", IN_A_FILE)
def test_a_file_of_people_asks_as_often_however_many_are_in_it(what, admin_client):
    """Looked at, and brought in as it was agreed to."""
    EmployeeFactory(number="B", first_name="Boss", last_name="", email="")
    TeamFactory(slug="base", name="Base")
    PublishedStoryFactory()
    page, asked = reverse("admin:staff_employee_import"), []
    for many in (2, 30):
        with undone(admin_client):
            heading = "number,first_name,last_name,email,team,manager,since,leads,account,unnamed"
            rows = [heading, "B,Boss,,,,,,,,"]
            for make in IN_A_FILE[what]:
                rows += make(many)
            data = {"people": SimpleUploadedFile("people.csv", "\n".join(rows).encode())}
            if what in ("teams", "everything"):
                teams = "\n".join(teams_of_a_file(many)).encode()
                data["teams"] = SimpleUploadedFile("teams.csv", teams)
            if what in ("left", "everything"):
                data["leavers"] = "on"
            admin_client.get("/?q=the")
            with asking() as looked:
                found = PARCEL.search(admin_client.post(page, data).content.decode())
            agreed = {"agreed": "1", "parcel": found.group(1)}
            with asking() as written:
                assert admin_client.post(page, agreed).status_code == 302
        asked.append((looked, written))
    (looked, written), (also_looked, also_written) = asked
    keeps_to_it(looked)
    keeps_to_it(written, MOST_OF_A_WHOLE_FILE if what == "everything" else MOST)
    keeps_to_it(also_looked, len(looked))
    keeps_to_it(also_written, len(written))


def test_a_team_that_is_called_otherwise_and_moves_is_saved_within_it(world, asked):
    client, page = world.client("admin"), reverse("admin:staff_team_change", args=[world.team.pk])
    data = {"name": "Ottoline Zwart’s", "slug": "till-seven", "parent": world.region.pk}
    with undone(client), asking() as questions:
        assert client.post(page, data).status_code == 302
    keeps_to_it(questions)


@pytest.mark.parametrize("kind", ["trait", "retired"])
def test_a_trait_is_saved_within_it(kind, world, asked):
    client, trait = world.client("admin"), getattr(world, kind)
    data = {"name": "Anew", "meaning": "As if.", "question": "Why?", "hue": "caring"}
    page = reverse("admin:stories_trait_change", args=[trait.pk])
    with undone(client), asking() as questions:
        assert client.post(page, data | {"position": "7"}).status_code == 302
    keeps_to_it(questions)


def test_a_trait_is_edited_and_accepted_within_it(world, asked):
    client, trait = world.client("admin"), Trait.objects.proposed().first()
    data = {"name": "Anew", "meaning": "As if.", "question": "Why?", "hue": "caring"}
    page = reverse("admin:stories_trait_change", args=[trait.pk])
    with undone(client):
        with asking() as questions:
            assert client.post(page, data | {"position": "7", "_accept": "1"}).status_code == 302
        trait.refresh_from_db()
        assert (trait.name, trait.is_shown) == ("Anew", True)
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 16])
def test_traits_moved_in_the_list_are_stored_within_it(many, world, asked):
    client, page = world.client("admin"), reverse("admin:stories_trait_changelist")
    traits = list(Trait.objects.all()[:16])
    data = {"_save": "1"} | dict.fromkeys(("form-TOTAL_FORMS", "form-INITIAL_FORMS"), "16")
    for number, trait in enumerate(traits):
        data[f"form-{number}-id"] = trait.pk
        data[f"form-{number}-position"] = trait.position + (number < many)
    with undone(client):
        with asking() as questions:
            assert client.post(page, data).status_code == 302
        moved = [one for one in traits if one.position != Trait.objects.get(pk=one.pk).position]
        assert moved == traits[:many]
    keeps_to_it(questions)


# Each with the stories it is done to.
TOGETHER = {
    "approve": PendingStoryFactory,
    "send_back": PendingStoryFactory,
    "reject": PendingStoryFactory,
    "mark_gold": PublishedStoryFactory,
    "show_inside": PublishedStoryFactory,
    "change": PublishedStoryFactory,
}


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize("action", TOGETHER)
def test_several_stories_are_decided_about_within_it(action, many, world, asked):
    """And whoever was first is named, where somebody else has decided about some."""
    client, stories = world.client("admin"), several(many, TOGETHER[action])
    traits = Trait.objects.curated()
    kept = stories[0].story_traits.first().tag_id
    data = {"action": action, "_selected_action": [story.pk for story in stories]}
    data |= {"decide": "1", "note": "Why?", "recovery": "yes"}
    data |= {"served": "colleague", "take": [kept], "add": [traits.last().pk]}
    page = reverse("admin:stories_story_changelist") + "?status=all&trait=caring"
    with undone(client):
        if action == "show_inside":
            Story.objects.filter(pk__in=[story.pk for story in stories[:many]]).update(
                visibility="public", may_show_outside=True, customer_agreed=True
            )
        with asking() as questions:
            assert client.post(page, data).status_code == 302
        last = StoryEvent.objects.filter(story__in=stories, actor=world.users["admin"])
        assert last.count() == many
        assert Entry.objects.recount(0, mend=False) == []
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize("action", ["send_back", "change"])
def test_it_is_asked_within_it_what_becomes_of_several_stories(action, many, world, asked):
    client, stories = world.client("admin"), several(many, PendingStoryFactory)
    data = {"action": action, "_selected_action": [story.pk for story in stories]}
    page = reverse("admin:stories_story_changelist")
    with undone(client), asking() as questions:
        assert client.post(page, data).status_code == 200
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize("answer", [{}, {"decide": "1", "reason": "It names them."}], ids=str)
def test_notes_are_taken_off_their_pages_within_it(answer, many, world, asked):
    client, notes = world.client("admin"), [NoteFactory() for _number in range(many)]
    gone = [NoteFactory() for _number in range(many)]
    Note.objects.filter(pk__in=[note.pk for note in gone]).remove(by=None)
    keys = [note.pk for note in (*notes, *gone)]
    data = {"action": "remove", "_selected_action": keys, **answer}
    page = reverse("admin:stories_note_changelist")
    with undone(client):
        with asking() as questions:
            assert client.post(page, data).status_code == (302 if answer else 200)
        left = Note.objects.shown().filter(pk__in=keys)
        assert left.count() == (0 if answer else many)
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 20])
def test_accounts_are_signed_out_together_within_it(many, world, asked):
    client, accounts = world.client("admin"), [UserFactory() for _number in range(many)]
    for number, account in enumerate(accounts):
        key = f"{account.pk}-{number}"
        Session.objects.create(session_key=key, account=account, expire_date=timezone.now())
    keys = [account.pk for account in accounts]
    data = {"action": "sign_out", "_selected_action": keys, "index": "0"}
    with undone(client):
        with asking() as questions:
            page = reverse("admin:staff_user_changelist")
            assert client.post(page, data).status_code == 302
        assert not Session.objects.filter(account__in=accounts).exists()
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 20])
def test_names_as_told_are_matched_within_it(many, world, asked):
    """In stories that wait and on the wall, by label and by name; some belong to nobody."""
    client, data = world.client("admin"), {}
    with undone(client):
        for number in range(many):
            for make in (PendingStoryFactory, PublishedStoryFactory):
                person = EmployeeFactory(last_name=f"Zwart{number}{make.__name__}")
                MembershipFactory(employee=person)
                story = make()
                credit = Credit.objects.create(story=story, name_text="Lou", seq=story.seq)
                by_label, by_name = label(person), person.full_name
                data[f"other-{credit.pk}"] = by_label if number % 2 else by_name
                data[f"told-{credit.pk}"] = "Lou"
        data["other-999999"] = "Somebody else"
        with asking() as questions:
            page = reverse("admin:stories_story_names")
            assert client.post(page, data).status_code == 302
        left = Credit.objects.to_be_matched().filter(name_text="Lou").count()
        assert left == max(0, 2 * many - A_PAGE)
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 8])
def test_names_matched_left_as_told_and_taken_up_again_are_settled_within_it(many, world, asked):
    client, data = world.client("admin"), {}
    with undone(client):
        for make in [PendingStoryFactory, PublishedStoryFactory] * (many // 2 or 1):
            story, person = make(), EmployeeFactory()
            MembershipFactory(employee=person)
            names = [Credit(story=story, name_text=name, seq=story.seq) for name in "ABC"]
            names[2].as_told_at = timezone.now()
            matched, left, again = Credit.objects.bulk_create(names)
            data |= {f"told-{name.pk}": name.name_text for name in names}
            data |= {f"match-{matched.pk}": person.pk, f"match-{left.pk}": "as-told"}
            data[f"again-{again.pk}"] = "1"
        with asking() as questions:
            page = reverse("admin:stories_story_names")
            assert client.post(page, data).status_code == 302
        assert Credit.objects.left_as_told().count() == len(data) // 6
        assert Credit.objects.to_be_matched().filter(name_text="C").count() == len(data) // 6
    keeps_to_it(questions)


def several(many: int, make) -> list[Story]:
    """So many stories with all that hangs on them, and as many that others have decided about."""
    person, team, other = EmployeeFactory(), TeamFactory(), UserFactory(roles=["moderators"])
    MembershipFactory(employee=person, team=team)
    traits = list(Trait.objects.curated()[:3])
    rows = {"traits": traits, "people": [person], "happened_on": datetime.date(2026, 2, 1)}
    stories = [make(body=f"Zebras and {number} plums.", **rows) for number in range(many)]
    before = [PendingStoryFactory(**rows) for _number in range(many)]
    for story in before:
        story.reject(by=other, reason="No.")
    return [*stories, *before]


@pytest.mark.parametrize("said", ["not_outside", "not_here"])
@pytest.mark.parametrize("state", ["published", "public"])
def test_what_a_customer_takes_back_is_written_down_within_it(said, state, world, asked):
    client, story = world.client("admin"), world.stories[state]
    page = reverse("admin:stories_story_customer", args=[story.pk])
    with undone(client), asking() as questions:
        assert client.post(page, {"said": said, "how": "email"}).status_code == 302
    keeps_to_it(questions)


@pytest.mark.parametrize("state", ["pending", "published"])
@pytest.mark.parametrize("do", ["save", "left", "right", "cut", "again", "remove"])
def test_a_photo_of_several_is_changed_within_it(do, state, world, asked):
    client, story = world.client("admin"), world.stories[state]
    with undone(client):
        for _number in range(3):
            PhotoFactory(story=story)
        story.photos.update(state=Photo.State.FAILED)
        story.refresh_from_db()
        first = story.photos.order_by("pk").first()
        Photo.objects.filter(story=story).exclude(pk=first.pk).update(position=3)
        data = {"do": do, "version": str(story.version), "alt": "A hand.", "reason": "Not ours."}
        data |= dict.fromkeys(("focus_x", "focus_y", "left", "top", "right", "bottom"), "10")
        page = reverse("admin:stories_story_photo", args=[story.pk, first.key])
        with asking() as questions:
            assert client.post(page, data).status_code == 302
    keeps_to_it(questions)


@pytest.mark.parametrize("given", ["true", "false"])
def test_a_password_is_given_or_taken_within_it(given, world, asked):
    client, account = world.client("admin"), UserFactory(password="seven warm handles")
    Session.objects.create(session_key="k", account=account, expire_date=timezone.now())
    data = dict.fromkeys(("password1", "password2"), "eight warm handles")
    data |= {"usable_password": given, "set-password" if given == "true" else "unset-password": "1"}
    page = reverse("admin:auth_user_password_change", args=[account.pk])
    with undone(client):
        with asking() as questions:
            assert client.post(page, data).status_code == 302
        account.refresh_from_db()
        assert account.has_usable_password() is (given == "true")
    keeps_to_it(questions)


@pytest.mark.parametrize("given", [["admins"], ["admins", "moderators", "managers"]])
def test_an_account_is_changed_with_all_that_hangs_on_it_within_it(given, world, asked):
    """It gets its person and other roles; factors, sessions and the rows of its address go."""
    client, account = world.client("admin"), UserFactory(email="was@example.org")
    Employee.objects.filter(account=account).delete()
    person, now = EmployeeFactory(email="new@example.org"), Group.objects.filter(name__in=given)
    account.groups.set(Group.objects.filter(name__in=["managers", "moderators"]))
    data = {"username": "anew", "email": person.email, "first_name": "A", "is_active": "on"}
    data |= {"groups": [group.pk for group in now], "forget_factors": "on", "end_sessions": "on"}
    Authenticator.objects.create(user=account, type="totp", data={})
    EmailAddress.objects.create(user=account, email=account.email)
    Session.objects.create(session_key="k", account=account, expire_date=timezone.now())
    page = reverse("admin:staff_user_change", args=[account.pk])
    with undone(client):
        with asking() as questions:
            assert client.post(page, data).status_code == 302
        account = User.objects.get(pk=account.pk)
        assert (account.username, account.employee) == ("anew", person)
        assert set(account.groups.all()) == set(now)
        hanging = (Authenticator, EmailAddress, Session)
        left = {"user": account}, {"user": account}, {"account": account}
        assert not any(
            model.objects.filter(**whose).exists()
            for model, whose in zip(hanging, left, strict=True)
        )
    keeps_to_it(questions)


def test_an_account_is_added_within_it(world, asked):
    client, person = world.client("admin"), EmployeeFactory(email="new@example.org")
    data = {"username": "anew", "email": person.email, "usable_password": "true"}
    data |= dict.fromkeys(("password1", "password2"), "eight warm handles")
    with undone(client):
        with asking() as questions:
            assert client.post(reverse("admin:staff_user_add"), data).status_code == 302
        person.refresh_from_db()
        assert person.account.username == "anew"
    keeps_to_it(questions)


@pytest.mark.parametrize("htmx", [False, True], ids=["", "a part of the page"])
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("salute", {}),
        ("retell", {"told_to": "team", "heads": "7"}),
        ("note", {"text": "Thank you."}),
        ("gold", {"gold": "1"}),
        ("flag", {"reason": "private"}),
    ],
)
def test_what_readers_do_keeps_to_it_when_there_is_most_to_ask(what, said, htmx, world, asked):
    client, user = world.client("manager"), world.users["manager"]
    headers = {"HX-Request": "true"} if htmx else {}
    with undone(client):
        arrive(client, user, world, first=False)
        # The process holds it.
        TREE.at(WallVersion.current())
        with asking() as questions:
            page = reverse(what, args=[world.stories["public"].public_id])
            assert client.post(page, said, headers=headers).status_code in (200, 302)
    keeps_to_it(questions)


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize("outcome", Flag.Decision.values)
@pytest.mark.parametrize("about", ["note", "public"])
def test_what_is_flagged_is_decided_about_within_it(about, outcome, many, world, asked):
    """Its story leaves the wall with all it has; its teller hears, and all who flagged it."""
    client, note = world.client("admin"), world.note if about == "note" else None
    story = note.story if note else world.stories[about]
    with undone(client):
        Flag.objects.all().delete()
        for _number in range(many):
            flag = Flag.begin(story, note=note, by=UserFactory().person, reason="private")
        Flag.begin(world.stories["published"], by=world.person, reason="private")
        story.record("edited", world.users["admin"], changes={"title": ["A", "B"]})
        story.set_credits([world.person, world.loner], ["Lou"])
        page = reverse("admin:stories_flag_change", args=[flag.pk])
        with asking() as questions:
            data = {"outcome": outcome, "because": "She asked."}
            answer = client.post(page, data)
        if note and outcome == Flag.Decision.CHANGED:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 302
            decided = Flag.objects.filter(decision=outcome, decided_for="She asked.")
            assert decided.count() == many
            assert Notice.objects.filter(flag__in=decided).count() == many
    keeps_to_it(questions)


def keeps_to_it(questions: list[str], most: int = MOST) -> None:
    if len(questions) > most:
        pytest.fail(f"{len(questions)} queries:\n{summary(questions)}", pytrace=False)


@pytest.mark.parametrize("kind", ["employee", "team", "user"])
def test_what_is_deleted_with_all_that_may_go_with_it_keeps_to_it(kind, world, asked):
    client = world.client("admin")
    with undone(client):
        row = full(kind, world)
        page = reverse(f"admin:staff_{kind}_delete", args=[row.pk])
        with asking() as questions:
            assert client.post(page, {"post": "yes"}).status_code == 302
        assert not type(row).objects.filter(pk=row.pk).exists()
    if len(questions) > MOST:
        pytest.fail(f"{len(questions)} queries:\n{summary(questions)}", pytrace=False)


@pytest.mark.parametrize("way", ["own page", "admin", "admin, with another name"])
@pytest.mark.parametrize("unnamed", [True, False], ids=["not to be named", "to be named again"])
def test_a_wish_asks_as_often_however_many_stories_say_the_name(unnamed, way):
    account = UserFactory(first_name="Maria", last_name="Kowalski")
    boss = EmployeeFactory(number="B1", manager=EmployeeFactory())
    person = EmployeeFactory(number="N1", manager=boss, email="m@example.org")
    Employee.objects.filter(account=account).update(account=None)
    person.first_name, person.last_name, person.account = "Maria", "Kowalski", account
    person.save()
    TeamFactory(name="Friends of Maria Kowalski")
    MembershipFactory(employee=person, until="2021-01-01")
    MembershipFactory(employee=person, since="2021-01-01")
    client = signed_in(account if way == "own page" else UserFactory(roles=["admins"]))
    page, data = wish(person, way, unnamed)
    asked = []
    for more in (2, 20):
        for _number in range(more):
            PublishedStoryFactory(people=[person])
            PublishedStoryFactory(body="Then Maria Kowalski sang.")
        person.ask_not_to_be_named(not unnamed)
        client.get("/?q=the")
        with undone(client):
            with asking() as questions:
                assert client.post(page, data).status_code == 302
            assert Employee.objects.get(pk=person.pk).unnamed is unnamed
        asked.append(questions)
    few, many = asked
    if len(few) > MOST or len(many) > len(few):
        pytest.fail(f"{len(few)}, then {len(many)} queries:\n{summary(many)}", pytrace=False)


def wish(person: Employee, way: str, unnamed: bool) -> tuple[str, dict]:
    """Where it is said whether somebody is to be named, and what is posted there."""
    if way == "own page":
        return reverse("me_naming"), {"unnamed": "1" if unnamed else "0"}
    rows = {f"memberships-{name}_FORMS": "2" for name in ("TOTAL", "INITIAL")}
    for number, row in enumerate(person.memberships.all()):
        rows |= {f"memberships-{number}-id": row.pk, f"memberships-{number}-employee": person.pk}
    names = {name: getattr(person, name) for name in ("number", "first_name", "last_name", "email")}
    told = {"manager": "B1", "account": person.account.username, "team": person.team_on(None).pk}
    changed = {"last_name": "Nowak"} if "another" in way else {}
    said = {"active": "on", **({"unnamed": "on"} if unnamed else {})}
    page = reverse("admin:staff_employee_change", args=[person.pk])
    return page, rows | names | told | changed | said


def test_erasing_somebody_asks_as_often_however_much_there_is_of_them(admin_client):
    account = UserFactory(first_name="Maria", last_name="Kowalski")
    person, asked = account.person, []
    page = reverse("admin:staff_erasure_erase", args=[person.pk])
    for more in (1, 30):
        for _number in range(more):
            StoryFactory(teller=person)
            PublishedStoryFactory(teller=person)
            PublishedStoryFactory(people=[person])
            PublishedStoryFactory(body="Then Maria Kowalski sang.")
            TeamFactory(name="Friends of Maria Kowalski")
        admin_client.get("/?q=the")
        with undone(admin_client), asking() as questions:
            assert admin_client.post(page, {"name": "Maria Kowalski"}).status_code == 302
        asked.append(questions)
    few, many = asked
    if len(few) > MOST or len(many) > len(few):
        pytest.fail(f"{len(few)}, then {len(many)} queries:\n{summary(few)}", pytrace=False)


def full(kind: str, world: World) -> Employee | Team | User:
    """One of whom there is all that goes when they do."""
    if kind == "team":
        Screen.objects.create(team=world.lone_team, name="TV", made_by=world.users["admin"])
        return world.lone_team
    if kind == "user":
        EmailAddress.objects.create(user=world.unused, email=world.unused.email)
        world.unused.groups.add(Group.objects.get(name="managers"))
        return world.unused
    person = world.loner
    MembershipFactory(employee=person, since="2020-01-01", until="2021-01-01", team=world.team)
    MembershipFactory(employee=person, since="2021-01-01", team=world.region)
    SavedView.keep(person, "Kind", "trait=caring", pinned=True, opens=False)
    Visit.objects.create(person=person, latest=1)
    EmployeeFactory(manager=person)
    return person


def summary(queries: list[str]) -> str:
    """Each kind of query once, with how often it was asked; columns left out."""
    kinds = Counter(re.sub(r"^SELECT .*? FROM", "SELECT … FROM", sql)[:160] for sql in queries)
    return "\n".join(f"{times} × {sql}" for sql, times in kinds.most_common())

"""A story that is withdrawn and a person who is unnamed leave no trace, from the next request on.

Every address of addresses.py is asked before and after, by each role that may read it, and whatever
comes back is read: pages, fragments, feeds, JSON, the words given to drawer and press, the bytes of
photos, headers. A new address is walked by itself. What nobody here can read fails: a new kind of
answer, a new place for files, a photo or a card under a new address.
"""

import dataclasses
import html
import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.test import Client, TestCase, override_settings
from django.utils import timezone
from pypdf import PdfReader

from staff.audiences import ORGANISATION
from staff.models import Employee
from staff.naming import Naming
from stories.models import FollowMail, Notice, Story
from stories.notices.sending import owe_followers, send_owed
from stories.sharing.cards.layout import FORMATS
from stories.sharing.posters.line_up import line_up
from stories.sharing.posters.press import press
from stories.sharing.posters.sheet import sheet
from tests.shared import undone
from tests.walls import everything

from .addresses import FORBIDDEN, MISSING, NOT_ALLOWED, OK, SENT_ON, SIGN_IN, TABLE, Address, url
from .traced import (
    CHOOSING,
    OF_PERSON,
    OF_STORY,
    PERSON_EMAIL,
    STORIES,
    UNSAID,
    UNSAID_OUTSIDE,
    arranged,
    choose,
    choosing,
)
from .world import READERS, World

# On one worker: what is gathered once for all is gathered once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("traces")]

UNCHANGED = 304
# All that a photo has an address for.
SIZES = (
    *("480.webp", "960.webp", "1920.webp", "full.jpg"),
    *("halftone-personal.png", "halftone-personal-swapped.png"),
)
# What is asked besides the pages of the table: type-ahead, and searches that find what is sought
# by its first letters, so that the page repeats no whole word.
BEGINNINGS = ("Quillfeat", "Zephyri", "Marzipan", "Tarrago", "Brontos", "Klaxo", "Peregri")
NAMES_BEGIN = ("Philipp", "Oostersch", "Pipp", "Barthol", "Zonderl")
CHOSEN_BEGIN = ("Wilhelm", "Vandersl", "Wimk", "Kallenb", "Hyacin", "Delacr")
BESIDES = {
    "wall": [f"?q={word}" for word in (*BEGINNINGS, *NAMES_BEGIN, *CHOSEN_BEGIN)]
    + ["?q=lighthouse", "?q=lighthouse&sort=relevance&view=list", "?sort=saluted", "?gold=1"]
    + ["?recovery=1", "?setting=elsewhere", "?person={person}"],
    "people": [f"?q={word}" for word in NAMES_BEGIN],
    "people_suggest": [f"?q={word}" for word in (*NAMES_BEGIN, "Lampwri")],
    "story_card": ["?photo=0", "?download"],
    "story_poster": ["?size=letter&paper=white"],
    "line_up": ["?team=till-six", "?q=lighthouse"],
    "tell": ["?inspired_by={story}"],
    "feed_atom": ["?trait=personal", "?q=lighthouse", "?person={person}"],
    "feed_json": ["?trait=personal", "?q=lighthouse", "?person={person}"],
    "screen_new": ["?person={person}"],
    "follow_new": ["?person={person}"],
}
# Where the line of a story or a person's name is read, at least.
SHOWING = {"wall", "trait", "team", "story", "story_card", "story_poster", "line_up", "screen"}
SHOWING |= {"screen_slides", "feed_atom", "feed_json"}
OF_PEOPLE = {"people", "people_suggest", "teams", "person"}
# Where files are kept. Photos have names that say nothing; a story that comes back has them again.
PLACES = {"cards", "photos"}
# Where people are shown or offered by themselves, and where their own pages are.
DIRECTORY = {"people", "people_suggest", "person", "wall_suggest", "search_suggest", "screen_new"}
# What hangs in a room, and what leaves the house.
OUTSIDE = {"screen", "screen_slides", "story_poster", "line_up", "story_card"}
THEIR_EMAILS = [f"{names[2]}@example.org" for names in CHOOSING.values()]
# Moderators and the teller know of a story that came down, here and nowhere else.
THEIRS = {"mine", "sent", "withdraw", "discard", "edit", "story_from"}
THEIRS |= {"story", "story_card", "story_poster", "photo", "draft_photos"}
KNOWING = ("moderator", "admin", "teller")


class Visit(NamedTuple):
    """One address as one role asks for it."""

    name: str
    role: str
    path: str
    fragment: bool = False


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back, as text that can be searched; a picture as its hash."""

    status: int
    said: str
    etag: str = ""


@dataclasses.dataclass(frozen=True)
class Scene:
    """All that was said, sent and kept, before the story and the name were taken back and after."""

    world: World
    story: Story
    person: Employee
    before: dict[Visit, Answer]
    after: dict[Visit, Answer]
    mails_before: list[str]
    mails_after: list[str]
    # Of the story, and of one that speaks of the person: by file, what was drawn.
    cards_before: tuple[dict[str, str], dict[str, str]]
    cards_at_once: tuple[dict[str, str], dict[str, str]]
    cards_after: tuple[dict[str, str], dict[str, str]]


# Reading an answer.


def pages(response) -> str:
    """As it is written, and without its tags: highlights cut words in two."""
    content = html.unescape(response.content.decode())
    return f"{content}\n{re.sub('<[^>]*>', '', content)}"


def feed(response) -> str:
    return html.unescape(pages(response))


def words(response) -> str:
    return response.content.decode()


def data(response) -> str:
    return json.dumps(json.loads(response.content), ensure_ascii=False)


def picture(response) -> str:
    """The drawer's words, which stand in for a card here; of a photo what tells it from others."""
    return f"{response.content!r} {sha256(response.content).hexdigest()}"


READ: dict[str, Callable] = {
    "text/html": pages,
    "text/plain": words,
    "text/javascript": words,
    "application/atom+xml": feed,
    "application/feed+json": data,
    "application/json": data,
    "image/png": picture,
    "image/webp": picture,
    "image/jpeg": picture,
    "application/pdf": words,
}


def ask(visit: Visit, client: Client, kept: Answer | None = None) -> Answer:
    """The answer in full; what may be used again is what was kept."""
    headers = {"HX-Request": "true"} if visit.fragment else {}
    if kept and kept.etag:
        headers["If-None-Match"] = kept.etag
    with undone(client):
        response = client.get(visit.path, headers=headers)
    if response.status_code == UNCHANGED:
        assert kept
        return kept
    kind = response.headers.get("Content-Type", "text/plain").partition(";")[0]
    assert kind in READ, f"{visit} answers {kind}: say in READ how it is searched for traces"
    caching = response.headers.get("Cache-Control", "")
    may_be_kept = re.search(r"max-age=[1-9]|s-maxage|immutable|public", caching)
    assert not may_be_kept, f"{visit} may be kept unasked: {caching}"
    about = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    read = READ[kind](response) if response.content else ""
    return Answer(response.status_code, f"{about}\n{read}", response.headers.get("ETag", ""))


# Which addresses there are.


def visits(world: World) -> Iterator[Visit]:
    """Everything the table has, by each role that gets something there; admin by one who may not.

    The first of the roles looks more closely than the others: in all sizes, with searches.
    """
    for name, address in sorted(TABLE.items()):
        for first, role in enumerate(readers(name, address)):
            for path in paths(name, address, world, closely=not first):
                yield Visit(name, role, path)
            for query in address.fragments:
                yield Visit(name, role, url(name, world) + query, fragment=True)
    for kind in CHOOSING:
        pk = choosing(kind).pk
        yield Visit("person", "staff", f"/people/{pk}/")
        # The wall of somebody's stories says of whom it was asked for.
        yield Visit("person", "staff", f"/?person={pk}")


def readers(name: str, address: Address) -> list[str]:
    if name.startswith("admin"):
        return ["staff"]
    if address.get("visitor", "published") != SIGN_IN:
        # Whoever has the address is anybody.
        return ["visitor"]
    roles = [role for role in READERS if address.get(role, "published") in (OK, SENT_ON)]
    if name.startswith("account_") or not roles:
        return ["staff"]
    # An admin reads what a moderator reads.
    return [role for role in roles if role != "admin"]


def paths(name: str, address: Address, world: World, *, closely: bool) -> list[str]:
    """The addresses of the story and of those beside it, with all that the table asks there."""
    found: dict[str, None] = {}
    for state in STORIES if address.by_state else STORIES[:1]:
        story, path = world.stories[state], url(name, world, state)
        itself = story == world.stories["published"]
        queries = [*address.pages, *(BESIDES.get(name, []) if closely else [])]
        for one in sizes(path) if closely and itself else [path]:
            for query in queries if itself else [""]:
                asked = query.replace("{story}", story.public_id)
                found[one + asked.replace("{person}", str(world.person.pk))] = None
    return list(found)


def sizes(path: str) -> list[str]:
    """A photo's address, and a card's, in each of its sizes."""
    start, _slash, end = path.rpartition("/")
    if end in SIZES:
        return [f"{start}/{size}" for size in SIZES]
    forms = "|".join(FORMATS)
    if re.search(rf"\b({forms})\b", path):
        return [re.sub(rf"\b({forms})\b", form, path) for form in FORMATS]
    return [path]


@contextmanager
def written_down() -> Iterator[None]:
    """Drawer and press hand over the words that they are given; refusals are no news."""

    def draw(content, form, *photo) -> bytes:
        said = json.dumps(dataclasses.asdict(content), ensure_ascii=False)
        return b"\x89PNG " + said.encode() + b"IEND\xaeB`\x82"

    def set_type(sheets, *, size, title, made) -> bytes:
        said = [title, *(sheet.identity for sheet in sheets)]
        return b"%PDF " + json.dumps(said, ensure_ascii=False).encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("stories.sharing.cards.files.draw_card", draw)
        patch.setattr("stories.sharing.posters.views.press", set_type)
        patch.setattr(logging.getLogger("django.request"), "disabled", True)
        yield


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Scene]:
    """Everything is asked, the story is withdrawn and the name taken back, and asked again."""
    folder = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with folder, django_db_blocker.unblock(), undone(), written_down():
        world, story, person = arranged()
        both = (story, world.stories["beside"])
        clients = {role: world.client(role) for role in READERS}
        before = {visit: ask(visit, clients[visit.role]) for visit in visits(world)}
        cards_before = tuple(map(cards_of, both))
        owe_followers()
        with undone():
            mail.outbox = []
            mails_before = letters()
        # What is owed may be sent as soon as the withdrawal is committed.
        mail.outbox = []
        with TestCase.captureOnCommitCallbacks(execute=True):
            story.withdraw(by=world.users["moderator"], reason="They asked.")
            person.ask_not_to_be_named()
            choose(world.stories["agreed"])
        cards_at_once = tuple(map(cards_of, both))
        mails_after = letters()
        after = {visit: ask(visit, clients[visit.role], kept) for visit, kept in before.items()}
        yield Scene(
            world, story, person, before, after, mails_before, mails_after,
            cards_before, cards_at_once, tuple(map(cards_of, both)),
        )  # fmt: skip


def letters() -> list[str]:
    """Every e-mail that was owed, sent by now: all that reaches its reader.

    What is written to the person calls them by their name, and tellers are told of their own story.
    """
    while any(kind.objects.due().exists() for kind in (Notice, FollowMail)):
        send_owed()
    return [
        "\n".join(
            (str(one.message()), one.subject, one.body, *(part[0] for part in one.alternatives))
        )
        for one in mail.outbox
        if not {PERSON_EMAIL, *THEIR_EMAILS} & {*one.to}
        and not one.subject.startswith("Your story is off the wall")
    ]


def cards_of(story: Story) -> dict[str, str]:
    """The files of a story's cards, and what was drawn in them."""
    folder = Path(settings.MEDIA_ROOT) / "cards" / story.public_id
    return {file.name: file.read_text(errors="replace") for file in sorted(folder.glob("*"))}


@pytest.fixture(autouse=True)
def press_stands_still() -> None:
    """Here the press is asked for its words, or to print."""


# What must not be there.


def traces(said: str, secrets: Iterable[str]) -> list[str]:
    said = said.casefold()
    return [secret for secret in secrets if secret.casefold() in said]


def secrets_of(story: Story) -> list[str]:
    """Its words, its address, and those of its photo."""
    return [*OF_STORY, story.public_id, story.photos.get().key]


def leads_to(person: Employee, said: str) -> bool:
    return bool(re.search(rf"people/{person.pk}\b|person=(3D)?{person.pk}\b", said))


def knows(visit: Visit) -> bool:
    """Whoever knows of a story that came down reads it where it is theirs to read."""
    return visit.role in KNOWING and visit.name in THEIRS


def test_before_everything_is_said_everywhere(scene):
    shown_at: dict[str, set[str]] = {}
    for visit, answer in scene.before.items():
        for secret in traces(answer.said, [*secrets_of(scene.story), *OF_PERSON]):
            shown_at.setdefault(secret, set()).add(visit.name)
    assert set(shown_at) == {*secrets_of(scene.story), *OF_PERSON}
    assert shown_at["zephyrine"] >= SHOWING
    assert shown_at["pippa"] | shown_at["philippina"] >= SHOWING | OF_PEOPLE
    assert shown_at[scene.story.public_id] >= {"traits", "story_from", "tell"}
    assert any(leads_to(scene.person, answer.said) for answer in scene.before.values())
    sent = ["zephyrine", "philippina", scene.story.public_id]
    assert traces("\n".join(scene.mails_before), sent) == sent
    of_story, of_other = scene.cards_before
    assert len(of_story) == 2 * len(FORMATS), "each size, with and without its photo"
    assert of_other


def test_a_withdrawn_story_leaves_no_trace(scene):
    secrets = set(secrets_of(scene.story))
    found = []
    for visit, answer in scene.after.items():
        if knows(visit):
            continue
        # A page may say what it was asked for.
        asked = {secret for secret in secrets if secret in visit.path}
        found += [(visit, secret) for secret in traces(answer.said, secrets - asked)]
        if (
            asked
            and "?" not in visit.path
            and answer.status not in (FORBIDDEN, MISSING, NOT_ALLOWED)
        ):
            found.append((visit, answer.status))
    assert not found


def test_no_picture_of_a_withdrawn_story_is_shown_at_any_address(scene):
    its_own = scene.story.photos.get().key
    pictures = {
        answer.said.rpartition(" ")[2]
        for visit, answer in scene.before.items()
        if its_own in visit.path and answer.status == OK
    }
    assert len(pictures) >= 4
    found = [
        visit
        for visit, answer in scene.after.items()
        if not knows(visit) and answer.said.rpartition(" ")[2] in pictures
    ]
    assert not found


def test_an_unnamed_person_leaves_no_trace(scene):
    found = []
    for visit, answer in scene.after.items():
        found += [(visit, secret) for secret in traces(answer.said, OF_PERSON)]
        if str(scene.person.pk) not in visit.path and leads_to(scene.person, answer.said):
            found.append((visit, "their page"))
    assert not found


def test_who_chose_to_be_named_less_in_one_story_is_so_on_every_surface(scene):
    """No page that shows the story says more of them; others say it only as a directory does."""
    story = scene.world.stories["agreed"]
    found = []
    for visit, answer in scene.after.items():
        secrets = UNSAID_OUTSIDE if visit.name in OUTSIDE else UNSAID
        said = traces(answer.said, secrets)
        # A page may say what it was asked for.
        said = [name for name in said if not any(begun.lower() in name for begun in asked(visit))]
        shows_it = story.public_id in answer.said or story.public_id in visit.path
        if said and (shows_it or visit.name not in DIRECTORY):
            found.append((visit, said))
    assert not found


def asked(visit: Visit) -> list[str]:
    return [begun for begun in CHOSEN_BEGIN if begun in visit.path]


def test_before_they_chose_all_of_it_was_said(scene):
    story = scene.world.stories["agreed"]
    said_at: dict[str, set[str]] = {}
    for visit, answer in scene.before.items():
        for secret in traces(answer.said, UNSAID_OUTSIDE) if story.public_id in answer.said else ():
            said_at.setdefault(secret, set()).add(visit.name)
    assert set(said_at) == {*UNSAID_OUTSIDE}
    for surfaces in said_at.values():
        assert surfaces >= {"wall", "person", "story", "feed_atom", "screen_slides"}
    for kind in CHOOSING:
        theirs = Visit("person", "staff", f"/people/{choosing(kind).pk}/")
        assert story.public_id in scene.before[theirs].said


def test_what_was_agreed_to_is_still_said(scene):
    for visit, answer in scene.after.items():
        if visit.name == "story" and scene.world.stories["agreed"].public_id in visit.path:
            assert traces(answer.said, ["frosia", "hyx", "delacroisade"]) == [
                *("frosia", "hyx", "delacroisade")
            ]


def test_no_search_and_no_page_of_theirs_finds_the_story_by_the_name(scene):
    story = scene.world.stories["agreed"]
    found_at = {
        visit.path for visit, answer in scene.after.items() if story.public_id in answer.said
    }
    assert "/?q=lighthouse" in found_at
    assert not {f"/?q={begun}" for begun in CHOSEN_BEGIN[:4]} & found_at
    for kind, shown in (("colleague", False), ("first", False), ("here", True)):
        pk = choosing(kind).pk
        assert {path in found_at for path in (f"/people/{pk}/", f"/?person={pk}")} == {shown}


def test_the_page_of_an_unnamed_person_is_as_if_there_were_none(scene):
    pages = [visit for visit in scene.after if visit.path == f"/people/{scene.person.pk}/"]
    assert pages
    assert {scene.before[visit].status for visit in pages} == {OK}
    assert {scene.after[visit].status for visit in pages} == {MISSING}


def test_e_mails_that_were_owed_say_nothing_of_either(scene):
    assert scene.mails_after
    for letter in scene.mails_after:
        assert traces(letter, [*secrets_of(scene.story), *OF_PERSON]) == []


def test_cards_are_thrown_away_at_once_and_drawn_anew_under_another_name(scene):
    withdrawn, named = scene.cards_at_once
    assert withdrawn == {}
    assert not {name for name, drawn in named.items() if traces(drawn, OF_PERSON)}
    withdrawn, named = scene.cards_after
    assert withdrawn == {}
    assert len(named) == len(scene.cards_before[1])
    assert named.keys().isdisjoint(scene.cards_before[1])
    assert not traces("\n".join(named.values()), OF_PERSON)


def test_files_are_kept_where_they_are_looked_for_alone(scene):
    folders, files = default_storage.listdir("")
    assert set(folders) <= PLACES, "Say how what is kept there is searched for traces."
    assert files == []
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    }
    assert fields == {"Photo.original"}


def test_what_is_printed_says_neither(scene):
    """The line-up as paper has it: its text, and what a PDF says of itself."""
    naming = Naming(ORGANISATION)
    sheets = [sheet(story, naming, huddle=True) for story in line_up(everything())]
    pdf = PdfReader(
        BytesIO(press(sheets, size="a4", title=str(sheets[0].data["title"]), made=timezone.now()))
    )
    said = "\n".join([str(pdf.metadata), *(page.extract_text() for page in pdf.pages)])
    said += pdf.stream.getvalue().decode("latin-1")
    assert "colleague" in said
    assert traces(said, [*secrets_of(scene.story), *OF_PERSON]) == []

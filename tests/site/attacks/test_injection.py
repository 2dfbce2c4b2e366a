"""Words that would be more than words: in pages, mails, headers, logs, tables and file names."""

import ast
import io
import logging
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from retold.logs import OneLine
from staff.models import Employee, Team, User
from stories.models import Note, SavedView, Story, Trait
from tests.factories import PublishedStoryFactory, UserFactory, small_picture
from tests.shared import undone
from tests.site.addresses import OK, TABLE, look_at, looks, url
from tests.site.world import READERS, World

pytestmark = pytest.mark.django_db

MARKUP = "\"'><img src=x onerror=alert(1)><script>alert(1)</script>"
LET_THROUGH = re.compile(r"<img src=x|<script>alert", re.I)
# Wherever people write, and how much of it there is room for.
WRITTEN = {
    Story: ("body", "line", "title", "place", "went_wrong"),
    Note: ("text",),
    Employee: ("first_name", "last_name", "job_title"),
    Team: ("name",),
    Trait: ("meaning", "question"),
    User: ("first_name", "last_name"),
    SavedView: ("name",),
}


def hostile_world(world: World) -> None:
    """Put markup wherever somebody may write, past every form that might stop it."""
    for model, names in WRITTEN.items():
        for row in model._default_manager.all():
            for name in names:
                room = model._meta.get_field(name).max_length or 1000
                setattr(row, name, MARKUP[:room])
            row.save()


def test_nothing_that_people_write_becomes_markup(world: World):
    wrong = []
    clients = {role: world.client(role) for role in READERS}
    with undone(*clients.values()):
        hostile_world(world)
        for look in looks():
            html = look_at(look, world, clients[look.role]).content.decode()
            if found := LET_THROUGH.findall(html):
                wrong.append((str(look), found[:3]))
        for name in ("feed_atom", "search_offers", "screen_slides"):
            query = "?q=img" if name == "search_offers" else ""
            html = clients["staff"].get(url(name, world) + query).content.decode()
            if found := LET_THROUGH.findall(html):
                wrong.append((name, found[:3]))
    assert not wrong


def test_what_is_asked_for_becomes_no_markup(world: World):
    wrong = []
    clients = {role: world.client(role) for role in READERS}
    for name, address in TABLE.items():
        role = next((role for role in READERS if address.get(role, "published") == OK), None)
        if not address.lists or role is None:
            continue
        asked = dict.fromkeys(("q", "trait", "team", "person", "sort", "in", "kept", "o"), MARKUP)
        response = clients[role].get(url(name, world), asked)
        html = "" if "json" in response["Content-Type"] else response.content.decode()
        if LET_THROUGH.search(html):
            wrong.append(name)
    assert not wrong


class TestAMail:
    LINES = "Kind\r\nBcc: evil@example.org\r\n\r\nand more"

    def test_gets_no_header_from_a_title_or_a_name(self):
        teller = UserFactory(email="teller@example.org", first_name=self.LINES[:100])
        story = PublishedStoryFactory(teller=teller.person)
        Story.objects.filter(pk=story.pk).update(title=self.LINES[:60], line=self.LINES)
        story.refresh_from_db()
        story.withdraw(by=UserFactory(roles=["moderators"]), reason=self.LINES)
        call_command("send_notices", stdout=io.StringIO())
        for letter in mail.outbox:
            sent = letter.message()
            assert sent["Bcc"] is None
            assert "\n" not in letter.subject
            assert all("evil@example.org" not in to for to in letter.recipients())


class TestALog:
    def formatted(self, message: str, *arguments, **about) -> str:
        record = logging.LogRecord("retold", logging.WARNING, "", 1, message, arguments, None)
        vars(record).update(about)
        return OneLine("%(levelname)s %(message)s").format(record)

    @pytest.mark.parametrize(
        "end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1b[2J", "\x00"]
    )
    def test_has_one_line_for_one_message(self, end):
        said = self.formatted("Refused: %s", f"anke{end}INFO all is well")
        assert len(said.splitlines()) == 1
        assert end not in said
        assert "anke" in said

    def test_shows_no_text_turned_round(self):
        assert "\u202e" not in self.formatted("Refused: %s", "anke\u202e")

    @pytest.mark.parametrize(
        "name", ["feed_atom", "screen", "screen_slides", "follow_end", "feed_photo"]
    )
    def test_holds_no_key_that_lets_somebody_in(self, name, world: World):
        """Django names the address of each page that breaks."""
        address = url(name, world)
        key = address.strip("/").split("/")[2 if name == "follow_end" else 1]
        said = self.formatted("Internal Server Error: %s", address)
        assert len(key) > 12
        assert key not in said
        assert address.split(key)[0] in said

    def test_holds_no_key_to_a_new_password(self):
        address = reverse("account_reset_password_from_key", args=["1a", "c9x2-0f3b71e6d2a84c55"])
        assert "0f3b71e6" not in self.formatted("Internal Server Error: %s", address)

    def test_sets_what_went_wrong_apart_from_what_was_said(self):
        try:
            raise ValueError("anke\nWARNING all is well")
        except ValueError as error:
            said = self.formatted("Failed", exc_info=(ValueError, error, error.__traceback__))
        assert "\nWARNING" not in said
        assert all(line.startswith("  ") for line in said.splitlines()[1:])

    def test_keeps_letters_of_every_script(self):
        assert self.formatted("%s", "Zoë مرحبا 你好") == "WARNING Zoë مرحبا 你好"

    def test_is_written_so_everywhere(self):
        handlers = settings.LOGGING["handlers"].values()
        assert {handler["formatter"] for handler in handlers} == {"line"}


class TestAHeader:
    @pytest.mark.parametrize("hostile", ["a\r\nSet-Cookie: evil=1", "a\nX-Evil: 1"])
    def test_is_never_made_of_what_is_asked_for(self, hostile, world: World):
        client = world.client("admin")
        for name in TABLE:
            with undone(client):
                response = client.get(url(name, world), {"next": hostile, "q": hostile})
            assert "evil" not in response.cookies
            assert "X-Evil" not in response.headers
            assert not [v for v in response.headers.values() if "\r" in v or "\n" in v]

    def test_naming_a_file_says_nothing_but_the_name(self, client):
        reader = UserFactory()
        story = PublishedStoryFactory(line='He said "a";\r\nSet-Cookie: evil=1', title="")
        client.force_login(reader)
        response = client.get(reverse("story_card", args=[story.public_id, "landscape"]))
        named = response.headers.get("Content-Disposition", "")
        assert not re.search(r"[\r\n]|evil=1", named)


class TestATable:
    """A cell that begins with = + - @ is a formula to whoever opens it in a spreadsheet."""

    FORMULA = "=cmd|' /C calc'!A0"
    # What is a table for others to open, and made harmless; none is so far.
    TABLES: tuple[str, ...] = ()

    def test_is_given_out_nowhere_without_being_looked_at_here(self, world: World):
        kinds = ("text/csv", "spreadsheet", "ms-excel", "tab-separated")
        client, found = world.client("admin"), set()
        for name in TABLE:
            with undone(client):
                kind = client.get(url(name, world)).headers.get("Content-Type", "")
            found |= {name} if any(word in kind for word in kinds) else set()
        assert found == set(self.TABLES)

    def test_that_comes_in_is_words(self, admin_client, tmp_path):
        people = f'name,email\n"{self.FORMULA}",zz@example.org\n'.encode()
        file = SimpleUploadedFile("../../../../etc/people.csv", people)
        page = admin_client.post(reverse("admin:staff_employee_import"), {"people": file})
        assert page.status_code == 200
        assert "/etc/people" not in page.content.decode()


class TestAFileName:
    @pytest.mark.parametrize(
        "name", ["../../evil.png", "..\\..\\evil.png", "/var/evil.png", "evil\x00.png", "evil.php"]
    )
    def test_decides_nothing_about_where_a_photo_lies(self, name, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "media"
        client.force_login(UserFactory())
        photo = SimpleUploadedFile("photo.png", small_picture(), "image/png")
        photo._name = name
        data = {"body": "She kept the seat.", "keep": "1", "photos": photo}
        assert client.post(reverse("tell"), data).status_code in (200, 302, 422)
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert all(path.is_relative_to(tmp_path / "media") for path in kept)
        assert not [path for path in kept if "evil" in path.name or path.suffix == ".php"]

    @pytest.mark.parametrize(
        "path",
        [
            "/photos/../../retold/settings.py",
            "/photos/%2e%2e/%2e%2e/retold/settings.py",
            "/static/../retold/settings.py",
            "/static/%2e%2e/retold/settings.py",
            "/static/..%5cretold/settings.py",
            "/media/retold.sqlite3",
            "/.env",
            "/.git/config",
        ],
    )
    def test_leads_out_of_no_folder(self, path, admin_client):
        response = admin_client.get(path)
        assert response.status_code in (400, 404)


# What speaks to other machines: none of it goes where a user said.
OUTGOING = {"urllib.request", "http.client", "requests", "httpx", "urllib3", "socket", "aiohttp"}


def test_nothing_fetches_what_somebody_names():
    """Whoever adds the first such thing says here how it is kept from our own network."""
    found = []
    for app in ("retold", "staff", "stories"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    named = {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    named = {node.module or ""}
                else:
                    continue
                found += [f"{path.name}: {name}" for name in named & OUTGOING]
    assert not found

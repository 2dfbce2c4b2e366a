"""Every page is valid HTML, as every role, in every state of a story, and so is every fragment."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.urls import reverse

from . import test_styleguide, validator
from .addresses import ALL, TABLE, look_at, looks, url
from .world import READERS, World

# On one worker: what is gathered once for all is gathered once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("html")]

SHELL = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A part</title></head>'
# What Django's own admin gets wrong, and we can't put right from here: the page, and the complaint.
DJANGOS = {
    # The text under "Password-based authentication" is a list within a paragraph.
    ("admin_auth_user_password_change", "close-order"),
    # A password that can't be read points to a help text that isn't shown.
    ("admin_staff_user_change", "no-missing-references, #id_password"),
}
# What a strict content security policy stops: scripts and styles that stand in the page itself.
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|<[^>]+\s(?:style|on[a-z]+)=",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def pages(world: World, tmp_path_factory) -> Path:
    """A folder with a file for each page."""
    folder = tmp_path_factory.mktemp("pages")
    world.grow(3)
    clients = {role: world.client(role) for role in READERS}
    for look in looks(ALL):
        response = look_at(look, world, clients[look.role])
        assert response.status_code == 200, look
        html = response.content.decode()
        if look.fragment and not html.startswith("<!doctype"):
            html = whole(html, TABLE[look.name].within)
        (folder / file_name(str(look))).write_text(html)
    with override_settings(ROOT_URLCONF=test_styleguide.__name__):
        for address in test_styleguide.PAGES:
            html = clients["visitor"].get(address).content.decode()
            (folder / file_name(address)).write_text(html)
    for name, html in errors(world).items():
        (folder / file_name(name)).write_text(html)
    return folder


def whole(fragment: str, within: str) -> str:
    """The fragment as a page, within the elements that it will be put into."""
    names = ["body", *within.split()]
    opened = "".join(f"<{name}>" for name in names)
    closed = "".join(f"</{name}>" for name in reversed(names))
    return f"{SHELL}{opened}{fragment}{closed}</html>"


def errors(world: World) -> dict[str, str]:
    """The pages that say why there is none."""
    client = world.client("staff", enforce_csrf_checks=True)
    answers = {
        "403": client.get(reverse("admin:index")),
        "404": client.get("/nothing/here/"),
        "405": client.get(url("salute", world)),
        "403 csrf": client.post(reverse("tell"), {"body": "Kept <b>as</b> typed."}),
    }
    found = {name: answer.content.decode() for name, answer in answers.items()}
    request = RequestFactory().get("/")
    for name in ("400", "500"):
        found[name] = render_to_string(f"{name}.html", request=request)
    words = {"field": "body", "body": "Kept <b>as</b> typed.", "others": [("line", "“Here.”")]}
    for name, about in (("503", {}), ("503 words", {**words, "files": True})):
        found[name] = render_to_string("503.html", {"again": "/stories/new/?a=1&b=2", **about})
    return found


def file_name(words: str) -> str:
    return re.sub(r"[^\w.=-]+", "_", words) + ".html"


def test_every_page_is_valid(pages):
    complaints = validator.validate(pages)
    found = defaultdict(list)
    for name, said in complaints.items():
        for complaint in said:
            if any(name.startswith(page) and words in complaint for page, words in DJANGOS):
                continue
            found[re.sub(r"^line \d+: ", "", complaint)].append(name)
    text = [
        f"{complaint}: {names[0]} and {len(names) - 1} more" for complaint, names in found.items()
    ]
    assert not found, "\n".join(text)


def test_no_page_holds_what_the_content_security_policy_stops(pages):
    found = {
        page.name: matches
        for page in sorted(pages.iterdir())
        if (matches := INLINE.findall(page.read_text()))
    }
    assert not found


def test_the_validator_complains_of_what_is_wrong(tmp_path):
    (tmp_path / "bad.html").write_text(f'{SHELL}<body><ul><p id="a">x</ul><i id="a"></i></body>')
    (complaints,) = validator.validate(tmp_path).values()
    assert any("Duplicate ID" in complaint for complaint in complaints)
    assert any("not permitted" in complaint for complaint in complaints)

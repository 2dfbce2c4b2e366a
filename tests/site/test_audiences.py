"""Everything that says a name asks `staff.naming`, and says whom it speaks to.

A module that names people stands in `SPEAKS`, one that reads a name otherwise in `KNOWS`. Whatever
is open to those who have not signed in speaks to screens or to the public, or says here why not.
"""

import ast
import re

import pytest
from django.conf import settings

from .addresses import OK, SIGN_IN, TABLE
from .test_traces import OUTSIDE

ROOT = settings.BASE_DIR
# What hangs in a room and what leaves the house; all others speak to those who are signed in.
SPEAKS = {
    "stories/sharing/cards/files.py": {"PUBLIC"},
    "stories/sharing/cards/views.py": {"PUBLIC"},
    "stories/sharing/posters/views.py": {"SCREENS"},
    "stories/sharing/screens/showing.py": {"SCREENS"},
    # Those who make screens, and what is offered to them.
    "stories/sharing/screens/forms.py": {"ORGANISATION"},
    "stories/sharing/screens/views.py": {"ORGANISATION"},
    # A feed has one reader, whose account it is.
    "stories/sharing/feeds/views.py": {"ORGANISATION"},
    # The page of one story: in their team more may be said.
    "stories/reading/page.py": {"for_reader"},
    "stories/reading/views.py": {"for_reader", "ORGANISATION"},
}
INSIDE = {"ORGANISATION"}
# What reads a name by itself, and why it may.
KNOWS = {
    "stories/agreeing/views.py": "somebody's own name, to themselves",
    "stories/demo/": "makes people",
    "stories/hints/": "looks for names, and says none",
    "stories/management/commands/erase_person.py": "tells an admin whom it erases",
    "stories/importing/": "matches a sheet with the directory",
    "stories/moderation/": "moderators know everybody",
    "stories/notices/letters.py": "greets whoever it is written to",
    "stories/privacy/": "an admin, or somebody's own",
    "stories/telling/": "offers people who may be named, to whoever tells of them",
    "stories/filtering/understood.py": "finds people who may be named",
    "stories/wall/offers.py": "offers people who may be named",
    "stories/models/saved_view.py": "the name of a view",
    "stories/wall/saved/": "the name of a view",
    "stories/named.py": "looks for names, and says none",
    "stories/models/entry.py": "what everyone may read is decided by naming there",
}
NAMES = {"full_name", "called", "first_name", "last_name", "known_as"}
# Open to whoever has the address, and neither a screen nor for the public.
ONE_READER = {
    "feed_atom": "the feed of one account",
    "feed_json": "the feed of one account",
    "feed_photo": "a photo, in the feed of one account",
    "named": "whoever reads the e-mail that asked them",
    "follow_end": "whoever reads the e-mail that told them",
    "screen_photo": "a photo",
    "story_from": "leads to the story, for those who may read it",
}
MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "stories").rglob("*.py")
    if "migrations" not in path.parts
)


def parsed(module: str) -> ast.AST:
    return ast.parse((ROOT / module).read_text())


def spoken_to(module: str) -> set[str]:
    """The audiences for which a module makes a naming."""
    found = set()
    for node in ast.walk(parsed(module)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called == "Naming":
            found.add(ast.unparse(node.args[0]) if node.args else "nobody")
        elif called == "Naming.for_reader":
            found.add("for_reader")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_module_that_names_people_says_whom_it_speaks_to(module):
    found = spoken_to(module)
    # How a page is remembered says what it is remembered for.
    assert found <= SPEAKS.get(module, INSIDE), "Say in SPEAKS whom it speaks to."
    if module.startswith("stories/sharing/"):
        assert not found or module in SPEAKS


@pytest.mark.parametrize("module", MODULES)
def test_nothing_else_says_a_name(module):
    found = {
        f"{node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Attribute)
        and node.attr in NAMES
        and not re.match(r"(self\.|form\.)*(\w*naming|asked\.form\.naming)\.", ast.unparse(node))
    }
    is_known = any(module.startswith(known) for known in KNOWS)
    assert not found or is_known, f"Ask a `naming`, or say in KNOWS why not: {found}"


def test_what_is_listed_is_there():
    for module in (*SPEAKS, *KNOWS):
        assert (ROOT / module).exists(), module
    assert all(spoken_to(module) for module in SPEAKS)
    assert set(TABLE) >= {*OUTSIDE, *ONE_READER}


def test_whatever_is_open_to_all_is_walked_as_such():
    """A page that shows stories to whoever comes by is one of OUTSIDE in test_traces.py."""
    shows = re.compile(r"story|stories|feed|screen|named|follow|public|embed|card|poster|oembed")
    is_open = {
        name
        for name, address in TABLE.items()
        if shows.search(name)
        and not name.startswith(("admin", "account_"))
        and address.get("visitor", "published") in (OK, 302)
        and address.get("visitor", "published") != SIGN_IN
    }
    assert is_open <= OUTSIDE | set(ONE_READER), "Say in OUTSIDE or ONE_READER who reads it."

"""Rules of the house that no other tool keeps: templates, words, settings, papers, sizes."""

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import resolve

from tests import migrated

ROOT = settings.BASE_DIR
APPS = [ROOT / name for name in ("retold", "staff", "stories")]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted(
    path for app in APPS for path in app.rglob("*.py") if "migrations" not in path.parts
)
PAPERS = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

BLOCK = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
REMARK = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(r"""{%\s*translate\s+("[^"]*"|'[^']*')""")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
# A tag whose name the template chooses, and a block that holds class names.
CHOSEN_TAG = re.compile(r"<(/?)\s*{{.*?}}|<(/?){%.*?%}")
CLASSES = re.compile(r"{%\s*block \w*class\w*\s*%}.*?{%\s*endblock")
INLINE = re.compile(
    r"<style\b|<script(?![^>]*\bsrc=)(?![^>]*application/json)|\s(?:style|on[a-z]+)\s*=\s*[\"']"
)
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "label"}
# The name of the thing is the same in every language.
NAMES = re.compile(r"\bRetold\b")
LONGEST_FUNCTION = 40


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.django_db
def test_no_migration_is_missing():
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        pytest.fail("A migration is missing: DEMO=1 .venv/bin/python manage.py makemigrations")


# A letter has no style sheet, and no policy watches it.
@pytest.mark.parametrize(
    "template", [path for path in TEMPLATES if "notices" not in path.parts], ids=short
)
def test_no_script_or_style_stands_in_a_template(template):
    """The content security policy would stop it; see retold/settings.py."""
    assert not INLINE.findall(REMARK.sub("", template.read_text()))


class Words(HTMLParser):
    """Collects what a reader of this template would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within = ""

    def handle_starttag(self, tag, attrs):
        self.within = tag
        self.found += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within not in ("style", "script"):
            self.found.append(data)


def words_outside_translation(source: str) -> list[str]:
    for pattern, instead in (
        (REMARK, " "),
        (BLOCK, " "),
        (CLASSES, "{% endblock"),
        (CHOSEN_TAG, r"<\1i"),
        (TAG, " "),
    ):
        source = pattern.sub(instead, source)
    parser = Words()
    parser.feed(source)
    parser.close()
    return [text.strip() for text in parser.found if re.search(r"[^\W\d_]{2}", NAMES.sub("", text))]


# The styleguide shows made-up stories to developers; the page for a broken server must need
# nothing, translation included.
IN_ENGLISH = {path for path in TEMPLATES if "styleguide" in path.parts or path.name == "500.html"}


@pytest.mark.parametrize("template", sorted({*TEMPLATES} - IN_ENGLISH), ids=short)
def test_every_word_of_a_template_can_be_translated(template):
    found = words_outside_translation(template.read_text())
    assert not found, "Put these into {% translate %}."


SHEETS = sorted((ROOT / "static" / "css").rglob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=short)
def test_a_sign_that_a_style_sheet_draws_is_not_read_aloud(sheet):
    """Where it means something, the page says so in words. The first rule is for older browsers."""
    drawn = re.findall(r'content: ("[^"]+");\s*(content: ("[^"]+") / "";)?', sheet.read_text())
    assert all(again == sign for sign, _rule, again in drawn), 'Say it again with / "" behind it.'


def said_in_templates() -> list[tuple[str, str]]:
    found = []
    for path in TEMPLATES:
        source = REMARK.sub("", path.read_text())
        said = [text[1:-1] for text in TRANSLATED.findall(source)]
        said += [TAG.sub(" ", re.sub(r"<[^>]*>", " ", text)) for text in BLOCK.findall(source)]
        found += [(short(path), text) for text in said]
    return found


def said_in_code() -> list[tuple[str, str]]:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "")
            if called in {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}:
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found += [(short(path), text) for text in texts if isinstance(text, str)]
    return found


def test_what_the_software_says_is_calm_and_well_set():
    """No exclamation marks, no 'Oops', no emoji; real quotes, apostrophes and ellipses."""
    unwanted = re.compile(r"""!|\boops\b|["']|\.\.\.|[\U0001F300-\U0001FAFF]""", re.IGNORECASE)
    found = [
        (where, text)
        for where, text in said_in_templates() + said_in_code()
        if unwanted.search(re.sub(r"%\(\w+\)s", "", text))
    ]
    assert not found


def test_the_settings_in_the_readme_are_those_that_are_read():
    source = (ROOT / "retold" / "settings.py").read_text()
    read = set(re.findall(r"""env\.\w+\(\s*["']([A-Z_]+)["']""", source))
    readme = (ROOT / "README.md").read_text()
    written = set(re.findall(r"^\| `([A-Z_]+)(?:=[^`]*)?` \|", readme, re.MULTILINE))
    assert written == read


@pytest.mark.parametrize("paper", PAPERS, ids=short)
def test_a_paper_points_to_what_is_there(paper):
    text = re.sub(r"```.*?```", "", paper.read_text(), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    missing = [
        link
        for link in links
        if not re.match(r"[a-z]+:", link) and not (paper.parent / link).exists()
    ]
    roots = "retold|staff|stories|tests|tools|static|templates|docs|demo"
    for path in re.findall(rf"`((?:{roots})/[\w./-]*)`", text):
        if not (ROOT / path).exists():
            missing.append(path)
    assert not missing


@pytest.mark.parametrize("paper", PAPERS, ids=short)
def test_the_make_commands_of_a_paper_exist(paper):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", paper.read_text(), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/", "wall"),
        ("/stories/new/", "tell"),
        ("/stories/mine/", "mine"),
        ("/stories/bcdfghjkmn/", "story"),
        ("/traits/", "traits"),
        ("/traits/personal/", "trait"),
        ("/people/", "people"),
        ("/people/1/", "person"),
        ("/teams/", "teams"),
        ("/teams/till-six/", "team"),
        ("/accounts/login/", "account_login"),
        ("/admin/", "admin:index"),
        ("/healthz", "healthz"),
        ("/readyz", "readyz"),
    ],
)
def test_an_address_that_others_rely_on_stays(address, name):
    assert resolve(address).view_name == name


def test_no_function_is_longer_than_a_screen():
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = node.end_lineno - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{short(path)}:{node.lineno} {node.name}: {length} lines")
    assert not found


@pytest.mark.xdist_group("house")
def test_what_shares_a_world_shares_a_worker(request):
    """With several workers, the name of a group stands at the end of each of its tests."""
    if hasattr(request.config, "workerinput") and request.config.getoption("loadgroup"):
        assert request.node.nodeid.endswith("@house")


@pytest.mark.parametrize("changed", ["staff/migrations/0001_first.py", "requirements/test.txt"])
def test_tables_that_other_code_made_are_none_of_ours(changed, tmp_path, monkeypatch):
    for name in ("staff/migrations/0001_first.py", "stories/models.py", *migrated.ALSO):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    before = migrated.kept()
    assert migrated.kept() == before
    (tmp_path / changed).write_text("another")
    assert migrated.kept() != before


def test_what_runs_before_a_commit_leaves_migrations_as_they_are():
    """Ruff takes files that are named to it though they are left out, unless told otherwise."""
    config = (ROOT / ".pre-commit-config.yaml").read_text()
    migrations = [short(path) for path in (ROOT / "stories" / "migrations").glob("0*.py")]
    hooks = re.findall(r"entry: \.venv/bin/ruff (.*)", config)
    assert hooks
    for hook in hooks:
        command = [str(Path(sys.executable).parent / "ruff"), *hook.split(), "--diff", *migrations]
        told = subprocess.run(  # noqa: S603 - our own commands
            command, check=False, capture_output=True, text=True, cwd=ROOT
        )
        assert (told.returncode, told.stdout) == (0, ""), told.stderr

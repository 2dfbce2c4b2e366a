"""docs/asvs.md: every requirement once, and nothing named in it that is not there."""

import re
from collections import Counter

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
PAPER = (ROOT / "docs" / "asvs.md").read_text()
SUMMARY = (ROOT / "docs" / "security.md").read_text()
STATES = ("holds", "partly", "no", "–")
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; they begin with 1.
SECTIONS = {
    "1": (2, 9, 11, 3, 2),
    "2": (3, 3, 4, 1),
    "3": (0, 2, 4, 6, 5, 0, 2),
    "4": (3, 1, 2, 4),
    "5": (1, 3, 2, 3),
    "6": (3, 12, 4, 4, 5, 3, 0, 4),
    "7": (3, 4, 2, 5, 2, 2),
    "8": (2, 3, 1, 1),
    "9": (3, 4),
    "10": (2, 2, 4, 11, 5, 2, 3),
    "11": (2, 3, 3, 4, 1, 1),
    "12": (3, 2, 4),
    "13": (1, 5, 2, 5),
    "14": (2, 4, 3),
    "15": (3, 3, 7, 0),
    "16": (1, 5, 4, 3, 3),
    "17": (1, 4, 2),
}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = [found.groups() for found in ROW.finditer(PAPER)]
NAMED = re.findall(r"`([^`]+)`", "\n".join(where for *_others, where in ROWS))


def test_every_requirement_stands_there_once_and_in_order():
    expected = [
        f"{chapter}.{section}.{number}"
        for chapter, counts in SECTIONS.items()
        for section, count in enumerate(counts, 1)
        for number in range(1, count + 1)
    ]
    assert [number for number, *_others in ROWS] == expected
    assert len(expected) == 70 + 183


def test_each_says_in_a_few_words_what_it_is_about_and_whether_it_holds():
    wrong = [row for row in ROWS if row[2] not in STATES or len(row[1].split()) > 8 or not row[3]]
    assert not wrong


def test_the_summary_counts_what_the_table_says():
    counted = Counter((number.split(".")[0], state) for number, _about, state, _where in ROWS)
    said = re.findall(r"^\| V(\d+) [^|]+ \| (\d*) \| (\d*) \| (\d*) \| (\d*) \|", SUMMARY, re.M)
    expected = [
        (chapter, *(str(counted[chapter, state] or "") for state in STATES)) for chapter in SECTIONS
    ]
    assert said == expected


@pytest.mark.parametrize("named", sorted({name for name in NAMED if "::" in name}))
def test_a_test_that_is_named_is_there(named):
    path, _, name = named.partition("::")
    assert re.search(rf"^\s*def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_files_and_folders_that_are_named_are_there():
    paths = {name for name in NAMED if "/" in name and ":" not in name and name[0] not in "/-"}
    assert len(paths) > 20
    assert not [path for path in sorted(paths) if not (ROOT / path).exists()]


def test_settings_that_are_named_are_there():
    names = {name for name in NAMED if re.fullmatch(r"[A-Z][A-Z_]{4,}", name)}
    assert len(names) > 10
    # Some are set by the environment alone.
    readme = (ROOT / "README.md").read_text()
    assert not [name for name in names if not (hasattr(settings, name) or f"`{name}`" in readme)]


def test_headings_that_are_pointed_to_are_there():
    for paper, heading in re.findall(r"\]\((\w+\.md)#([\w-]+)\)", PAPER):
        titles = re.findall(r"^#+ (.+)$", (ROOT / "docs" / paper).read_text(), re.MULTILINE)
        assert heading in {title.lower().replace(" ", "-") for title in titles}, (paper, heading)

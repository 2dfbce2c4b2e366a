"""Every pattern of ours stays quick, whatever it is held against: time grows with the text."""

import importlib
import pkgutil
import re
import time

import pytest

import retold
import staff
import stories

LENGTH = 1500
# So many times the text may take that much longer; a pattern that goes back over it takes 16.
TIMES, MOST = 4, 9
# Below this nothing is measured but the machine.
FLOOR = 0.003
SEEDS = (
    *("a", " ", "\t", "\n", "0", "1-", "+1 ", "-", "_", ".", ",", "@", "a@", "a.", "a@a."),
    *('"', "“", "”", "'", "’", "‘", "(", ")", "<", "<a ", "&", "&#", "%", "\\", "/", "//"),
    *(
        "é",
        "e\u0301",
        "\u200d",
        "😀",
        "中",
        "ب",
        "क",
        "ก",
        "A",
        "Aa ",
        "aA",
        "a-",
        "a'",
        "a “",
        "” a",
    ),
    *("trait:", "-trait:", "month:2026-", "a OR ", "NOT ", "https://a.", "0 ", "4111 1111 "),
)
# What a pattern waits for to give up; without it, most never look back.
ENDS = ("", "\x00!")


def patterns() -> dict[str, re.Pattern]:
    """Every compiled pattern that stands in a module of ours, or in a class or table of one."""
    found: dict[str, re.Pattern] = {}

    def look(name: str, thing: object) -> None:
        if isinstance(thing, re.Pattern) and isinstance(thing.pattern, str):
            found.setdefault(f"{thing.pattern!r:.60}", thing)
        elif isinstance(thing, dict):
            for key, value in list(thing.items())[:100]:
                look(f"{name}[{key!r}]", value)
        elif isinstance(thing, tuple | list | set | frozenset):
            for value in list(thing)[:100]:
                look(name, value)

    for package in (retold, staff, stories):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # A worker is only there where its queue is installed.
            if module.name.endswith(("wsgi", "__main__", "db_worker")):
                continue
            if ".migrations." in module.name:
                continue
            for name, thing in list(vars(importlib.import_module(module.name)).items()):
                look(name, thing)
                if isinstance(thing, type) and thing.__module__ == module.name:
                    for inner, value in list(vars(thing).items()):
                        look(f"{name}.{inner}", value)
    return found


PATTERNS = patterns()


def seconds(pattern: re.Pattern, text: str) -> float:
    begun = time.perf_counter()
    for _match in pattern.finditer(text):
        pass
    pattern.fullmatch(text)
    return time.perf_counter() - begun


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_long_text_takes_no_longer_than_it_is_long(name):
    pattern, slow = PATTERNS[name], []
    for seed in SEEDS:
        for end in ENDS:
            long = (seed * LENGTH)[: LENGTH * TIMES] + end
            if (taken := seconds(pattern, long)) < FLOOR:
                continue
            short = max(seconds(pattern, (seed * LENGTH)[:LENGTH] + end) for _ in range(5))
            taken = min(seconds(pattern, long) for _ in range(3))
            if taken > max(FLOOR, MOST * short):
                slow.append((seed, end, round(short, 5), round(taken, 5)))
    assert not slow


def test_most_patterns_are_found():
    assert len(PATTERNS) > 25

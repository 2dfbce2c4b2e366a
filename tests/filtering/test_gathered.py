"""What was gathered of some words serves whoever asks for them next, and is never older than the
wall."""

import random

import pytest
from django.db import connection
from pyroaring import BitMap, FrozenBitMap

from stories.filtering import gathered
from stories.filtering.gathered import Ahead, Gathered, Kept
from stories.models.postings import Version

BESIDE = FrozenBitMap(range(10, 2_000, 3))
SAID = BitMap(seq for seq in BESIDE if seq % 4)


class Engine:
    """Finds what is said, and notes how it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int | None]] = []

    def __call__(self, most: int, below: int | None = None, above: int | None = None) -> list[int]:
        self.asked.append((most, below))
        found = [seq for seq in reversed(SAID) if below is None or seq < below]
        return found[:most] if above is None else [seq for seq in found if seq > above][-most:]


@pytest.fixture(params=[1, 7, 1_000])
def fewest(request, monkeypatch):
    monkeypatch.setattr(gathered, "FEWEST", request.param)


def test_the_newest_are_found_whoever_asked_before(fewest):
    chance, held, find = random.Random(5), Gathered(), Engine()  # noqa: S311
    for _one in range(60):
        low, high = sorted(chance.sample(range(2_100), 2))
        others = BitMap(seq for seq in BESIDE if low <= seq < high and chance.random() < 0.5)
        limit, likely = chance.choice((1, 5, 2_000)), chance.choice((0, 3, 900))
        newest = held.newest_among(others, limit, BESIDE, find, Ahead(low, high, likely))
        assert newest == (others & SAID)[-limit:]


def test_where_few_are_likely_all_that_others_reach_to_are_gathered_at_once():
    held, find = Gathered(), Engine()
    page, number = BitMap(BESIDE[300:400:9]), BitMap(BESIDE[200:500:9])
    ahead = Ahead(number.min(), number.max(), likely=20)
    for others in (page, number):
        found = held.newest_among(others, 1_000, BESIDE, find, ahead)
        assert found == others & SAID
    assert len(find.asked) == 1


def test_what_was_gathered_is_not_asked_for_again(fewest):
    held, find = Gathered(), Engine()
    held.newest_among(BitMap(BESIDE), 5_000, BESIDE, find)
    find.asked.clear()
    assert held.newest_among(BitMap(BESIDE[:50]), 5, BESIDE, find) == (BESIDE[:50] & SAID)[-5:]
    assert find.asked == []


def test_stories_far_down_are_looked_for_from_the_first_of_them(monkeypatch):
    monkeypatch.setattr(gathered, "FEWEST", 10)
    find = Engine()
    Gathered().newest_among(BitMap(BESIDE[:50]), 5, BESIDE, find)
    assert find.asked[0][1] == BESIDE[49] + 1


def test_it_is_kept_as_long_as_the_wall_is_the_same(monkeypatch):
    monkeypatch.setattr(gathered, "MOST_KEPT", 2)
    kept, now = Kept(), Version("a", 1)
    first = kept.at(now, "kettle")
    assert kept.at(now, "kettle") is first
    kept.at(now, "cup")
    kept.at(now, "spoon")
    assert kept.at(now, "kettle") is not first
    assert kept.at(now, "spoon") is not kept.at(Version("a", 2), "spoon")


@pytest.mark.django_db
def test_what_a_transaction_sees_is_kept_for_nobody():
    assert connection.in_atomic_block
    kept = Kept()
    assert kept.at(Version("a", 1), "kettle") is not kept.at(Version("a", 1), "kettle")

"""The index of the wall as sets: what is moved into it and out of it is what stands there."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.models import Index, Moves, Posting, WallVersion
from stories.models.held import Held
from stories.models.postings import BLOCK, Version, new_era

pytestmark = pytest.mark.django_db

# Places at both edges of blocks, where mistakes are made.
PLACES = st.sampled_from(
    [1, 2, 3, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1, 2 * BLOCK, 9 * BLOCK]
)
FACETS = st.sampled_from(["published", "trait:1", "team:3", "month:2026-03"])
STEPS = st.lists(st.lists(st.tuples(st.booleans(), FACETS, PLACES), max_size=6), max_size=8)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_moves_each_facet_holds_what_a_plain_set_would(steps):
    with transaction.atomic():
        Posting.objects.all().delete()
        WallVersion.objects.update(era=new_era())
        remembered, plain = Held(), {}
        for step in steps:
            moves = Moves()
            for comes, facet, place in step:
                held = plain.setdefault(facet, set())
                if comes:
                    moves.into(facet, [place])
                    held.add(place)
                else:
                    moves.out_of(facet, [place])
                    held.discard(place)
            moves.write()
            version = WallVersion.current()
            assert {name: set(found) for name, found in Index().all_under(plain).items()} == plain
            # A process that has been asked before and only learns what is new says the same.
            found = remembered.facets(list(plain), version)
            assert {name: set(seqs) for name, seqs in found.items()} == plain


def test_every_posting_says_how_many_it_holds_and_since_when():
    moves = Moves()
    moves.into("gold", [5, 6, BLOCK + 7])
    version = moves.write()
    rows = Posting.objects.filter(facet="gold").order_by("block")
    assert list(rows.values_list("block", "number", "version")) == [
        (0, 2, version),
        (1, 1, version),
    ]


def test_what_has_become_empty_is_learnt_by_those_who_remember_it():
    moves, remembered = Moves(), Held()
    moves.into("gold", [5])
    moves.write()
    assert list(remembered.facets(["gold"], WallVersion.current())["gold"]) == [5]
    moves.out_of("gold", [5])
    moves.write()
    assert not remembered.facets(["gold"], WallVersion.current())["gold"]


def test_what_was_remembered_of_another_era_is_forgotten():
    moves, remembered = Moves(), Held()
    moves.into("gold", [5])
    moves.write()
    remembered.facets(["gold"], WallVersion.current())
    Posting.objects.all().delete()
    WallVersion.objects.update(era=new_era())
    assert not remembered.facets(["gold"], WallVersion.current())["gold"]


def test_a_group_of_facets_is_read_whole_and_kept_up_with():
    moves, remembered = Moves(), Held()
    moves.into("retold:3", [1, 2])
    moves.write()
    assert list(remembered.group("retold:", WallVersion.current())) == ["retold:3"]
    moves.out_of("retold:3", [1, 2])
    moves.into("retold:4", [1, 2])
    moves.write()
    assert list(remembered.group("retold:", WallVersion.current())) == ["retold:4"]


def test_a_reader_of_an_older_version_does_not_turn_the_process_back():
    moves, remembered = Moves(), Held()
    moves.into("gold", [5])
    moves.write()
    older = WallVersion.current()
    moves.into("gold", [6])
    moves.write()
    assert list(remembered.facets(["gold"], WallVersion.current())["gold"]) == [5, 6]
    assert list(remembered.facets(["gold"], older)["gold"]) == [5, 6]


def test_of_threads_that_need_the_whole_index_one_reads_it_and_the_others_wait():
    held, version, came = Held(), Version("era", 1), threading.Event()

    def come():
        with held.one_reads_all(version):
            assert held.as_of == version
            came.set()

    other = threading.Thread(target=come)
    with held.one_reads_all(version):
        other.start()
        assert not came.wait(0.1)
        held.take([], held.as_of, version)
        # Who has an index of this era needs only what has changed.
        with held.one_reads_all(Version("era", 2)):
            pass
    assert came.wait(10)
    other.join()


def test_what_reading_the_whole_index_took_is_given_back_and_nothing_after_that(monkeypatch):
    given = []
    monkeypatch.setattr("stories.models.held.give_back_what_is_free", lambda: given.append(1))
    held = Held()
    for number in (1, 2):
        with held.one_reads_all(Version("era", number)):
            held.take([], held.as_of, Version("era", number))
    assert given == [1]

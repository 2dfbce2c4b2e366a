"""Making the search anew, and proving that it is as it should be."""

import sqlite3
import time
from contextlib import closing
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from retold import databases
from stories import search
from stories.models import Entry, Index, Story, WallVersion, Word, entry
from stories.models.entry import EntryQuerySet
from stories.models.postings import Moves
from stories.search import Part, Query, checking, rebuilding
from stories.search.tables import INDEX
from tests.factories import PendingStoryFactory, PublishedStoryFactory

pytestmark = pytest.mark.django_db
KETTLE = Query((Part(("kettle",)),))


@pytest.fixture
def stories():
    return [PublishedStoryFactory(body=f"A kettle for {name}.") for name in ("Ann", "Bo", "Cy")]


def differences(*options: str) -> list[str]:
    said = StringIO()
    try:
        call_command("check_search", *options, verbosity=0, stdout=StringIO(), stderr=said)
    except CommandError:
        return said.getvalue().splitlines()
    assert said.getvalue() == ""
    return []


def rebuild(*options: str) -> None:
    call_command("rebuild_search", *options, verbosity=0, stdout=StringIO())


def places(found: list[Story]) -> list[int]:
    return sorted((story.seq for story in found), reverse=True)


def test_the_search_follows_the_stories(stories):
    assert differences() == []
    stories[0].withdraw(by=None)
    stories[1].body = "A teapot."
    stories[1].save_content(by=None)
    assert differences() == []
    assert search.newest(KETTLE, limit=9) == [stories[2].seq]


def test_an_entry_that_went_missing_is_told_and_made(stories):
    Entry.objects.filter(story=stories[1]).delete()
    assert differences() == [f"The story at place {stories[1].seq} has no entry."]
    rebuild()
    assert differences() == []
    assert search.newest(KETTLE, limit=9) == places(stories)


def test_an_entry_that_says_something_else_is_told_and_made(stories):
    Entry.objects.filter(story=stories[1]).update(body="a teapot", facets="published gold")
    assert search.newest(KETTLE, limit=9) == places([stories[0], stories[2]])
    (told,) = differences()
    assert told == (f"The entry at place {stories[1].seq} is not what its story is: body, facets.")
    rebuild()
    assert differences() == []


def test_an_entry_without_a_story_is_told_and_taken_away(stories):
    seq = stories[1].seq
    Story.objects.filter(pk=stories[1].pk).update(status="withdrawn", seq=None)
    assert differences() == [f"There is an entry at place {seq}, but no story is published there."]
    rebuild()
    assert differences() == []


def test_a_word_that_was_forgotten_is_told_and_learned(stories):
    Word.objects.filter(word="kettle").delete()
    assert differences() == ["The word “kettle” (en, kettl) is not in the vocabulary."]
    rebuild()
    assert differences() == []


def test_a_word_in_another_form_is_learned_with_the_change(stories):
    stories[1].body = "The kettles for Bo."
    stories[1].save_content(by=None)
    assert Word.objects.filter(word="kettles").exists()
    assert differences() == []


def test_a_word_of_many_stories_that_was_forgotten_is_told_once(stories, monkeypatch):
    monkeypatch.setattr(checking, "STEP", 1)
    Word.objects.filter(word="kettle").delete()
    assert differences() == ["The word “kettle” (en, kettl) is not in the vocabulary."]


def test_a_number_beside_a_filter_that_is_wrong_is_told_and_made(stories):
    moves = Moves()
    moves.into("gold", [stories[0].seq])
    moves.out_of("published", [stories[1].seq])
    moves.write()
    told = "What is counted under “%s” from place 0 on is not what the entries say."
    assert differences() == [told % "gold", told % "published"]
    rebuild()
    assert differences() == []
    assert not Index().under("gold")


def test_a_number_that_only_seemed_wrong_is_not_told(stories, monkeypatch):
    """A story came after the entries were read and before the postings were."""
    as_it_is, seen = EntryQuerySet._counted, []

    def too_early(entries, block):
        seen.append(block)
        return as_it_is(entries, block) if len(seen) > 1 else {}

    monkeypatch.setattr(EntryQuerySet, "_counted", too_early)
    assert differences() == []
    assert seen == [0, 0]


def test_a_story_that_changes_while_it_is_compared_is_not_told(stories, monkeypatch):
    as_it_is, seen = checking.entries_of, []

    def overtaken(ids, naming):
        wanted = as_it_is(ids, naming)
        if not seen:
            stories[1].title = "Another kettle"
            stories[1].save_content(by=None)
        seen.append(len(wanted))
        return wanted

    monkeypatch.setattr(checking, "entries_of", overtaken)
    assert differences() == []
    assert seen == [3, 3]


def test_making_the_index_says_how_far_it_is_to_the_end(stories):
    done: list[int] = []
    rebuilding.rebuild_index(done.append)
    assert sum(done) == len(stories)


def test_no_more_is_told_than_was_asked_for(stories):
    Entry.objects.all().delete()
    assert len(differences("--most=2")) == 2


def test_nothing_is_changed_by_rebuilding_what_is_right(stories):
    before = list(Entry.objects.values())
    rebuild()
    rebuild("--after=1")
    assert list(Entry.objects.values()) == before
    assert differences() == []


sqlite_only = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL computes its index itself"
)


@sqlite_only
def test_an_index_that_knows_too_little_or_too_much_is_told_and_made(stories):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {INDEX}_update")
        cursor.execute(f"DROP TRIGGER {INDEX}_insert")
        cursor.execute("UPDATE stories_entry SET body = 'teapot' WHERE seq = %s", [stories[0].seq])
        cursor.execute("UPDATE stories_entry SET seq = 99 WHERE seq = %s", [stories[1].seq])
    told = differences()
    assert f"The index has other terms at place {stories[0].seq} than its entry." in told
    assert "The index does not know the entry at place 99." in told
    assert f"The index has terms at place {stories[1].seq}, where there is no entry." in told


@sqlite_only
def test_a_broken_index_is_looked_through_once_however_many_stories_there_are(stories):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {INDEX}_update")
        cursor.execute("UPDATE stories_entry SET body = 'teapot' WHERE seq = %s", [stories[1].seq])
    asked: list[str] = []
    connection.connection.set_trace_callback(asked.append)
    told = list(checking._misplaced(connection.connection))
    connection.connection.set_trace_callback(None)
    assert told == [f"The index has other terms at place {stories[1].seq} than its entry."]
    selected = [sql for sql in asked if sql.startswith("SELECT")]
    assert len(selected) == 3, "the places, their terms, the texts"


@sqlite_only
def test_readers_find_everything_while_the_index_is_made(stories, monkeypatch):
    monkeypatch.setattr(rebuilding, "STEP", 1)
    rebuilding._begin()
    assert rebuilding._step() == 1
    assert search.newest(KETTLE, limit=9) == places(stories)
    stories[0].withdraw(by=None)  # behind what is made already
    stories[2].body = "A teapot."  # before it
    stories[2].save_content(by=None)
    more = PublishedStoryFactory(body="Another kettle.")
    assert search.newest(KETTLE, limit=9) == places([stories[1], more])
    assert rebuilding.reached() == 0, "its one entry has gone"
    rebuilding.rebuild_index(lambda number: None)
    assert search.newest(KETTLE, limit=9) == places([stories[1], more])
    assert differences() == []
    with transaction.atomic():
        stories[1].withdraw(by=None)
    assert search.newest(KETTLE, limit=9) == [more.seq]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Has those who write queue itself.")
@pytest.mark.django_db(transaction=True)
def test_others_can_write_between_the_steps_of_making_it(stories, monkeypatch):
    turns: list[float] = []

    def rest(seconds: float) -> None:
        name = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(name, timeout=0, isolation_level=None)) as elsewhere:
            elsewhere.execute("BEGIN IMMEDIATE")
            elsewhere.execute("ROLLBACK")
        turns.append(seconds)

    monkeypatch.setattr(entry, "AT_ONCE", 1)
    monkeypatch.setattr(rebuilding, "STEP", 1)
    monkeypatch.setattr(rebuilding, "PIECES", 1)
    monkeypatch.setattr(databases, "time", SimpleNamespace(monotonic=time.monotonic, sleep=rest))
    with connection.cursor() as cursor:
        first = [rebuilding.FIRST_PIECE]
        cursor.execute(f"SELECT count(*) FROM {INDEX}_data WHERE id >= %s", first)  # noqa: S608  # ours
        [pieces] = cursor.fetchone()
    rebuild()
    entries_and_index = 2 * len(stories)
    assert pieces > 0
    assert len(turns) >= entries_and_index + pieces
    assert min(turns) > 0


@sqlite_only
def test_a_table_that_an_interrupted_one_left_is_taken_away_by_the_next(stories, monkeypatch):
    with monkeypatch.context() as interrupted:
        interrupted.setattr(rebuilding, "_clear_away", lambda: None)
        rebuild()
    assert rebuilding.FORMER in connection.introspection.table_names()
    assert differences() == []
    rebuild()
    assert rebuilding.FORMER not in connection.introspection.table_names()
    assert search.newest(KETTLE, limit=9) == places(stories)


def test_what_is_counted_right_holds_nobody_up(stories, monkeypatch):
    monkeypatch.delattr(EntryQuerySet, "recount")
    rebuild()


def test_whoever_interrupts_it_is_told_how_to_go_on(stories, monkeypatch):
    def interrupted(progress, *, after):
        progress(2, stories[1].seq)
        raise KeyboardInterrupt

    monkeypatch.setattr(Entry.objects, "build_again", interrupted)
    with pytest.raises(CommandError, match=f"rebuild_search --after {stories[1].seq}$"):
        rebuild()


def test_after_an_upgrade_it_is_made_if_stories_are_unknown_to_it(stories):
    version = Entry.objects.get(story=stories[0]).seq
    rebuild("--if-missing")
    assert Entry.objects.count() == 3
    Entry.objects.filter(story=stories[0]).delete()
    rebuild("--if-missing")
    assert Entry.objects.get(story=stories[0]).seq == version
    assert differences() == []


def test_after_an_upgrade_it_is_made_if_it_has_an_older_form(stories):
    """As entries had the half of a name for a word before it was withheld."""
    rebuild("--if-missing")
    Entry.objects.filter(story=stories[0]).update(body="a zwart for ann")
    rebuild("--if-missing")
    assert differences() != []
    WallVersion.objects.update(form=0)
    rebuild("--if-missing")
    assert differences() == []
    assert not WallVersion.is_of_an_older_form()


def test_an_index_of_which_nobody_knows_the_form_is_of_an_older_one():
    WallVersion.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stories_wall_version (id, number, measures, era) VALUES (1, 7, 0, 'aa')"
        )
    assert WallVersion.is_of_an_older_form()
    WallVersion.objects.all().delete()
    WallVersion.bump()
    assert not WallVersion.is_of_an_older_form()


def test_an_index_that_begins_with_the_first_story_has_the_form_of_today():
    story = PendingStoryFactory()
    WallVersion.objects.all().delete()
    story.publish(by=None)
    assert not WallVersion.is_of_an_older_form()

"""How the databases answer what walls and stories ask: from indexes, sorting no more than a page.

Every statement of these pages is explained on a few thousand stories. A full scan there would be
one at a million as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from staff.models import Credit, Team
from stories import search
from stories.demo import synthetic
from stories.models import Entry, Story, Trait
from stories.models.held import SELDOM, Held
from stories.models.postings import WallVersion
from stories.moderation import duplicates
from stories.search import Part, Query, postgresql
from stories.search.tables import SPANS
from tests.factories import EmployeeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("plans")]

STORIES = 2_000
MOST_SORTED = 200
# What grows with the stories, or with the people; the rest fits on a page.
GROWING = {
    *("stories_story", "stories_entry", "stories_storytrait", "stories_stored_card"),
    *("stories_word", "stories_salute", "stories_retelling", "stories_note", "stories_photo"),
    "stories_posting",
    *("staff_credit", "staff_employee", "staff_membership", "staff_user", "stories_visit"),
}
# Indexes that hold but those of whom there are few.
OF_A_FEW = ("employee_unnamed",)


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker) -> Iterator[dict]:
    """Two thousand synthetic stories for all tests of this module, gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        synthetic.make(STORIES)
        EmployeeFactory(unnamed=True)
        # How many stories have a beginning is remembered, of other tests' stories as well.
        postgresql._shares.cache_clear()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield {
            "story": Story.objects.published().order_by("seq")[STORIES // 2],
            "traits": [trait.slug for trait in Trait.objects.curated()[:3]],
            "team": Team.objects.filter(parent__isnull=True).first(),
            "person": Credit.objects.to_people().first().employee_id,
        }
        transaction.set_rollback(True)


def addresses(many: dict) -> list[str]:
    one, other, third = many["traits"]
    story, seq = many["story"], many["story"].seq
    walls = [
        *("", f"trait={one}", f"trait={one}&trait={other}", f"trait={one}&trait=-{third}"),
        *(f"team={many['team'].slug}", f"trait={one}&team={many['team'].slug}"),
        *(f"person={many['person']}", "served=colleague&setting=elsewhere", "gold=1", "photo=1"),
        *("mine=1", "new=1", "took_time=minutes&initiative=own"),
        *(f"year={story.day.year}", f"month={story.day:%Y-%m}", f"after={seq}", f"before={seq}"),
        *("sort=retold", "sort=saluted", f"sort=retold&trait={one}&after=1.{seq}"),
        *("q=the", "q=the&sort=relevance", f"q=the&trait={one}&sort=retold", "q=%22at+the%22"),
        *("q=th&sort=relevance", f"q=the&trait=-{third}&sort=saluted&before=0.{seq}"),
        *("q=ca", "q=-the", f"q=the+before:{story.day:%Y-%m-%d}", "q=zzzz", "view=list"),
    ]
    pages = [f"/?{wall}" for wall in walls]
    pages += [f"/traits/{one}/", "/traits/", f"/people/{many['person']}/", "/people/me/"]
    pages += [f"/teams/{many['team'].slug}/", story.get_absolute_url()]
    return [*pages, f"{story.get_absolute_url()}alike/"]


def asked(client, address: str) -> list[str]:
    """Every question of a page but for the index of the wall, which a process holds."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200, address
    return [query["sql"] for query in captured.captured_queries if is_question(query["sql"])]


def is_question(sql: str) -> bool:
    return sql.lstrip("( ").startswith(("SELECT", "WITH")) and "stories_posting" not in sql


@pytest.mark.django_db
def test_no_page_scans_a_table_or_sorts_more_than_a_page(many, staff_client):
    staff_client.get("/")
    wrong = {}
    for address in addresses(many):
        for sql in asked(staff_client, address):
            if why := faults(sql):
                wrong.setdefault(re.sub(r"\d+", "N", sql)[:700], (address, why))
    assert not wrong, "\n\n".join(f"{where}: {why}\n{sql}" for sql, (where, why) in wrong.items())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Has what begins so at hand.")
@pytest.mark.django_db
def test_a_word_with_a_letter_of_the_next_does_not_gather_all_that_begins_with_it(many):
    """As one types: that is most of the stories, time after time, for a word that few have."""
    seldom = Entry.objects.get(seq=many["story"].seq).body.split()[0]
    asked = Query((Part((seldom,)), Part(("t",), beginning=True)))
    with CaptureQueriesContext(connection) as captured:
        assert search.newest(asked, limit=1_000)
    sql = captured.captured_queries[-1]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
    from_index = [step.get("Index Cond", "") for step in _steps(plan[0]["Plan"])]
    assert any(f"'{seldom}'" in one for one in from_index)
    # Of those who have the word the texts are asked, and nothing that the index has.
    assert ":*" not in sql
    assert "body" in sql


@pytest.mark.parametrize("prefix", SELDOM)
@pytest.mark.django_db
def test_a_group_of_the_index_is_read_from_where_it_stands(many, prefix):
    held, version = Held(), WallVersion.current()
    # What nearly every page needs is most of the index, and is read whole once.
    held.facets([], version)
    with CaptureQueriesContext(connection) as captured:
        found = held.group(prefix, version)
    assert len(found) > 1
    assert all(name.startswith(prefix) for name in found)
    assert not [fault for query in captured.captured_queries for fault in faults(query["sql"])]


@pytest.mark.django_db
def test_copies_of_any_age_are_looked_for_in_an_index(many):
    seqs = (many["story"].seq, Story.objects.latest("seq").seq)
    stories = list(Story.objects.filter(seq__in=seqs).prefetch_related("credits"))
    with CaptureQueriesContext(connection) as captured:
        found = duplicates.copies(stories)
    assert {told.row["pk"] for told in found} >= {story.pk for story in stories}
    (query,) = captured.captured_queries
    assert not faults(query["sql"])


def faults(sql: str) -> list[str]:
    return _in_postgresql(sql) if connection.vendor == "postgresql" else _in_sqlite(sql)


def _in_sqlite(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    names = dict(re.findall(r'"?(\w+)"? (?:AS )?"?([A-Z]\d+)"?', sql))
    aliases = {alias: table for table, alias in names.items()} | {name: name for name in GROWING}
    found = []
    for step in steps:
        scanned = re.fullmatch(r"SCAN (\w+)( USING .*)?", step)
        if scanned and aliases.get(scanned[1]) in GROWING and not _is_bounded(sql, step):
            found.append(step)
        if step == "USE TEMP B-TREE FOR ORDER BY" and _rows(sql) > MOST_SORTED:
            found.append(step)
    return found


def _is_bounded(sql: str, step: str) -> bool:
    """An index read in its order and left after a page is no scan of it; nor is one of a few."""
    in_order = "USING" in step and "LIMIT" in sql and "ORDER BY" in sql
    return in_order or any(step.endswith(f"USING INDEX {name}") for name in OF_A_FEW)


def _rows(sql: str) -> int:
    """How many rows are sorted before a page of them is taken."""
    with connection.cursor() as cursor:
        unbounded = re.sub(r" LIMIT [0-9]+( OFFSET [0-9]+)?$", "", sql)
        cursor.execute(f"SELECT COUNT(*) FROM ({unbounded})")  # noqa: S608  # Django wrote it
        return cursor.fetchone()[0]


def _in_postgresql(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        # Small tables are read whole whatever indexes they have; what is left has none.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0]
        cursor.execute("SET LOCAL enable_seqscan = on")
    # A search looks through one span of places after the other, from the newest down.
    most = min(SPANS.values()) if " AS span, LATERAL" in sql else MOST_SORTED
    return [fault for step in _steps(plan[0]["Plan"]) if (fault := _fault(step, most))]


def _steps(step: dict) -> Iterator[dict]:
    yield step
    for below in step.get("Plans", []):
        yield from _steps(below)


def _fault(step: dict, most: int) -> str:
    if step["Node Type"] == "Seq Scan" and step["Relation Name"] in GROWING:
        return f"Seq Scan of {step['Relation Name']}"
    if "Sort" in step["Node Type"] and step["Plans"][0]["Actual Rows"] > most:
        return f"{step['Node Type']} of {step['Plans'][0]['Actual Rows']} rows"
    return ""

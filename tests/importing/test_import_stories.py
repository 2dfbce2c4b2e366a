"""Bringing in the stories an organisation keeps in a sheet."""

import datetime
import io
import json
import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import tablib
from django.core import mail
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from staff.models import History
from stories.importing import tables
from stories.importing.plan import plan, store
from stories.models import Notice, Status, Story, Trait
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
    merged,
    named_trait,
)
from tests.moderation.pages import change

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
BODY = "She warmed his hands. Nobody in the queue coughed."


@pytest.fixture
def teller():
    return EmployeeFactory(number="N1", first_name="Tomasz", last_name="Zieliński")


@pytest.fixture
def company(teller):
    for name in ("Ruth Okonjo", "Hamid Rahimi", "Margaret Oduya"):
        first, last = name.split()
        EmployeeFactory(first_name=first, last_name=last)
    TeamFactory(name="City")
    for name in ("Noticed", "Generous", "Seen through", "Caring", "Personal"):
        named_trait(name)


def bring_in(*arguments, **options) -> str:
    out = io.StringIO()
    call_command("import_stories", *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


def write(folder: Path, rows: list[dict], name: str = "stories.json") -> Path:
    path = folder / name
    path.write_text(json.dumps([{"teller": "N1", "body": BODY} | row for row in rows]))
    return path


@pytest.mark.parametrize("name", ["stories.csv", "stories.xlsx", "stories.json"])
def test_each_example_brings_in_the_same_two_stories(company, name):
    said = bring_in(EXAMPLES / name)
    assert "2 rows: 2 new, 0 here already, 0 refused." in said
    umbrella = Story.objects.get(title="The umbrella with our name on it")
    assert umbrella.status == Status.PENDING
    assert umbrella.happened_on == datetime.date(2026, 10, 2)
    assert umbrella.teller.first_name == "Ruth"
    assert [str(credit) for credit in umbrella.credits.all()] == ["Hamid Rahimi"]
    assert [trait.tag.slug for trait in umbrella.story_traits.all()] == ["noticed", "generous"]
    assert umbrella.story_traits.first().evidence.startswith("A woman stood")
    glasses = Story.objects.get(title="Fourteen screws")
    assert {str(credit) for credit in glasses.credits.all()} == {"the Friday shift", "City"}
    assert glasses.may_show_outside


def test_the_examples_of_people_and_of_stories_belong_together():
    for name in ("Noticed", "Generous", "Seen through"):
        named_trait(name)
    people, teams = EXAMPLES / "staff.csv", EXAMPLES / "teams.csv"
    call_command("import_staff", str(people), "--teams", str(teams), stdout=io.StringIO())
    said = bring_in(EXAMPLES / "stories.csv")
    assert "2 rows: 2 new, 0 here already, 0 refused." in said
    assert "is not in the directory" not in said


def test_bringing_a_file_in_twice_changes_nothing(company):
    bring_in(EXAMPLES / "stories.csv")
    before = list(Story.objects.order_by("pk").values())
    said = bring_in(EXAMPLES / "stories.xlsx")
    assert "0 new, 2 here already" in said
    assert list(Story.objects.order_by("pk").values()) == before


def test_a_dry_run_says_everything_and_writes_nothing(company):
    said = bring_in(EXAMPLES / "stories.csv", dry_run=True)
    assert "2 new" in said
    assert "this was a dry run" in said
    assert not Story.objects.exists()


def test_a_refused_row_is_named_and_holds_back_the_whole_file(company, tmp_path):
    rows = [{}, {"body": "", "ref": "empty"}, {"traits": ["Magical"], "ref": "magic"}]
    path = write(tmp_path, rows)
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 of 3 rows were refused, so nothing was written"):
        call_command("import_stories", str(path), stdout=out)
    assert "Row 2 (empty): body: it is empty." in out.getvalue()
    assert "Row 3 (magic): traits: there is no trait “Magical”." in out.getvalue()
    assert not Story.objects.exists()


def test_good_rows_come_in_alone_if_asked(company, tmp_path):
    path = write(tmp_path, [{"ref": "good"}, {"ref": "bad", "served": "nobody"}])
    assert "1 new" in bring_in(path, skip_errors=True)
    assert Story.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"happened_on": "2099-01-01"}, "happened_on: must lie between 1900 and today."),
        ({"happened_on": "0001-01-01"}, "happened_on: must lie between 1900 and today."),
        ({"happened_on": "last week"}, "happened_on: is not a day like 2026-03-01."),
        ({"body": ""}, "body: it is empty."),
        ({"setting": "there"}, "setting: “there” is none of here, elsewhere."),
        ({"took_time": "long"}, "took_time: “long” is none of seconds, minutes, hour"),
        ({"ref": "me", "inspired_by": "me"}, "inspired_by: no story inspired itself."),
        ({"published_on": "9999-12-31"}, "published_on: must lie between 1900 and today."),
        ({"published_on": "soon"}, "published_on: “soon” is not a day"),
        ({"proposed_traits": ["Brave", "!!"]}, "proposed_traits: “!!” is no word."),
        ({"recovery": "perhaps"}, "recovery: “perhaps” is neither yes nor no."),
        ({"teller": "Nobody Known"}, "teller: “Nobody Known” is not one person"),
        ({"teller": ""}, "teller: nobody is named"),
        ({"team": "Moon base"}, "team: there is no team “Moon base”."),
        ({"status": "famous"}, "status: “famous” is none of"),
        ({"status": "rejected"}, "note: say why"),
        ({"status": "rejected", "note": "x" * 2_001}, "note: at most 2,000 characters."),
        (
            {"traits": [{"slug": "caring", "evidence": "x" * 1_001}]},
            "traits: the words for Caring have more than 1,000 characters.",
        ),
        ({"gold": True}, "gold: only a published story"),
        ({"body": "x" * 12_001}, "body: it has 12001 characters and may have 12000."),
        ({"traits": ["caring", "unknown"]}, "traits: there is no trait “unknown”."),
        ({"organisation": "7-Eleven"}, "Another organisation is named only if it was elsewhere."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_with_a_row_is_said_by_column(company, tmp_path, row, message):
    out = io.StringIO()
    with pytest.raises(CommandError, match="refused"):
        call_command("import_stories", str(write(tmp_path, [row])), stdout=out)
    assert message in out.getvalue()


def test_a_word_proposed_before_is_the_same_trait_and_a_merged_one_is_its_heir(company, tmp_path):
    heir = named_trait("Tender")
    merged(named_trait("Gentle"), heir)
    rows = [
        {"ref": "one", "body": "One.", "proposed_traits": ["Brave!"]},
        {"ref": "two", "body": "Two.", "proposed_traits": ["brave!", "gentle"]},
    ]
    bring_in(write(tmp_path, rows))
    one, two = (Story.objects.get(body=body) for body in ("One.", "Two."))
    brave = one.story_traits.get().tag
    assert brave.standing == Trait.Standing.PROPOSED
    assert [held.tag for held in two.story_traits.all()] == [brave, heir]


def test_a_name_that_is_not_in_the_directory_is_kept_as_told(company, tmp_path):
    said = bring_in(write(tmp_path, [{"people": ["Roberta from the shop"]}]))
    assert "not in the directory; kept as told" in said
    assert Story.objects.get().credits.get().name_text == "Roberta from the shop"


def test_two_people_of_one_name_are_not_guessed_between(company, tmp_path):
    EmployeeFactory(first_name="Hamid", last_name="Rahimi")
    bring_in(write(tmp_path, [{"people": ["Hamid Rahimi"]}]))
    assert Story.objects.get().credits.get().employee is None


def test_stories_are_walked_to_where_the_file_says_they_are_and_nobody_is_mailed(
    company, tmp_path, django_capture_on_commit_callbacks
):
    statuses = {
        "draft": {},
        "pending": {},
        "published": {"gold": True},
        "sent_back": {"note": "When was it?"},
        "rejected": {"note": "It names a patient."},
        "withdrawn": {},
    }
    rows = [{"ref": name, "status": name, "title": name} | row for name, row in statuses.items()]
    with django_capture_on_commit_callbacks(execute=True):
        bring_in(write(tmp_path, rows))
    assert {story.title: story.status for story in Story.objects.all()} == {
        name: name for name in statuses
    }
    assert Story.objects.get(title="published").gold
    assert not Notice.objects.exists()
    assert not mail.outbox


def test_the_record_says_when_a_story_was_sent_in_by_its_teller_and_published_there(tmp_path):
    importer, teller = UserFactory(), UserFactory(username="joost")
    row = {"teller": "joost", "status": "published", "published_on": "2025-11-15", "gold": True}
    before = timezone.now()
    store(plan(tables.rows(write(tmp_path, [row]))), by=importer)
    story = Story.objects.get()
    there = (story.submitted_at, story.published_at)
    assert {at.date() for at in there} == {datetime.date(2025, 11, 15)}
    gold, imported, published, sent = story.events.all()
    assert [one.action for one in (gold, imported)] == ["gold", "imported"]
    assert all(one.actor == importer and one.at > before for one in (gold, imported))
    assert (published.action, published.actor, published.at) == ("published", importer, there[1])
    assert (sent.action, sent.actor, sent.at) == ("submitted", teller, there[0])


def test_the_history_says_who_wrote_a_story_from_a_file_down_and_when(tmp_path):
    importer, _teller = UserFactory(), UserFactory(username="joost")
    row = {"teller": "joost", "status": "published", "published_on": "2025-11-15"}
    before = timezone.now()
    store(plan(tables.rows(write(tmp_path, [row]))), by=importer)
    kept = History.objects.of("stories.story", Story.objects.get().pk)
    assert kept.count() == 3
    assert {(one.account, one.way) for one in kept} == {(importer.pk, "import")}
    assert all(one.at > before for one in kept)


def test_a_teller_without_an_account_sent_it_in_all_the_same(company, tmp_path, moderator_client):
    rows = tables.rows(write(tmp_path, [{"happened_on": "2026-02-03"}]))
    store(plan(rows), by=moderator_client.user)
    story = Story.objects.get()
    assert story.events.get(action="submitted").actor is None
    page = moderator_client.get(change(story))
    name = moderator_client.user.employee.full_name
    said = [(one.what, one.who) for one in page.context["record"]]
    assert said == [("Imported", name), ("Sent in", "Whoever told it")]


@pytest.mark.parametrize("day", ["2024-05-06", "today", None], ids=str)
def test_what_a_file_says_of_long_ago_is_not_taken_for_the_last_that_was_done(
    company, tmp_path, day
):
    day = timezone.localdate().isoformat() if day == "today" else day
    rows = [
        {"ref": name, "title": name, "status": name, "happened_on": day, "note": "When was it?"}
        for name in ("published", "sent_back", "rejected", "withdrawn")
    ]
    bring_in(write(tmp_path, rows))
    for story in Story.objects.all():
        assert story.last_decision().status_after == story.status == story.title
        moves = story.events.exclude(status_after=F("status_before"))
        assert list(moves.order_by("at", "pk")) == list(moves.order_by("pk"))
    story = Story.objects.published().get()
    story.withdraw(by=None)
    assert story.last_decision().action == "withdrawn"
    story.submit(by=None)
    story.publish(by=None)
    assert story.last_decision() == story.events.filter(action="published").order_by("pk").last()


def test_stories_are_published_in_the_order_in_which_they_happened(company, tmp_path):
    days = {"later": "2026-02-03", "first": "2024-05-06", "middle": "2025-07-08"}
    bring_in(
        write(
            tmp_path,
            [
                {"ref": name, "title": name, "happened_on": day, "status": "published"}
                for name, day in days.items()
            ],
        )
    )
    published = Story.objects.published().order_by("seq")
    assert [story.title for story in published] == ["first", "middle", "later"]
    assert published[0].published_at.date() == datetime.date(2024, 5, 7)


def test_a_story_is_tied_to_the_one_that_inspired_it(company, tmp_path):
    rows = [
        {"ref": "child", "title": "child", "happened_on": "2026-01-02", "inspired_by": "parent"},
        {"ref": "parent", "title": "parent", "happened_on": "2026-02-02"},
    ]
    bring_in(write(tmp_path, rows))
    assert Story.objects.get(title="child").inspired_by.title == "parent"


def test_a_story_is_tied_to_one_that_came_with_a_file_before(company, tmp_path):
    bring_in(write(tmp_path, [{"ref": "parent", "title": "parent"}]))
    bring_in(write(tmp_path, [{"ref": "child", "title": "child", "inspired_by": "parent"}]))
    assert Story.objects.get(title="child").inspired_by.title == "parent"


def test_what_inspired_a_story_and_is_nowhere_is_said_before_anything_is_written(company, tmp_path):
    path = write(tmp_path, [{"ref": "child", "inspired_by": "parnet"}])
    for said in (bring_in(path, dry_run=True), bring_in(path)):
        assert "Row 1 (child): inspired_by: no story “parnet” in this file or one before" in said
    assert Story.objects.get().inspired_by is None


def test_a_column_that_nothing_is_read_from_is_named(company, tmp_path):
    row = {"Trait": "caring", "evidence-caring": "", "shoe size": "", "published_on": ""}
    said = bring_in(write(tmp_path, [row]), dry_run=True)
    assert "These columns are not used: trait.\n" in said


def sheet(headers: list[str], cells: list[str]) -> bytes:
    return tablib.Dataset(cells, headers=headers).export("xlsx")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_column_that_is_there_twice_is_refused_not_overwritten(company, tmp_path, kind):
    headers, cells = ["ref", "body", "Body ", "", ""], ["1", BODY, "", "", ""]
    text = f"{','.join(headers)}\n1,{BODY},,,\n".encode()
    path = tmp_path / f"stories.{kind}"
    path.write_bytes(text if kind == "csv" else sheet(headers, cells))
    with pytest.raises(CommandError, match="These columns are there more than once: body"):
        bring_in(path)


def test_a_list_of_people_with_nobody_in_it_credits_nobody(company, tmp_path):
    said = bring_in(write(tmp_path, [{"people": [None, " "]}]))
    assert "kept as told" not in said
    assert not Story.objects.get().credits.exists()


def test_the_team_is_that_of_the_day(company, tmp_path, teller):
    old = MembershipFactory(employee=teller, since=datetime.date(2020, 1, 1)).team
    teller.move_to(TeamFactory(), on=datetime.date(2026, 6, 1))
    bring_in(write(tmp_path, [{"people": ["N1"], "happened_on": "2026-03-01"}]))
    assert Story.objects.get().credits.get().team == old


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("stories.csv", b"title,line\nA,B\n", "no column “body”. Its columns are: line, title"),
        ("stories.csv", b"", "has no rows"),
        ("stories.xlsx", b"not a workbook", "not an XLSX file"),
        ("stories.json", b"{", "not JSON"),
        ("stories.json", b'{"body": "x"}', "must be a list"),
        ("stories.txt", b"body\nx\n", "none of .csv, .xlsx, .json"),
    ],
)
def test_a_file_that_is_no_table_of_stories_is_refused(company, tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=message):
        bring_in(tmp_path / name)


@pytest.mark.parametrize("bound", ["MOST_UNPACKED", "MOST_PARTS"])
def test_what_unpacks_to_more_than_a_machine_has_is_refused(company, bound, monkeypatch):
    monkeypatch.setattr(tables, bound, 5)
    with pytest.raises(CommandError, match="unpacks to more than"):
        bring_in(EXAMPLES / "stories.xlsx")


def test_a_small_sheet_that_unpacks_to_a_thousand_times_its_size_is_refused_unopened(
    company, tmp_path, monkeypatch
):
    monkeypatch.setattr(tables, "UNSUSPECTED", 1024**2)
    monkeypatch.setattr(tables.tablib, "Dataset", None)
    with ZipFile(tmp_path / "stories.xlsx", "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"a" * 8 * 1024**2)
    with pytest.raises(CommandError, match="unpacks to more than 1 MB"):
        bring_in(tmp_path / "stories.xlsx")


def test_a_file_that_is_not_there(company, tmp_path):
    with pytest.raises(CommandError, match="can’t be read"):
        bring_in(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("cp1252", ";"), ("utf-8", "\t")],
)
def test_csv_as_different_programs_save_it(company, tmp_path, encoding, delimiter):
    line = "“Où est l’hôtel?”"
    text = delimiter.join(["Body", "TELLER", "line"]) + "\r\n"
    text += delimiter.join(["She walked him there.", "N1", line]) + "\r\n"
    (tmp_path / "stories.csv").write_bytes(text.encode(encoding))
    bring_in(tmp_path / "stories.csv")
    # The poster brings the marks around it.
    assert Story.objects.get().line == "Où est l’hôtel?"


def test_hostile_text_is_cleaned_and_kept(company, tmp_path):
    hostile = "A\x00B \ud800 <script>alert(1)</script> שלום 👋 e\u0301"
    bring_in(write(tmp_path, [{"body": hostile, "title": hostile}]))
    assert Story.objects.get().body == "AB  <script>alert(1)</script> שלום 👋 é"


def test_a_teller_may_be_named_by_their_account_and_a_person_in_a_story_may_not(tmp_path):
    anke = UserFactory(username="anke.west").person
    path = write(
        tmp_path,
        [{"teller": "Anke.West", "people": "anke.west"}, {"teller": "", "body": "Two sugars."}],
    )
    assert "people: “anke.west” is not in the directory; kept as told." in bring_in(
        path, teller="anke.west"
    )
    assert [story.teller for story in Story.objects.all()] == [anke, anke]


def test_the_teller_of_the_rest_is_named_on_the_command_line(company, tmp_path):
    path = write(tmp_path, [{"teller": ""}])
    bring_in(path, teller="N1")
    assert Story.objects.get().teller.number == "N1"
    shutil.rmtree(tmp_path)
    with pytest.raises(CommandError, match="--teller"):
        bring_in(path, teller="Nobody")


def test_a_story_without_a_day_may_say_when_it_was_published(company, tmp_path):
    bring_in(write(tmp_path, [{"published_on": "2025-02-10", "status": "published"}]))
    story = Story.objects.get()
    assert story.happened_on is None
    assert story.published_at.date() == datetime.date(2025, 2, 10)


@pytest.mark.parametrize("second", ["Femi waited,N1", '"Femi waited",N1'])
def test_a_quote_that_is_never_closed_makes_no_story_of_the_rows_after_it(
    company, tmp_path, second
):
    file = tmp_path / "stories.csv"
    file.write_text(f'body,teller\n"Anke stayed,N1\n{second}\n')
    with pytest.raises(CommandError, match="not CSV up to line 3"):
        bring_in(file)
    assert not Story.objects.exists()


SHEET = "body,traits,people,happened_on,published_on,status,teller"


def test_a_sheet_as_people_keep_it(company, tmp_path):
    """Commas in its lists, days as they are written here, and empty rows below and between."""
    EmployeeFactory(first_name="Anke", last_name="Vos")
    row = 'She stayed.,"Caring, Honest","Anke Vos, the night porter",3.2.2026,5.2.2026,published,N1'
    (tmp_path / "stories.csv").write_text(f"{SHEET}\n\n,,,,,,\n{row}\n,,,,,,\n")
    assert "1 row: 1 new" in bring_in(tmp_path / "stories.csv")
    story = Story.objects.get()
    assert [trait.name for trait in story.traits.all()] == ["Caring", "Honest"]
    assert [str(credit) for credit in story.credits.all()] == ["Anke Vos", "the night porter"]
    assert story.happened_on == datetime.date(2026, 2, 3)
    assert story.published_at.date() == datetime.date(2026, 2, 5)


@pytest.mark.parametrize(
    ("people", "credited"),
    [
        ("Vos, Anke", ["Anke Vos"]),
        ("Vos, Berit", ["Vos, Berit"]),
        ("Anke Vos, RN", ["Anke Vos, RN"]),
        ("Anke Vos, Berit Holm", ["Anke Vos", "Berit Holm"]),
        ("Vos, Anke; the night porter", ["Anke Vos", "the night porter"]),
    ],
)
def test_a_comma_may_stand_within_a_name(company, tmp_path, people, credited):
    EmployeeFactory(first_name="Anke", last_name="Vos")
    bring_in(write(tmp_path, [{"people": people}]))
    assert [str(credit) for credit in Story.objects.get().credits.all()] == credited


def test_a_row_has_the_number_that_stands_beside_it_in_the_sheet(company, tmp_path):
    (tmp_path / "stories.csv").write_text(
        f"{SHEET}\nShe stayed.,,,,,,N1\n\nHe too.,Magical,,,,,N1\n"
    )
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2 rows were refused"):
        call_command("import_stories", str(tmp_path / "stories.csv"), stdout=out)
    assert out.getvalue().startswith("Row 4 (")

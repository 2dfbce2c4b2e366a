"""Every text is one that its field takes: the database holds to it, not only our forms."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from staff.lengths import TextsFit
from staff.models import Session, Team
from staff.text import BLANKS, clean_text, says_something, unquoted
from stories.models import Consent, FeedEntry, Flag, Notice, SavedView, Screen, Story, Trait
from stories.models.stored_card import StoredCard
from stories.models.word import Word
from tests.factories import EmployeeFactory

OURS = [
    model for model in apps.get_models() if model.__module__.split(".")[0] in ("staff", "stories")
]
# What Retold makes of other texts, or of what a browser sends, and bounds by them.
MADE = {
    "staff.Employee.words",
    "staff.Session.session_data",
    "stories.Entry.body",
    "stories.Entry.facets",
    "stories.Entry.line",
    "stories.Entry.people",
    "stories.Entry.title",
    "stories.Entry.withheld",
    "stories.Photo.placeholder",
    "stories.StoredCard.html",
}


def known(field: models.Field) -> set[str]:
    """Which words it takes, as a constraint says."""
    constraints = field.model._meta.constraints
    ours = (one.known for one in constraints if isinstance(one, TextsFit))
    others = (
        {child[0].removesuffix("__in"): child[1]}
        for one in constraints
        if type(one) is models.CheckConstraint
        for child in one.condition.children
        if isinstance(child, tuple) and child[0].endswith("__in")
    )
    return {word for words in (*ours, *others) for word in words.get(field.name, ())}


TEXTS = {
    f"{model._meta.label}.{field.name}": field
    for model in OURS
    for field in model._meta.local_concrete_fields
    if isinstance(field, models.CharField | models.TextField) and not known(field)
}


def fit(model: type[models.Model]) -> dict[str, int]:
    """What the constraint of a model says."""
    return {
        name: most
        for constraint in model._meta.constraints
        if isinstance(constraint, TextsFit)
        for name, most in constraint.most.items()
    }


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - MADE))
def test_a_text_has_a_length_that_the_database_knows(name):
    field = TEXTS[name]
    assert field.max_length, "How long may it be? If nobody types it, say so in MADE."
    known_length = fit(field.model).get(field.name)
    assert known_length == field.max_length, (
        "Name it in `most` of the model’s TextsFit; then migrate."
    )


# Days of the week are numbers, which a constraint of their own bounds.
CHOSEN = {
    f"{model._meta.label}.{field.name}": field
    for model in OURS
    for field in model._meta.local_concrete_fields
    if field.choices and field.name != "weekday"
}


@pytest.mark.parametrize("name", sorted(CHOSEN))
def test_what_is_chosen_is_known_to_the_database(name):
    field = CHOSEN[name]
    offered = {value for value, _label in field.flatchoices}
    takes = offered | ({""} if field.blank else set())
    assert known(field) == takes, "Name these in `known` of the model’s TextsFit; then migrate."


@pytest.fixture
def rows(world) -> None:
    """A row of whatever the world has none of."""
    story = world.stories["published"]
    Story.objects.filter(pk=story.pk).update(setting="elsewhere", recovery=True)
    Flag.objects.update(decided_at=timezone.now(), decision=Flag.Decision.values[0])
    story.credits.create(name_text="A colleague from the night shift")
    person = world.users["staff"].person
    FeedEntry.objects.get_or_create(story=story, defaults={"since": timezone.now()})
    Notice.objects.create(story=story, to=person, kind=Notice.Kind.PUBLISHED)
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    SavedView.objects.create(owner=person, name="Mine")
    Screen.objects.create(name="Canteen", made_by=world.users["staff"])
    Word.objects.get_or_create(word="handle", language="en", stem="handl")
    Consent.objects.create(story=story, what=Consent.What.ASKED, how=Consent.How.EMAIL)
    if not StoredCard.objects.exists():
        StoredCard.objects.create(entry_id=story.seq, em=1, hue="plain", has_photo=False, html="")


def answers(field: models.Field, text: str) -> Iterator[str]:
    """What the database says to this text, written to row after row."""
    table, key = field.model._meta.db_table, field.model._meta.pk.column
    written = f'UPDATE {table} SET "{field.column}" = %s WHERE {key} = %s'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 20")  # noqa: S608
        for row in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(written, [text, *row])
                yield "That is fine."
            except DatabaseError as error:
                yield str(error)


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["x", "🙂", "x\0"], ids=["letters", "emoji", "NUL"])
def test_sql_alone_writes_no_longer_one(rows, unit):
    if "\0" in unit and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL takes no NUL anywhere.")
    # A row may break another rule first; the ledgers say that they are only ever added to.
    rules = ("_texts_fit", "too long for type", "only ever added to")
    for name, field in ((n, f) for n, f in TEXTS.items() if n not in MADE):
        said = [*answers(field, unit[0] * field.max_length + unit[-1])]
        assert said, f"Make a row of {name} in `rows`."
        assert "That is fine." not in said, name
        assert any(rule in one for rule in rules for one in said), f"{name}: {said}"


@pytest.mark.django_db
@pytest.mark.parametrize("unit", ["x", "é", "🙂", "e\u0301"], ids=ascii)
def test_the_longest_there_may_be_is_taken(unit):
    team = Team.objects.create(name=(unit * 120)[:120], slug="longest")
    team.refresh_from_db()
    assert len(team.name) == 120
    body = (unit * 12_000)[:12_000]
    story = Story.objects.create(body=body, teller=EmployeeFactory())
    story.refresh_from_db()
    assert story.body == body


def test_what_is_wrong_is_said_at_the_text_and_once():
    team = Team(name="x" * 121, slug="y")
    with pytest.raises(ValidationError) as raised:
        team.full_clean(validate_unique=False, exclude=["parent"])
    assert {k: len(v) for k, v in raised.value.message_dict.items()} == {"name": 1}


def test_a_text_of_several_lines_says_it_too():
    story = Story(body="x" * 12_001)
    with pytest.raises(ValidationError) as raised:
        next(c for c in Story._meta.constraints if isinstance(c, TextsFit)).validate(Story, story)
    said = {"body": ["That is 12,001 characters, and there is room for 12,000."]}
    assert raised.value.message_dict == said


@pytest.mark.django_db
def test_sql_alone_chooses_nothing_that_is_not_offered(rows):
    for name, field in CHOSEN.items():
        said = [*answers(field, "nowhere")]
        assert said, f"Make a row of {name} in `rows`."
        assert "That is fine." not in said, name


SAID = [
    model._meta.get_field(name)
    for model in OURS
    for constraint in model._meta.constraints
    if isinstance(constraint, TextsFit)
    for name in constraint.said
]
BLANK = [
    " ",
    "\t",
    "\n",
    "\r\n ",
    "\u00a0",
    "\u200b",
    "\u2003\u3000",
    "\u200d\u2060\ufeff",
    "\u0301",
]


@pytest.mark.django_db
@pytest.mark.parametrize("field", SAID, ids=str)
@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_sql_alone_writes_nothing_that_cannot_be_seen(rows, field, text):
    said = [*answers(field, text)]
    assert "That is fine." not in said
    assert any("_texts_fit" in one for one in said)


def test_names_titles_and_what_is_told_say_something():
    said = {str(field) for field in SAID}
    assert said >= {"stories.Story.body", "stories.Note.text", "stories.Trait.name"}
    assert said >= {"stories.Story.title", "staff.Team.name", "staff.Employee.first_name"}


def test_the_database_takes_for_blank_only_what_forms_do():
    blank = (chr(number) for first, last in BLANKS for number in range(first, last + 1))
    assert not [hex(ord(character)) for character in blank if says_something(character)]


@pytest.mark.parametrize("text", BLANK, ids=ascii)
def test_what_cannot_be_seen_is_nothing(text):
    assert clean_text(text) == ""
    assert unquoted(f"“{text}”") == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["]", "^", "-", "*", "?", "\\", "é", "🙂", "　\n字", "\u3164"], ids=ascii
)
def test_one_character_that_says_something_is_enough(text):
    assert Team.objects.create(name=text, slug="least").name == text


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Team(name="\u200b", slug="y"), {"name": ["There is nothing in it that can be read."]}),
        (Trait(name="Kind", hue="x"), {"hue": ["That is none of those there are to choose from."]}),
    ],
)
def test_what_is_wrong_with_it_is_said_in_words(row, said):
    with pytest.raises(ValidationError) as raised:
        next(c for c in row._meta.constraints if isinstance(c, TextsFit)).validate(type(row), row)
    assert raised.value.message_dict == said

"""The demo shows everything there is."""

import datetime
import io
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.utils import timezone

from staff.audiences import ORGANISATION
from staff.models import Employee, Team, User
from staff.naming import Naming
from staff.trying_out import DEMO_PASSWORD
from stories.cards import card
from stories.demo.content import ROLE_OF
from stories.models import (
    Initiative,
    Note,
    Notice,
    Photo,
    Retelling,
    Salute,
    Served,
    Setting,
    Status,
    Story,
    StoryEvent,
    StoryTrait,
    Trait,
)

from .test_pictures import GIVEN, STORIES

EXAMPLES = Path(__file__).parents[2] / "docs/examples"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("filled"),
    pytest.mark.xdist_group("demo content"),
]


def test_it_covers_every_trait_setting_served_initiative_recovery_and_status():
    stories = Story.objects.all()
    published = stories.published()
    assert published.count() >= 55
    assert set(stories.values_list("status", flat=True)) == set(Status.values)
    for field, values in (
        ("setting", Setting.values),
        ("served", Served.values),
        ("initiative", Initiative.values),
        ("recovery", [True, False]),
    ):
        assert set(published.values_list(field, flat=True)) == set(values)
    leading = Counter(
        StoryTrait.objects.filter(position=0, seq__isnull=False).values_list("tag__slug", flat=True)
    )
    assert all(leading[trait.slug] >= 2 for trait in Trait.objects.curated())
    assert Employee.objects.count() == 40
    assert Team.objects.filter(children__isnull=True).count() == 8
    assert Retelling.objects.count() > 50
    assert Note.objects.count() > 30
    assert Salute.objects.count() > 1000
    assert not Notice.objects.exists()


def test_all_evidence_is_found_in_its_story():
    taggings = StoryTrait.objects.exclude(evidence="").select_related("content_object")
    assert taggings.count() > 60
    assert all(tagging.evidence in tagging.content_object.body for tagging in taggings)


def test_its_accounts_sign_in_and_have_their_roles(client, settings):
    settings.DEMO = True
    for name, role in ROLE_OF.items():
        assert client.login(username=name, password=DEMO_PASSWORD)
        account = User.objects.get(username=name)
        assert account.role_names == ({role} if role else set())
        assert account.employee.full_name


def test_nobody_who_asked_not_to_be_named_shows_on_a_card():
    unnamed = Employee.objects.unnamed()
    assert unnamed.count() == 2
    naming = Naming(ORGANISATION)
    for story in Story.objects.published().for_cards():
        shown = card(story, naming)
        text = f"{shown.line} {shown.title} {shown.excerpt} {shown.credit}"
        assert not [person for person in unnamed if person.first_name in text], text


def test_days_lie_in_the_past():
    now = timezone.now()
    assert not Retelling.objects.filter(told_on__gt=timezone.localdate()).exists()
    assert not Note.objects.filter(created_at__gt=now + datetime.timedelta(days=1)).exists()
    assert not Story.objects.filter(published_at__gt=now).exists()
    assert not Story.objects.filter(happened_on__gte=timezone.localdate()).exists()


def test_the_record_says_what_the_stories_say_of_themselves():
    events = StoryEvent.objects.select_related("story__teller")
    sent = events.filter(action=StoryEvent.Action.SUBMITTED)
    assert len(sent) == Story.objects.exclude(status=Status.DRAFT).count()
    assert all(one.at == one.story.submitted_at for one in sent)
    assert all(one.actor_id == one.story.teller.account_id for one in sent)
    assert any(one.actor_id for one in sent)
    up = events.filter(action=StoryEvent.Action.PUBLISHED, story__status=Status.PUBLISHED)
    assert len(up) >= 55
    assert all(one.at == one.story.published_at for one in up)


def test_it_says_what_there_is(filled):
    assert filled == f"{Story.objects.count()} stories; accounts: {', '.join(ROLE_OF)}.\n"


def test_stories_know_how_often_they_were_saluted_and_retold():
    for story in Story.objects.annotate(
        saluted=Count("salutes", distinct=True), told=Count("retellings", distinct=True)
    ):
        assert (story.salute_count, story.retelling_count) == (story.saluted, story.told)


def test_the_demo_has_its_photos_ready():
    assert Photo.objects.ready().count() == len(GIVEN)
    assert not Photo.objects.exclude(state=Photo.State.READY).exists()
    told = {story["title"]: story["photos"] for story in STORIES if "photos" in story}
    stories = Story.objects.filter(photos__isnull=False).prefetch_related("photos").distinct()
    assert {
        story.title: [
            {"alt": photo.alt, "focus": [photo.focus_x, photo.focus_y]}
            for photo in story.photos.all()
        ]
        for story in stories
    } == {
        title: [{"alt": photo["alt"], "focus": photo["focus"]} for photo in given]
        for title, given in told.items()
    }
    recorded = StoryEvent.objects.filter(action=StoryEvent.Action.PHOTOS)
    assert recorded.filter(actor__username="moderator").count() == len(told)


def test_the_examples_of_people_and_then_of_stories_go_into_it():
    people, teams = EXAMPLES / "staff.csv", EXAMPLES / "teams.csv"
    call_command("import_staff", people, "--teams", teams, stdout=io.StringIO())
    assert Employee.objects.filter(first_name="Ruth", last_name="Okonjo").count() == 1
    hamid = Employee.objects.get(first_name="Hamid")
    assert [one.team.slug for one in hamid.memberships.order_by("since")] == [
        "platform-team",
        "ticket-hall",
    ]
    said = io.StringIO()
    call_command("import_stories", EXAMPLES / "stories.csv", stdout=said)
    assert "2 rows: 2 new, 0 here already, 0 refused." in said.getvalue()

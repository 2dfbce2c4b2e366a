"""The demo shows everything there is, and is for trying out only."""

import datetime
import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from staff.models import Credit, Employee, Membership, Team, User
from staff.naming import Naming
from staff.trying_out import DEMO_PASSWORD
from stories.cards import card
from stories.demo.content import ROLE_OF
from stories.models import (
    Initiative,
    Note,
    Notice,
    Retelling,
    Served,
    Setting,
    Status,
    Story,
    StoryTrait,
    Trait,
)

pytestmark = pytest.mark.django_db


def demo(*arguments, **options) -> str:
    """Without photos, which take their time and have tests of their own."""
    out = io.StringIO()
    options.setdefault("without_photos", True)
    call_command("demo", *arguments, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


def test_it_covers_every_trait_setting_served_initiative_recovery_and_status(debug):
    demo()
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
    assert not Notice.objects.exists()


def test_all_evidence_is_found_in_its_story(debug):
    demo()
    taggings = StoryTrait.objects.exclude(evidence="").select_related("content_object")
    assert taggings.count() > 60
    assert all(tagging.evidence in tagging.content_object.body for tagging in taggings)


def test_its_accounts_sign_in_and_have_their_roles(debug, client):
    demo()
    for name, role in ROLE_OF.items():
        assert client.login(username=name, password=DEMO_PASSWORD)
        account = User.objects.get(username=name)
        assert account.role_names == ({role} if role else set())
        assert account.employee.full_name


def test_nobody_who_asked_not_to_be_named_shows_on_a_card(debug):
    demo()
    unnamed = Employee.objects.unnamed()
    assert unnamed.count() == 2
    naming = Naming()
    for story in Story.objects.published().for_cards():
        shown = card(story, naming)
        text = f"{shown.line} {shown.title} {shown.excerpt} {shown.credit}"
        assert not [person for person in unnamed if person.first_name in text], text


def test_days_lie_in_the_past(debug):
    demo()
    now = timezone.now()
    assert not Retelling.objects.filter(told_on__gt=timezone.localdate()).exists()
    assert not Note.objects.filter(created_at__gt=now + datetime.timedelta(days=1)).exists()
    assert not Story.objects.filter(published_at__gt=now).exists()
    assert not Story.objects.filter(happened_on__gte=timezone.localdate()).exists()


def test_it_is_refused_outside_debug(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        demo()
    assert not User.objects.exists()


def test_it_is_refused_where_something_is_already_and_leaves_it_alone_if_asked(debug):
    demo()
    stories = Story.objects.count()
    with pytest.raises(CommandError, match="already"):
        demo()
    demo(if_empty=True)
    assert Story.objects.count() == stories


def test_synthetic_stories_are_whole(db):
    demo(stories=2_500, verbosity=0)
    demo(stories=10, verbosity=0)
    stories = Story.objects.published()
    assert stories.count() == 2_510
    assert stories.order_by("seq").last().seq == 2_510
    assert not stories.filter(story_traits__isnull=True).exists()
    assert not StoryTrait.objects.filter(seq__isnull=True).exists()
    assert not Credit.objects.filter(seq__isnull=True).exists()
    assert Membership.objects.count() >= 50


def test_synthetic_stories_are_the_same_every_time(db):
    demo(stories=20, verbosity=0)
    first = list(Story.objects.order_by("seq").values_list("line", "body", "title"))
    Story.objects.all().delete()
    demo(stories=20, verbosity=0)
    assert list(Story.objects.order_by("seq").values_list("line", "body", "title")) == first


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_a_number_of_stories_out_of_bounds_is_refused(db, count):
    with pytest.raises(CommandError, match="from 1 to 1,000,000"):
        demo(stories=count)

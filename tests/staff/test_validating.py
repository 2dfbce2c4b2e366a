"""What the values of a row tell of its rules is not asked, and the broken one says so."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from staff.validating import holds
from stories.models import Setting, Story
from stories.moderation.forms import CONTENT
from tests.factories import PendingStoryFactory, StoryFactory

pytestmark = pytest.mark.django_db
# These would be looked for among the others.
UNIQUE = {"teller", "submission", "public_id"}


def test_of_what_keeps_to_all_rules_nothing_is_asked():
    story = PendingStoryFactory(
        setting=Setting.ELSEWHERE,
        organisation="The other shop",
        recovery=True,
        went_wrong="It tore.",
    )
    others = {field.name for field in Story._meta.fields} - {*CONTENT}
    with CaptureQueriesContext(connection) as captured:
        story.validate_constraints(exclude=others)
    assert not captured.captured_queries


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Q(setting="here"), True),
        (Q(setting="elsewhere"), False),
        (~Q(setting="elsewhere"), True),
        (Q(setting__in=["here", "there"]), True),
        (Q(setting="here") & Q(served="nobody"), False),
        (Q(setting="here") | Q(served="nobody"), True),
        (~(Q(setting="here") | Q(served="nobody")), False),
        (Q(line=""), None),
        (~Q(line=""), None),
        (Q(line="") & Q(served="nobody"), False),
        (Q(line="") | Q(setting="here"), True),
        (Q(setting=F("served")), None),
        (Q(setting__startswith="h"), None),
        (Q(place="") & Q(setting="here"), None),
        (Q(setting="here") ^ Q(served="nobody"), None),
        (Q(line__isnull=True), True),
        (Q(line__isnull=False), False),
        (Q(setting__isnull=True) | Q(line=F("served")), None),
        (Q(elsewhere__isnull=True), None),
    ],
    ids=str,
)
def test_a_condition_is_told_by_values_or_left_to_the_database(condition, told):
    values = {"setting": "here", "served": "customer", "line": None}
    assert holds(condition, values) is told


def test_a_broken_rule_says_which():
    story = StoryFactory(setting=Setting.HERE)
    story.organisation, story.served = "The other shop", "nobody"
    with pytest.raises(ValidationError) as refused:
        story.validate_constraints(exclude=UNIQUE)
    said = " ".join(refused.value.messages)
    assert "Another organisation is named only if it was elsewhere." in said
    assert "story_served_known" in said
    assert "story_says_something" not in said


def test_a_rule_about_what_is_left_out_is_not_asked_for():
    story = StoryFactory(setting=Setting.HERE)
    story.organisation = "The other shop"
    story.validate_constraints(exclude=UNIQUE | {"organisation"})


def test_a_rule_that_was_kept_before_is_asked_for_again():
    story = StoryFactory(setting=Setting.HERE)
    story.validate_constraints(exclude=UNIQUE)
    story.organisation = "The other shop"
    with pytest.raises(ValidationError):
        story.validate_constraints(exclude=UNIQUE)


def test_lengths_are_told_beside_them():
    story = StoryFactory()
    story.title = "x" * 121
    with pytest.raises(ValidationError) as refused:
        story.validate_constraints(exclude=UNIQUE)
    assert "title" in refused.value.message_dict

"""The rules of a row are asked for at once, and the broken one says so."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.models import Setting
from tests.factories import StoryFactory

pytestmark = pytest.mark.django_db
# These would be looked for among the others.
UNIQUE = {"teller", "submission", "public_id"}


def test_what_keeps_to_all_rules_is_asked_about_once():
    story = StoryFactory()
    with CaptureQueriesContext(connection) as captured:
        story.validate_constraints(exclude=UNIQUE)
    assert sum(query["sql"].startswith("SELECT") for query in captured) == 1


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

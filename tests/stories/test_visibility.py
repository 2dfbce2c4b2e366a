"""Who may read which story: the queryset and its twin on the instance agree, for everyone."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from stories.models import Status, Story
from tests.factories import PendingStoryFactory, PublishedStoryFactory, StoryFactory, UserFactory

pytestmark = pytest.mark.django_db

READERS = {
    "visitor": None,
    "teller": [],
    "staff": [],
    "manager": ["managers"],
    "moderator": ["moderators"],
    "admin": ["admins"],
    "leaver": [],
}


@pytest.fixture
def readers():
    people = {
        name: AnonymousUser() if roles is None else UserFactory(username=name, roles=roles)
        for name, roles in READERS.items()
    }
    people["leaver"].is_active = False
    return people


@pytest.fixture
def stories(readers):
    teller = readers["teller"].person
    agreed = {"may_show_outside": True, "customer_agreed": True}
    public = PublishedStoryFactory(teller=teller, **agreed)
    public.set_visibility("public", by=None)
    sent_back, rejected, withdrawn = (PendingStoryFactory(teller=teller) for _ in range(3))
    sent_back.send_back(by=None, note="When?")
    rejected.reject(by=None, reason="It names a patient.")
    withdrawn.withdraw(by=None)
    return {
        "draft": StoryFactory(teller=teller),
        "pending": PendingStoryFactory(teller=teller),
        "sent_back": sent_back,
        "rejected": rejected,
        "withdrawn": withdrawn,
        "published": PublishedStoryFactory(teller=teller),
        "public": public,
    }


def may_read(reader: str, state: str) -> bool:
    """The rule, told a third way."""
    if reader in ("visitor", "leaver"):
        return state == "public"
    if state in ("published", "public") or reader == "teller":
        return True
    return reader in ("moderator", "admin") and state != "draft"


def test_each_reader_sees_what_they_may_and_both_rules_agree(readers, stories):
    assert {story.status for story in stories.values()} == set(Status.values)
    for (name, reader), (state, story) in itertools.product(readers.items(), stories.items()):
        expected = may_read(name, state)
        assert Story.objects.visible_to(reader).filter(pk=story.pk).exists() == expected, (
            name,
            state,
        )
        assert story.is_visible_to(reader) == expected, (name, state)


def test_only_the_teller_edits_and_neither_what_is_up_nor_what_was_turned_down(readers, stories):
    editable = {
        (name, state)
        for (name, reader), (state, story) in itertools.product(readers.items(), stories.items())
        if story.is_editable_by(reader)
    }
    states = ("draft", "pending", "sent_back", "withdrawn")
    assert editable == {("teller", state) for state in states}


def test_an_anonymous_teller_is_shown_to_moderators_and_to_themselves_only(readers):
    story = PublishedStoryFactory(teller=readers["teller"].person, anonymous=True)
    shown = {name for name, reader in readers.items() if story.teller_is_shown_to(reader)}
    assert shown == {"teller", "moderator", "admin"}

"""Every model is one of which the history keeps each change, or says here why it is not."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from staff.models import History, Recorded, What
from stories.models import Story, StoryEvent, Trait
from tests.factories import (
    EmployeeFactory,
    NoteFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    ScreenFactory,
    StoryFactory,
    UserFactory,
    merged,
    named_trait,
)

WITH_ITS_STORY = "recorded by the story, in words and before and after: Story.record"
OWN = "somebody's own affair, and no part of what is told"
READER = "what a reader does; it shows in the story, and the row itself says who and when"
DERIVED = "made of what is recorded, and made anew from it"
MAIL = "says itself to whom, when and whether it went out"
LIBRARY = "of a library; nothing writes to it, or nothing that anybody decides"
EXEMPT = {
    "staff.history": "it is the history",
    "staff.credit": WITH_ITS_STORY,
    "staff.session": OWN,
    "stories.traitmerge": "goes once it is done; the stories and the trait say it themselves",
    "staff.erasure": "only ever added, and says itself who did it and when",
    "staff.user_groups": "roles, recorded by User.changing_roles",
    "stories.story": WITH_ITS_STORY,
    "stories.storyevent": WITH_ITS_STORY,
    "stories.storytrait": WITH_ITS_STORY,
    "stories.photo": WITH_ITS_STORY,
    "stories.flag": "decided upon in the record of its story",
    "stories.flagdigest": MAIL,
    "stories.salute": READER,
    "stories.retelling": READER,
    "stories.visit": OWN,
    "stories.savedview": OWN,
    "stories.follow": OWN,
    "stories.feedkey": OWN,
    "stories.followmail": MAIL,
    "stories.notice": MAIL,
    "stories.entry": DERIVED,
    "stories.word": DERIVED,
    "stories.posting": DERIVED,
    "stories.storedcard": DERIVED,
    "stories.cardclaim": DERIVED,
    "stories.feedentry": DERIVED,
    "stories.wallversion": DERIVED,
    "stories.publicationorder": DERIVED,
    "account.emailaddress": "follows the address of its account, which is recorded",
    "mfa.authenticator": "its owner's; that an admin took it away is recorded with the account",
    "auth.group": "the three roles, made by a migration; no page changes them",
    **dict.fromkeys(
        (
            *("auth.permission", "auth.group_permissions", "staff.user_user_permissions"),
            *("contenttypes.contenttype", "sessions.session", "admin.logentry"),
            *("taggit.tag", "taggit.taggeditem", "account.emailconfirmation"),
            *("django_tasks_database.dbtaskresult",),
        ),
        LIBRARY,
    ),
}
APPS = [Path(settings.BASE_DIR) / app for app in ("retold", "staff", "stories")]


@pytest.mark.parametrize(
    "model", apps.get_models(include_auto_created=True), ids=lambda model: model._meta.label_lower
)
def test_a_model_is_recorded_or_says_why_not(model):
    is_exempt = model._meta.label_lower in EXEMPT
    assert issubclass(model, Recorded) != is_exempt, "Make it Recorded, or say in EXEMPT why not."


def test_nothing_is_exempt_that_is_not_there():
    known = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    assert set(EXEMPT) - known <= {"django_tasks_database.dbtaskresult"}


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_models() if issubclass(model, Recorded)],
    ids=lambda model: model._meta.label_lower,
)
def test_what_is_changed_in_bulk_is_recorded_too(model):
    from staff.models import RecordedQuerySet

    assert isinstance(model._default_manager.get_queryset(), RecordedQuerySet)
    names = {field.name for field in model._meta.concrete_fields}
    assert model.unrecorded <= names
    assert model.secret <= names


def test_roles_are_given_and_taken_only_where_it_is_recorded():
    """A group's own ways to add accounts would be another way around it: there is none."""
    found = []
    for path in (path for app in APPS for path in app.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        inside = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.With) and "changing_roles" in ast.unparse(node.items[0])
            for inner in ast.walk(node)
        }
        found += [
            f"{path.name}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("add", "set", "remove", "clear")
            and ast.unparse(node.func.value).endswith((".groups", ".user_set"))
            and id(node) not in inside
        ]
    assert not found


def kept(thing) -> list[tuple]:
    rows = History.objects.of(thing._meta.label_lower, thing.pk).order_by("pk")
    return [(row.what, row.changes) for row in rows]


@pytest.mark.django_db
class TestAStory:
    def test_has_no_history_before_it_is_sent_in(self):
        story = StoryFactory()
        story.line = "Another line."
        story.save_content(by=None)
        assert kept(story) == []

    def test_keeps_each_move_with_who_made_it_and_why(self):
        story, moderator = PendingStoryFactory(), UserFactory(roles=["moderators"])
        story.send_back(by=moderator, note="When was it?")
        assert kept(story)[-1] == (What.CHANGED, {"status": ["pending", "sent_back"]})
        row = History.objects.first()
        assert (row.account, row.by_name) == (moderator.pk, str(moderator))
        assert (row.why, row.label) == ("When was it?", story.public_id)

    def test_keeps_what_it_said(self):
        story, person = PublishedStoryFactory(traits=["personal"]), EmployeeFactory()
        from stories.models import Credited

        before, story.line = story.line, "He is my brother."
        caring = named_trait("Caring")
        story.save_content(by=None, traits=[(caring, "")], credited=Credited(people=[person]))
        what, changes = kept(story)[-1]
        assert what == What.CHANGED
        assert changes == {
            "line": [before, "He is my brother."],
            "traits": [[["personal", ""]], [["caring", ""]]],
            "people": [[], [person.pk]],
        }

    def test_is_kept_when_many_change_at_once(self):
        stories = [PublishedStoryFactory(traits=["personal"]) for _number in range(3)]
        admin = UserFactory()
        merged(named_trait("Personal"), named_trait("Caring"), by=admin)
        for story in stories:
            assert kept(story)[-1][1]["traits"] == [[["personal", ""]], [["caring", ""]]]
        assert set(History.objects.filter(kind="stories.story")[:3].values_list("account")) == {
            (admin.pk,)
        }

    def test_leaves_that_it_was_here_and_none_of_its_words(self):
        story = PublishedStoryFactory()
        note = NoteFactory(story=story, text="Thank you for telling it.")
        gone = story.pk
        story.line = "Another line."
        story.save_content(by=None)
        story.delete()
        rows = list(History.objects.of("stories.story", gone))
        assert rows[0].what == What.DELETED
        assert all(row.changes == {} for row in rows[1:])
        said = str(list(History.objects.values()))
        assert "Another line" not in said
        assert note.text not in said

    def test_says_no_more_in_the_history_than_in_its_own_record(self):
        story = PublishedStoryFactory()
        story.set_gold(True, by=None)
        story.withdraw(by=None, reason="Asked to.")
        assert len(kept(story)) == StoryEvent.objects.filter(story=story).count()
        assert Story.objects.get(pk=story.pk).status == "withdrawn"


@pytest.mark.django_db
class TestWhatHangsOnStories:
    def test_a_note_is_kept_when_it_is_written_and_taken_off(self):
        note, moderator = NoteFactory(text="Thank you."), UserFactory()
        note.remove(by=moderator, reason="It names a patient.")
        (_added, first), (_changed, then) = kept(note)
        assert first["text"] == [None, "Thank you."]
        assert then["removed_for"] == ["", "It names a patient."]
        assert History.objects.first().account == moderator.pk

    def test_a_trait_is_kept_as_it_changes(self):
        trait = named_trait("Personal")
        trait.retire()
        assert kept(trait)[-1] == (What.CHANGED, {"standing": ["curated", "retired"]})
        Trait.objects.filter(pk=trait.pk).update(meaning="Meant for one.")
        assert "meaning" in kept(trait)[-1][1]

    def test_a_screen_is_kept_without_its_address(self):
        screen, admin = ScreenFactory(name="Staff room"), UserFactory()
        screen.switch_off(by=admin)
        (_added, first), (_changed, then) = kept(screen)
        assert first["name"] == [None, "Staff room"]
        assert screen.token not in str(first)
        assert then["switched_off_by"] == [None, admin.pk]

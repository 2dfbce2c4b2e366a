"""When a trait goes, each of its stories keeps a record of it, and open forms are told."""

import uuid

import pytest

from stories.models import StaleVersion, Story, StoryEvent, Trait
from stories.models.merging import merge_step
from tests.factories import (
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TraitFactory,
    dropped,
    merged,
)

pytestmark = pytest.mark.django_db

SENTENCE = "Roberta came round the counter and warmed his hands."


@pytest.fixture
def kind() -> Trait:
    return TraitFactory(name="Kind")


def event(story) -> StoryEvent:
    return story.events.get(action="edited")


def test_a_merge_is_recorded_on_each_story_with_before_and_after(kind, moderator):
    caring = TraitFactory(name="Caring")
    only = PublishedStoryFactory(traits=[kind, "Personal"])
    both = PendingStoryFactory(traits=[caring, kind])
    both.story_traits.filter(tag=kind).update(evidence=SENTENCE)
    merged(kind, caring, by=moderator)
    assert event(only).changes == {
        "traits": [[["kind", ""], ["personal", ""]], [["caring", ""], ["personal", ""]]]
    }
    assert event(both).changes == {
        "traits": [[["caring", ""], ["kind", SENTENCE]], [["caring", SENTENCE]]]
    }
    for story, status in ((only, "published"), (both, "pending")):
        told = event(story)
        assert (told.actor, told.actor_name) == (moderator, moderator.username)
        assert (told.status_before, told.status_after) == (status, status)
        assert told.reason == "“Kind” was merged into “Caring”."


def test_what_is_dropped_is_recorded_on_each_story(kind, moderator):
    Trait.objects.filter(pk=kind.pk).update(standing="proposed")
    story = PendingStoryFactory(traits=[kind])
    dropped(kind, by=moderator)
    assert event(story).changes == {"traits": [[["kind", ""]], []]}
    assert event(story).reason == "“Kind” was not taken up."


def test_a_draft_is_its_tellers_own_keeps_no_record_and_follows_a_merge_as_it_is(kind, moderator):
    draft = StoryFactory(traits=[kind])
    merged(kind, TraitFactory(name="Caring"), by=moderator)
    assert not draft.events.exists()
    after = Story.objects.get(pk=draft.pk)
    assert (after.version, after.updated_at) == (draft.version, draft.updated_at)
    assert [trait.name for trait in after.traits.all()] == ["Caring"]


def test_a_draft_that_loses_a_word_keeps_no_record_but_counts(kind, moderator):
    Trait.objects.filter(pk=kind.pk).update(standing="proposed")
    draft = StoryFactory(traits=[kind])
    dropped(kind, by=moderator)
    assert not draft.events.exists()
    assert Story.objects.get(pk=draft.pk).version == draft.version + 1


def test_stories_without_the_trait_and_those_of_a_retired_one_are_left_alone(kind, moderator):
    other, retired = PendingStoryFactory(traits=["Personal"]), TraitFactory()
    keeps = PendingStoryFactory(traits=[retired])
    merged(kind, TraitFactory(), by=moderator)
    retired.retire()
    for story in (other, keeps):
        assert Story.objects.get(pk=story.pk).version == story.version
        assert not story.events.filter(action="edited").exists()


def test_a_form_opened_before_is_told_even_if_its_page_wrote_last(kind, moderator):
    story, page = PendingStoryFactory(), uuid.uuid4()
    story.save_content(by=None, traits=[(kind, "")], writer=page)
    merged(kind, TraitFactory(name="Caring"), by=moderator)
    story.title = "Warm hands"
    with pytest.raises(StaleVersion):
        story.save_content(by=None, version=story.version, writer=page)
    assert [trait.name for trait in Story.objects.get(pk=story.pk).traits.all()] == ["Caring"]


def test_a_refused_merge_records_nothing(kind, moderator):
    story = PendingStoryFactory(traits=[kind])
    with pytest.raises(ValueError, match="in use"):
        kind.merge_into(TraitFactory(standing="retired"), by=moderator)
    assert not story.events.filter(action="edited").exists()


def test_a_step_takes_as_many_statements_for_many_stories(django_assert_max_num_queries):
    caring, counts = TraitFactory(name="Caring"), []
    for number in (1, 40):
        trait = TraitFactory()
        for _ in range(number):
            PendingStoryFactory(traits=[trait, caring])
        trait.merge_into(caring, by=None)
        with django_assert_max_num_queries(29) as asked:
            merge_step()
        counts.append(len(asked))
    assert counts[0] == counts[1]

"""A trait that leaves its stories in steps: each is whole, and the wall is right throughout."""

import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from staff.models import History
from stories.drawing import draw_all, draw_cards
from stories.models import Entry, Story, Trait, TraitMerge
from stories.models.merging import merge_step
from stories.models.postings import BLOCK
from tests.factories import PublishedStoryFactory, StoryFactory, TraitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind() -> Trait:
    return TraitFactory(name="Kind", meaning="They were kind.")


@pytest.fixture
def caring() -> Trait:
    return TraitFactory(name="Caring", meaning="They cared.")


def under(trait: Trait) -> set[Story]:
    return set(Story.objects.filter(story_traits__tag=trait))


def listed(client, trait: Trait) -> set[str]:
    """What a reader finds on the wall under a trait."""
    page = client.get("/", {"trait": trait.slug}).content.decode()
    return set(re.findall(r'href="/stories/(\w{10})/"', page))


def test_all_of_its_stories_follow_and_what_leads_to_it_leads_to_the_other(kind, caring, moderator):
    stories = [PublishedStoryFactory(traits=[kind]) for _number in range(5)]
    draft = StoryFactory(traits=[kind])
    kind.merge_into(caring, by=moderator)
    followed = []
    while TraitMerge.objects.exists():
        followed.append(merge_step(2))
    kind.refresh_from_db()
    assert followed == [2, 2, 2, 0]
    assert under(caring) == {*stories, draft}
    assert not under(kind)
    assert (kind.standing, kind.merged_into) == ("merged", caring)
    told = stories[0].events.get(action="edited")
    assert (told.actor, told.reason) == (moderator, "“Kind” was merged into “Caring”.")
    assert told.changes == {"traits": [[["kind", ""]], [["caring", ""]]]}


def test_after_each_step_every_story_is_under_one_of_them_and_the_index_says_so(
    kind, caring, moderator, staff_client
):
    stories = {PublishedStoryFactory(traits=[kind]).public_id for _number in range(5)}
    kind.merge_into(caring, by=moderator)
    for _step in range(2):
        merge_step(2)
        old, new = listed(staff_client, kind), listed(staff_client, caring)
        assert (old | new, old & new) == (stories, set())
        assert not [
            wrong for block in Entry.objects.blocks() if (wrong := Entry.objects.miscounted(block))
        ]
    merge_step(2)
    assert staff_client.get(reverse("trait", args=["kind"])).url == caring.get_absolute_url()


def test_a_story_told_with_it_meanwhile_follows_too(kind, caring, moderator):
    PublishedStoryFactory(traits=[kind])
    kind.merge_into(caring, by=moderator)
    late = PublishedStoryFactory(traits=[kind, "Personal"])
    draw_all(lambda done: None)
    assert late in under(caring)
    assert not TraitMerge.objects.exists()


def test_a_step_that_fails_leaves_all_as_it_was(kind, caring, moderator, monkeypatch):
    stories = {PublishedStoryFactory(traits=[kind]) for _number in range(3)}
    kind.merge_into(caring, by=moderator)
    monkeypatch.setattr("stories.models.retagging.Entry.objects.follow", lambda ids: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge_step()
    monkeypatch.undo()
    assert under(kind) == stories
    call_command("draw_cards", verbosity=0)
    assert under(caring) == stories


@pytest.mark.parametrize("move", ["retire", "merge", "merge the other", "begin once more"])
def test_nothing_else_is_done_with_either_meanwhile(move, kind, caring, moderator):
    third = TraitFactory(name="Third")
    kind.merge_into(caring, by=moderator)
    moves = {
        "retire": caring.retire,
        "merge": lambda: kind.merge_into(third, by=moderator),
        "merge the other": lambda: caring.merge_into(third, by=moderator),
        "begin once more": lambda: third.merge_into(kind, by=moderator),
    }
    with pytest.raises(ValueError, match="“Kind” is still being merged into “Caring”"):
        moves[move]()
    assert TraitMerge.objects.count() == 1


def test_it_begins_once_it_is_stored(kind, caring, moderator, django_capture_on_commit_callbacks):
    story = PublishedStoryFactory(traits=[kind])
    with django_capture_on_commit_callbacks(execute=True):
        kind.merge_into(caring, by=moderator)
    assert under(caring) == {story}


def test_who_began_it_may_be_gone(kind, caring, moderator):
    story = PublishedStoryFactory(traits=[kind])
    kind.merge_into(caring, by=moderator)
    moderator.delete()
    draw_cards.call()
    assert under(caring) == {story}


def test_where_nothing_is_merged_nobody_who_writes_waits(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert merge_step() == 0


class TestDropped:
    """What is not taken up leaves its stories in the same steps, for none."""

    @pytest.fixture
    def gentle(self) -> Trait:
        return TraitFactory(name="Gentle", standing="proposed")

    def test_each_story_loses_it_with_a_record_and_it_is_dropped_with_the_last(
        self, gentle, moderator
    ):
        stories = [PublishedStoryFactory(traits=[gentle, "Personal"]) for _number in range(3)]
        gentle.drop(by=moderator)
        merge_step(2)
        gentle.refresh_from_db()
        assert (len(under(gentle)), gentle.standing) == (1, "proposed")
        merge_step(2)
        gentle.refresh_from_db()
        assert (len(under(gentle)), gentle.standing) == (0, "dropped")
        assert not TraitMerge.objects.exists()
        for story in stories:
            assert [trait.name for trait in story.traits.all()] == ["Personal"]
            assert story.events.get(action="edited").actor == moderator
            assert Entry.objects.miscounted(story.seq // BLOCK) == []

    def test_a_story_told_with_it_meanwhile_loses_it_too(self, gentle, moderator):
        gentle.drop(by=moderator)
        late = StoryFactory(traits=[Trait.objects.propose("gentle", by=moderator.person)])
        draw_all(lambda done: None)
        assert not late.traits.exists()

    def test_nothing_else_is_done_with_it_meanwhile(self, gentle, caring, moderator):
        gentle.drop(by=moderator)
        for move in (gentle.accept, lambda: gentle.merge_into(caring, by=moderator)):
            with pytest.raises(ValueError, match="“Gentle” is still being dropped"):
                move()

    def test_who_did_it_is_in_the_history_of_the_trait(self, gentle, moderator):
        gentle.drop(by=moderator)
        merge_step()
        said = History.objects.of("stories.trait", gentle.pk).first()
        assert said.changes == {"standing": ["proposed", "dropped"]}
        assert said.account == moderator.pk

    def test_the_admin_says_how_far_it_is(self, gentle, moderator_client):
        for _number in range(3):
            StoryFactory(traits=[gentle])
        there = reverse("admin:stories_trait_drop", args=[gentle.pk])
        page = moderator_client.post(there, follow=True).content.decode()
        assert "“Gentle” is being dropped; 3 stories lose it." in page
        assert "Being dropped" in page
        merge_step(2)
        there = reverse("admin:stories_trait_change", args=[gentle.pk])
        answer = moderator_client.get(there)
        assert "It is being dropped: 1 story still has it." in answer.content.decode()
        assert not answer.context["moves"]


class TestInTheAdmin:
    def begin(self, client, kind: Trait, caring: Trait):
        there = reverse("admin:stories_trait_merge", args=[kind.pk])
        return client.post(there, {"into": caring.pk}, follow=True)

    def test_its_stories_follow_in_steps_and_it_is_said(self, kind, caring, moderator_client):
        stories = {PublishedStoryFactory(traits=[kind]) for _number in range(2)}
        page = self.begin(moderator_client, kind, caring).content.decode()
        assert "“Kind” is being merged into “Caring”; 2 stories follow." in page
        assert "Being merged into “Caring”" in page
        assert under(kind) == stories
        draw_all(lambda done: None)
        assert under(caring) == stories

    def test_its_page_says_how_many_are_left_and_offers_no_other_move(
        self, kind, caring, moderator_client
    ):
        for _number in range(3):
            PublishedStoryFactory(traits=[kind])
        self.begin(moderator_client, kind, caring)
        merge_step(2)
        there = reverse("admin:stories_trait_change", args=[kind.pk])
        answer = moderator_client.get(there)
        assert "1 story is still to follow" in answer.content.decode()
        assert not answer.context["moves"]

    def test_whoever_looks_at_it_has_it_gone_on_with(
        self, kind, caring, moderator_client, django_capture_on_commit_callbacks
    ):
        for _number in range(2):
            PublishedStoryFactory(traits=[kind])
        self.begin(moderator_client, kind, caring)
        with django_capture_on_commit_callbacks(execute=True):
            moderator_client.get(reverse("admin:stories_trait_change", args=[kind.pk]))
        assert not under(kind)

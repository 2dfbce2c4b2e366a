"""Whoever decides about a trait sees the stories that carry it, and their words that show it."""

import pytest
from django.urls import reverse

from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TraitFactory,
    UserFactory,
)

from .pages import change

pytestmark = pytest.mark.django_db

SENTENCE = "Roberta came round the counter and warmed his hands."


def page(trait) -> str:
    return reverse("admin:stories_trait_change", args=[trait.pk])


def pages(trait) -> list[str]:
    return [
        page(trait),
        *(
            reverse(f"admin:stories_trait_{move}", args=[trait.pk])
            for move in ("merge", "drop", "accept")
        ),
    ]


def carriers(client, address: str):
    return client.get(address).context["carriers"]


@pytest.fixture
def proposed():
    return TraitFactory(name="Neighborly", standing="proposed")


def test_a_proposed_word_is_decided_with_its_stories_in_sight(moderator_client, proposed):
    older = PublishedStoryFactory(title="", traits=[proposed])
    newer = PendingStoryFactory(title="Warm hands")
    newer.set_traits([(proposed, SENTENCE), (TraitFactory(), "A freezing morning and a queue.")])
    for address in pages(proposed):
        found = carriers(moderator_client, address)
        assert [tuple(told) for told in found.stories] == [
            (change(newer), "Warm hands", SENTENCE, "Waiting to be read"),
            (change(older), older.line, "", "Published"),
        ]
        assert not found.more
    shown = moderator_client.get(page(proposed)).content.decode()
    assert f'href="{change(newer)}"' in shown
    assert SENTENCE in shown


def test_a_story_of_words_alone_is_known_by_its_first(moderator_client, proposed):
    PendingStoryFactory(title="", line="", traits=[proposed])
    [told] = carriers(moderator_client, page(proposed)).stories
    assert told.title == "A freezing morning and a queue. Roberta came round the…"


def test_five_are_shown_and_the_rest_is_one_step_away(moderator_client):
    trait = TraitFactory(name="Kind")
    stories = [PublishedStoryFactory(traits=[trait]) for _number in range(6)]
    PublishedStoryFactory(traits=["Caring"])
    found = carriers(moderator_client, page(trait))
    assert [told.address for told in found.stories] == list(map(change, stories[:0:-1]))
    listed = moderator_client.get(found.more).context["cl"].result_list
    assert set(listed) == set(stories)
    stories[0].withdraw(by=None)
    stories[1].set_traits([])
    assert not carriers(moderator_client, page(trait)).more


def test_a_draft_is_its_teller_s_own(proposed, client):
    moderator = UserFactory(roles=["moderators"])
    client.force_login(moderator)
    for teller in (EmployeeFactory(), moderator.person):
        StoryFactory(title="Not yet", teller=teller, traits=[proposed])
    for address in pages(proposed):
        answer = client.get(address)
        assert answer.context["carriers"].stories == []
        assert "Not yet" not in answer.content.decode()
        assert "Only in drafts so far" in answer.content.decode()


def test_whoever_asked_not_to_be_named_is_not_named_here(moderator_client, proposed):
    hidden = EmployeeFactory(first_name="Roberta", last_name="Quist", unnamed=True)
    story = PendingStoryFactory(title="Roberta Quist again", people=[hidden])
    story.set_traits([(proposed, SENTENCE)])
    [told] = carriers(moderator_client, page(proposed)).stories
    assert told.title == "A colleague again"
    assert told.words == "A colleague came round the counter and warmed his hands."


def test_a_word_of_no_story_says_nothing_of_them(moderator_client, proposed):
    assert 'class="carriers"' not in moderator_client.get(page(proposed)).content.decode()


def test_it_asks_once_however_many_there_are(
    moderator_client, proposed, django_assert_max_num_queries
):
    StoryFactory(traits=[proposed])
    with django_assert_max_num_queries(12) as once:
        moderator_client.get(page(proposed))
    for _number in range(7):
        PublishedStoryFactory(traits=[proposed], people=[EmployeeFactory()])
    with django_assert_max_num_queries(len(once)):
        moderator_client.get(page(proposed))

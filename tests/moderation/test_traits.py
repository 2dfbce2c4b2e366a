"""The vocabulary: accept, merge, drop, retire and bring back, with every story following."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.urls import reverse

from staff.models import History
from stories.drawing import draw_all
from stories.models import Moves, StoryTrait, Trait
from stories.models.postings import STALE, WallVersion
from tests.factories import (
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TraitFactory,
    merge_to_the_last,
    named_trait,
)

from .pages import change, edit_data, said

pytestmark = pytest.mark.django_db

LIST = "/admin/stories/trait/"
SENTENCE = "Roberta came round the counter and warmed his hands."


def move(trait, name: str) -> str:
    return reverse(f"admin:stories_trait_{name}", args=[trait.pk])


def standing(trait) -> str:
    return Trait.objects.get(pk=trait.pk).standing


def test_the_list_shows_inks_and_numbers_of_stories(moderator_client):
    trait = TraitFactory(name="Neighbourly", hue="moss")
    PublishedStoryFactory(traits=[trait])
    response = moderator_client.get(LIST + "?q=Neighbourly")
    assert [each.number for each in response.context["cl"].result_list] == [1]
    assert 'class="swatch" data-hue="moss"' in response.content.decode()


def test_a_trait_is_edited_and_a_tested_pair_of_inks_chosen(moderator_client):
    trait = TraitFactory()
    data = {"name": "Neighbourly", "meaning": "m", "question": "q", "hue": "moss", "position": "3"}
    moderator_client.post(reverse("admin:stories_trait_change", args=[trait.pk]), data)
    trait.refresh_from_db()
    assert (trait.name, trait.hue, trait.position) == ("Neighbourly", "moss", 3)
    answer = moderator_client.post(
        reverse("admin:stories_trait_change", args=[trait.pk]), data | {"hue": "#ff0000"}
    )
    assert answer.status_code == 200


def test_a_proposed_trait_is_edited_and_accepted_in_one_step(moderator_client):
    trait = TraitFactory(name="Neighborly", standing="proposed")
    data = {"name": "Neighbourly", "meaning": "m", "question": "q", "hue": "moss", "position": "3"}
    address = reverse("admin:stories_trait_change", args=[trait.pk])
    assert "Save and accept" in moderator_client.get(address).content.decode()
    moderator_client.post(address, data | {"_accept": "1"})
    trait.refresh_from_db()
    assert (trait.name, trait.standing) == ("Neighbourly", "curated")


def test_what_was_edited_stays_where_the_trait_is_no_longer_proposed(moderator_client):
    trait = TraitFactory(name="Neighborly", standing="retired")
    data = {"name": "Neighbourly", "meaning": "m", "question": "q", "hue": "moss", "position": "3"}
    address = reverse("admin:stories_trait_change", args=[trait.pk])
    answer = moderator_client.post(address, data | {"_accept": "1"}, follow=True)
    assert said(answer)[-1:] == ["“Neighbourly” has changed in the meantime: retired."]
    trait.refresh_from_db()
    assert (trait.name, trait.standing) == ("Neighbourly", "retired")


def test_traits_moved_in_the_list_are_each_kept_in_the_history_and_the_log(moderator_client):
    Trait.objects.all().delete()
    traits = [TraitFactory(position=number) for number in (1, 2, 3)]
    data = {"_save": "1"} | dict.fromkeys(("form-TOTAL_FORMS", "form-INITIAL_FORMS"), "3")
    for number, (trait, position) in enumerate(zip(traits, (9, 2, 5), strict=True)):
        data |= {f"form-{number}-id": trait.pk, f"form-{number}-position": position}
    walls = WallVersion.objects.get().number
    moderator_client.post(LIST, data)
    kept = History.objects.filter(kind="stories.trait", what="changed")
    assert {row.number: row.changes for row in kept} == {
        traits[0].pk: {"position": [1, 9]},
        traits[2].pk: {"position": [3, 5]},
    }
    logged = LogEntry.objects.values_list("object_id", flat=True)
    assert set(logged) == {str(traits[0].pk), str(traits[2].pk)}
    assert WallVersion.objects.get().number == walls + 1, "which lists them in another order"
    refused = moderator_client.post(LIST, data | {"form-1-position": "-1", "form-0-position": "4"})
    assert refused.context["cl"].formset.errors[1].keys() == {"position"}
    assert Trait.objects.get(pk=traits[0].pk).position == 9, "all or nothing"


def test_a_trait_in_use_says_what_it_means(moderator_client):
    trait = TraitFactory(name="Fair", meaning="", standing="proposed")
    data = {"name": "Fair", "meaning": " ", "question": "", "hue": "moss", "position": "3"}
    address = reverse("admin:stories_trait_change", args=[trait.pk])
    answer = moderator_client.post(address, data | {"_accept": "1"})
    assert "Write down what it means, in one sentence" in answer.content.decode()
    assert moderator_client.post(address, data).status_code == 302, "a word may be mended alone"
    answer = moderator_client.post(move(trait, "accept"), follow=True)
    assert said(answer)[-1:] == ["Write down first what “Fair” means, in one sentence."]
    assert answer.redirect_chain[-1][0] == address, "where it can be written down"
    assert standing(trait) == "proposed"
    meant = data | {"meaning": "Split it evenly.", "_accept": "1"}
    assert moderator_client.post(address, meant).status_code == 302
    assert standing(trait) == "curated"
    assert moderator_client.post(address, data).status_code == 200, "and keeps it"
    added = moderator_client.post(reverse("admin:stories_trait_add"), data | {"name": "Kind"})
    assert "Write down what it means, in one sentence" in added.content.decode()


def test_what_a_trait_means_is_read_again_when_it_is_taken_up():
    trait = TraitFactory(meaning="Split it evenly.", standing="proposed")
    Trait.objects.filter(pk=trait.pk).update(meaning="")
    with pytest.raises(ValueError, match="Write down first"):
        trait.accept()
    assert standing(trait) == "proposed"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("accept", "proposed", "curated"),
        ("drop", "proposed", "dropped"),
        ("retire", "curated", "retired"),
        ("bring_back", "retired", "curated"),
        ("bring_back", "dropped", "curated"),
    ],
)
def test_each_move_asks_first_and_says_who_did_it(moderator_client, name, before, after):
    trait = TraitFactory(standing=before)
    assert moderator_client.get(move(trait, name)).status_code == 200
    assert standing(trait) == before
    answer = moderator_client.post(move(trait, name), follow=True)
    merge_to_the_last()
    assert standing(trait) == after
    assert said(answer)[0].startswith(f"“{trait.name}” is "), "a sentence, not the button's word"
    assert LogEntry.objects.get(object_id=trait.pk).user == moderator_client.user


def test_a_dropped_trait_leaves_its_stories_and_a_retired_one_stays(moderator_client):
    dropped, retired = TraitFactory(standing="proposed"), TraitFactory()
    story = StoryFactory(traits=[dropped, retired])
    moderator_client.post(move(dropped, "drop"))
    moderator_client.post(move(retired, "retire"))
    merge_to_the_last()
    assert list(story.traits.all()) == [retired]


def test_a_move_that_another_made_impossible_is_refused_in_words(moderator_client):
    trait = TraitFactory(standing="proposed")
    Trait.objects.get(pk=trait.pk).accept()
    answer = moderator_client.post(move(trait, "drop"), follow=True)
    assert "has changed in the meantime: in use" in said(answer)[0]
    assert standing(trait) == "curated"


def test_a_merge_shows_how_many_follow_and_takes_them_along_with_evidence(moderator_client):
    kind, caring = TraitFactory(name="Kind"), TraitFactory(name="Caring")
    only, both, told = (
        StoryFactory(traits=[kind]),
        StoryFactory(traits=[caring, kind]),
        StoryFactory(traits=[caring, kind]),
    )
    both.story_traits.filter(tag=kind).update(evidence=SENTENCE)
    told.story_traits.filter(tag=kind).update(evidence="He’s my customer.")
    told.story_traits.filter(tag=caring).update(evidence=SENTENCE)
    assert "3 stories that show “Kind” will follow" in (
        moderator_client.get(move(kind, "merge")).content.decode()
    )
    answer = moderator_client.post(move(kind, "merge"), {"into": caring.pk}, follow=True)
    assert "3 stories follow" in said(answer)[0]
    merge_to_the_last()
    assert not StoryTrait.objects.filter(tag=kind).exists()
    assert [story.story_traits.get().evidence for story in (only, both, told)] == [
        "",
        SENTENCE,
        SENTENCE,
    ]
    kind.refresh_from_db()
    assert kind.merged_into == caring
    assert "is being merged into “Caring”" in LogEntry.objects.get(object_id=kind.pk).change_message


def test_a_merge_goes_only_into_another_trait_in_use(moderator_client):
    trait, retired = TraitFactory(), TraitFactory(standing="retired")
    for into in (trait.pk, retired.pk, "", "x", 10**12):
        answer = moderator_client.post(move(trait, "merge"), {"into": into})
        assert answer.status_code == 200
    assert standing(trait) == "curated"


def test_a_merge_says_who_did_it_on_the_page_of_each_story(moderator_client):
    kind, caring = TraitFactory(name="Kind"), TraitFactory(name="Caring")
    story = PendingStoryFactory(traits=[kind])
    moderator_client.post(move(kind, "merge"), {"into": caring.pk})
    merge_to_the_last()
    record = moderator_client.get(change(story)).context["record"][0]
    assert (record.who, record.why) == (
        moderator_client.user.employee.full_name,
        "“Kind” was merged into “Caring”.",
    )
    [changed] = record.changes
    assert [piece.text for piece in changed.pieces] == ["Kind", "Caring"]


def test_who_wrote_while_a_trait_was_dropped_is_told_and_loses_nothing(
    moderator_client, admin_client
):
    word = TraitFactory(name="Gentle", standing="proposed")
    story = PendingStoryFactory(traits=[word])
    written = edit_data(moderator_client, story, title="Warm hands")
    admin_client.post(move(word, "drop"))
    merge_to_the_last()
    answer = moderator_client.post(change(story), written)
    assert f"{admin_client.user.shown_name} changed this story" in answer.content.decode()
    assert "Warm hands" in answer.content.decode()
    story.refresh_from_db()
    assert story.title != "Warm hands"
    assert not story.traits.exists()


@pytest.mark.parametrize("about", [{"name": ""}, {"name": "CARING"}, {"standing": "elsewhere"}])
def test_a_trait_has_a_name_of_its_own_and_a_known_standing(about):
    TraitFactory(name="Caring")
    with pytest.raises(IntegrityError):
        Trait.objects.filter(pk=TraitFactory(name="Kind").pk).update(**about)


@pytest.mark.parametrize("name", ["caring", "Caring"])
def test_a_name_that_is_taken_is_refused_in_words_once_and_at_its_field(name, moderator_client):
    TraitFactory(name="Caring")
    told = {"name": name, "meaning": "So.", "question": "", "hue": "plain", "position": "1"}
    page = moderator_client.post(reverse("admin:stories_trait_add"), told)
    assert page.context["adminform"].form.errors == {
        "name": ["There is a trait of this name already."]
    }


def test_no_trait_is_deleted(admin_client):
    trait = TraitFactory()
    assert admin_client.post(f"{LIST}{trait.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["accept", "merge", "drop", "retire", "bring_back"])
def test_the_vocabulary_is_for_moderators(staff_client, manager_client, name):
    trait = TraitFactory(standing="proposed")
    for client in (staff_client, manager_client):
        assert client.get(LIST).status_code == 403
        assert client.post(move(trait, name)).status_code == 403
    assert standing(trait) == "proposed"


def test_the_list_asks_as_often_for_many_traits_as_for_one(
    moderator_client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12) as once:
        moderator_client.get(LIST)
    for _ in range(20):
        PublishedStoryFactory(traits=[TraitFactory()])
    with django_assert_max_num_queries(len(once)):
        moderator_client.get(LIST)


def test_a_trait_says_how_many_of_its_cards_are_still_drawn_anew(moderator_client):
    for _ in range(2):
        PublishedStoryFactory(traits=["Personal"])
    draw_all(lambda done: None)
    page = reverse("admin:stories_trait_change", args=[named_trait("Personal").pk])
    assert "drawn anew" not in moderator_client.get(page).content.decode()
    trait = named_trait("Personal")
    trait.name = "Personally"
    trait.save()
    assert "2 cards are still drawn anew." in moderator_client.get(page).content.decode()


def test_the_first_page_says_when_many_cards_are_drawn_anew(moderator_client):
    moves = Moves()
    moves.into(STALE, range(12_345))
    moves.write()
    page = moderator_client.get(reverse("admin:index")).content.decode()
    assert "12,345 cards are still drawn anew" in page

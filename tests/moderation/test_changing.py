"""What is said about several stories, changed at once: each as it would be alone."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.models import Notice, Story, StoryTrait, Trait, Visibility
from stories.moderation import bulk
from stories.moderation.changing import ChangeForm
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TraitFactory,
    UserFactory,
    merged,
)

from .pages import LIST, just_before_they_are_held, said

pytestmark = pytest.mark.django_db

ALL = LIST + "?status=all"
SENTENCE = "Roberta came round the counter and warmed his hands."


def asked(client, stories, address=ALL, **answer):
    """The page that asks, or what comes of an answer."""
    data = {"action": "change", "_selected_action": [story.pk for story in stories]}
    if answer:
        data |= {"decide": "1", **answer}
    return client.post(address, data, follow=True)


def pk(name: str) -> int:
    return TraitFactory(name=name).pk


def traits(story) -> list[tuple[str, str]]:
    held = StoryTrait.objects.filter(content_object=story).select_related("tag")
    return [(tagging.tag.name, tagging.evidence) for tagging in held]


def edits(story) -> list:
    return list(story.events.filter(action="edited"))


def test_a_page_lists_the_stories_and_asks(moderator_client):
    one, two = PendingStoryFactory(title="One"), PublishedStoryFactory(title="Two")
    TraitFactory(name="Zany", standing=Trait.Standing.PROPOSED)
    page = asked(moderator_client, [one, two])
    assert [story for story, _teller in page.context["chosen"]] == [one, two], "as they were ticked"
    words = page.content.decode()
    assert words.count("Leave as it is") == 4
    assert words.count(">Caring<") == 2
    assert "Zany" not in words
    assert not edits(one)


def test_each_is_changed_and_recorded_as_if_it_were_alone(moderator_client):
    caring, personal = TraitFactory(name="Caring"), TraitFactory(name="Personal")
    story = PublishedStoryFactory(title="One", happened_on=datetime.date(2026, 3, 2))
    story.set_traits([(caring, SENTENCE), (personal, SENTENCE)])
    other = PendingStoryFactory(title="Two")
    version = story.version
    page = asked(
        moderator_client,
        [story, other],
        add=[pk("Playful"), pk("Honest")],
        take=[personal.pk],
        setting="elsewhere",
        served="colleague",
        initiative="own",
        recovery="yes",
    )
    assert said(page) == ["Changed: “One” and “Two”."]
    story.refresh_from_db()
    facts = (story.setting, story.served, story.initiative, story.recovery)
    assert facts == ("elsewhere", "colleague", "own", True)
    assert traits(story) == [("Caring", SENTENCE), ("Playful", ""), ("Honest", "")]
    assert traits(other) == [("Playful", ""), ("Honest", "")]
    assert (story.version, story.status) == (version + 1, "published")
    (edit,) = edits(story)
    assert edit.actor == moderator_client.user
    assert edit.changes == {
        "setting": ["here", "elsewhere"],
        "served": ["customer", "colleague"],
        "initiative": ["unknown", "own"],
        "recovery": [False, True],
        "traits": [
            [["caring", SENTENCE], ["personal", SENTENCE]],
            [["caring", SENTENCE], ["playful", ""], ["honest", ""]],
        ],
    }
    wall = moderator_client.get("/?trait=playful&served=colleague&recovery=1").content.decode()
    assert story.public_id in wall
    assert story.public_id not in moderator_client.get("/?trait=personal").content.decode()


def test_what_is_so_already_is_left_alone(moderator_client):
    trait = TraitFactory(name="Caring")
    so, new = PendingStoryFactory(title="One", traits=[trait]), PendingStoryFactory(title="Two")
    answer = {"add": [trait.pk], "take": [pk("Honest")], "setting": "here", "recovery": "no"}
    same, done = said(asked(moderator_client, [so, new], **answer))
    assert same == "Left as it was, it is so already: “One”."
    assert done == "Changed: “Two”."
    assert not edits(so)
    so.refresh_from_db()
    assert so.version == 1
    # Sent twice, by a second press.
    assert "“One” and “Two”" in said(asked(moderator_client, [so, new], **answer))[0]
    assert len(edits(new)) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"setting": ""}, "Choose what to change."),
        ({"add": ["{Caring}", "{Honest}"], "take": ["{Caring}"]}, "not both: Caring."),
        ({"setting": "moon"}, "valid choice"),
        ({"add": ["0"]}, "One of the traits you chose is no longer in use."),
        ({"add": ["x"]}, "One of the traits you chose is no longer in use."),
        ({"recovery": "perhaps"}, "valid choice"),
    ],
)
def test_what_makes_no_sense_comes_back_with_what_was_chosen(moderator_client, answer, words):
    one, two = PendingStoryFactory(title="One"), PendingStoryFactory(title="Two")
    answer = {
        name: [str(pk(one.strip("{}"))) if one.startswith("{") else one for one in value]
        if isinstance(value, list)
        else value
        for name, value in answer.items()
    }
    page = asked(
        moderator_client, [one, two], served="" if "setting" in answer else "colleague", **answer
    )
    assert words in page.content.decode()
    assert len(page.context["chosen"]) == 2
    assert page.context["form"].data.getlist("add") == answer.get("add", [])
    assert not edits(one)
    assert not edits(two)


def test_of_a_trait_that_is_retired_while_the_page_is_open_no_number_is_said(moderator_client):
    trait, story = TraitFactory(name="Warm"), PendingStoryFactory()
    trait.retire()
    for name in ("add", "take"):
        page = asked(moderator_client, [story], **{name: [trait.pk], "served": "colleague"})
        errors = page.context["form"].errors
        assert errors == {name: ["One of the traits you chose is no longer in use."]}
    assert not edits(story)


def test_a_trait_of_theirs_that_is_not_in_use_can_be_taken_away_and_not_added(moderator_client):
    old, odd = TraitFactory(name="Warm"), TraitFactory(name="Zany")
    story, other = PendingStoryFactory(traits=[old]), PublishedStoryFactory(traits=[odd])
    old.retire()
    Trait.objects.filter(pk=odd.pk).update(standing=Trait.Standing.PROPOSED)
    form = asked(moderator_client, [story, other]).context["form"]
    offered = {
        name: {label for _pk, label in form.fields[name].choices} for name in ("add", "take")
    }
    assert {"Warm", "Zany"} <= offered["take"]
    assert not {"Warm", "Zany"} & offered["add"]
    asked(moderator_client, [story, other], take=[old.pk, odd.pk])
    assert traits(story) == traits(other) == []


def test_more_traits_than_a_story_carries_are_not_asked_for(moderator_client):
    story = PendingStoryFactory()
    many = [trait.pk for trait in Trait.objects.curated()[:9]]
    assert "Choose up to 8" in asked(moderator_client, [story], add=many).content.decode()


def test_one_that_refuses_is_named_and_the_others_are_changed(moderator_client):
    full = PendingStoryFactory(title="Full", traits=list(Trait.objects.curated()[:8]))
    fine = PendingStoryFactory(title="Fine")
    new = TraitFactory(name="Ninth").pk
    refused, done = said(asked(moderator_client, [full, fine], add=[new]))
    assert refused == "“Full”: It would have 9 traits, and at most 8 fit."
    assert done == "Changed: “Fine”."
    assert len(traits(full)) == 8
    assert not edits(full)
    # One goes, one comes.
    gone = full.story_traits.first().tag_id
    assert said(asked(moderator_client, [full], add=[new], take=[gone])) == ["Changed: “Full”."]


@pytest.mark.parametrize(
    ("fields", "answer", "words"),
    [
        (
            {"setting": "elsewhere", "organisation": "7-Eleven"},
            {"setting": "here"},
            "Only a story seen elsewhere names whose people.",
        ),
        (
            {"recovery": True, "went_wrong": "The soup."},
            {"recovery": "no"},
            "What went wrong is told only of what was put right.",
        ),
    ],
)
def test_facts_that_contradict_the_story_are_refused(moderator_client, fields, answer, words):
    story = PublishedStoryFactory(title="One", **fields)
    assert said(asked(moderator_client, [story], **answer)) == [f"“One”: {words}"]
    fresh = Story.objects.get(pk=story.pk)
    assert {name: getattr(fresh, name) for name in fields} == fields
    assert not edits(story)


def test_what_is_not_waiting_or_published_is_changed_alone(moderator_client):
    def decided(title, move, **why):
        story = PendingStoryFactory(title=title)
        getattr(story, move)(by=None, **why)
        return story

    stories = [
        decided("Back", "send_back", note="When?"),
        decided("No", "reject", reason="No."),
        decided("Gone", "withdraw"),
    ]
    told = said(asked(moderator_client, stories, served="colleague"))
    assert len(told) == 3
    assert sum("(sent back). Open it and change it there." in words for words in told) == 1
    assert not any(edits(story) for story in stories)


def test_another_s_draft_is_not_there(moderator_client):
    draft, story = StoryFactory(title="Draft"), PendingStoryFactory(title="One")
    assert said(asked(moderator_client, [draft, story], served="colleague")) == ["Changed: “One”."]
    draft.refresh_from_db()
    assert draft.served == "customer"


def test_who_changes_it_before_they_are_held_loses_nothing(moderator_client, monkeypatch):
    first, last = PendingStoryFactory(title="First"), PendingStoryFactory(title="Last")

    def the_last_is_changed():
        other = Story.objects.get(pk=last.pk)
        other.place = "Till 6"
        other.save_content(by=None, traits=[(TraitFactory(name="Honest"), "")])

    just_before_they_are_held(monkeypatch, the_last_is_changed)
    asked(moderator_client, [first, last], add=[pk("Caring")])
    last.refresh_from_db()
    assert last.place == "Till 6"
    assert traits(last) == [("Honest", ""), ("Caring", "")]


def test_a_trait_that_is_merged_meanwhile_is_not_put_on(moderator_client, monkeypatch):
    trait, heir = TraitFactory(name="Warm"), TraitFactory(name="Caring")
    has, story = PendingStoryFactory(title="One", traits=[trait]), PendingStoryFactory(title="Two")
    wanted = ChangeForm.wanted

    def wanted_before_it_is_merged(form):
        found = wanted.fget(form)
        merged(trait, heir)
        return found

    monkeypatch.setattr(ChangeForm, "wanted", property(wanted_before_it_is_merged))
    told = said(asked(moderator_client, [has, story], add=[trait.pk]))
    assert told == ["“One”: No longer in use: Warm.", "“Two”: No longer in use: Warm."]
    assert traits(has) == [("Caring", "")]
    assert traits(story) == []


def test_a_story_published_meanwhile_is_changed_all_the_same(moderator_client):
    story, other = PendingStoryFactory(title="One"), PendingStoryFactory(title="Two")
    story.publish(by=UserFactory())
    page = asked(moderator_client, [story, other], LIST)
    assert {each for each, _teller in page.context["chosen"]} == {story, other}
    asked(moderator_client, [story, other], LIST, served="colleague")
    assert Story.objects.filter(served="colleague").count() == 2


def test_what_may_no_longer_be_shown_outside_comes_back_inside(moderator_client):
    story = PublishedStoryFactory(title="One", served="colleague", may_show_outside=True)
    story.set_visibility(Visibility.PUBLIC, by=None)
    done, warned = said(asked(moderator_client, [story], served="customer"))
    assert done == "Changed: “One”."
    assert warned == "No longer shown outside, as not everybody agrees: “One”."
    story.refresh_from_db()
    assert story.visibility == Visibility.ORGANISATION


def test_nobody_is_told_of_it_again(moderator_client):
    person = EmployeeFactory()
    told = PublishedStoryFactory(people=[person])
    # Came with many others, of which nobody was told.
    quiet = PendingStoryFactory(people=[person])
    quiet.publish(by=None, quietly=True)
    before = list(Notice.objects.values_list("pk", flat=True))
    asked(moderator_client, [told, quiet], served="colleague")
    assert edits(told)
    assert edits(quiet)
    assert list(Notice.objects.values_list("pk", flat=True)) == before


def test_at_most_a_hundred_at_once(moderator_client, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    stories = [PendingStoryFactory() for _ in range(3)]
    for answer in ({}, {"served": "colleague"}):
        assert said(asked(moderator_client, stories, **answer)) == [
            "Choose at most 2 stories at once."
        ]
    assert not Story.objects.filter(served="colleague").exists()


def questions(client, stories, **answer) -> int:
    data = {"action": "change", "_selected_action": [story.pk for story in stories]}
    with CaptureQueriesContext(connection) as found:
        client.post(ALL, data | ({"decide": "1", **answer} if answer else {}))
    return sum("SAVEPOINT" not in query["sql"] for query in found)


def test_the_page_asks_as_often_for_many_as_for_one(moderator_client):
    stories = [PendingStoryFactory(traits=["Caring"]) for _ in range(6)]
    once = questions(moderator_client, stories[:1])
    assert questions(moderator_client, stories) == once <= 12


@pytest.mark.parametrize("make", [PendingStoryFactory, PublishedStoryFactory])
@pytest.mark.parametrize("add", [["Honest", "Playful"], []], ids=["more", "fewer"])
def test_many_are_changed_with_as_many_questions_as_one(moderator_client, make, add):
    answer = {"add": list(map(pk, add)), "take": [pk("Caring")], "served": "colleague"}

    def count(number: int) -> int:
        stories = [make(traits=["Caring", "Personal"]) for _ in range(number)]
        return questions(moderator_client, stories, **answer)

    count(1)
    assert count(1) == count(9) <= 12


def test_only_moderators_and_admins_change_several(
    client, staff_client, manager_client, admin_client
):
    story = PendingStoryFactory()
    data = {
        "action": "change",
        "_selected_action": [story.pk],
        "decide": "1",
        "served": "colleague",
    }
    for other in (staff_client, manager_client):
        assert other.post(ALL, data).status_code == 403
    assert client.post(ALL, data).status_code == 302
    story.refresh_from_db()
    assert story.served == "customer"
    admin_client.post(ALL, data)
    story.refresh_from_db()
    assert story.served == "colleague"

"""The tell form: what it takes, what it asks again, and what it never loses."""

import datetime
import uuid

import pytest
import time_machine
from django.utils import timezone

from stories.models import Initiative, Served, Setting, Story, Trait
from stories.models.story import MOST_PEOPLE, MOST_TRAITS
from stories.telling.forms import TellForm
from stories.telling.questions import Questions
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    TraitFactory,
    merged,
)

from .conftest import posted

pytestmark = pytest.mark.django_db


def test_one_sentence_is_a_whole_form(form_of):
    form = form_of(body="She warmed his hands.")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["setting"] == Setting.HERE
    assert form.cleaned_data["served"] == Served.CUSTOMER
    assert form.cleaned_data["initiative"] == Initiative.UNKNOWN


@pytest.mark.parametrize("body", ["", "   \n\t ", "\u200b\u200d", "\x00\x01"])
def test_a_body_nobody_can_see_is_asked_for(form_of, body):
    form = form_of(body=body)
    assert form.errors["body"] == [
        "Write what happened, in a sentence or two. It is the only thing we need."
    ]


def test_the_line_is_kept_without_the_marks_around_it(form_of):
    for typed in (
        "“Two sugars.”",
        '"Two sugars."',
        "‘Two sugars.’",
        "Two sugars.",
        " «Two sugars.» ",
    ):
        form = form_of(body="x", line=typed)
        assert form.is_valid()
        assert form.cleaned_data["line"] == "Two sugars."


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("0001-01-01", "before 1900"),
        ("1899-12-31", "before 1900"),
        ("2026-03-03", "not come yet"),
        ("9999-12-31", "not come yet"),
        ("99999-01-01", "Choose the day"),
        ("yesterday", "Choose the day"),
        ("2026-02-30", "Choose the day"),
    ],
)
@time_machine.travel("2026-03-02 12:00:00+00:00")
def test_a_day_that_cannot_be_is_answered_beside_the_field(form_of, day, words):
    assert words in form_of(body="x", happened_on=day).errors["happened_on"][0]


@time_machine.travel("2026-03-02 12:00:00+00:00")
def test_today_and_long_ago_are_fine(form_of):
    for day in ("2026-03-02", "1900-01-01"):
        form = form_of(body="x", happened_on=day)
        assert form.is_valid()
        assert form.cleaned_data["happened_on"] == datetime.date.fromisoformat(day)


def test_another_organisation_is_only_for_stories_from_elsewhere(form_of):
    assert "organisation" in form_of(body="x", organisation="7-Eleven").errors
    form = form_of(body="x", organisation="7-Eleven", setting="elsewhere")
    assert form.is_valid(), form.errors


def test_saying_what_went_wrong_says_that_it_went_wrong(form_of):
    form = form_of(body="x", went_wrong="The first treatment hurt.")
    assert form.is_valid()
    assert form.cleaned_data["recovery"] is True


@pytest.mark.parametrize("field", ["setting", "served", "initiative", "took_time", "took_money"])
def test_an_answer_that_was_not_offered_is_not_taken(form_of, field):
    assert form_of(body="x", **{field: "made-up"}).errors[field] == [
        "Choose one of the answers offered."
    ]


class TestTraits:
    def test_keep_the_order_in_which_they_were_chosen(self, form_of):
        one, two = TraitFactory(), TraitFactory()
        form = form_of(body="x", traits=[two.slug, one.slug, two.slug])
        assert form.is_valid()
        assert form.chosen_traits() == [(two, ""), (one, "")]

    def test_the_leading_one_goes_first_if_it_is_named(self, form_of):
        one, two = TraitFactory(), TraitFactory()
        form = form_of(body="x", traits=[one.slug, two.slug], leading=two.slug)
        assert form.is_valid()
        assert [trait for trait, _words in form.chosen_traits()] == [two, one]

    def test_come_with_their_evidence(self, form_of):
        trait = TraitFactory(name="Noticed")
        form = form_of(body="One. Two.", traits=["noticed"], evidence_noticed="Two.")
        assert form.is_valid()
        assert form.chosen_traits() == [(trait, "Two.")]

    def test_unknown_ones_are_named_and_the_others_kept(self, form_of):
        known = TraitFactory()
        form = form_of(body="x", traits=[known.slug, "no-such", "\x00"])
        assert "no-such" in form.errors["traits"][0]
        assert form["traits"].value() == [known.slug, "no-such", ""]

    def test_too_many_are_asked_to_be_fewer(self, form_of):
        slugs = [TraitFactory().slug for _ in range(MOST_TRAITS + 1)]
        assert f"up to {MOST_TRAITS}" in form_of(body="x", traits=slugs).errors["traits"][0]
        assert form_of(body="x", traits=slugs[:-1]).is_valid()
        assert (
            "trait_proposed" in form_of(body="x", traits=slugs[:-1], trait_proposed="Brave").errors
        )

    def test_a_merged_one_leads_to_its_heir_with_its_evidence(self, form_of):
        heir, old = TraitFactory(), TraitFactory(name="Old")
        merged(old, heir)
        form = form_of(body="One.", traits=["old", heir.slug], evidence_old="One.")
        assert form.is_valid()
        assert [trait for trait, _words in form.chosen_traits()] == [heir]

    def test_a_retired_one_stays_where_it_is_but_is_not_given_anew(self, form_of, teller):
        retired = TraitFactory()
        story = StoryFactory(teller=teller.person, traits=[retired])
        retired.retire()
        assert form_of(story, body="x", traits=[retired.slug]).is_valid()
        assert not form_of(body="x", traits=[retired.slug]).is_valid()

    def test_a_proposal_is_a_word_or_two(self, form_of):
        assert form_of(body="x", trait_proposed="Big-hearted").is_valid()
        assert "trait_proposed" in form_of(body="x", trait_proposed="!?").errors
        assert "trait_proposed" in form_of(body="x", trait_proposed="very " * 20).errors

    def test_a_word_no_longer_in_use_is_not_proposed_again(self, form_of):
        TraitFactory(name="Heroic").retire()
        assert (
            "no longer in use"
            in form_of(body="x", trait_proposed="heroic").errors["trait_proposed"][0]
        )


class TestPeople:
    def test_keep_their_order(self, form_of):
        people = EmployeeFactory.create_batch(3)
        ids = [str(person.pk) for person in reversed(people)]
        form = form_of(body="x", people=ids, people_text="Roberta, the night porter,,")
        assert form.is_valid(), form.errors
        assert form.credited() == (people[::-1], ["Roberta", "the night porter"], None)

    @pytest.mark.parametrize("forged", ["0", "-1", "9" * 30, "x", "1.5", "٣", "None"])
    def test_forged_ids_are_said_to_be_unknown(self, form_of, forged):
        assert "not in the directory" in form_of(body="x", people=[forged]).errors["people"][0]

    def test_someone_who_asked_not_to_be_named_cannot_be_chosen(self, form_of):
        unnamed, gone = EmployeeFactory(unnamed=True), EmployeeFactory(active=False)
        assert not form_of(body="x", people=[str(unnamed.pk)]).is_valid()
        assert not form_of(body="x", people=[str(gone.pk)]).is_valid()

    def test_someone_credited_who_then_asked_not_to_be_named_stays_credited(self, form_of, teller):
        person = EmployeeFactory()
        story = StoryFactory(teller=teller.person, people=[person])
        person.ask_not_to_be_named()
        form = form_of(story, body="x", people=[str(person.pk)])
        assert form.is_valid()
        assert form.credited().people == [person]

    def test_are_at_most_so_many_by_either_way(self, form_of):
        people = [str(person.pk) for person in EmployeeFactory.create_batch(MOST_PEOPLE)]
        assert form_of(body="x", people=people).is_valid()
        form = form_of(body="x", people=people, people_text="Roberta")
        assert f"up to {MOST_PEOPLE} people" in form.errors["people_text"][0]

    def test_a_name_without_end_is_not_a_name(self, form_of):
        assert "people_text" in form_of(body="x", people_text="a" * 201).errors

    def test_the_team_is_one_we_know(self, form_of):
        team = TeamFactory()
        form = form_of(body="x", team=team.slug)
        assert form.is_valid()
        assert form.credited().team == team
        assert "team" in form_of(body="x", team="no-such").errors


class TestInspiredBy:
    def test_a_published_story(self, form_of):
        story = PublishedStoryFactory()
        form = form_of(body="x", inspired_by=story.public_id)
        assert form.is_valid()
        assert form.cleaned_data["inspired_by"] == story

    def test_another_tellers_story_that_is_not_up_is_as_good_as_none(self, form_of):
        for story in (StoryFactory(), PendingStoryFactory()):
            assert "inspired_by" in form_of(body="x", inspired_by=story.public_id).errors
        assert "inspired_by" in form_of(body="x", inspired_by="\x00nonsense").errors

    def test_what_was_kept_before_stays_though_it_came_down_since(self, form_of, teller):
        story = PublishedStoryFactory()
        mine = StoryFactory(teller=teller.person, inspired_by=story)
        story.withdraw(by=None)
        assert form_of(mine, body="x", inspired_by=story.public_id).is_valid()


def test_a_stored_story_fills_the_form_and_comes_out_the_same(teller):
    trait, proposed = TraitFactory(), TraitFactory(standing=Trait.Standing.PROPOSED)
    story = StoryFactory(
        teller=teller.person,
        setting=Setting.ELSEWHERE,
        organisation="7-Eleven",
        inspired_by=PublishedStoryFactory(),
        went_wrong="It froze.",
        recovery=True,
    )
    story.set_traits([(trait, "He’s my customer."), (proposed, "")])
    story.set_credits([EmployeeFactory()], ["Roberta"], TeamFactory())
    story = Story.objects.get(pk=story.pk)
    values = TellForm(user=teller, story=story).initial
    data = {name: value for name, value in values.items() if value not in (None, False, "")}
    data["happened_on"] = data["happened_on"].isoformat()
    form = TellForm(posted(**data), user=teller, story=story)
    assert form.is_valid(), form.errors
    form.write_on(story)
    assert form.chosen_traits() == [(trait, "He’s my customer.")]
    assert form.cleaned_data["trait_proposed"] == proposed.name
    assert Story.objects.get(pk=story.pk).content() == {
        **story.content(),
        "people": [person.pk for person in form.credited().people],
        "names": form.credited().names,
        "team": form.credited().team.pk,
    }


def test_broken_hidden_values_are_answered_with_fresh_ones(form_of):
    form = form_of(body="x", submission="nonsense", version="-3", writer="\x00")
    assert form.is_valid()
    assert (form.version, form.writer) == (0, None)
    assert isinstance(form.submission, uuid.UUID)


def test_a_form_without_its_number_is_told_by_its_words(form_of):
    assert form_of(body="One.").submission == form_of(body="One. ").submission
    assert form_of(body="One.").submission != form_of(body="Two.").submission


def test_every_field_has_a_label_or_is_hidden():
    hidden = {"leading", "inspired_by"}
    for name, field in Questions().fields.items():
        assert field.label or name in hidden, name


def test_the_latest_day_is_the_organisations_own(form_of, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    with time_machine.travel("2026-03-02 12:00:00+00:00"), timezone.override("Pacific/Auckland"):
        assert form_of(body="x", happened_on="2026-03-03").is_valid()

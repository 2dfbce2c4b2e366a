"""What a story carries: its id, its traits, its credits, the measure of its line."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.audiences import NamedAs
from staff.models import Credit, History, What
from stories.models import Story
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    TraitFactory,
    merged,
)

pytestmark = pytest.mark.django_db


def test_public_ids_are_short_and_spell_nothing():
    ids = {StoryFactory.build().public_id for _ in range(200)}
    assert len(ids) == 200
    assert all(len(public_id) == 10 for public_id in ids)
    assert not set("aeiouAEIOU01l") & set("".join(ids))


def test_the_first_trait_leads_and_the_order_is_kept():
    story = StoryFactory()
    caring, personal = TraitFactory(name="Caring"), TraitFactory(name="Personal")
    story.set_traits([(personal, ""), (caring, "")])
    assert [tagging.tag for tagging in story.shown_traits()] == [personal, caring]
    story.set_traits([(caring, "")])
    assert [trait.name for trait in story.traits.all()] == ["Caring"]


def test_evidence_is_kept_only_where_the_text_holds_it():
    story = StoryFactory(body="She warmed his hands. Nobody coughed.")
    caring, honest = TraitFactory(), TraitFactory()
    story.set_traits([(caring, "She warmed his hands."), (honest, "She said no.")])
    kept = {tagging.tag: tagging.evidence for tagging in story.story_traits.all()}
    assert kept == {caring: "She warmed his hands.", honest: ""}


def test_evidence_that_does_not_fit_is_left_out():
    fits, does_not = "x" * 1000, "x" * 1001
    story = StoryFactory(body=does_not)
    caring, honest = TraitFactory(), TraitFactory()
    story.set_traits([(caring, fits), (honest, does_not)])
    kept = {tagging.tag: tagging.evidence for tagging in story.story_traits.all()}
    assert kept == {caring: fits, honest: ""}


def test_a_proposed_trait_is_not_shown_to_readers():
    story = StoryFactory(traits=[TraitFactory(standing="proposed"), TraitFactory(name="Personal")])
    assert [tagging.tag.name for tagging in story.shown_traits()] == ["Personal"]


def test_credits_keep_the_team_of_that_day():
    person, old, new = EmployeeFactory(), TeamFactory(name="Old"), TeamFactory(name="New")
    MembershipFactory(employee=person, team=old, since=datetime.date(2025, 1, 1))
    story = StoryFactory(happened_on=datetime.date(2026, 3, 2))
    story.set_credits(people=[person])
    person.move_to(new, on=datetime.date(2026, 6, 1))
    assert story.credits.get().team == old
    later = StoryFactory(happened_on=datetime.date(2026, 6, 2))
    later.set_credits(people=[person])
    assert later.credits.get().team == new


def test_setting_credits_again_keeps_people_and_replaces_names_and_team():
    person, team = EmployeeFactory(), TeamFactory()
    story = StoryFactory()
    story.set_credits(people=[person], names=["Roberta"], team=team)
    kept = story.credits.get(employee=person).pk
    story.set_credits(people=[person], names=["Lou"])
    assert story.credits.get(employee=person).pk == kept
    assert sorted(map(str, story.credits.all())) == sorted([str(person), "Lou"])


def test_what_is_credited_as_before_stays_the_same_row():
    story, team, people = StoryFactory(), TeamFactory(), [EmployeeFactory() for _ in range(3)]

    def rows() -> dict[object, int]:
        credited = story.credits.order_by("position")
        return {one.employee or one.name_text or one.team: one.pk for one in credited}

    story.set_credits(people, names=["Lou", "Bo"], team=team)
    before = rows()
    story.set_credits([people[2], people[0]], names=["Ada", "Bo"], team=team)
    after = rows()
    assert list(after) == [people[2], people[0], "Ada", "Bo", team]
    assert {who for who in after if after[who] == before.get(who)} == {*after} - {"Ada"}


@pytest.mark.parametrize("names", [["Ada"], ["Ada", "Bo"], ["Ada", "Bo", "Cas"]])
def test_who_comes_for_somebody_else_takes_their_row_and_nothing_of_theirs(names):
    story = PublishedStoryFactory()
    story.set_credits([EmployeeFactory()], names=["Lou"])
    story.credits.update(in_team=NamedAs.COLLEAGUE, in_public=NamedAs.COLLEAGUE)
    story.set_credits([], names=names)
    credits = list(story.credits.all())
    assert [str(credit) for credit in credits] == names
    assert [credit.position for credit in credits] == [*range(len(names))]
    fresh = Credit(name_text="Ada")
    assert all(credit.agreed == fresh.agreed for credit in credits)
    assert {(credit.employee, credit.team, credit.seq) for credit in credits} == {
        (None, None, story.seq)
    }


def test_as_many_as_go_come_with_one_statement():
    story, others = StoryFactory(), [EmployeeFactory() for _ in range(3)]
    story.set_credits([EmployeeFactory() for _ in range(3)])
    with CaptureQueriesContext(connection) as asked:
        story.set_credits(others)
    written = [query["sql"] for query in asked if "INSERT" in query["sql"] or "DEL" in query["sql"]]
    assert len(written) == 1
    assert [credit.employee for credit in story.credits.all()] == others


def test_a_trait_in_the_place_of_another_has_nothing_of_it():
    first, second = TraitFactory(), TraitFactory()
    story = PublishedStoryFactory(body="She stayed.")
    story.set_traits([(first, "She stayed.")])
    before = story.story_traits.get()
    story.set_traits([(second, "")])
    after = story.story_traits.get()
    assert (after.tag, after.evidence, after.seq) == (second, "", story.seq)
    assert after.created_at > before.created_at


def test_a_name_that_is_told_twice_is_credited_twice():
    story = StoryFactory()
    for _again in range(2):
        story.set_credits(names=["Lou", "Lou"])
        assert [credit.name_text for credit in story.credits.all()] == ["Lou", "Lou"]


def test_a_trait_that_stays_follows_its_place_and_its_words():
    first, second, third = (TraitFactory() for _ in range(3))
    story = StoryFactory(body="She stayed.")
    story.set_traits([(first, ""), (second, ""), (third, "")])
    kept = story.story_traits.get(tag=second).pk
    story.set_traits([(second, "She stayed."), (first, "")])
    assert list(story.story_traits.values_list("tag", "evidence", "position")) == [
        (second.pk, "She stayed.", 0),
        (first.pk, "", 1),
    ]
    assert story.story_traits.get(tag=second).pk == kept


def test_a_credit_that_stays_follows_its_place_and_the_team_of_another_day():
    first, second = EmployeeFactory(), EmployeeFactory()
    old, new = TeamFactory(), TeamFactory()
    MembershipFactory(employee=first, team=old, since=datetime.date(2025, 1, 1))
    first.move_to(new, on=datetime.date(2026, 6, 1))
    story = StoryFactory(happened_on=datetime.date(2026, 3, 2))
    story.set_credits(people=[first, second])
    kept = set(story.credits.values_list("pk", flat=True))
    story.happened_on = datetime.date(2026, 6, 2)
    story.set_credits(people=[second, first])
    credits = list(story.credits.order_by("position"))
    assert {credit.pk for credit in credits} == kept
    assert [credit.employee for credit in credits] == [second, first]
    assert credits[1].team == new


def test_a_name_as_told_is_matched_to_an_employee():
    person = EmployeeFactory()
    story = StoryFactory()
    story.set_credits(names=["Marek from nights"])
    story.match_names({Credit.objects.to_be_matched().get().pk: person}, by=None)
    credit = story.credits.get()
    assert (credit.employee, credit.name_text) == (person, "")


def test_matching_a_name_to_someone_credited_already_leaves_one_credit():
    person = EmployeeFactory()
    story = StoryFactory()
    story.set_credits(people=[person], names=["Marek"])
    story.match_names({Credit.objects.to_be_matched().get().pk: person}, by=None)
    assert story.credits.get().employee == person


def test_the_line_is_measured_whenever_it_changes():
    story = StoryFactory(line="Two sugars.")
    short = story.line_widths
    story.line = "Nobody gets the job in a creased shirt."
    story.save(update_fields=["line"])
    story.refresh_from_db()
    assert story.line_widths[0] > short[0] > 0


def test_stories_by_trait_person_and_team():
    personal, person, team = TraitFactory(), EmployeeFactory(), TeamFactory()
    MembershipFactory(employee=person, team=team)
    story = PublishedStoryFactory(traits=[personal], people=[person])
    PublishedStoryFactory(traits=["Caring"], people=[EmployeeFactory()])
    assert Story.objects.with_trait(personal).get() == story
    assert Story.objects.crediting(person).get() == story
    assert Story.objects.credited_to_teams([team.pk]).get() == story


def test_merging_a_trait_takes_every_story_along_with_its_evidence():
    kind, caring = TraitFactory(name="Kind"), TraitFactory(name="Caring")
    only_kind, both = StoryFactory(traits=[kind]), StoryFactory(traits=[caring, kind])
    sentence = "Roberta came round the counter and warmed his hands."
    both.story_traits.filter(tag=kind).update(evidence=sentence)
    merged(kind, caring)
    assert [trait.name for trait in only_kind.traits.all()] == ["Caring"]
    assert both.story_traits.get().evidence == sentence
    assert (kind.standing, kind.merged_into) == ("merged", caring)


def test_a_trait_merged_into_a_merged_one_ends_at_the_last():
    first, second, third = (TraitFactory() for _ in range(3))
    merged(first, second)
    merged(second, third)
    first.refresh_from_db()
    assert first.merged_into == third


def test_a_trait_is_not_merged_into_itself_or_one_not_in_use():
    trait, retired = TraitFactory(), TraitFactory(standing="retired")
    for other in (trait, retired):
        with pytest.raises(ValueError, match="in use"):
            trait.merge_into(other, by=None)


def test_what_was_said_of_being_named_leaves_the_history_with_the_story():
    story = PublishedStoryFactory(people=[EmployeeFactory()])
    person = story.credits.get().employee
    story.ask_for_correction(person, "I was not there.", by=None, how="email")
    said = story.consents.get().pk
    assert "I was not there." in str(History.objects.of("stories.consent", said).get().changes)
    story.delete()
    row = History.objects.of("stories.consent", said).get()
    assert (row.label, row.changes) == ("", {})


def test_a_draft_that_was_sent_in_meanwhile_is_in_the_history_when_it_is_deleted():
    story = StoryFactory()
    Story.objects.get(pk=story.pk).submit(by=None)
    story.delete()
    row = History.objects.get(kind="stories.story", what=What.DELETED)
    assert row.changes == {"status": ["pending", None]}

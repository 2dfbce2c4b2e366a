"""What a story says is saved whole, once, and never over somebody else's words."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models.membership import teams_on
from stories.models import Credited, Index, StaleVersion, Status, Story, StoryEvent
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    TraitFactory,
)

pytestmark = pytest.mark.django_db


def test_saving_what_changed_counts_the_version_up():
    story = StoryFactory()
    story.title = "Two sugars"
    assert story.save_content(by=None)
    story.refresh_from_db()
    assert (story.title, story.version) == ("Two sugars", 2)


def test_saving_without_a_change_is_nothing():
    story = PendingStoryFactory(traits=["Personal"], people=[EmployeeFactory()])
    held = [(tagging.tag, tagging.evidence) for tagging in story.story_traits.all()]
    people = [credit.employee for credit in story.credits.all()]
    before = story.events.count()
    assert not story.save_content(by=None, traits=held, credited=Credited(people))
    story.refresh_from_db()
    assert story.version == 1
    assert story.events.count() == before


def test_a_new_story_is_stored_with_its_traits_and_credits():
    person, team, trait = EmployeeFactory(), TeamFactory(), TraitFactory()
    story = Story(teller=EmployeeFactory(), body="She warmed his hands. Both of them.")
    story.save_content(
        by=None,
        traits=[(trait, "Both of them.")],
        credited=Credited([person], ["Roberta"], team),
    )
    assert Story.objects.get().content() == {
        **story.content(),
        "traits": [[trait.slug, "Both of them."]],
        "people": [person.pk],
        "names": ["Roberta"],
        "team": team.pk,
    }


def test_a_stale_version_is_refused_and_brings_the_stored_story():
    story = StoryFactory(body="As it was.")
    here, there = Story.objects.get(), Story.objects.get()
    there.body = "From the other tab."
    there.save_content(by=None, version=1, writer=uuid.uuid4())
    here.body = "From this tab."
    with pytest.raises(StaleVersion) as refused:
        here.save_content(by=None, version=1, writer=uuid.uuid4())
    assert refused.value.stored.body == "From the other tab."
    story.refresh_from_db()
    assert (story.body, story.version) == ("From the other tab.", 2)


def test_a_page_never_argues_with_itself():
    writer = uuid.uuid4()
    story = StoryFactory()
    for body in ("One.", "One. Two."):
        story.body = body
        story.save_content(by=None, version=1, writer=writer)
    story.refresh_from_db()
    assert (story.body, story.version) == ("One. Two.", 3)


def test_the_same_words_twice_are_no_conflict():
    story = StoryFactory(body="Once.")
    story.save_content(by=None, version=7, writer=uuid.uuid4())
    assert Story.objects.get().version == 1


def test_edits_are_recorded_with_before_and_after_once_it_was_sent_in():
    story = PendingStoryFactory(title="Before")
    story.title = "After"
    story.save_content(by=None)
    event = story.events.get(action=StoryEvent.Action.EDITED)
    assert event.changes == {"title": ["Before", "After"]}


def test_edits_of_a_draft_leave_no_record():
    story = StoryFactory(title="Before")
    story.title = "After"
    story.save_content(by=None)
    assert not story.events.exists()


def test_saving_the_content_never_moves_the_story():
    story = PendingStoryFactory()
    stale = Story.objects.get()
    story.publish(by=None)
    stale.title = "Written while it was published"
    stale.save_content(by=None, traits=[(TraitFactory(), "")])
    stale.refresh_from_db()
    assert stale.status == Status.PUBLISHED
    assert stale.story_traits.get().seq == stale.seq is not None


def test_evidence_the_text_no_longer_holds_is_left_out():
    trait = TraitFactory()
    story = StoryFactory(body="One. Two.")
    story.body = "One."
    story.save_content(by=None, traits=[(trait, "Two.")])
    assert story.story_traits.get().evidence == ""


def test_saving_costs_the_same_for_one_trait_and_one_person_as_for_eight():
    def queries(count: int) -> int:
        story = StoryFactory()
        traits = [(TraitFactory(), "") for _ in range(count)]
        people = EmployeeFactory.create_batch(count)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            story.save_content(by=None, traits=traits, credited=Credited(people))
        return len(seen)

    assert queries(1) == queries(8)


def test_what_a_story_leaves_and_comes_to_is_read_once_and_written_once():
    old, new = TeamFactory(), TeamFactory()
    people = EmployeeFactory.create_batch(2)
    for person, team in zip(people, (old, new), strict=True):
        MembershipFactory(employee=person, team=team)
    story, trait, other = PublishedStoryFactory(), TraitFactory(), TraitFactory()
    story.save_content(by=None, traits=[(trait, "")], credited=Credited(people[:1]))
    story.happened_on, story.customer_agreed = datetime.date(2026, 2, 3), True
    with CaptureQueriesContext(connection) as seen:
        story.save_content(by=None, traits=[(other, "")], credited=Credited(people[1:]))
    for table in ("stories_posting", "staff_history"):
        assert sum(f'INTO "{table}"' in query["sql"] for query in seen) == 1
    assert sum('FROM "stories_posting"' in query["sql"] for query in seen) == 1
    index = Index()
    for facet in (f"trait:{other.pk}", f"team:{new.pk}", "month:2026-02"):
        assert story.seq in index.under(facet)
    for facet in (f"trait:{trait.pk}", f"team:{old.pk}"):
        assert story.seq not in index.under(facet)


def test_teams_on_a_day_are_those_that_team_on_gives_one_by_one():
    day = datetime.date(2025, 6, 1)
    moved, stayed, later, none = EmployeeFactory.create_batch(4)
    MembershipFactory(employee=moved, since=day.replace(year=2020), until=day)
    MembershipFactory(employee=moved, since=day)
    MembershipFactory(employee=stayed, since=day.replace(year=2020))
    MembershipFactory(employee=later, since=day.replace(year=2026))
    people = [moved, stayed, later, none]
    for on in (None, day, day.replace(month=5), day.replace(year=2019)):
        singly = {person.pk: team for person in people if (team := person.team_on(on))}
        assert teams_on(people, on) == singly


def test_a_story_shown_outside_comes_back_inside_when_somebody_no_longer_agrees():
    story = PendingStoryFactory(may_show_outside=True, customer_agreed=True)
    story.set_visibility("public", by=None)
    story.customer_agreed = False
    assert story.save_content(by=None)
    story.refresh_from_db()
    assert story.visibility == "organisation"
    assert story.events.latest().changes["visibility"] == ["public", "organisation"]

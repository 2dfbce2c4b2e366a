"""A name that is left as it was told is settled, until somebody takes it up again."""

import pytest
from django.db import connection

from staff.models import Credit, History
from stories.models import Notice, Setting
from stories.privacy.erasing import erase
from tests.factories import EmployeeFactory, PendingStoryFactory, PublishedStoryFactory

from .names import LEFT, NAMES, again, by_page, left, listed, told
from .pages import change, edit_data, said

pytestmark = pytest.mark.django_db

SETTLED = "One of the names had been settled already, or changed."


def is_left(credit) -> bool:
    credit.refresh_from_db()
    return credit.as_told_at is not None


def test_a_name_left_as_told_leaves_the_list_and_can_be_taken_up_again(moderator_client):
    story = PendingStoryFactory()
    lou, marek = told(story, "Lou"), told(story, "Marek")
    answer = moderator_client.post(NAMES, left(lou) | by_page(marek, None), follow=True)
    assert said(answer) == ["Left as told: “Lou”."]
    assert (listed(moderator_client), listed(moderator_client, LEFT)) == (["Marek"], ["Lou"])
    answer = moderator_client.post(NAMES, again(lou) | {"back": LEFT}, follow=True)
    assert said(answer) == ["To be matched again: “Lou”."]
    assert answer.redirect_chain == [(LEFT, 302)]
    assert listed(moderator_client) == ["Lou", "Marek"]
    assert listed(moderator_client, LEFT) == []


def test_it_is_on_the_record_by_whom_and_when_and_in_the_history(moderator_client):
    story = PublishedStoryFactory()
    lou, marek = told(story, "Lou"), told(story, "Marek")
    moderator_client.post(NAMES, left(lou))
    moderator_client.post(NAMES, left(marek))
    moderator_client.post(NAMES, again(lou))
    done = story.events.filter(action="edited")
    assert {event.actor for event in done} == {moderator_client.user}
    assert [event.changes for event in done] == [
        {"left_as_told": [["Lou", "Marek"], ["Marek"]]},
        {"left_as_told": [["Lou"], ["Lou", "Marek"]]},
        {"left_as_told": [[], ["Lou"]]},
    ]
    assert History.objects.of("stories.story", story.pk).filter(fields="left_as_told").count() == 3
    marek.refresh_from_db()
    assert marek.as_told_at <= done[1].at
    record = moderator_client.get(change(story)).context["record"]
    assert [(one.label, one.pieces[1].text) for one in record[2].changes] == [
        ("Left as told", "Lou")
    ]


def test_readers_hear_nothing_of_it_and_an_open_form_is_not_stale(moderator_client):
    story = PublishedStoryFactory()
    lou, version = told(story, "Lou"), story.version
    data = edit_data(moderator_client, story, title="Another title")
    moderator_client.post(NAMES, left(lou))
    assert not Notice.objects.filter(story=story, kind="credited").exists()
    moderator_client.post(change(story), data)
    story.refresh_from_db()
    assert (story.version, story.title) == (version + 1, "Another title")
    assert is_left(lou)


def test_in_one_post_a_name_is_matched_another_left_and_a_third_taken_up(moderator_client):
    person, story, other = EmployeeFactory(), PublishedStoryFactory(), PendingStoryFactory()
    marek, lou = told(story, "Marek"), told(story, "Lou")
    femi = told(other, "Femi")
    moderator_client.post(NAMES, left(femi), follow=True)
    posted = by_page(marek, person) | left(lou) | again(femi)
    answer = moderator_client.post(NAMES, posted, follow=True)
    assert [one.partition(":")[0] for one in said(answer)] == [
        "Matched",
        "Left as told",
        "To be matched again",
    ]
    marek.refresh_from_db()
    assert (marek.employee, is_left(lou), is_left(femi)) == (person, True, False)


def test_who_comes_second_is_told_and_changes_nothing(moderator_client):
    person, story = EmployeeFactory(), PendingStoryFactory()
    lou, marek = told(story, "Lou"), told(story, "Marek")
    moderator_client.post(NAMES, left(lou) | by_page(marek, person), follow=True)
    for late in (left(lou), by_page(lou, person), left(marek), again(marek)):
        answer = moderator_client.post(NAMES, late, follow=True)
        assert said(answer) == [SETTLED]
    assert is_left(lou)
    assert lou.employee is None
    assert moderator_client.post(NAMES, again(lou), follow=True)
    answer = moderator_client.post(NAMES, again(lou), follow=True)
    assert said(answer) == [SETTLED]


def test_whoever_is_written_counts_for_more_than_that_it_is_left(moderator_client):
    person, lou = EmployeeFactory(), told(PendingStoryFactory(), "Lou")
    moderator_client.post(NAMES, left(lou) | {f"other-{lou.pk}": f"(#{person.pk})"})
    assert not is_left(lou)
    assert lou.employee == person


def test_an_edit_keeps_it_on_a_name_that_stays_and_takes_it_from_one_that_changes(
    moderator_client,
):
    story = PublishedStoryFactory()
    lou, marek = told(story, "Lou"), told(story, "Marek")
    moderator_client.post(NAMES, left(lou) | left(marek))
    # Marek comes first now, and Lou has become somebody else.
    data = edit_data(moderator_client, story)
    data |= {"people-0-who": "Marek", "people-1-who": "Louise"}
    moderator_client.post(change(story), data)
    now = {credit.name_text: credit.as_told_at is not None for credit in story.credits.all()}
    assert now == {"Marek": True, "Louise": False}


def test_a_name_that_an_edit_matches_after_all_is_no_longer_left(moderator_client):
    person, story = EmployeeFactory(number="N7"), PublishedStoryFactory()
    moderator_client.post(NAMES, left(told(story, "Lou")))
    person_label = f"{person.full_name} (N7)"
    data = edit_data(moderator_client, story, **{"people-0-who": person_label})
    moderator_client.post(change(story), data)
    credit = story.credits.get()
    assert (credit.employee, credit.as_told_at) == (person, None)
    assert listed(moderator_client, LEFT) == []


def test_when_somebody_is_erased_a_name_stays_left_and_is_nowhere_any_more(moderator_client):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    story = PublishedStoryFactory()
    credit = told(story, "Ottoline Zwart")
    moderator_client.post(NAMES, left(credit))
    erase(person, by=None)
    assert is_left(credit)
    assert credit.name_text == "A colleague"
    assert (listed(moderator_client), listed(moderator_client, LEFT)) == ([], ["A colleague"])
    written = [*story.events.values_list("changes", flat=True)]
    written += History.objects.filter(kind="stories.story").values_list("changes", flat=True)
    assert len(written) > 1
    assert "Zwart" not in str(written)


def test_a_story_s_own_page_shows_what_is_left_behind_what_is_to_be_matched(moderator_client):
    story = PendingStoryFactory()
    lou, _marek = told(story, "Lou"), told(story, "Marek")
    moderator_client.post(NAMES, left(lou))
    page = moderator_client.get(change(story))
    assert [row.name for row in page.context["names_told"]] == ["Marek"]
    assert page.context["names_left"] == [lou]
    shown = page.content.decode()
    # The enter key presses the first button of a form.
    assert shown.index("Save what was chosen") < shown.index(f'name="again-{lou.pk}"')
    moderator_client.post(NAMES, again(lou) | {"back": change(story)})
    assert not is_left(lou)


def test_of_stories_that_are_not_ours_or_came_down_none_is_listed(moderator_client):
    here, elsewhere = PublishedStoryFactory(), PublishedStoryFactory()
    moderator_client.post(NAMES, left(told(here, "Lou")) | left(told(elsewhere, "Marek")))
    assert sorted(listed(moderator_client, LEFT)) == ["Lou", "Marek"]
    elsewhere.setting = Setting.ELSEWHERE
    elsewhere.save_content(by=None)
    assert listed(moderator_client, LEFT) == ["Lou"]
    here.withdraw(by=None, reason="It was another.")
    assert listed(moderator_client, LEFT) == []


def test_only_moderators_leave_names(staff_client, moderator_client):
    lou = told(PendingStoryFactory(), "Lou")
    assert staff_client.get(LEFT).status_code == 403
    assert staff_client.post(NAMES, left(lou)).status_code == 403
    assert not is_left(lou)


def test_what_waits_and_what_is_left_are_found_by_indexes_of_their_own():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    for names, index in (
        (Credit.objects.to_be_matched(), "credit_to_be_matched"),
        (Credit.objects.left_as_told().order_by("-as_told_at"), "credit_left_as_told"),
    ):
        assert index in names.explain()

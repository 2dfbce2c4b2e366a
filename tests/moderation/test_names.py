"""Names as told find the people they belong to, on the record."""

import pytest

from staff.audiences import ORGANISATION, NamedAs
from stories.models import Entry, Notice, Setting
from stories.moderation import people
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
)

from .names import NAMES, by_page, told
from .pages import change, edit_data, said

pytestmark = pytest.mark.django_db

NOTHING = "Nothing was chosen, so the names still wait."


def labels(response) -> list[list[str]]:
    return [[each.label for each in row.suggestions] for row in response.context["rows"]]


def test_names_of_our_own_stories_are_listed_with_suggestions(moderator_client):
    marek = EmployeeFactory(first_name="Winston", last_name="Blake", number="N8")
    EmployeeFactory(first_name="Winston", last_name="Gone", number="N9", active=False)
    EmployeeFactory(first_name="Femi", last_name="Ade")
    told(PendingStoryFactory(), "Winston from the platform")
    told(StoryFactory(), "Draft Person")
    told(PendingStoryFactory(setting=Setting.ELSEWHERE), "Roberta")
    response = moderator_client.get(NAMES)
    assert [row.credit.name_text for row in response.context["rows"]] == [
        "Winston from the platform"
    ]
    assert labels(response) == [[people.label(marek)]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zoe van Dijk", "Zoë van Dijk"),
        ("Zo", "Zoë van Dijk"),
        ("Mareck", "Marek Nowak"),
        ("nowak", "Marek Nowak"),
        ("MAREK NOWAK", "Marek Nowak"),
        ("the tall porter", None),
        ("", None),
    ],
)
def test_suggestions(name, expected):
    staff = [
        EmployeeFactory(first_name="Zoë", last_name="van Dijk", known_as="Zo"),
        EmployeeFactory(first_name="Marek", last_name="Nowak"),
    ]
    best = [each.label.rpartition(" (")[0] for each in people.suggest(name, staff)][:1]
    assert best == ([expected] if expected else [])


def test_several_are_matched_at_once_and_the_rest_stays(moderator_client):
    marek, femi = EmployeeFactory(number="N1"), EmployeeFactory(number=None)
    team = TeamFactory()
    MembershipFactory(employee=marek, team=team)
    story = PendingStoryFactory()
    first, second, third = (told(story, name) for name in ("Marek", "Femi", "Somebody"))
    answer = moderator_client.post(
        NAMES,
        by_page(first, marek)
        | by_page(second, None, f"{femi.full_name} (#{femi.pk})")
        | by_page(third, None),
        follow=True,
    )
    assert "“Marek” →" in said(answer)[0]
    for credit in (first, second, third):
        credit.refresh_from_db()
    assert (first.employee, first.team, first.name_text) == (marek, team, "")
    assert second.employee == femi
    assert third.name_text == "Somebody"


def test_where_nobody_is_chosen_all_stays_and_that_is_said(moderator_client):
    credit = told(PendingStoryFactory(), "Two porters on their day off")
    response = moderator_client.post(NAMES, by_page(credit, None), follow=True)
    assert said(response) == [NOTHING]
    credit.refresh_from_db()
    assert (credit.employee, credit.name_text) == (None, "Two porters on their day off")


def test_a_match_is_recorded_and_makes_an_open_edit_form_stale(moderator_client):
    person, story = EmployeeFactory(), PendingStoryFactory()
    credit = told(story, "Marek")
    moderator_client.post(NAMES, by_page(credit, person))
    story.refresh_from_db()
    event = story.events.first()
    assert event.actor == moderator_client.user
    assert event.changes == {"people": [[], [person.pk]], "names": [["Marek"], []]}
    assert story.version == 2


def test_several_names_of_one_story_are_one_edit(moderator_client):
    first, second, story = EmployeeFactory(), EmployeeFactory(), PublishedStoryFactory()
    marek, femi, again = (told(story, name) for name in ("Marek", "Femi", "Marek N."))
    posted = by_page(marek, first) | by_page(femi, second) | by_page(again, first)
    answer = moderator_client.post(NAMES, posted, follow=True)
    assert said(answer)[0].count("→") == 3
    credited = story.credits.values_list("pk", "employee", "name_text")
    assert set(credited) == {(marek.pk, first.pk, ""), (femi.pk, second.pk, "")}
    story.refresh_from_db()
    [event] = story.events.filter(action="edited")
    assert event.changes == {
        "people": [[], [first.pk, second.pk]],
        "names": [["Marek", "Femi", "Marek N."], []],
    }
    assert story.version == 2
    news = Notice.objects.filter(story=story, kind="credited").values_list("to", flat=True)
    assert sorted(news) == sorted([first.pk, second.pk])
    assert Entry.objects.recount(0, mend=False) == []
    found = moderator_client.get(f"/?person={second.pk}").content.decode()
    assert story.public_id in found


def test_whoever_is_matched_is_named_as_they_said_before(moderator_client):
    person, story, other = EmployeeFactory(), PublishedStoryFactory(), PublishedStoryFactory()
    story.set_credits(people=[person])
    story.name_as(person, {ORGANISATION: NamedAs("first")}, by=None, how="own_page")
    story.set_credits(names=["Marek"])
    names = [story.credits.get(), told(other, "Marek")]
    moderator_client.post(NAMES, by_page(names[0], person) | by_page(names[1], person))
    assert story.credits.get().agreed[ORGANISATION] == "first"
    assert other.credits.get().agreed[ORGANISATION] == "full"


def test_a_name_that_belongs_to_somebody_credited_already_goes(moderator_client):
    person = EmployeeFactory()
    story = PendingStoryFactory(people=[person])
    credit = told(story, "Marek")
    moderator_client.post(NAMES, by_page(credit, person))
    assert story.credits.get().employee == person


def test_matched_in_a_story_on_the_wall_the_person_hears_of_it(moderator_client):
    person, story = EmployeeFactory(), PublishedStoryFactory()
    credit = told(story, "Marek")
    moderator_client.post(NAMES, by_page(credit, person))
    credit.refresh_from_db()
    assert credit.seq == story.seq
    assert Notice.objects.filter(to=person, kind="credited", story=story).count() == 1


def test_matching_what_is_matched_or_gone_changes_nothing(moderator_client):
    first, second, story = EmployeeFactory(), EmployeeFactory(), PendingStoryFactory()
    credit = told(story, "Marek")
    moderator_client.post(NAMES, by_page(credit, first), follow=True)
    answer = moderator_client.post(NAMES, by_page(credit, second), follow=True)
    assert "settled already" in said(answer)[0]
    answer = moderator_client.post(NAMES, {"match-999999": second.pk, "match-x": "1"}, follow=True)
    assert "settled already" in said(answer)[0]
    credit.refresh_from_db()
    assert credit.employee == first


def test_a_name_that_an_edit_put_in_the_place_of_another_is_not_matched_for_it(moderator_client):
    person, story = EmployeeFactory(), PublishedStoryFactory()
    credit = told(story, "Marek")
    read = by_page(credit, person)
    data = edit_data(moderator_client, story, **{"people-0-who": "Femi"})
    moderator_client.post(change(story), data)
    answer = moderator_client.post(NAMES, read, follow=True)
    assert "settled already" in said(answer)[-1]
    left = story.credits.get()
    assert (left.name_text, left.employee) == ("Femi", None)


def test_characters_that_nobody_sees_are_no_name(moderator_client):
    marek = EmployeeFactory()
    credit = told(PendingStoryFactory(), "Marek")
    unseen = {f"other-{credit.pk}": " \x00\u202e"}
    assert said(moderator_client.post(NAMES, unseen, follow=True)) == [NOTHING]
    moderator_client.post(NAMES, by_page(credit, marek) | unseen)
    credit.refresh_from_db()
    assert credit.employee == marek


def test_nobody_of_that_name(moderator_client):
    credit = told(PendingStoryFactory(), "Marek")
    for value in ("Nobody Atall", "Nobody (N404)", "Nobody (#x)", "(#99999999999999999999)"):
        answer = moderator_client.post(NAMES, by_page(credit, None, value), follow=True)
        assert "nobody in the directory" in said(answer)[0]


def test_a_whole_name_will_do_where_one_alone_bears_it(moderator_client):
    zoe = EmployeeFactory(first_name="Zoë", last_name="van Dijk", known_as="Zo")
    for name in ("zoe  van dijk", "Zo van Dijk"):
        credit = told(PendingStoryFactory(), "the tall one")
        moderator_client.post(NAMES, by_page(credit, None, name), follow=True)
        credit.refresh_from_db()
        assert credit.employee == zoe
    credit = told(PendingStoryFactory(), "the tall one")
    EmployeeFactory(first_name="Zoe", last_name="van Dijk")
    for name in ("Zoe van Dijk", "van Dijk"):
        answer = moderator_client.post(NAMES, by_page(credit, None, name), follow=True)
        assert "or several" in said(answer)[0]
        credit.refresh_from_db()
        assert credit.employee is None


def test_names_are_matched_on_the_story_s_own_page_too(moderator_client):
    person = EmployeeFactory(first_name="Roberta", number="N3")
    story = PendingStoryFactory()
    credit = told(story, "Roberta")
    page = moderator_client.get(change(story))
    [row] = page.context["names_told"]
    assert [each.pk for each in row.suggestions] == [person.pk]
    answer = moderator_client.post(NAMES, by_page(credit, person) | {"back": change(story)})
    assert answer.headers["Location"] == change(story)
    answer = moderator_client.post(NAMES, {"back": "https://evil.example/"})
    assert answer.headers["Location"] == NAMES


def test_the_directory_completes_what_is_typed_for_moderators_only(moderator_client, staff_client):
    EmployeeFactory(first_name="Roberta", last_name="Diaz", number="N3", job_title="Clerk")
    address = "/admin/stories/story/people/?q=rob+di"
    assert moderator_client.get(address).json() == {
        "people": [{"label": "Roberta Diaz (N3)", "about": "Clerk"}]
    }
    assert moderator_client.get("/admin/stories/story/people/").json() == {"people": []}
    assert staff_client.get(address).status_code == 403
    assert staff_client.get(NAMES).status_code == 403


def test_the_list_asks_as_often_for_many_names_as_for_one(
    moderator_client, django_assert_max_num_queries
):
    told(PendingStoryFactory(), "Marek")
    with django_assert_max_num_queries(12) as once:
        moderator_client.get(NAMES)
    for number in range(20):
        told(PendingStoryFactory(), f"Marek {number}")
    with django_assert_max_num_queries(len(once)):
        moderator_client.get(NAMES)


@pytest.mark.parametrize("number", ["9" * 25, "9" * 5000, "²", "-1", "x"])
def test_a_number_that_no_row_can_have_finds_nobody_and_breaks_nothing(moderator_client, number):
    credit, story = told(PendingStoryFactory(), "Winston"), PendingStoryFactory()
    for posted in (
        {f"match-{number[:900]}": "1"},
        {f"other-{number[:900]}": "1"},
        {f"match-{credit.pk}": number},
        {f"other-{credit.pk}": f"Winston (#{number[:39]})"},
    ):
        assert moderator_client.post(NAMES, posted).status_code == 302
    assert moderator_client.get(f"/admin/stories/story/{number}/change/").status_code in (302, 404)
    moderator_client.post(f"/admin/stories/story/{story.pk}/approve/", {"version": number})
    credit.refresh_from_db()
    assert credit.name_text == "Winston"

"""What all pages of the admin share: private things are not there, and our own words."""

from urllib.parse import urlencode

import pytest
from django.contrib.admin.utils import NestedObjects
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from staff.hanging_on import HangingOn
from staff.models import Employee, Team, User
from stories.models import Consent, Flag, Follow, FollowMail, SavedView
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    TraitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def page(model: str, name: str, *arguments) -> str:
    return reverse(f"admin:{model}_{name}", args=arguments)


@pytest.mark.parametrize("name", ["change", "history", "delete", "send_back", "gold"])
def test_another_s_draft_is_not_there_for_admins_and_moderators(
    admin_client, moderator_client, name
):
    draft = StoryFactory(title="Not told yet")
    for client in (admin_client, moderator_client):
        for method in (client.get, client.post):
            answer = method(page("stories_story", name, draft.pk))
            nobody = method(page("stories_story", name, draft.pk + 1000))
            assert answer.status_code == nobody.status_code
            assert answer.status_code in (403, 404, 405)
            assert "Not told yet" not in answer.content.decode()


def test_the_record_of_a_draft_is_not_there_either(admin_client):
    draft, told = StoryFactory(title="Not told yet"), PublishedStoryFactory(title="Told")
    event = draft.record("imported", None)
    told.record("imported", None)
    shown = admin_client.get(page("stories_storyevent", "changelist")).content.decode()
    assert "Told" in shown
    assert "Not told yet" not in shown
    assert admin_client.get(page("stories_storyevent", "change", event.pk)).status_code == 404


@pytest.mark.parametrize("model", ["staff_employee", "staff_team", "staff_user", "stories_trait"])
def test_what_is_not_there_answers_so(admin_client, model):
    for name in ("change", "history"):
        assert admin_client.get(page(model, name, 10**6)).status_code == 404


def test_teams_are_listed_as_the_tree_with_an_order_that_is_said(admin_client):
    north = TeamFactory(name="North")
    TeamFactory(name="Albert", parent=TeamFactory(name="Zuid", parent=north))
    TeamFactory(name="Market", parent=north)
    MembershipFactory(team=north)
    shown = admin_client.get(page("staff_team", "changelist"))
    listed = shown.context["cl"].result_list
    assert [team.name for team in listed] == ["North", "Market", "Zuid", "Albert"]
    assert shown.context["cl"].queryset.ordered
    assert "1 person" in words(shown)


def test_what_was_done_is_said_in_our_words(admin_client):
    name = {"name": "Harbour", "slug": "harbour"}
    added = admin_client.post(page("staff_team", "add"), name, follow=True)
    assert "“Harbour” is added." in words(added)
    team = Team.objects.get()
    saved = admin_client.post(page("staff_team", "change", team.pk), name, follow=True)
    assert "“Harbour” is saved." in words(saved)
    asked = admin_client.get(page("staff_team", "delete", team.pk))
    assert "Delete “Harbour”?" in words(asked)
    assert "Nothing else goes with it." in words(asked)
    gone = admin_client.post(page("staff_team", "delete", team.pk), {"post": "yes"}, follow=True)
    assert "“Harbour” is deleted." in words(gone)
    for answer in (added, saved, gone):
        assert answer.redirect_chain[-1][0] == page("staff_team", "changelist")


def test_what_hangs_on_a_row_is_what_django_finds_in_one_question_for_each_model():
    user = UserFactory()
    for query in ("trait=personal", "trait=caring"):
        owed = Follow.begin(user, query, rhythm="daily", weekday=0)
        FollowMail.objects.create(follow=owed, after=0, upto=1)
    SavedView.keep(user.person, "Kind", "trait=caring", pinned=True, opens=False)
    story = PublishedStoryFactory(teller=user.person, people=[user.person])
    for rows in ([user], [user.person], [story]):
        django, ours = NestedObjects(using="default"), HangingOn(using="default")
        django.collect(rows)
        with CaptureQueriesContext(connection) as asked:
            ours.collect(rows)
        assert ours.model_objs == django.model_objs
        assert ours.protected == django.protected
        assert len(asked) <= len(ours.model_objs)


def test_what_cannot_be_deleted_says_what_needs_it(admin_client):
    story = PublishedStoryFactory(title="The cup")
    asked = admin_client.get(page("staff_employee", "delete", story.teller.pk))
    assert f"“{story.teller}” can’t be deleted, for these need it: 1 story" in words(asked)
    # It may be a draft, which is its teller's own.
    assert "The cup" not in words(asked)
    assert "Delete it for good" not in words(asked)


@pytest.mark.parametrize("did", ["salute", "retelling", "flag", "answer"])
def test_whoever_did_something_with_a_story_is_not_deleted(did, admin_client):
    person, story = EmployeeFactory(), PublishedStoryFactory()
    match did:
        case "salute":
            story.salutes.create(reader=person)
        case "retelling":
            story.retellings.create(reader=person, told_to="team")
        case "flag":
            Flag.objects.create(story=story, reader=person, reason="other")
        case "answer":
            Consent.objects.create(story=story, employee=person, what="asked", how="email")
    asked = admin_client.post(page("staff_employee", "delete", person.pk), {"post": "yes"})
    assert f"“{person}” can’t be deleted, for these need it: 1 " in words(asked)
    assert "Say that they left instead" in words(asked)
    assert page("staff_erasure", "person", person.pk) in asked.content.decode()
    assert Employee.objects.filter(pk=person.pk).exists()


def test_who_asked_not_to_be_named_is_not_deleted_or_texts_would_name_them(admin_client):
    person = EmployeeFactory(unnamed=True, active=False)
    asked = admin_client.post(page("staff_employee", "delete", person.pk), {"post": "yes"})
    assert "for these need it: their wish not to be named" in words(asked)
    assert "Say that they left" not in words(asked)
    assert Employee.objects.filter(pk=person.pk).exists()


def test_an_account_that_somebody_signed_in_with_is_closed_not_deleted(admin_client):
    user = UserFactory()
    Client().force_login(user)
    asked = admin_client.post(page("staff_user", "delete", user.pk), {"post": "yes"})
    assert "what was done by whoever signed in with it" in words(asked)
    assert "Close it instead" in words(asked)
    assert page("staff_erasure", "person", user.person.pk) in asked.content.decode()
    assert User.objects.filter(pk=user.pk).exists()


def test_an_account_that_nobody_signed_in_with_is_deleted(admin_client):
    user = UserFactory()
    person = user.person
    asked = admin_client.get(page("staff_user", "delete", user.pk))
    assert "Delete it for good" in asked.content.decode()
    admin_client.post(page("staff_user", "delete", user.pk), {"post": "yes"})
    person.refresh_from_db()
    assert person.account is None


def test_the_new_account_goes_on_to_its_roles(admin_client):
    data = {"username": "anke", "email": "anke@example.org", "usable_password": "false"}
    added = admin_client.post(page("staff_user", "add"), data, follow=True)
    account = User.objects.get(username="anke")
    assert added.redirect_chain[-1][0] == page("staff_user", "change", account.pk)
    assert "“anke” is added. What else may they do?" in words(added)


def test_an_account_that_gets_its_address_later_is_known_by_it(admin_client):
    account = UserFactory(username="anke", email="", employee=None)
    person = EmployeeFactory(first_name="Anke", email="Anke@example.org")
    data = {"username": "anke", "email": "anke@example.org", "is_active": "on"}
    saved = admin_client.post(page("staff_user", "change", account.pk), data, follow=True)
    assert f"This is the account of {person.full_name}." in words(saved)
    assert Employee.objects.get(account=account) == person


def test_accounts_are_found_by_role(admin_client):
    moderator, plain = UserFactory(roles=["moderators"]), UserFactory()
    for role, found in (("moderators", moderator), ("none", plain)):
        shown = admin_client.get(page("staff_user", "changelist"), {"role": role})
        assert list(shown.context["cl"].result_list) == [found]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"action": "mark_as_left", "index": "0"}, "Tick one or more of them first."),
        (
            {"action": "mark_as_left", "index": "0", "_selected_action": "x"},
            "Tick one or more of them first.",
        ),
        ({"action": "", "index": "0", "_selected_action": "1"}, "Choose what to do with them."),
    ],
)
def test_an_action_without_rows_or_rows_without_an_action_say_what_is_missing(
    admin_client, data, said
):
    EmployeeFactory()
    answer = admin_client.post(page("staff_employee", "changelist"), data, follow=True)
    assert said in words(answer)


@pytest.mark.parametrize(
    "address",
    [
        *(page(model, "changelist") for model in ("staff_employee", "staff_team", "staff_user")),
        *(page(f"stories_{model}", "changelist") for model in ("story", "trait", "note")),
        *(page(model, "add") for model in ("staff_employee", "staff_team", "staff_user")),
        reverse("admin:index"),
        reverse("admin:app_list", args=["stories"]),
    ],
)
def test_no_page_speaks_of_objects_models_and_sites(admin_client, address):
    TraitFactory()
    PublishedStoryFactory()
    shown = words(admin_client.get(address))
    for stock in (
        "Select", "to change", "administration", "Site ", "object", "Model", "application",
        "authentic", "---------", "Save and ", "successfully", "By ",
    ):  # fmt: skip
        assert stock not in shown.replace("Moderation and administration", "")


# Of the teams over time, on the page of a person.
NO_ROWS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


def test_what_is_wrong_in_a_form_is_said_in_our_words(admin_client):
    UserFactory(username="femi")
    for model, given, said in (
        ("staff_employee", {"email": "no address"}, "This is no e-mail address."),
        ("staff_employee", {}, "This can’t be empty."),
        ("staff_team", {}, "This can’t be empty."),
        ("staff_user", {"usable_password": "true"}, "This can’t be empty."),
        ("staff_user", {"username": "femi"}, "Another account has this user name."),
        ("staff_user", {"username": "femi!"}, "Only letters, digits and @ . + - _"),
        ("stories_trait", {"position": "-1"}, "Give a whole number, 0 or more."),
        ("stories_trait", {"position": "9" * 20}, "This number is too large."),
    ):
        told = words(admin_client.post(page(model, "add"), NO_ROWS | given))
        assert said in told
        for theirs in ("This field is required", "Enter a", "already exists", "Ensure"):
            assert theirs not in told


@pytest.mark.parametrize("into", ["", "987654321", "x"])
def test_a_merge_into_nothing_asks_for_the_trait(admin_client, into):
    trait = TraitFactory()
    told = words(admin_client.post(page("stories_trait", "merge", trait.pk), {"into": into}))
    assert "Choose the trait that takes them." in told


def test_whoever_saved_finds_the_list_as_they_had_it(admin_client):
    anke = EmployeeFactory(first_name="Anke")
    had = {"_changelist_filters": "q=anke&active__exact=1"}
    form = {"first_name": "Anke", "active": "on"} | NO_ROWS
    address = page("staff_employee", "change", anke.pk)
    saved = admin_client.post(f"{address}?{urlencode(had)}", form)
    assert saved.url == page("staff_employee", "changelist") + "?q=anke&active__exact=1"
    trait = TraitFactory()
    shown = admin_client.get(page("stories_trait", "change", trait.pk) + f"?{urlencode(had)}")
    back = page("stories_trait", "changelist") + "?q=anke&amp;active__exact=1"
    assert f'href="{back}">Back</a>' in shown.content.decode()


@pytest.mark.parametrize("query", [{"q": "nobody at all"}, {"active__exact": "0"}])
def test_a_list_in_which_nothing_fits_says_what_to_loosen(admin_client, query):
    found = admin_client.get(page("staff_employee", "changelist"), query)
    assert "Nothing fits. Search for less, or take a filter away." in words(found)
    assert "With those ticked" not in words(found)


def test_a_list_of_nothing_says_so(admin_client):
    found = admin_client.get(page("stories_note", "changelist"))
    assert "There is nothing here." in words(found)
    assert "With those ticked" not in words(found)
    assert "There is nothing" not in words(admin_client.get(page("stories_trait", "changelist")))


def test_a_team_with_stories_stays_and_its_page_says_what_to_do_instead(admin_client):
    team = MembershipFactory().team
    told = words(admin_client.get(page("staff_team", "delete", team.pk)))
    assert "Move its people to other teams instead" in told


def test_who_is_added_has_no_ledger_yet(admin_client):
    assert "Story by story Nothing yet." in words(admin_client.get(page("staff_employee", "add")))

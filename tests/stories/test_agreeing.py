"""What people in a story say is written down for good, and true from the next page on."""

from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from staff.audiences import COLLEAGUE, FIRST, FULL, ORGANISATION, PUBLIC, SCREENS, Audience
from staff.models import Credit, History
from stories.models import (
    Consent,
    Entry,
    Index,
    StaleVersion,
    Story,
    TransitionRefused,
    WallVersion,
)
from stories.models.consent import Consent as Ledger
from tests.factories import EmployeeFactory, PublishedStoryFactory, StoryFactory, UserFactory

pytestmark = pytest.mark.django_db
How, What = Ledger.How, Ledger.What


@pytest.fixture
def person():
    return EmployeeFactory(first_name="Philippina", last_name="Oosterschelde", known_as="Pippa")


@pytest.fixture
def story(person):
    return PublishedStoryFactory(people=[person], body="Philippina Oosterschelde was there.")


def everywhere(named) -> dict:
    return dict.fromkeys(Audience, named)


def ledger(story) -> list[tuple[str, str, str]]:
    rows = story.consents.order_by("pk")
    return list(rows.values_list("audience", "what", "agreed"))


def test_a_choice_for_all_is_one_row_and_holds_on_the_credit(story, person):
    account = UserFactory()
    assert story.name_as(person, everywhere(FIRST), by=account, how=How.OWN_PAGE)
    row = story.consents.get()
    assert (row.audience, row.what, row.agreed) == ("", What.AGREED, FIRST)
    assert (row.employee, row.by, row.by_name, row.how) == (
        person,
        account,
        str(account),
        "own_page",
    )
    assert story.credits.get().agreed == everywhere(FIRST)


def test_less_than_before_is_taken_back_in_a_later_row(story, person):
    story.name_as(person, everywhere(FULL), by=None, how=How.EMAIL)
    story.name_as(person, {SCREENS: COLLEAGUE}, by=None, how=How.EMAIL)
    assert ledger(story) == [
        ("", What.AGREED, FULL),
        (SCREENS, What.WITHDRAWN, COLLEAGUE),
        (PUBLIC, What.WITHDRAWN, COLLEAGUE),
    ]


def test_the_same_said_twice_is_written_down_once(story, person):
    assert story.name_as(person, everywhere(FULL), by=None, how=How.EMAIL)
    assert not story.name_as(person, everywhere(FULL), by=None, how=How.EMAIL)
    assert story.consents.count() == 1


def test_nobody_chooses_for_who_is_not_credited(story):
    with pytest.raises(Credit.DoesNotExist):
        story.name_as(EmployeeFactory(), everywhere(FULL), by=None, how=How.EMAIL)
    assert not story.consents.exists()


def test_the_ledger_is_only_ever_added_to(story, person):
    story.name_as(person, everywhere(FIRST), by=None, how=How.EMAIL)
    row = story.consents.get()
    for change in (row.save, row.delete, Consent.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        Consent.objects.update(agreed=FULL)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE stories_consent SET agreed = 'full'",
        "UPDATE stories_consent SET at = '2020-01-01 00:00:00+00:00'",
        "UPDATE stories_consent SET employee_id = NULL",
        "INSERT OR REPLACE INTO stories_consent SELECT * FROM stories_consent",
    ],
)
def test_nor_does_the_database_let_it_be_changed(story, person, sql):
    if "OR REPLACE" in sql and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has no such statement.")
    story.name_as(person, everywhere(FIRST), by=None, how=How.EMAIL)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_history_tells_of_words_that_were_changed_by_sql(story, person):
    story.ask_for_correction(person, "I am no nurse.", by=None, how=How.EMAIL)
    row = story.consents.get()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE stories_consent SET said = 'I am a nurse.'")
        cursor.execute("DELETE FROM stories_consent")
    written = History.objects.of("stories.consent", row.pk).get()
    assert written.changes["said"] == [None, "I am no nurse."]


def test_the_index_follows_in_the_same_transaction(story, person):
    before = WallVersion.current()
    assert story.seq in Index().under(f"person:{person.pk}")
    story.name_as(person, everywhere(COLLEAGUE), by=None, how=How.EMAIL)
    assert WallVersion.current() != before
    entry = Entry.objects.get(story=story)
    assert "oosterschelde" not in f"{entry.people} {entry.body}"
    assert f"person:{person.pk}" not in entry.facets.split()
    index = Index()
    assert story.seq not in index.under(f"person:{person.pk}")
    assert story.seq in index.under(f"credited:{person.pk}")


def test_the_index_knows_where_fewer_hear_the_name(story, person):
    story.name_as(person, {SCREENS: FIRST}, by=None, how=How.EMAIL)
    facets = Entry.objects.get(story=story).facets.split()
    assert {f"person:{person.pk}", f"not_screens:{person.pk}", "narrowed:screens"} <= {*facets}
    assert story.seq in Index().under("narrowed:screens")
    assert story.seq in Index().under(f"not_screens:{person.pk}")


def test_who_is_credited_again_is_named_as_they_said_before(story, person):
    story.name_as(person, everywhere(COLLEAGUE), by=None, how=How.EMAIL)
    story.set_credits(people=[])
    story.set_credits(people=[person])
    assert story.credits.get().agreed == everywhere(COLLEAGUE)


@pytest.mark.parametrize("others", [0, 1])
def test_who_is_credited_beside_those_who_were_asked_beforehand_is_asked_for(
    story, person, others, django_assert_num_queries
):
    story.name_as(person, everywhere(COLLEAGUE), by=None, how=How.EMAIL)
    story.set_credits(people=[])
    list(story.what_they_said([EmployeeFactory()] if others else [person]))
    credit = Credit(story=story, employee=person)
    with django_assert_num_queries(others):
        story.as_agreed([credit])
    assert credit.agreed == everywhere(COLLEAGUE)


def test_another_change_of_the_credits_leaves_a_choice_as_it_is(story, person):
    story.name_as(person, everywhere(FIRST), by=None, how=How.EMAIL)
    story.set_credits(people=[EmployeeFactory(), person])
    assert story.credits.get(employee=person).agreed == everywhere(FIRST)


class TestCorrections:
    def test_stay_open_until_a_moderator_says_they_are_settled(self, story, person):
        assert story.ask_for_correction(person, "I am no nurse.", by=None, how=How.EMAIL)
        assert [row.said for row in Consent.objects.open_corrections()] == ["I am no nurse."]
        newest = story.consents.latest("pk").pk
        assert story.settle_corrections(seen=newest, by=UserFactory())
        assert not story.settle_corrections(seen=newest, by=UserFactory())
        assert not Consent.objects.open_corrections().exists()
        assert story.consents.latest("pk").how == How.ADMIN, "nobody’s own page settles anything"
        story.ask_for_correction(person, "Nor a doctor.", by=None, how=How.EMAIL)
        assert Consent.objects.open_corrections().count() == 1

    def test_are_not_without_end(self, story, person, monkeypatch):
        monkeypatch.setattr("stories.models.agreeing.MOST_CORRECTIONS", 1)
        assert story.ask_for_correction(person, "One.", by=None, how=How.EMAIL)
        assert not story.ask_for_correction(person, "Two.", by=None, how=How.EMAIL)
        assert Consent.objects.count() == 1

    def test_no_more_wait_than_a_moderator_is_shown(self, story, person, monkeypatch):
        monkeypatch.setattr("stories.models.agreeing.MOST_WAITING", 1)
        story.ask_for_correction(person, "One.", by=None, how=How.EMAIL)
        asks = partial(story.ask_for_correction, EmployeeFactory(), "Two.", by=None, how=How.EMAIL)
        with pytest.raises(TransitionRefused, match="Much waits"):
            asks()
        story.settle_corrections(seen=story.consents.get().pk, by=UserFactory())
        assert asks()


class TestTheCustomer:
    def agreed(self) -> Story:
        story = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
        story.set_visibility("public", by=None)
        return story

    def test_who_agreed_by_the_tellers_word_is_in_the_ledger_once_it_is_sent_in(self):
        story = StoryFactory(customer_agreed=True)
        assert not story.consents.exists()
        story.submit(by=None)
        row = story.consents.get()
        assert (row.employee, row.audience, row.what, row.how) == (None, PUBLIC, "agreed", "teller")

    def test_who_takes_it_back_outside_is_told_of_here_only(self):
        story = self.agreed()
        story.customer_says(PUBLIC, False, by=None, how=How.IN_PERSON)
        story.refresh_from_db()
        assert (story.visibility, story.customer_agreed, story.status) == (
            *("organisation", False, "published"),
        )
        assert story.consents.first().what == What.WITHDRAWN

    def test_who_takes_it_back_here_is_told_of_nowhere(self):
        story = self.agreed()
        story.customer_says(ORGANISATION, False, by=None, how=How.IN_PERSON)
        story.refresh_from_db()
        assert (story.customer_agreed, story.status) == (False, "withdrawn")

    def test_a_page_that_was_open_does_not_say_the_old_word_again(self):
        story = self.agreed()
        opened = Story.objects.get(pk=story.pk)
        story.customer_says(PUBLIC, False, by=None, how=How.IN_PERSON)
        opened.title = "Another"
        with pytest.raises(StaleVersion):
            opened.save_content(by=None, version=opened.version)

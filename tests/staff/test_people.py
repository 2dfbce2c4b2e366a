"""Employees and their teams over time."""

import datetime

import pytest
from django.db import IntegrityError, connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext

from staff.changes import changing
from staff.models import Employee, History, Membership, Team
from staff.models.membership import Move, move_together
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MARCH, MAY = datetime.date(2025, 3, 1), datetime.date(2025, 5, 1)
FEBRUARY = datetime.date(2025, 2, 1)


class TestEmployee:
    def test_is_called_as_colleagues_call_them(self):
        assert EmployeeFactory(first_name="Wilhelmina", known_as="Mina").called == "Mina"
        assert EmployeeFactory(first_name="Marek").called == "Marek"

    def test_what_is_saved_in_part_is_no_older_than_what_is_kept(self):
        person = EmployeeFactory(first_name="Marek", last_name="Quill")
        stale = Employee.objects.get(pk=person.pk)
        person.last_name, person.active = "Zwart", False
        person.save(update_fields=["last_name", "active"])
        left = Employee.objects.get(pk=person.pk).left_on
        stale.ask_not_to_be_named()
        assert list(Employee.objects.matching("Zwart")) == [person]
        assert not Employee.objects.matching("Quill")
        assert left
        assert Employee.objects.get(pk=person.pk).left_on == left

    def test_may_have_one_name_only(self):
        assert EmployeeFactory(first_name="Roberta", last_name="").full_name == "Roberta"

    def test_has_a_name(self):
        with pytest.raises(IntegrityError):
            EmployeeFactory(first_name="")

    def test_number_and_email_belong_to_one(self):
        EmployeeFactory(number="1", email="a@example.org")
        with pytest.raises(IntegrityError):
            EmployeeFactory(number="2", email="A@example.org")

    def test_number_belongs_to_one(self):
        EmployeeFactory(number="1")
        with pytest.raises(IntegrityError):
            EmployeeFactory(number="1")

    def test_many_have_neither(self):
        EmployeeFactory.create_batch(2, number="", email="")
        assert Employee.objects.filter(number=None).count() == 2

    def test_is_not_their_own_manager(self):
        person = EmployeeFactory()
        person.manager = person
        with pytest.raises(IntegrityError):
            person.save()

    def test_outlives_account_and_manager(self):
        user = UserFactory()
        person = user.person
        EmployeeFactory(manager=person, number="R1")
        user.delete()
        person.refresh_from_db()
        assert person.account is None
        person.delete()
        assert Employee.objects.get(number="R1").manager is None

    def test_with_stories_is_not_deleted(self):
        person = EmployeeFactory()
        StoryFactory(people=[person])
        with pytest.raises(ProtectedError):
            person.delete()

    def test_comes_with_the_account_when_the_directory_has_none(self):
        user = UserFactory(employee=None, first_name="", last_name="", username="anke")
        assert user.person.first_name == "anke"
        assert type(user).objects.get(pk=user.pk).person == user.person
        assert Employee.objects.count() == 1

    def test_whom_the_directory_knows_by_the_accounts_address_is_not_made_again(self):
        known = EmployeeFactory(email="anke@northgate.example")
        user = UserFactory(employee=None, email="Anke@northgate.example")
        assert user.person == known
        assert type(user).objects.get(pk=user.pk).person == known

    @pytest.mark.parametrize("left_or_taken", [{"active": False}, {"account": True}])
    def test_nobody_takes_the_place_of_another(self, left_or_taken):
        if "account" in left_or_taken:
            left_or_taken = {"account": UserFactory(employee=None)}
        known = EmployeeFactory(email="anke@northgate.example", **left_or_taken)
        user = UserFactory(employee=None, email="anke@northgate.example")
        assert user.person != known

    @pytest.mark.parametrize("text", ["mar", "NOWAK", "mar now", "nowak marek", "mick", "  mar "])
    def test_is_found_by_every_word(self, text):
        person = EmployeeFactory(first_name="Marek", last_name="Nowak", known_as="Mick")
        EmployeeFactory(first_name="Anke", last_name="Vos")
        assert list(Employee.objects.matching(text)) == [person]

    @pytest.mark.parametrize("text", ["marek vos", "%", "_", "\x00z"])
    def test_is_not_found_by_other_words(self, text):
        EmployeeFactory(first_name="Marek", last_name="Nowak")
        assert not Employee.objects.matching(text).exists()

    def test_who_leaves_can_no_longer_sign_in(self):
        user, other = UserFactory(), UserFactory()
        assert Employee.objects.filter(account=user).leave() == 1
        user.refresh_from_db()
        other.refresh_from_db()
        assert (user.is_active, other.is_active) == (False, True)
        assert list(Employee.objects.active()) == [other.person]


class TestMembership:
    def test_ends_after_it_began(self):
        with pytest.raises(IntegrityError):
            MembershipFactory(since=MAY, until=MAY)

    def test_is_one_at_a_time(self):
        person = EmployeeFactory()
        MembershipFactory(employee=person)
        with pytest.raises(IntegrityError):
            MembershipFactory(employee=person)

    def test_many_lie_in_the_past(self):
        person = EmployeeFactory()
        for year in (2020, 2021):
            MembershipFactory(
                employee=person, since=datetime.date(year, 1, 1), until=datetime.date(year, 9, 1)
            )
        assert person.team_on(None) is None

    def test_keeps_its_team(self):
        membership = MembershipFactory()
        with pytest.raises(ProtectedError):
            membership.team.delete()


class TestMovingTeam:
    @pytest.fixture
    def person(self):
        person = EmployeeFactory()
        person.move_to(TeamFactory(name="Old"), on=MARCH)
        return person

    def team(self, person, day: datetime.date | None) -> str:
        return person.team_on(day).name

    def test_holds_from_its_day_on(self, person):
        person.move_to(TeamFactory(name="New"), on=MAY)
        assert self.team(person, MAY - datetime.timedelta(days=1)) == "Old"
        assert self.team(person, MAY) == "New"
        assert self.team(person, None) == "New"

    def test_before_all_that_is_known_is_the_present_team(self, person):
        assert self.team(person, datetime.date(1999, 1, 1)) == "Old"

    def test_leaves_the_credits_of_old_stories(self, person):
        story = PublishedStoryFactory(people=[person], happened_on=datetime.date(2025, 4, 1))
        person.move_to(TeamFactory(name="New"), on=MAY)
        assert story.credits.get().team.name == "Old"
        later = PublishedStoryFactory(people=[person], happened_on=datetime.date(2025, 6, 1))
        assert later.credits.get().team.name == "New"

    def test_to_the_same_team_changes_only_who_leads(self, person):
        person.move_to(person.team_on(None), on=MAY, leads=True)
        membership = person.memberships.get()
        assert (membership.since, membership.leads) == (MARCH, True)

    def test_on_the_day_one_came_takes_the_place_of_the_first(self, person):
        person.move_to(TeamFactory(name="New"), on=MARCH)
        assert person.memberships.get().team.name == "New"

    def test_before_one_came_is_refused_and_changes_nothing(self, person):
        with pytest.raises(ValueError, match="lies before"):
            person.move_to(TeamFactory(), on=FEBRUARY)
        assert person.memberships.get().until is None

    def test_together_is_as_one_by_one(self):
        """To another team, on the day one came, as who leads, out of none, and to where one is."""
        singly, at_once = self.various(), self.various()
        for move in singly:
            move.person.move_to(move.team, on=move.on, leads=move.leads)
        before = History.objects.count()
        with changing() as changes:
            move_together(at_once)
        assert [self.rows(move) for move in at_once] == [self.rows(move) for move in singly]
        written = History.objects.filter(kind="staff.membership").order_by("-pk")
        number = History.objects.count() - before
        said = [(row.what, row.fields) for row in written[: 2 * number]]
        assert said[:number] == said[number:]
        assert changes.moved == {move.person.pk for move in at_once[:-1]}

    def test_together_is_refused_as_a_whole(self, person):
        other = EmployeeFactory()
        moves = [self.move(other, TeamFactory(), MAY), self.move(person, TeamFactory(), FEBRUARY)]
        with pytest.raises(ValueError, match="lies before"):
            move_together(moves)
        assert (other.team_on(None), self.team(person, None)) == (None, "Old")

    def test_together_asks_as_often_for_twenty_as_for_two(self):
        asked = []
        for many in (2, 20):
            people = [MembershipFactory(since=MARCH).employee for _number in range(many)]
            team = TeamFactory()
            moves = [self.move(person, team, MAY) for person in people]
            with CaptureQueriesContext(connection) as queries:
                move_together(moves)
            asked.append(len(queries))
        assert asked[0] == asked[1]

    def various(self) -> list[Move]:
        """Moves of every kind, of people who were somewhere before; the last comes to nothing."""
        new = TeamFactory(name="New")
        held = [MembershipFactory(since=MARCH, team__name="Old") for _number in range(4)]
        gone = MembershipFactory(since=MARCH, until=MAY, team__name="Gone")
        return [
            self.move(held[0].employee, new, MAY, leads=True),
            self.move(held[1].employee, new, MARCH),
            self.move(held[2].employee, held[2].team, MAY, leads=True),
            self.move(EmployeeFactory(), new, MAY),
            self.move(gone.employee, new, MAY),
            self.move(held[3].employee, held[3].team, MAY),
        ]

    @staticmethod
    def move(person: Employee, team: Team, on: datetime.date, *, leads: bool = False) -> Move:
        return Move(person, team, on, leads, list(person.memberships.all()))

    @staticmethod
    def rows(move: Move) -> list[tuple]:
        rows = Membership.objects.filter(employee=move.person)
        return list(rows.values_list("team__name", "since", "until", "leads"))

    def test_lists_ask_once_for_all_teams(self, django_assert_num_queries):
        MembershipFactory.create_batch(3)
        with django_assert_num_queries(2):
            people = list(Employee.objects.with_team_today())
            names = [person.current_memberships[0].team.name for person in people]
        assert len(names) == 3


class TestTeam:
    def test_has_a_name(self):
        with pytest.raises(IntegrityError):
            TeamFactory(name="")

    def test_is_not_part_of_itself(self):
        team = TeamFactory()
        team.parent = team
        with pytest.raises(IntegrityError):
            team.save()

    def test_gets_an_address_of_its_own_that_stays(self):
        first, second = TeamFactory(name="Ward 4"), TeamFactory(name="Ward 4")
        assert (first.slug, second.slug) == ("ward-4", "ward-4-2")
        first.name = "Ward Four"
        first.save()
        assert first.slug == "ward-4"

    @pytest.mark.parametrize("name", ["病棟", "!!", "🙂"])
    def test_gets_an_address_whatever_its_name(self, name):
        assert TeamFactory(name=name).slug == "team"

    def test_knows_those_below(self):
        region = TeamFactory()
        site = TeamFactory(parent=region)
        team = TeamFactory(parent=site)
        TeamFactory()
        below = Team.objects.filter(pk=region.pk).with_those_below()
        assert below.ids() == {region.pk, site.pk, team.pk}
        assert Team.objects.filter(pk=team.pk).with_those_below().ids() == {team.pk}
        assert Team.objects.none().with_those_below().ids() == set()

    def test_with_teams_below_is_not_deleted(self):
        team = TeamFactory(parent=TeamFactory())
        with pytest.raises(ProtectedError):
            team.parent.delete()

    def test_of_somebody_who_moved_away_is_no_longer_theirs_to_lead(self):
        user = UserFactory()
        old, new = TeamFactory(), TeamFactory()
        user.person.move_to(old, on=MARCH, leads=True)
        assert Team.objects.led_by(user).ids() == {old.pk}
        user.person.move_to(new, on=MAY)
        assert Team.objects.led_by(user).ids() == set()
        assert Membership.objects.count() == 2

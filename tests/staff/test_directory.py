"""The directory: people as name badges, teams as a tree, for any employee who can sign in."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse

from staff import directory
from staff.audiences import ORGANISATION
from staff.models import Employee
from staff.naming import Naming
from tests.factories import EmployeeFactory, MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db


def member(team, **person):
    leads = person.pop("leads", False)
    return MembershipFactory(team=team, leads=leads, employee=EmployeeFactory(**person)).employee


def page(client, **query) -> str:
    response = client.get(reverse("people"), query)
    assert response.status_code == 200
    return response.content.decode()


class TestPeople:
    def test_wear_a_badge_with_job_and_present_team(self, staff_client):
        person = member(
            TeamFactory(name="Ward 4"), first_name="Anneke", last_name="Vos", known_as="Anke",
            job_title="Night nurse",
        )  # fmt: skip
        html = page(staff_client)
        assert f'href="{reverse("person", args=[person.pk])}"' in html
        for words in ("Anke", "Vos", "Night nurse", "Ward 4"):
            assert words in html

    def test_show_the_team_of_today_only(self, staff_client):
        person = member(TeamFactory(name="Old team"))
        person.move_to(TeamFactory(name="New team"), on=datetime.date(2026, 1, 1))
        html = page(staff_client)
        assert "New team" in html
        assert "Old team" not in html

    def test_who_left_are_not_shown(self, staff_client):
        EmployeeFactory(first_name="Gone", active=False)
        assert "Gone" not in page(staff_client)

    def test_who_asked_not_to_be_named_are_a_colleague_without_link_or_job(self, staff_client):
        person = member(
            TeamFactory(name="Ward 4"), first_name="Marek", job_title="Only piper", unnamed=True
        )
        html = page(staff_client)
        assert "a colleague" in html
        assert "Ward 4" in html
        assert "Marek" not in html
        assert "Only piper" not in html
        assert reverse("person", args=[person.pk]) not in html

    def test_who_asked_not_to_be_named_come_last(self):
        EmployeeFactory(first_name="Zoë")
        EmployeeFactory(first_name="Anke", unnamed=True)
        badges = directory.badges(directory.people_page("", None, "1")[1], Naming(ORGANISATION))
        assert [badge.called for badge in badges] == ["Zoë", "a colleague"]

    def test_come_in_the_order_of_what_colleagues_call_them(self):
        EmployeeFactory(first_name="Bruno", last_name="Zimmer")
        EmployeeFactory(first_name="Alexandra", last_name="Ito", known_as="Sandy")
        EmployeeFactory(first_name="Zelda", last_name="Berg", known_as="Bruno")
        badges = directory.badges(directory.people_page("", None, "1")[1], Naming(ORGANISATION))
        assert [f"{badge.called} {badge.last_name}" for badge in badges] == [
            *("Bruno Berg", "Bruno Zimmer", "Sandy Ito"),
        ]

    def test_are_read_in_that_order_from_an_index(self):
        people = Employee.objects.active().in_order().values_list("pk", flat=True)[60:120]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # A small table is read whole whatever indexes it has.
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_bitmapscan = off")
        plan = people.explain()
        assert "employee_in_the_directory" in plan
        assert "sort" not in plan.lower()
        assert "temp b-tree" not in plan.lower()

    @pytest.mark.parametrize("text", ["Marek", "nowak", "mar now", " Nowak "])
    def test_are_found_by_any_part_of_the_name(self, staff_client, text):
        EmployeeFactory(first_name="Marek", last_name="Nowak")
        EmployeeFactory(first_name="Femi", last_name="Ade")
        html = page(staff_client, q=text)
        assert "Marek" in html
        assert "Femi" not in html

    def test_who_asked_not_to_be_named_are_not_found_by_name(self, staff_client):
        EmployeeFactory(first_name="Marek", unnamed=True)
        html = page(staff_client, q="Marek")
        assert "Nobody by that name." in html
        assert "a colleague" not in html

    def test_are_narrowed_to_a_team_and_those_below(self, staff_client):
        site = TeamFactory(name="Hotel")
        member(TeamFactory(parent=site), first_name="Beatriz")
        member(TeamFactory(), first_name="Femi")
        html = page(staff_client, team=site.slug)
        assert "Beatriz" in html
        assert "Femi" not in html

    @pytest.mark.parametrize("number", ["0", "-1", "99", "x", "", "1\x00", "9" * 400])
    def test_any_page_number_shows_a_page(self, staff_client, number):
        assert "Noor" in page(staff_client, page=number)

    @pytest.mark.parametrize("text", ["\x00", "%", "_", "'\"<script>alert(1)</script>", "x" * 5000])
    def test_any_search_is_answered(self, staff_client, text):
        assert "<script>alert" not in page(staff_client, q=text)
        page(staff_client, team=text)

    def test_come_sixty_to_a_page(self, staff_client):
        EmployeeFactory.create_batch(61)
        first = staff_client.get(reverse("people")).context
        assert len(first["badges"]) == 60
        assert 'rel="next"' in page(staff_client)
        assert len(staff_client.get(reverse("people"), {"page": 2}).context["badges"]) == 2

    def test_of_one_page_and_of_many_take_the_same_queries(
        self, staff_client, django_assert_max_num_queries, django_assert_num_queries
    ):
        team = TeamFactory()
        member(team)
        page(staff_client)
        with django_assert_max_num_queries(12) as few:
            page(staff_client)
        with django_assert_max_num_queries(12) as few_of_a_team:
            page(staff_client, team=team.slug)
        for number in range(70):
            member(team, unnamed=number % 7 == 0)
        with django_assert_num_queries(len(few)):
            page(staff_client)
        with django_assert_num_queries(len(few_of_a_team)):
            page(staff_client, team=team.slug)

    def test_are_for_those_who_signed_in(self, client):
        assert client.get(reverse("people")).status_code == 302
        assert client.get(reverse("teams")).status_code == 302


class TestTeams:
    def test_stand_in_a_tree_with_leaders_and_people(self, staff_client):
        region = TeamFactory(name="North")
        site = TeamFactory(name="Station", parent=region)
        platform = TeamFactory(name="Platform team", parent=site)
        member(platform, first_name="Marek", last_name="Nowak", leads=True)
        member(platform)
        member(site)
        [branch] = directory.team_tree(Naming(ORGANISATION))
        assert (branch.name, branch.people, branch.leaders) == ("North", 3, [])
        assert branch.children[0].people == 3
        assert branch.children[0].children[0].leaders == ["Marek Nowak"]
        html = staff_client.get(reverse("teams")).content.decode()
        assert f'href="{reverse("team", args=[platform.slug])}"' in html
        assert "Led by Marek Nowak" in html
        assert "3 people" in html

    def test_are_led_by_a_colleague_who_asked_not_to_be_named(self, staff_client):
        member(TeamFactory(), first_name="Marek", leads=True, unnamed=True)
        html = staff_client.get(reverse("teams")).content.decode()
        assert "Led by a colleague" in html
        assert "Marek" not in html

    def test_count_only_those_who_work_here(self):
        team = TeamFactory()
        member(team, active=False, leads=True)
        [branch] = directory.team_tree(Naming(ORGANISATION))
        assert (branch.people, branch.leaders) == (0, [])

    def test_of_a_large_organisation_open_a_branch_at_a_time(self, staff_client, monkeypatch):
        monkeypatch.setattr(directory, "WHOLE_TREE", 3)
        region = TeamFactory(name="North")
        site = TeamFactory(name="Station", parent=region)
        deep = TeamFactory(name="Platform team", parent=site)
        TeamFactory(name="South")
        html = staff_client.get(reverse("teams")).content.decode()
        assert "1 team below" in html
        assert deep.name not in html
        html = staff_client.get(reverse("teams"), {"in": site.slug}).content.decode()
        assert deep.name in html
        assert "South" not in html
        assert staff_client.get(reverse("teams"), {"in": "nonsense\x00"}).status_code == 200

    def test_few_and_many_take_the_same_queries(
        self, staff_client, django_assert_num_queries, django_assert_max_num_queries
    ):
        member(TeamFactory(), leads=True)
        staff_client.get(reverse("teams"))
        with django_assert_max_num_queries(12) as few:
            staff_client.get(reverse("teams"))
        for _ in range(20):
            member(TeamFactory(parent=TeamFactory()), leads=True)
        with django_assert_num_queries(len(few)):
            staff_client.get(reverse("teams"))


class TestNamingChoice:
    def test_holds_from_the_next_page_on(self, staff_client):
        url = reverse("me_naming")
        assert "Noor" in page(staff_client)
        response = staff_client.post(url, {"unnamed": "1"})
        assert response.status_code == 302
        assert response.url == reverse("me")
        assert "Noor" not in page(staff_client).replace("Noor Visser", "")
        assert "a colleague" in page(staff_client)
        staff_client.post(url, {"unnamed": "0"})
        assert "a colleague" not in page(staff_client)

    def test_is_made_by_posting(self, staff_client):
        assert staff_client.get(reverse("me_naming")).status_code == 405

    def test_is_made_by_the_person_alone(self, client):
        person = EmployeeFactory()
        assert client.post(reverse("me_naming"), {"unnamed": "1"}).status_code in (302, 401)
        person.refresh_from_db()
        assert not person.unnamed


def test_a_job_says_nobody_who_asked_not_to_be_named(staff_client):
    EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
    person = EmployeeFactory(first_name="Roberta", job_title="Assistant to Ottoline Zwart")
    offered = f"{reverse('people_suggest')}?q=Roberta"
    for address in (reverse("people"), person.get_absolute_url(), offered):
        shown = staff_client.get(address).content.decode()
        assert "Assistant to a colleague" in shown, address
        assert "Zwart" not in shown

"""People, teams and accounts in the admin: admins keep them, moderators look people up."""

import datetime
import itertools

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse

from staff import admin_rights, roles
from staff.models import Employee, Membership, Team, User
from staff.models.account import ROLES
from stories.models import WallVersion
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:staff_employee_changelist")
TEAMS = reverse("admin:staff_team_changelist")
ACCOUNTS = reverse("admin:staff_user_changelist")


def change(model: str, pk: int) -> str:
    return reverse(f"admin:staff_{model}_change", args=[pk])


class TestDoor:
    def test_leads_visitors_to_the_one_sign_in_and_back(self, client):
        response = client.get(PEOPLE, follow=True)
        assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
        assert f"next={PEOPLE}" in response.redirect_chain[-1][0]

    @pytest.mark.parametrize(
        "goal", ["/admin/login/", "/admin/login/?next=/admin/login/", "//evil"]
    )
    def test_never_leads_in_a_circle_or_away(self, admin_client, goal):
        response = admin_client.get(reverse("admin:login"), {"next": goal})
        assert response.url == reverse("admin:index")

    @pytest.mark.parametrize("address", [reverse("admin:index"), reverse("admin:login"), PEOPLE])
    @pytest.mark.parametrize("role", ["staff_client", "manager_client"])
    def test_tells_others_that_they_may_not_instead_of_asking_again(self, request, role, address):
        response = request.getfixturevalue(role).get(address)
        assert response.status_code == 403
        assert "Not for this account" in response.content.decode()

    def test_signs_out_by_posting_and_shows_the_sign_in(self, moderator_client):
        assert moderator_client.get(reverse("admin:logout")).status_code == 405
        assert moderator_client.post(reverse("admin:logout")).url == reverse("account_login")
        assert moderator_client.get(PEOPLE).status_code == 302

    def test_changes_the_password_where_everyone_does(self, moderator_client):
        response = moderator_client.get(reverse("admin:password_change"))
        assert response.url == reverse("account_change_password")


class TestRights:
    @pytest.mark.parametrize(
        ("mixin", "role", "views", "changes"),
        [
            (admin_rights.AdminsOnly, "moderators", False, False),
            (admin_rights.AdminsOnly, "admins", True, True),
            (admin_rights.ModeratorsMayLook, "managers", False, False),
            (admin_rights.ModeratorsMayLook, "moderators", True, False),
            (admin_rights.ModeratorsMayLook, "admins", True, True),
            (admin_rights.ModeratorsToo, "managers", False, False),
            (admin_rights.ModeratorsToo, "moderators", True, True),
            (admin_rights.ModeratorsToo, "admins", True, True),
        ],
    )
    def test_follow_from_roles(self, mixin, role, views, changes):
        request = RequestFactory().get("/")
        request.user = UserFactory(roles=[role])
        may = mixin()
        assert may.has_module_permission(request) is may.has_view_permission(request) is views
        assert may.has_add_permission(request) is changes
        assert may.has_change_permission(request) is changes
        assert may.has_delete_permission(request) is changes

    def test_are_not_given_by_django_permissions(self):
        user = UserFactory(is_staff=True)
        assert not roles.is_moderator(user)

    def test_moderators_look_people_up_and_change_nothing(self, moderator_client):
        person = EmployeeFactory(first_name="Marek", unnamed=True)
        assert "Marek" in moderator_client.get(PEOPLE).content.decode()
        assert "Marek" in moderator_client.get(change("employee", person.pk)).content.decode()
        response = moderator_client.post(change("employee", person.pk), {"first_name": "Other"})
        assert response.status_code == 403
        assert moderator_client.get(reverse("admin:staff_employee_add")).status_code == 403
        assert moderator_client.get(reverse("admin:staff_employee_import")).status_code == 403
        assert moderator_client.get(TEAMS).status_code == 200
        assert moderator_client.get(ACCOUNTS).status_code == 403
        assert "Bring in a file" not in moderator_client.get(PEOPLE).content.decode()

    @pytest.mark.parametrize("model", [Group, EmailAddress])
    def test_what_nobody_needs_is_not_there(self, model):
        assert not admin.site.is_registered(model)


class TestEmployees:
    FORM = {
        "number": "N1", "first_name": "Anke", "last_name": "Vos", "known_as": "", "job_title": "",
        "email": "", "manager": "", "account": "", "team": "", "since": "", "active": "on",
        "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
    }  # fmt: skip

    def save(self, client, person=None, **data):
        """The errors by field, or nothing if it was saved."""
        url = change("employee", person.pk) if person else reverse("admin:staff_employee_add")
        if person and (memberships := list(person.memberships.all())):
            data |= {
                "memberships-TOTAL_FORMS": len(memberships),
                "memberships-INITIAL_FORMS": len(memberships),
            }
            for number, membership in enumerate(memberships):
                data[f"memberships-{number}-id"] = membership.pk
                data[f"memberships-{number}-employee"] = person.pk
        response = client.post(url, {**self.FORM, **data})
        if response.status_code == 302:
            return {}
        return {**response.context["adminform"].form.errors}

    @pytest.fixture
    def anke(self):
        person = EmployeeFactory(number="N1", first_name="Anke", last_name="Vos")
        person.move_to(TeamFactory(name="Ward 4"), on=datetime.date(2024, 1, 8))
        return person

    def test_are_made_with_team_manager_and_account(self, admin_client):
        team, boss = TeamFactory(), EmployeeFactory(number="B1")
        user = UserFactory(username="anke")
        Employee.objects.filter(account=user).delete()
        about = {"team": team.pk, "since": "2024-01-08", "manager": "B1", "account": "anke"}
        assert self.save(admin_client, **about) == {}
        person = Employee.objects.get(number="N1")
        assert (person.manager, person.account, person.team_on(None)) == (boss, user, team)

    def test_move_team_and_old_stories_stay(self, admin_client, anke):
        story = PublishedStoryFactory(people=[anke], happened_on=datetime.date(2025, 5, 5))
        new = TeamFactory(name="Ward 5")
        assert self.save(admin_client, anke, team=new.pk, since="2026-01-05", leads="on") == {}
        assert anke.team_on(None) == new
        assert anke.memberships.get(until=None).leads
        assert story.credits.get().team.name == "Ward 4"

    def test_saved_as_they_are_stay_as_they_are(self, admin_client, anke):
        team = anke.team_on(None)
        assert self.save(admin_client, anke, team=team.pk) == {}
        assert Membership.objects.get().since == datetime.date(2024, 1, 8)

    def test_show_their_teams_over_time_and_lose_one_that_was_a_mistake(self, admin_client, anke):
        new = TeamFactory(name="Ward 5")
        anke.move_to(new, on=datetime.date(2025, 3, 1))
        html = admin_client.get(change("employee", anke.pk)).content.decode()
        assert "8 January 2024" in html
        assert "1 March 2025" in html
        rows = list(anke.memberships.all())
        wrong = next(number for number, row in enumerate(rows) if row.team.name == "Ward 4")
        about = {"team": new.pk, f"memberships-{wrong}-DELETE": "on"}
        assert self.save(admin_client, anke, **about) == {}
        assert anke.memberships.get().team == new

    def test_can_not_move_before_they_came(self, admin_client, anke):
        found = self.save(admin_client, anke, team=TeamFactory().pk, since="2020-01-01")
        assert found == {"since": ["They came to the present team on 8 January 2024."]}

    def test_can_not_come_back_on_a_day_in_another_team(self, admin_client, anke):
        anke.memberships.update(until=datetime.date(2025, 6, 1))
        team = TeamFactory()
        found = self.save(admin_client, anke, team=team.pk, since="2025-05-31")
        assert found == {"since": ["They were in another team until 1 June 2025."]}
        assert self.save(admin_client, anke, team=team.pk, since="2025-06-01") == {}
        assert anke.team_on(None) == team

    def test_can_not_move_on_a_day_to_come(self, admin_client, anke):
        day = (datetime.date.today() + datetime.timedelta(days=2)).isoformat()
        found = self.save(admin_client, anke, team=TeamFactory().pk, since=day)
        assert found == {"since": ["That day has not come yet."]}

    def test_can_not_lose_their_team(self, admin_client, anke):
        assert "team" in self.save(admin_client, anke, team="")

    @pytest.mark.parametrize(
        "manager", ["B1", "boss@example.org", "Ruth Okonjo", "Ruth Okonjo (B1)"]
    )
    def test_name_their_manager_in_any_way(self, admin_client, manager):
        boss = EmployeeFactory(
            number="B1", first_name="Ruth", last_name="Okonjo", email="boss@example.org"
        )
        assert self.save(admin_client, manager=manager) == {}
        person = Employee.objects.get(number="N1")
        assert person.manager == boss
        html = admin_client.get(change("employee", person.pk)).content.decode()
        assert 'value="Ruth Okonjo (B1)"' in html

    def test_a_manager_nobody_knows_or_two_people_share(self, admin_client):
        EmployeeFactory.create_batch(2, first_name="Ruth", last_name="Okonjo")
        for name in ("Nobody", "Ruth Okonjo"):
            assert self.save(admin_client, manager=name) == {
                "manager": [f"“{name}” is not one person in the directory."]
            }

    def test_a_manager_below_themselves_is_said_beside_the_field(self, admin_client, anke):
        middle = EmployeeFactory(number="M1", first_name="Femi", last_name="Ade", manager=anke)
        EmployeeFactory(number="L1", manager=middle)
        found = self.save(admin_client, anke, team=anke.team_on(None).pk, manager="L1")
        assert "is below this person" in found["manager"][0]
        assert "manager" in self.save(admin_client, anke, team=anke.team_on(None).pk, manager="N1")

    def test_an_account_that_belongs_to_another(self, admin_client):
        UserFactory(username="femi", first_name="Femi", last_name="Ade")
        assert self.save(admin_client, account="femi") == {
            "account": ["This account belongs to Femi Ade."]
        }
        assert self.save(admin_client, account="nobody") == {
            "account": ["There is no account “nobody”."]
        }

    def test_what_belongs_to_another_is_said_beside_the_field(self, admin_client, anke):
        EmployeeFactory(number="N7", email="Ruth@example.org")
        team = anke.team_on(None).pk
        found = self.save(admin_client, anke, team=team, number="N7", email="ruth@EXAMPLE.org")
        assert found == {
            "number": ["Somebody else has this number."],
            "email": ["Somebody else has this e-mail address."],
        }
        assert self.save(admin_client, number="N7").keys() == {"number"}
        assert self.save(admin_client, anke, team=team, email="anke@example.org") == {}
        assert self.save(admin_client, anke, team=team, email="ANKE@example.org") == {}

    @pytest.mark.parametrize("team", ["987654321", "x", "-1", "9" * 30, "²"])
    def test_no_team_that_is_not_there(self, admin_client, anke, team):
        assert self.save(admin_client, anke, team=team).keys() == {"team"}

    @pytest.mark.parametrize("key", ["987654321", "x", ""])
    def test_no_row_that_is_not_theirs_is_taken_away(self, admin_client, anke, key):
        other, form = MembershipFactory(), {"team": anke.team_on(None).pk}
        rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
        rows |= {"memberships-0-id": key or other.pk, "memberships-0-employee": anke.pk}
        rows["memberships-0-DELETE"] = "on"
        response = admin_client.post(change("employee", anke.pk), {**self.FORM, **form, **rows})
        assert response.status_code in (200, 302)
        assert Membership.objects.count() == 2

    def test_who_leave_can_no_longer_sign_in(self, admin_client, anke):
        user = UserFactory(username="anke")
        Employee.objects.filter(account=user).delete()
        Employee.objects.filter(pk=anke.pk).update(account=user)
        team = anke.team_on(None).pk
        assert self.save(admin_client, anke, team=team, account="anke", active="") == {}
        user.refresh_from_db()
        assert not user.is_active

    def test_are_marked_as_left_together_but_nobody_marks_themselves(self, admin_client):
        people = EmployeeFactory.create_batch(2)
        me = admin_client.user.person
        response = admin_client.post(
            PEOPLE,
            {"action": "mark_as_left", "_selected_action": [p.pk for p in (*people, me)]},
            follow=True,
        )
        told = response.content.decode()
        assert "2 people have left." in told
        assert "Another admin can say that you left." in told
        assert list(Employee.objects.active()) == [me]

    def test_who_left_already_is_not_said_to_leave_again(self, admin_client):
        gone = EmployeeFactory(active=False)
        ticked = {"action": "mark_as_left", "_selected_action": [gone.pk]}
        told = admin_client.post(PEOPLE, ticked, follow=True).content.decode()
        assert "Whoever is ticked had left already." in told
        assert "have left." not in told

    def test_are_found_by_name_number_and_team(self, admin_client, anke):
        region = TeamFactory(name="North")
        MembershipFactory(employee__first_name="Femi", team=TeamFactory(parent=region))
        for query, who in (
            ({"q": "Anke"}, "Anke"), ({"q": "N1"}, "Anke"), ({"team": region.slug}, "Femi"),
        ):  # fmt: skip
            found = admin_client.get(PEOPLE, query).context["cl"].result_list
            assert [person.first_name for person in found] == [who]

    def test_take_the_same_queries_however_many_there_are(
        self, admin_client, django_assert_max_num_queries, django_assert_num_queries
    ):
        admin_client.get(PEOPLE)
        with django_assert_max_num_queries(12) as few:
            admin_client.get(PEOPLE)
        for _ in range(5):
            MembershipFactory(employee__account=UserFactory(employee=None))
        with django_assert_num_queries(len(few)):
            admin_client.get(PEOPLE)


class TestTeams:
    def test_are_shown_as_a_tree_with_their_people(self, admin_client):
        north = TeamFactory(name="North")
        MembershipFactory(team=TeamFactory(name="Zoo", parent=north))
        MembershipFactory(team=TeamFactory(name="Harbour"), employee__active=False)
        teams = list(admin_client.get(TEAMS).context["cl"].result_list)
        assert [(team.name, team.tree_depth, team.people_now) for team in teams] == [
            ("Harbour", 0, None), ("North", 0, None), ("Zoo", 1, 1),
        ]  # fmt: skip

    def test_have_plain_names_however_they_are_typed(self, admin_client):
        name = "Wa\u202erd\x00 " + "Z" + "\u0335" * 120
        url = reverse("admin:staff_team_add")
        assert (
            admin_client.post(url, {"name": name, "slug": "ward", "parent": ""}).status_code == 302
        )
        assert Team.objects.get(slug="ward").name == "Ward Z" + "\u0335" * 8

    def test_move_to_another_parent(self, admin_client):
        team, parent = TeamFactory(name="Ward"), TeamFactory()
        data = {"name": "Ward", "slug": team.slug, "parent": parent.pk}
        assert admin_client.post(change("team", team.pk), data).status_code == 302
        assert Team.objects.get(pk=team.pk).parent == parent

    def test_are_not_part_of_themselves_and_it_is_said_beside_the_field(self, admin_client):
        team = TeamFactory(name="North")
        low = TeamFactory(name="Ward", parent=TeamFactory(parent=team))
        for parent in (team, low):
            data = {"name": "North", "slug": team.slug, "parent": parent.pk}
            response = admin_client.post(change("team", team.pk), data)
            form = response.context["adminform"].form
            assert "can’t be part of itself" in form.errors["parent"][0]
            assert not form.non_field_errors()

    @pytest.mark.parametrize(
        ("slug", "said"),
        [("ward", "Another team has this address."), ("a b/ü", "Only letters from a to z")],
    )
    def test_an_address_that_will_not_do_is_called_an_address(self, admin_client, slug, said):
        TeamFactory(slug="ward")
        data = {"name": "Ward", "slug": slug, "parent": ""}
        response = admin_client.post(reverse("admin:staff_team_add"), data)
        assert said in response.context["adminform"].form.errors["slug"][0]

    def test_with_people_are_not_deleted(self, admin_client):
        membership = MembershipFactory()
        url = reverse("admin:staff_team_delete", args=[membership.team_id])
        admin_client.post(url, {"post": "yes"})
        assert Team.objects.filter(pk=membership.team_id).exists()


class TestAccounts:
    def data(self, user, **data) -> dict:
        return {
            "username": user.username, "email": user.email, "first_name": "", "last_name": "",
            "is_active": "on", **data,
        }  # fmt: skip

    def role(self, name: str) -> int:
        return Group.objects.get(name=name).pk

    def test_list_is_headed_in_the_words_of_the_form(self, admin_client):
        page = admin_client.get(ACCOUNTS).content.decode()
        assert "User name" in page
        assert "E-mail" in page
        assert "Username" not in page
        assert "Email address" not in page

    def test_get_roles_and_nothing_finer(self, admin_client):
        user = UserFactory()
        html = admin_client.get(change("user", user.pk)).content.decode()
        assert "Moderator: reads what comes in" in html
        assert "user_permissions" not in html
        assert "is_superuser" not in html
        data = self.data(user, groups=[self.role("moderators")])
        assert admin_client.post(change("user", user.pk), data).status_code == 302
        assert roles.is_moderator(User.objects.get(pk=user.pk))

    def test_link_to_their_employee(self, admin_client):
        user = UserFactory()
        html = admin_client.get(change("user", user.pk)).content.decode()
        assert change("employee", user.employee.pk) in html
        assert admin_client.get(ACCOUNTS).status_code == 200

    def test_of_an_employee_are_known_by_the_address(self, admin_client):
        person = EmployeeFactory(email="Anke@example.org")
        data = {
            "username": "anke", "email": "anke@example.org", "first_name": "", "last_name": "",
            "usable_password": "false", "password1": "", "password2": "",
        }  # fmt: skip
        response = admin_client.post(reverse("admin:staff_user_add"), data)
        assert response.status_code == 302
        person.refresh_from_db()
        assert person.account.username == "anke"
        assert not person.account.has_usable_password()

    def test_and_their_passwords_are_asked_for_in_our_words(self, admin_client):
        given = {"usable_password": "true", "password1": "long-Walk-7", "password2": "long-Walk-8"}
        urls = (
            reverse("admin:staff_user_add"),
            reverse("admin:auth_user_password_change", args=[UserFactory().pk]),
        )
        for url in urls:
            page = admin_client.post(url, {"username": "anke", **given}).content.decode()
            assert "These two passwords are not the same." in page
            assert (
                "Eight characters or more, not figures alone, and nothing like your name." in page
            )
            for theirs in (
                "password fields",
                "Your password",
                "for verification",
                "created a user",
            ):
                assert theirs not in page
        page = admin_client.post(urls[0], given).content.decode()
        assert "Not saved yet." in page

    def test_share_no_address(self, admin_client):
        UserFactory(username="first", email="same@example.org")
        user = UserFactory()
        response = admin_client.post(
            change("user", user.pk), self.data(user, email="SAME@example.org")
        )
        errors = response.context["adminform"].form.errors
        assert errors["email"] == ["The account “first” has this address."]

    def test_a_former_address_no_longer_signs_in(self, admin_client):
        user = UserFactory(email="old@example.org")
        old = EmailAddress.objects.create(user=user, email="old@example.org", primary=True)
        EmailConfirmation.objects.create(email_address=old, key="k")
        admin_client.post(change("user", user.pk), self.data(user, email="new@example.org"))
        assert not EmailAddress.objects.filter(email="old@example.org").exists()
        assert not EmailConfirmation.objects.exists()

    @pytest.mark.parametrize("before", [*itertools.product([False, True], repeat=3)])
    def test_have_the_roles_that_are_ticked(self, before, admin_client):
        names = [name for name, ticked in zip(ROLES, before, strict=True) if ticked]
        for number in range(len(ROLES) + 1):
            for given in itertools.combinations(ROLES, number):
                user = UserFactory(roles=names)
                groups = [self.role(name) for name in given]
                admin_client.post(change("user", user.pk), self.data(user, groups=groups))
                assert {group.name for group in user.groups.all()} == {*given}

    def test_are_given_to_people_without_a_page_being_made_anew(self, admin_client):
        person = EmployeeFactory(email="new@example.org")
        user = UserFactory(email="old@example.org")
        Employee.objects.filter(account=user).delete()
        version = WallVersion.current()
        admin_client.post(change("user", user.pk), self.data(user, email="new@example.org"))
        person.refresh_from_db()
        assert person.account == user
        assert WallVersion.current() == version

    def test_nobody_takes_their_own_rights_away(self, admin_client):
        me = admin_client.user
        response = admin_client.post(change("user", me.pk), self.data(me, is_active=""))
        assert set(response.context["adminform"].form.errors) == {"groups", "is_active"}
        url = reverse("admin:staff_user_delete", args=[me.pk])
        assert admin_client.post(url, {"post": "yes"}).status_code == 403
        data = self.data(me, groups=[self.role("admins"), self.role("managers")])
        assert admin_client.post(change("user", me.pk), data).status_code == 302

    def test_get_a_new_password_from_an_admin(self, admin_client, moderator_client):
        user = UserFactory()
        url = reverse("admin:auth_user_password_change", args=[user.pk])
        assert moderator_client.get(url).status_code == 403
        data = {"usable_password": "true", "password1": "long-Walk-7", "password2": "long-Walk-7"}
        assert admin_client.post(url, {**data, "set-password": "1"}).status_code == 302
        user.refresh_from_db()
        assert user.check_password("long-Walk-7")

"""An unchanged page is not made again, and nobody gets what is another's."""

from __future__ import annotations

import datetime
import gc
import weakref
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.http import HttpResponse, QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from retold.sessions import Glance, SessionMiddleware, idle_time
from staff.audiences import ORGANISATION
from staff.naming import Naming
from stories.drawing import draw_all
from stories.filtering.filters import FilterForm
from stories.models import SavedView, Visibility, Visit
from stories.models.visit import NOTED_EVERY
from stories.remembered import Pages
from stories.wall import unchanged
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
    named_trait,
)

ADDRESSES = ["/", "/?trait=personal", "/?view=list", "/traits/personal/", "/people/{person}/"]
ADDRESSES += ["/teams/{team}/"]
# The tag of a page as it was once.
OF_BEFORE = 'W/"wall-before"'


@pytest.fixture
def told(db):
    """A story and the addresses it is found at."""
    team = TeamFactory(name="Night desk")
    person = EmployeeFactory(first_name="Zadie", last_name="Quill")
    story = PublishedStoryFactory(
        traits=["Personal"], people=[person], people__team=team, line="Zadie Quill stayed."
    )
    story.at = [one.format(person=person.pk, team=team.slug) for one in ADDRESSES]
    story.person, story.team = person, team
    # Who comes upon a stale card has it drawn, and that is a change as well.
    draw_all(lambda done: None)
    return story


def get(client, address: str = "/", tag: str = "", **headers: str):
    return client.get(address, headers={"If-None-Match": tag, **headers} if tag else headers)


def tags(client, story) -> dict[str, str]:
    return {address: get(client, address)["ETag"] for address in story.at}


def keep(client, name: str, *, opens: bool = False) -> SavedView:
    person = client.user.person
    return SavedView.keep(person, name, "trait=personal", pinned=False, opens=opens)


def answered(client, story, tags: dict[str, str]) -> set[int]:
    return {get(client, address, tags[address]).status_code for address in story.at}


def test_a_page_that_one_has_is_not_sent_again(told, staff_client):
    had = tags(staff_client, told)
    for address in told.at:
        assert get(staff_client, address, had[address]).status_code == 304, address
    response = get(staff_client, "/", had["/"])
    assert response.content == b""
    assert response["ETag"] == had["/"]
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "HX-Request"} <= set(response["Vary"].split(", "))


def test_a_server_in_between_may_have_made_the_tag_a_strong_one(told, staff_client):
    tag = get(staff_client)["ETag"]
    assert get(staff_client, "/", tag.removeprefix("W/")).status_code == 304
    assert get(staff_client, "/", 'W/"wall-another"').status_code == 200
    assert get(staff_client, "/", "*").status_code == 200


CHANGES = {
    "published": lambda told: PublishedStoryFactory(),
    "withdrawn": lambda told: told.withdraw(by=None),
    "gold": lambda told: told.set_gold(True, by=None),
    "public": lambda told: told.set_visibility(Visibility.PUBLIC, by=None),
    "retold": lambda told: told.retell(by=EmployeeFactory(), told_to="team"),
    "saluted": lambda told: told.salute(by=EmployeeFactory()),
    "opened": lambda told: told.open_from("link"),
    "a trait": lambda told: named_trait("Personal").save(),
    "a team": lambda told: told.team.save(),
    "a team goes": lambda told: TeamFactory().delete(),
    "a person": lambda told: told.person.save(),
    "unnamed": lambda told: told.person.ask_not_to_be_named(),
    "moved": lambda told: told.person.move_to(told.team),
    "left": lambda told: type(told.person).objects.filter(pk=told.person.pk).leave(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_that_a_wall_may_show_makes_it_another_page(told, staff_client, change):
    told.may_show_outside = told.customer_agreed = True
    told.save()
    had = tags(staff_client, told)
    CHANGES[change](told)
    assert 304 not in answered(staff_client, told, had)


def test_tomorrow_is_another_day(told, staff_client):
    with time_machine.travel(datetime.datetime(2026, 3, 3, 12), tick=False):
        tag = get(staff_client)["ETag"]
    with time_machine.travel(datetime.datetime(2026, 3, 3, 12, 5), tick=False):
        assert get(staff_client, "/", tag).status_code == 304
    with time_machine.travel(datetime.datetime(2026, 3, 4, 0, 5), tick=False):
        assert get(staff_client, "/", tag).status_code == 200


def test_another_release_is_another_page(told, staff_client, monkeypatch):
    tag = get(staff_client)["ETag"]
    monkeypatch.setattr(unchanged, "release", lambda: "another")
    assert get(staff_client, "/", tag).status_code == 200


@pytest.mark.parametrize("roles", [[], ["managers"], ["moderators"], ["admins"]])
def test_nobody_has_the_page_of_another(told, staff_client, roles):
    had = tags(staff_client, told)
    assert answered(signed_in(UserFactory(roles=roles)), told, had) == {200}


def test_a_right_that_was_given_makes_it_another_page(told, staff_client):
    from django.contrib.auth.models import Group

    had = tags(staff_client, told)
    staff_client.user.groups.add(Group.objects.get_or_create(name="managers")[0])
    assert answered(staff_client, told, had) == {200}


def test_another_name_of_ones_own_makes_it_another_page(told, staff_client):
    had = tags(staff_client, told)
    staff_client.user.first_name = "Nora"
    staff_client.user.save()
    assert answered(staff_client, told, had) == {200}


def test_who_signed_out_gets_nothing(told, staff_client):
    had = tags(staff_client, told)
    staff_client.logout()
    assert answered(staff_client, told, had) == {302}


def test_who_was_shut_out_gets_nothing(told, staff_client):
    had = tags(staff_client, told)
    staff_client.user.is_active = False
    staff_client.user.save()
    assert answered(staff_client, told, had) == {302}


def test_what_has_just_happened_is_said(told, staff_client):
    tag = get(staff_client)["ETag"]
    staff_client.post(f"/stories/{told.public_id}/salute/")
    session = staff_client.session
    session["_messages"] = '[["__json_message",0,25,"Kept.",""]]'
    session.save()
    response = get(staff_client, "/", tag)
    assert response.status_code == 200
    assert "ETag" not in response


def test_a_view_that_is_kept_makes_it_another_page(told, staff_client):
    tag = get(staff_client)["ETag"]
    view = keep(staff_client, "Mine")
    response = get(staff_client, "/", tag)
    assert response.status_code == 200
    assert "Mine" in response.content.decode()
    view.name = "Ours"
    view.save()
    assert "Ours" in get(staff_client, "/", response["ETag"]).content.decode()


def test_a_part_of_the_wall_is_another_page_than_the_whole(told, staff_client):
    for _ in range(25):
        PublishedStoryFactory()
    second = f"/?after={told.seq + 2}"
    tag = get(staff_client, second)["ETag"]
    assert get(staff_client, second, tag).status_code == 304
    assert get(staff_client, second, tag, **{"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize("address", ["/people/me/", "/stories/new/", "/stories/mine/"])
def test_a_page_with_a_form_has_no_tag(told, staff_client, address):
    assert "ETag" not in get(staff_client, address)


def test_it_is_decided_before_anything_is_done(
    told, staff_client, django_assert_num_queries, monkeypatch
):
    tag = get(staff_client)["ETag"]
    monkeypatch.setattr("stories.wall.views.wall_page", None)
    # The session with its account and the wall's version.
    with django_assert_num_queries(1):
        assert get(staff_client, "/", tag).status_code == 304


@pytest.fixture
def pages(monkeypatch):
    """What a process remembers, empty."""
    made = Pages(most=50_000)
    monkeypatch.setattr(unchanged, "PAGES", made)
    monkeypatch.setattr(unchanged, "FILTERS", Pages(most=50_000, packed=True))
    return made


def kept(pages) -> str:
    return b"".join(page for page, _address in pages._pages.values()).decode()


@pytest.mark.django_db(transaction=True)
class TestAPageForSeveral:
    """Pages are remembered outside of transactions only, which may never come to be."""

    @pytest.fixture
    def readers(self):
        noor = signed_in(UserFactory(first_name="Noor", last_name="Visser"))
        sam = signed_in(UserFactory(first_name="Sam", last_name="Onyango"))
        # Whoever comes for the first time in a while is noted, and gets a page of their own.
        for client in (noor, sam):
            get(client)
        return noor, sam

    def test_is_made_once_and_says_who_reads(self, told, readers, pages, monkeypatch):
        noor, sam = readers
        first = get(noor).content.decode()
        monkeypatch.setattr("stories.wall.views.wall_page", None)
        second = get(sam).content.decode()
        assert "Noor Visser, my own page" in first
        assert "Noor" not in second
        assert "Sam Onyango, my own page" in second
        assert len(pages._pages) == 1
        assert "Noor" not in kept(pages)
        assert "Visser" not in kept(pages)

    def test_is_given_before_the_rest_of_the_middleware_begins(
        self, told, readers, pages, monkeypatch
    ):
        first = get(readers[0])
        monkeypatch.setattr("stories.wall.unchanged._remembered", None)
        second = get(readers[0])
        assert second.content == first.content
        assert sorted(second["Vary"].split(", ")) == sorted(first["Vary"].split(", "))
        for name in {*first.headers, "X-Frame-Options", "Content-Length"} - {"Vary"}:
            assert second[name] == first[name], name
        with pytest.raises(TypeError):
            readers[0].get("/?view=list")

    def test_equals_one_that_is_made_for_one(self, told, readers, pages):
        for address in told.at:
            first, again = (get(readers[0], address).content.decode() for _ in range(2))
            assert again == first
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(unchanged, "IMPERSONAL", frozenset({"never"}))
                patched.setattr(unchanged, "_shared", lambda *about: None)
                alone = get(readers[0], address).content.decode()
            assert first.split() == alone.split()

    def test_is_made_anew_after_every_change(self, told, readers, pages):
        noor, _sam = readers
        assert "Zadie" in get(noor).content.decode()
        told.person.ask_not_to_be_named()
        for client in readers:
            assert "Zadie" not in get(client).content.decode()
        assert "Zadie" not in kept(pages)
        told.withdraw(by=None)
        for client in readers:
            assert told.public_id not in get(client).content.decode()

    def test_has_the_rights_of_its_reader(self, told, readers, pages):
        manager = signed_in(UserFactory(roles=["managers"]))
        get(manager)
        assert "Show on a screen" in get(manager).content.decode()
        assert "Show on a screen" not in get(readers[0]).content.decode()

    @pytest.mark.parametrize("address", ["/?mine=1", "/?new=1", "/?q=stayed", "/people/me/"])
    def test_is_none_that_means_somebody(self, told, readers, pages, address):
        get(readers[0], address)
        assert not pages._pages

    def test_of_who_keeps_views_is_for_them_alone(self, told, readers, pages):
        noor, sam = readers
        keep(noor, "Only Noor’s")
        assert "Only Noor’s" in get(noor).content.decode()
        assert "Only Noor’s" not in get(sam).content.decode()

    def test_that_opens_with_a_view_still_leads_there(self, told, readers, pages):
        get(readers[1])
        keep(readers[0], "Mine", opens=True)
        assert get(readers[0]).status_code == 302
        assert get(readers[1]).status_code == 200

    def test_is_one_of_a_few(self, told, readers, pages):
        for number in range(6):
            get(readers[0], f"/?year={2020 + number}")
        assert 1 <= len(pages) < 6
        assert pages.size <= 50_000

    def test_has_its_filters_made_once_for_all_its_pages(self, told, readers, pages, monkeypatch):
        for _ in range(25):
            PublishedStoryFactory()
        draw_all(lambda done: None)
        first = get(readers[0]).content.decode()
        monkeypatch.setattr("stories.wall.facets.groups", None)
        second = get(readers[1], f"/?after={told.seq + 2}").content.decode()
        assert filters(second) == filters(first)
        manager = signed_in(UserFactory(roles=["managers"]))
        monkeypatch.undo()
        get(manager)
        assert "Show on a screen" in get(manager, f"/?after={told.seq + 2}").content.decode()

    @pytest.mark.parametrize("address", ["/?mine=1", "/?new=1", "/?q=stayed", "/people/me/"])
    def test_has_no_filters_that_mean_somebody(self, told, readers, pages, address):
        get(readers[0], address)
        assert not unchanged.FILTERS

    def test_has_other_filters_after_every_change(self, told, readers, pages):
        assert ">Show One story<" in filters(get(readers[0], "/?trait=personal").content.decode())
        PublishedStoryFactory(traits=["Personal"])
        assert ">Show 2 stories<" in filters(get(readers[0], "/?trait=personal").content.decode())
        told.team.name = "Early desk"
        told.team.save()
        assert "Early desk" in filters(get(readers[0]).content.decode())


def filters(page: str) -> str:
    return page.partition('<nav class="filters"')[2].partition("</nav>")[0]


class TestWhoIsSignedIn:
    """What is answered early asks for session and account at once; in doubt nothing is."""

    @pytest.fixture
    def had(self, told, staff_client) -> str:
        return get(staff_client)["ETag"]

    def test_is_known_with_their_roles(self, told, django_assert_num_queries):
        client = signed_in(UserFactory(roles=["managers", "moderators"]))
        tag = [get(client)["ETag"] for _ in range(2)][-1]
        with django_assert_num_queries(1):
            assert get(client, "/", tag).status_code == 304

    def test_is_nobody_once_the_password_is_another(self, had, staff_client):
        staff_client.user.set_password("another one, quite long")
        staff_client.user.save()
        assert get(staff_client, "/", had).status_code == 302

    def test_is_nobody_by_a_way_to_sign_in_that_is_gone(self, had, staff_client, settings):
        settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
        assert get(staff_client, "/", had).status_code == 302

    def test_is_nobody_once_the_session_is_over(self, had, staff_client):
        sessions = staff_client.user.sessions
        sessions.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
        assert get(staff_client, "/", had).status_code == 302

    def test_is_not_who_the_row_says_but_the_session_does_not(self, had, staff_client):
        staff_client.user.sessions.update(account=UserFactory())
        assert get(staff_client, "/", had).status_code == 200

    def test_is_nobody_once_the_account_is_closed(self, had, staff_client):
        type(staff_client.user).objects.filter(pk=staff_client.user.pk).update(is_active=False)
        for tag in (had, OF_BEFORE):
            assert get(staff_client, "/", tag).status_code == 302

    def test_has_their_session_read_once_and_kept_with_what_the_page_adds(self, told):
        client = signed_in(UserFactory())
        assert get(client, "/", OF_BEFORE).status_code == 200
        assert Visit.objects.filter(person__account=client.user).exists()
        with CaptureQueriesContext(connection) as asked:
            assert get(client, "/", OF_BEFORE).status_code == 200
        assert sum('FROM "staff_session"' in one["sql"] for one in asked) == 1

    def test_is_nobody_by_the_session_of_another_that_was_looked_at(self, told, staff_client):
        other = signed_in(UserFactory())
        request = RequestFactory().get("/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = other.session.session_key
        request.session = Glance(staff_client.session.session_key)
        SessionMiddleware(lambda request: HttpResponse()).process_request(request)
        assert request.session[SESSION_KEY] == str(other.user.pk)


class TestWhatWasFoundLately:
    """The same session that asks for the same gets the same, and nothing is looked at but its row;
    outside of transactions only, which may never come to be."""

    @pytest.fixture
    def had(self, told, staff_client, monkeypatch) -> str:
        monkeypatch.setattr("stories.unchanged.connection", SimpleNamespace(in_atomic_block=False))
        tag = get(staff_client)["ETag"]
        assert get(staff_client, "/", tag).status_code == 304
        return tag

    def test_is_not_found_out_again(self, had, staff_client, monkeypatch):
        monkeypatch.setattr(Glance, "account", None)
        assert get(staff_client, "/", had).status_code == 304

    def test_is_for_nobody_else(self, had, staff_client):
        assert get(signed_in(UserFactory()), "/", had).status_code == 200
        staff_client.logout()
        assert get(staff_client, "/", had).status_code == 302

    @pytest.mark.parametrize("address", ["/?trait=personal", "/traits/personal/"])
    def test_is_for_no_other_address(self, had, staff_client, address):
        assert get(staff_client, address, had).status_code == 200
        assert get(staff_client, "/", had, **{"HX-Request": "true"}).status_code == 200

    @pytest.mark.parametrize("change", CHANGES)
    def test_is_found_out_again_once_a_wall_may_show_a_change(
        self, told, staff_client, change, request
    ):
        told.may_show_outside = told.customer_agreed = True
        told.save()
        had = request.getfixturevalue("had")
        CHANGES[change](told)
        assert get(staff_client, "/", had).status_code == 200

    def test_is_found_out_again_once_the_account_is_another(self, had, staff_client):
        staff_client.user.first_name = "Nora"
        staff_client.user.save()
        assert get(staff_client, "/", had).status_code == 200
        type(staff_client.user).objects.filter(pk=staff_client.user.pk).update(is_active=False)
        assert get(staff_client, "/", had).status_code == 302

    def test_is_found_out_again_once_something_is_to_be_said(self, had, staff_client):
        session = staff_client.session
        session["_messages"] = '[["__json_message",0,25,"Kept.",""]]'
        session.save()
        assert get(staff_client, "/", had).status_code == 200

    def test_is_found_out_again_when_the_visit_is_to_be_noted(self, had, staff_client):
        with time_machine.travel(later := timezone.now() + NOTED_EVERY, tick=False):
            get(staff_client, "/", had)
        assert Visit.objects.get(person__account=staff_client.user).at == later

    def test_is_found_out_again_when_the_session_is_in_use_for_long_or_over(
        self, had, staff_client
    ):
        sessions, idle = staff_client.user.sessions, idle_time()
        # Nothing is to be noted of the visit.
        Visit.objects.update(at=timezone.now() + idle)
        get(staff_client, "/", had)
        with time_machine.travel(later := timezone.now() + idle * 0.2, tick=False):
            assert get(staff_client, "/", had).status_code in (200, 304)
        assert sessions.get().expire_date == later + idle
        with time_machine.travel(later + idle, tick=False):
            assert get(staff_client, "/", had).status_code == 302


class TestWhatAPageWasMadeOf:
    """Circles would hold it until Python looks for garbage, hundreds of pages later."""

    @pytest.fixture(autouse=True)
    def no_look_for_garbage(self):
        gc.disable()
        yield
        gc.enable()

    def test_is_let_go_with_it(self, rf, db):
        request, form = rf.get("/"), FilterForm(QueryDict("trait=personal"), Naming(ORGANISATION))
        request.user, request.htmx, request.session = UserFactory(), None, {}
        held = weakref.ref(form)
        page = unchanged.render_page(request, "components/search.html", {"form": form})
        del form
        assert page.status_code == 200
        assert held() is None

"""Saved views: a filter under a name, its address, its place, and what the wall opens with."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from stories.models import SavedView
from stories.models.saved_view import MOST_KEPT
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PublishedStoryFactory,
    TeamFactory,
    UserFactory,
    named_trait,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return UserFactory()


@pytest.fixture
def client(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def colleague():
    client = Client()
    client.force_login(UserFactory())
    return client


def keep(account, name="Kind ones", query="trait=caring", *, pinned=False, opens=False):
    return SavedView.keep(account.person, name, query, pinned=pinned, opens=opens)


def post(client, **data):
    return client.post(
        reverse("saved_view_new"), {"name": "Kind ones", "query": "trait=caring", **data}
    )


def html(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def row(page: str) -> list[str]:
    """The names in the row over the wall; the one that is shown in brackets."""
    found = re.search(r'<nav class="views".*?</nav>', page, re.S)
    entries = re.findall(r"<a ([^>]*)>([^<]*)</a>", found[0]) if found else []
    return [f"[{name}]" if "aria-current" in about else name for about, name in entries]


# Keeping.


def test_a_wall_with_a_filter_can_be_kept_with_its_order_and_its_looks(client):
    named_trait("Caring")
    page = html(client.get("/?trait=caring&sort=retold&view=list"))
    assert "/views/new/?trait=caring&amp;sort=retold&amp;view=list" in page
    form = html(client.get("/views/new/?trait=caring&sort=retold&view=list"))
    assert 'value="Caring"' in form
    assert "Most retold" in form


def test_all_stories_need_not_be_kept(client):
    PublishedStoryFactory()
    page = html(client.get("/"))
    assert "Keep this view" not in page
    assert row(page) == []


def test_the_page_of_a_trait_can_be_kept(client):
    named_trait("Caring"), named_trait("Personal")
    page = html(client.get("/traits/caring/?trait=personal"))
    assert "/views/new/?trait=personal&amp;trait=caring" in page


def test_what_is_kept_is_what_was_understood_without_the_page(client, account):
    named_trait("Caring")
    response = post(client, query="after=9&view=list&trait=unknown&sort=saluted&trait=caring")
    view = SavedView.objects.get(owner=account.person)
    assert view.query == "trait=caring&sort=saluted&view=list"
    assert response["Location"] == reverse("saved_view", args=[view.key])


def test_the_same_name_twice_is_said_and_what_was_filled_in_is_kept(client, account):
    keep(account)
    response = post(client, name="kind ONES", query="gold=1", pinned="on")
    assert response.status_code == 422
    page = response.content.decode()
    assert "You have a view called “kind ONES” already." in page
    assert 'value="kind ONES"' in page
    assert 'value="gold=1"' in page
    assert re.search(r'name="pinned"[^>]* checked', page)
    assert SavedView.objects.count() == 1


def test_the_view_of_that_name_may_show_it_instead(client, account):
    view = keep(account)
    response = post(client, query="gold=1", replace="1")
    assert response.status_code == 302
    view.refresh_from_db()
    assert (view.name, view.query) == ("Kind ones", "gold=1")


def test_others_may_have_a_view_of_that_name(client):
    keep(UserFactory())
    assert post(client).status_code == 302


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "x" * 61])
def test_a_name_must_be_one(client, name):
    assert post(client, name=name).status_code == 422
    assert not SavedView.objects.exists()


def test_too_much_to_keep_is_said(client, monkeypatch):
    monkeypatch.setattr("stories.wall.saved.forms.MOST_QUERY", 10)
    response = post(client, query="q=everything+there+is")
    assert response.status_code == 422
    assert "That is too much to keep at once" in response.content.decode()


def test_thirty_are_enough(client, account):
    for number in range(MOST_KEPT):
        keep(account, f"View {number}")
    response = post(client)
    assert response.status_code == 422
    assert "You keep 30 views already" in response.content.decode()
    assert post(client, name="View 3", replace="1").status_code == 302


# Opening one.


def test_its_address_shows_the_wall_under_its_name_to_any_colleague(account, colleague, shown):
    caring = PublishedStoryFactory(traits=["caring"])
    PublishedStoryFactory(traits=["personal"])
    response = colleague.get(keep(account).get_absolute_url())
    assert shown(response) == [caring.public_id]
    page = response.content.decode()
    assert re.search(r"<h1[^>]*>Kind ones</h1>", page)
    assert f"Kept by {account.person.called}" in page


def test_whoever_opens_it_sees_what_they_may_and_visitors_sign_in(account):
    response = Client().get(keep(account).get_absolute_url())
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_what_it_asks_for_stands_over_it_and_can_be_taken_away(client, account):
    PublishedStoryFactory(traits=["caring", "personal"], setting="here")
    page = html(client.get(keep(account, query="trait=caring&setting=here").get_absolute_url()))
    assert 'href="/?setting=here"' in page
    assert 'href="/?trait=caring"' in page


def test_it_goes_on_below_on_the_wall(account, colleague, shown):
    for _ in range(25):
        PublishedStoryFactory(traits=["caring"])
    page = html(colleague.get(keep(account).get_absolute_url()))
    more = re.search(r'class="pager" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert more.startswith("/?trait=caring&after=")
    assert len(shown(colleague.get(more))) == 1


def test_a_colleague_keeps_it_as_their_own(account, colleague):
    PublishedStoryFactory(traits=["caring"])
    page = html(colleague.get(keep(account).get_absolute_url()))
    way = re.search(r'href="(/views/new/[^"]+)"', page.partition("wall-page")[0])[1]
    form = html(colleague.get(way.replace("&amp;", "&")))
    assert 'value="Kind ones"' in form
    assert 'name="query" value="trait=caring"' in form


def test_nobody_changes_what_others_keep(account, colleague):
    view = keep(account)
    for name, data in (
        ("saved_view_change", {"name": "Mine"}),
        ("saved_view_place", {"do": "pin"}),
        ("saved_view_delete", {}),
    ):
        assert colleague.post(reverse(name, args=[view.key]), data).status_code == 404
    assert colleague.post(reverse("saved_view_opening"), {"opens": view.key}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.pinned, view.opens) == ("Kind ones", False, False)


def test_what_is_there_no_more_shows_nothing_rather_than_everything(account, colleague, shown):
    story, team = PublishedStoryFactory(), TeamFactory(name="The kiosk")
    view = keep(account, query="team=the-kiosk")
    team.delete()
    page = html(colleague.get(view.get_absolute_url()))
    assert "shows nothing any more" in page
    assert story.public_id not in page


# Names.


@pytest.fixture
def unnamed():
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    PublishedStoryFactory(people=[person])
    return person


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("What Ottoline does", "person={person}"),
        ("What Ottoline Zwart does", "gold=1"),
        ("What she does", "q=Ottoline+Zwart"),
        ("What Ottoline Zwart does", "q=Zwart"),
        ("What Ms Zwart does", "q=Ottoline+Zwart"),
        ("What Ottoline does", "team={team}"),
    ],
)
def test_a_name_that_is_withheld_is_not_said_on_any_page(client, account, unnamed, name, query):
    colleague = Client()
    colleague.force_login(UserFactory())
    team = TeamFactory()
    MembershipFactory(employee=unnamed, team=team)
    view = keep(account, name, query.format(person=unnamed.pk, team=team.slug), pinned=True)
    pages = [
        (client, "/"),
        (client, "/views/"),
        (client, reverse("saved_view_change", args=[view.key])),
        (client, view.get_absolute_url()),
        (colleague, view.get_absolute_url()),
    ]
    assert all("Ottoline" in html(reader.get(address)) for reader, address in pages[1:3])
    unnamed.ask_not_to_be_named()
    for reader, address in pages:
        page = html(reader.get(address))
        assert "Ottoline" not in page, address
        assert "Zwart" not in page, address


def test_a_name_that_could_not_be_shown_is_not_written_over(account, client, unnamed):
    view = keep(account, "What Ottoline Zwart does", "gold=1")
    unnamed.ask_not_to_be_named()
    address = reverse("saved_view_change", args=[view.key])
    shown = re.search(r'name="name" value="([^"]+)"', html(client.get(address)))[1]
    assert shown == "What a colleague does"
    client.post(address, {"name": shown, "pinned": "on"})
    view.refresh_from_db()
    assert (view.name, view.pinned) == ("What Ottoline Zwart does", True)


def test_an_owner_who_is_not_named_is_a_colleague(account, colleague):
    view = keep(account)
    account.person.ask_not_to_be_named()
    page = html(colleague.get(view.get_absolute_url()))
    assert "Kept by a colleague" in page
    assert account.person.first_name not in page.partition("<main")[2]


# Where it stands.


def test_the_row_has_the_pinned_first_and_marks_what_is_shown(account, client):
    PublishedStoryFactory(traits=["caring"])
    keep(account, "Kind ones"), keep(account, "Gold", "gold=1", pinned=True)
    assert row(html(client.get("/"))) == ["[All stories]", "Gold", "Kind ones", "My views"]
    page = html(client.get("/?trait=caring"))
    assert row(page) == ["All stories", "Gold", "[Kind ones]", "My views"]
    assert "Keep this view" not in page
    assert "Keep this view" in html(client.get("/?trait=caring&setting=here"))


def test_the_row_is_short_but_shows_where_one_is(account, client):
    named_trait("Caring")
    for number in range(12):
        keep(account, f"View {number}", f"q=word{number}")
    page = html(client.get("/?q=word11"))
    assert row(page)[1:-1] == [f"View {number}" for number in range(8)] + ["[View 11]"]


def names(account) -> list[str]:
    return [view.name for view in SavedView.objects.kept_by(account)]


def test_views_are_pinned_and_moved(account, client):
    for name in "ABCD":
        keep(account, name)

    def do(name, what):
        view = SavedView.objects.get(name=name)
        assert client.post(reverse("saved_view_place", args=[view.key]), {"do": what})["Location"]

    do("C", "up")
    assert names(account) == ["A", "C", "B", "D"]
    do("D", "down")
    assert names(account) == ["A", "C", "B", "D"]
    do("D", "pin"), do("B", "pin")
    assert names(account) == ["D", "B", "A", "C"]
    do("B", "down"), do("D", "down")
    assert names(account) == ["B", "D", "A", "C"]
    do("B", "unpin")
    assert names(account) == ["D", "A", "C", "B"]


def test_nonsense_moves_nothing(account, client):
    view = keep(account)
    assert client.post(reverse("saved_view_place", args=[view.key]), {"do": "x"}).status_code == 400
    assert client.post(reverse("saved_view_opening"), {"opens": "nothing"}).status_code == 404


def test_a_view_is_renamed_and_deleted(account, client):
    view = keep(account)
    keep(account, "Gold", "gold=1")
    address = reverse("saved_view_change", args=[view.key])
    assert client.post(address, {"name": "GOLD"}).status_code == 422
    assert client.post(address, {"name": "Kinder ones"}).status_code == 302
    assert "Kinder ones" in html(client.get("/views/"))
    client.post(reverse("saved_view_delete", args=[view.key]))
    assert client.get(view.get_absolute_url()).status_code == 404
    assert names(account) == ["Gold"]


# What the wall opens with.


@pytest.fixture
def team(account):
    region = TeamFactory(name="The South")
    team = TeamFactory(name="Till six", parent=region)
    MembershipFactory(employee=account.person, team=team)
    return team


def test_the_wall_opens_with_my_team_and_those_below(account, client, team, shown):
    below = PublishedStoryFactory(people__team=TeamFactory(parent=team))
    other = PublishedStoryFactory(people__team=TeamFactory())
    client.post(reverse("saved_view_opening"), {"opens": "team"})
    response = client.get("/", follow=True)
    assert response.redirect_chain == [("/?team=till-six", 302)]
    assert shown(response) == [below.public_id]
    assert row(response.content.decode()) == ["All stories", "[My team]", "My views"]
    assert set(shown(client.get("/?all=1"))) == {below.public_id, other.public_id}


def test_it_follows_who_moves_to_another_team(account, client, team):
    client.post(reverse("saved_view_opening"), {"opens": "team"})
    account.person.move_to(TeamFactory(name="Night desk"))
    assert client.get("/")["Location"] == "/?team=night-desk"


def test_who_belongs_to_no_team_any_more_sees_all(account, client, team):
    client.post(reverse("saved_view_opening"), {"opens": "team"})
    account.person.memberships.all().delete()
    assert row(html(client.get("/"))) == ["[All stories]", "My views"]
    view = SavedView.objects.get()
    assert "belongs to none today" in html(client.get(view.get_absolute_url()))
    assert client.post(reverse("saved_view_opening"), {"opens": "team"}).status_code == 400


def test_any_view_may_be_what_the_wall_opens_with(account, client):
    named_trait("Caring")
    view = keep(account)
    client.post(reverse("saved_view_opening"), {"opens": view.key})
    response = client.get("/", follow=True)
    assert response.redirect_chain == [(view.get_absolute_url(), 302)]
    assert row(response.content.decode()) == ["All stories", "[Kind ones]", "My views"]


def test_only_one_opens_and_all_stories_end_it(account, client, team):
    view = keep(account)
    for opens in ("team", view.key):
        client.post(reverse("saved_view_opening"), {"opens": opens})
    assert [one.opens for one in SavedView.objects.kept_by(account)] == [False, True]
    client.post(reverse("saved_view_opening"), {"opens": "all"})
    assert client.get("/").status_code == 200
    assert not SavedView.objects.filter(opens=True).exists()


@pytest.mark.parametrize("address", ["/?all=1", "/?q=", "/?after=3", "/?trait=caring", "/?x"])
def test_whatever_is_asked_is_answered_where_it_was_asked(account, client, address):
    named_trait("Caring")
    keep(account, opens=True)
    assert client.get(address).status_code == 200


def test_who_takes_the_last_filter_away_comes_to_all_stories(account, client, team):
    PublishedStoryFactory(people__team=team)
    client.post(reverse("saved_view_opening"), {"opens": "team"})
    page = html(client.get("/?team=till-six"))
    assert 'class="chip" href="/?all=1"' in page
    assert 'href="/"' not in page.partition('<nav class="views"')[2].partition("</main>")[0]
    assert 'href="/?all=1"' in html(client.get("/?q=nothing-like-this"))
    assert 'class="chip" href="/?all=1"' in html(client.get(keep(account).get_absolute_url()))


def test_others_are_not_led_anywhere(account, client, colleague):
    keep(account, opens=True)
    assert colleague.get("/").status_code == 200
    assert 'href="/?all=1"' not in html(colleague.get("/?q=x"))

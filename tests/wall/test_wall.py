"""The wall as a page: what is on it, who sees it, and what it costs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stories.drawing import draw_cards
from stories.filtering.fields import Sort
from stories.models import Initiative, Served, Setting
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
MOST_QUERIES = 12


def rich_story(**facts):
    facts = {
        "traits": ["Personal", "Caring"],
        "people": [EmployeeFactory(first_name="Ada")],
        "people__team": TeamFactory(),
        **facts,
    }
    return PublishedStoryFactory(**facts)


def test_cards_lead_with_the_line_and_say_who_and_where_to(staff_client):
    story = rich_story(line="I saw your car.", title="Bread in the oven")
    page = staff_client.get("/").content.decode()
    assert re.search(rf'<article[^>]*data-story="{story.public_id}"[^>]*data-hue="personal"', page)
    assert "I saw your car.”</a>" in page
    assert "Bread in the oven" in page
    assert "Ada" in page
    assert f'href="{story.get_absolute_url()}"' in page


@pytest.mark.parametrize("role", ["staff", "moderator", "admin"])
def test_the_wall_shows_what_is_published_and_nothing_else_even_to_moderators(role, request, shown):
    client = request.getfixturevalue(f"{role}_client")
    there = PublishedStoryFactory()
    StoryFactory(teller=client.user.person)
    StoryFactory()
    PendingStoryFactory()
    PublishedStoryFactory().withdraw(by=None)
    assert shown(client.get("/")) == [there.public_id]


def test_visitors_are_asked_to_sign_in(client):
    assert client.get("/").url == "/accounts/login/?next=/"


def test_somebody_unnamed_is_a_colleague_everywhere_on_the_wall(staff_client):
    ada = EmployeeFactory(first_name="Adelheid", last_name="Zweig")
    rich_story(people=[ada], line="Adelheid stayed.", title="Frau Zweig", body="Ask Adelheid.")
    ada.ask_not_to_be_named()
    for address in ("/", "/?view=list", "/?q=stayed", "/?q=stayed&view=list", "/traits/personal/"):
        page = staff_client.get(address).content.decode()
        assert "A colleague stayed." in page.replace("<mark>", "").replace("</mark>", "")
        assert "Adelheid" not in page
        assert "Zweig" not in page


@pytest.mark.parametrize(
    "address",
    [
        *(f"/?setting={value}" for value in Setting.values),
        *(f"/?served={value}" for value in Served.values),
        *(f"/?initiative={value}" for value in Initiative.values),
        *(f"/?q=bread&sort={value}" for value in Sort.values),
        *("/?recovery=1", "/?gold=1", "/?year=2026", "/?month=2026-02", "/?view=list"),
    ],
)
def test_every_filter_answers_with_a_page(staff_client, address):
    rich_story()
    alone, also = staff_client.get(address), staff_client.get(f"{address}&trait=personal")
    assert (alone.status_code, also.status_code) == (200, 200)


def test_a_wall_asks_as_often_for_sixty_stories_as_for_one(staff_client):
    team = TeamFactory()
    walls = ["/", "/?trait=personal&trait=caring", "/?q=cold&view=list"]
    walls += ["/?sort=retold&served=customer"]

    def asked(address: str) -> int:
        staff_client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert staff_client.get(address).status_code == 200
        return len(queries)

    rich_story(people__team=team, body="A cold night.", line="Cold.")
    for_one = {address: asked(address) for address in walls}
    for _n in range(59):
        rich_story(people__team=team, body="A cold night.", line="Cold.")
    assert {address: asked(address) for address in walls} == for_one
    assert max(for_one.values()) <= MOST_QUERIES


def test_all_filters_at_once_ask_no_more(staff_client):
    ada, ben = EmployeeFactory(first_name="Ada"), EmployeeFactory(first_name="Ben")
    team = TeamFactory(name="Harbour")
    rich_story(people=[ada, ben], people__team=team, body="A bench in the cold.")
    ben.ask_not_to_be_named()
    draw_cards.call()
    staff_client.get("/")
    address = f"/?q=ben&trait=personal&team=harbour&person={ada.pk}&served=customer&year=2026"
    for address_ in (address, f"{address}&recovery=1", f"{address}&after=1"):
        with CaptureQueriesContext(connection) as queries:
            staff_client.get(address_)
        assert len(queries) <= MOST_QUERIES, "\n".join(q["sql"][:300] for q in queries)


def test_more_is_a_part_of_the_page_for_htmx_and_the_page_for_all_others(staff_client, shown):
    stories = PublishedStoryFactory.create_batch(30)
    address = f"/?after={stories[6].seq}"
    whole = staff_client.get(address)
    part = staff_client.get(address, headers=HTMX)
    expected = [story.public_id for story in reversed(stories[:6])]
    assert shown(whole) == shown(part) == expected
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert 'class="filters"' not in part.content.decode()
    assert "HX-Request" in whole["Vary"]
    assert "HX-Request" in part["Vary"]


def test_a_page_restored_from_history_is_whole(staff_client):
    PublishedStoryFactory.create_batch(2)
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert "<html" in staff_client.get("/?after=2", headers=headers).content.decode()


def test_the_link_to_more_works_with_and_without_htmx(staff_client):
    PublishedStoryFactory.create_batch(30)
    page = staff_client.get("/?served=customer").content.decode()
    link = re.search(r'<a class="pager" href="([^"]+)"[^>]*hx-get="([^"]+)"', page)
    assert link[1] == link[2]
    assert link[1].startswith("/?served=customer&amp;after=")


def test_a_search_keeps_what_was_asked_for_before(staff_client):
    PublishedStoryFactory(traits=["Caring"])
    page = staff_client.get("/?trait=caring&gold=1").content.decode()
    assert '<input type="hidden" name="trait" value="caring">' in page
    assert '<input type="hidden" name="gold" value="1">' in page


def test_nothing_found_says_what_to_loosen(staff_client):
    PublishedStoryFactory(traits=["Caring"], served="colleague")
    PublishedStoryFactory(traits=["Honest"], served="customer")
    response = staff_client.get("/?trait=caring&served=customer")
    page = response.content.decode()
    assert "Nothing with all of that, yet" in page
    loosen = re.findall(r'<li><a class="chip" href="([^"]+)".*?class="quiet">([^<]+)<', page)
    assert loosen == [("/?served=customer", "One story"), ("/?trait=caring", "One story")]


def test_an_empty_wall_invites(staff_client):
    page = staff_client.get("/").content.decode()
    assert "Nothing has been told yet" in page
    assert 'href="/stories/new/"' in page


def test_what_was_left_out_is_said_on_the_page(staff_client):
    PublishedStoryFactory()
    page = staff_client.get("/?trait=<b>").content.decode()
    assert "There is no trait “&lt;b&gt;”; it was left out." in page


def test_the_page_names_its_one_address_and_what_it_shows(staff_client):
    PublishedStoryFactory(traits=["Caring", "Personal"])
    page = staff_client.get("/?trait=caring&trait=personal&nonsense=1").content.decode()
    assert "<title>Personal · Caring · Retold</title>" in page
    canonical = "http://testserver/?trait=personal&amp;trait=caring"
    assert f'<link rel="canonical" href="{canonical}">' in page


def test_a_list_is_for_those_who_scan(staff_client, shown):
    stories = PublishedStoryFactory.create_batch(3)
    response = staff_client.get("/?view=list")
    assert shown(response) == [story.public_id for story in reversed(stories)]
    assert '<ul class="list">' in response.content.decode()
    assert "wall-rows" not in response.content.decode()


def test_teams_are_chosen_from_the_top_down(staff_client):
    company = TeamFactory(name="Northgate")
    region = TeamFactory(name="Coast", parent=company)
    team = TeamFactory(name="Ferry desk", parent=region)
    PublishedStoryFactory(people__team=team)
    assert '"/?team=coast"' in staff_client.get("/").content.decode()
    assert '"/?team=ferry-desk"' not in staff_client.get("/").content.decode()
    assert '"/?team=ferry-desk"' in staff_client.get("/?team=coast").content.decode()


def test_nothing_is_changed_by_posting_to_the_wall(staff_client):
    assert staff_client.post("/").status_code == 405


def test_time_money_and_permission_have_a_heading_each(staff_client):
    PublishedStoryFactory(took_time="minutes", took_money="nothing", took_permission="nobody")
    page = staff_client.get("/").content.decode()
    lists = re.findall(r"<h2>([^<]+)</h2>\s*<ul class=\"filter-list\">(.*?)</ul>", page, re.DOTALL)
    offered = {title: re.findall(r"<span>([^<]+)</span>", values) for title, values in lists}
    assert offered["Time it took"] == ["A few minutes"]
    assert offered["What it cost"] == ["Nothing"]
    assert offered["Who was asked"] == ["Nobody asked"]


def test_what_is_chosen_is_shown_once_above_the_wall(staff_client):
    """On a phone the strip of traits stands right over it."""
    PublishedStoryFactory(traits=["Personal", "Caring"])
    page = staff_client.get("/?trait=personal").content.decode()
    strip = page.partition('<nav class="chip-strip"')[2].partition("</nav>")[0]
    assert "Caring" in strip
    assert "Personal" not in strip
    assert page.partition('<ul class="chips">')[2].partition("</ul>")[0].count("Personal") == 1

"""A story goes round: told, approved, found, saluted, told on; then a name is taken back.

The same way with a script and without, on a phone.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from staff.models import User
from stories.models import Status, Story
from tests.browser import PHONE
from tests.factories import MembershipFactory, TeamFactory, UserFactory, named_trait

pytestmark = pytest.mark.django_db(transaction=True)

BODY = (
    "It had rained since six. Roberta Kline saw a man under the awning with a cello and carried "
    "it to the tram for him, under her own coat. “The cello first,” she said."
)
LINE = "The cello first."
THANKS = "My daughter plays. Thank you for telling it."


@pytest.fixture
def people(db) -> dict[str, User]:
    named_trait("Caring")
    found = {
        "teller": UserFactory(),
        "moderator": UserFactory(roles=["moderators"]),
        "reader": UserFactory(),
        "named": UserFactory(first_name="Roberta", last_name="Kline"),
    }
    MembershipFactory(employee=found["named"].person, team=TeamFactory(name="Harbour Street"))
    return found


@pytest.mark.parametrize("scripted", [True, False], ids=["with a script", "without a script"])
def test_a_story_goes_round_and_a_name_is_taken_back(scripted, people, page_as):
    pages = {
        role: page_as(user, **PHONE, java_script_enabled=scripted) for role, user in people.items()
    }
    tell(pages["teller"], by_keyboard=scripted)
    story = Story.objects.get()
    assert story.status == Status.PENDING
    assert [credit.employee for credit in story.credits.all()] == [people["named"].person]

    approve(pages["moderator"])
    reader = pages["reader"]
    find_on_the_wall(reader)
    answer(reader)
    story.refresh_from_db()
    assert (story.status, story.salute_count, story.retelling_count) == (Status.PUBLISHED, 1, 1)
    assert story.notes.get().text == THANKS

    ask_not_to_be_named(pages["named"])
    for address in (
        reverse("wall"),
        story.get_absolute_url(),
        reverse("wall") + "?q=Roberta",
        reverse("people"),
        reverse("team", args=["harbour-street"]),
    ):
        reader.goto(address)
        main = reader.locator("main").inner_text()
        assert "Kline" not in main, address
        assert "Roberta" not in main.replace("“Roberta”", ""), address
    reader.goto(story.get_absolute_url())
    expect(reader.locator("[data-story-body]")).to_contain_text("A colleague saw a man")


def tell(page: Page, *, by_keyboard: bool) -> None:
    page.goto(reverse("tell"))
    if by_keyboard:
        expect(page.locator("#id_body")).to_be_focused()
        page.keyboard.type(BODY)
        expect(page.locator(".tell-poster .poster-line")).to_contain_text(LINE)
        fold = page.locator("[data-fold=people] > summary")
        fold.press("Enter")
        page.locator("#id_people_q").press_sequentially("Kli")
        expect(page.locator("[data-people-field] [role=option]")).to_have_count(1)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator("button[name=send]").press("Enter")
    else:
        page.fill("#id_body", BODY)
        page.locator("[data-fold=people] > summary").tap()
        page.fill("#id_people_q", "Kline")
        page.get_by_role("button", name="Find").tap()
        page.get_by_label(re.compile("Roberta Kline")).check()
        # The line of the story is suggested, from what stands in quotation marks.
        expect(page.locator("[name=line]")).to_have_value(LINE)
        page.locator("button[name=send]").tap()
    page.wait_for_url(re.compile("/sent/$"))


def approve(page: Page) -> None:
    page.goto(reverse("admin:index"))
    page.goto(reverse("admin:stories_story_changelist"))
    page.get_by_role("link", name=re.compile(LINE)).first.tap()
    page.get_by_role("button", name="Approve", exact=True).tap()
    expect(page.get_by_text("is on the wall")).to_be_visible()


def find_on_the_wall(page: Page) -> None:
    page.goto(reverse("wall"))
    card = page.locator("article[data-story]")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(LINE)
    card.get_by_role("link").first.tap()
    expect(page.locator("[data-story-body]")).to_contain_text("Roberta Kline saw a man")


def answer(page: Page) -> None:
    """Salute, tell it on, thank."""
    page.get_by_role("button", name="I salute you").tap()
    expect(page.get_by_role("button", name="I salute you")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.locator("#told-summary").tap()
    page.get_by_label("A friend").check()
    page.get_by_role("button", name="I told it").tap()
    expect(page.locator("#told-summary")).to_contain_text(re.compile("Thank you|Told on once"))
    page.locator(".note-form textarea").fill(THANKS)
    page.locator("#send-note").tap()
    expect(page.locator("#notes")).to_contain_text(THANKS)


def ask_not_to_be_named(page: Page) -> None:
    page.goto(reverse("me"))
    expect(page.locator("article[data-story]")).to_have_count(1)
    page.get_by_role("button", name="Don’t name me").tap()
    expect(page.get_by_role("button", name="Name me again")).to_be_visible()

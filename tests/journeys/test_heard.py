"""What whoever has a page read to them hears: each change once, and never without a place to be."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from staff.models import User
from stories.models import Note
from tests.browser import until
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PhotoFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
    named_trait,
)

pytestmark = pytest.mark.django_db(transaction=True)

TELL = reverse("tell")
# Writes down what a live part of the page says, each time that it is said aloud.
LISTEN = """part => {
    window.heard = [];
    new MutationObserver(() => {
        if (part.ariaLive !== "off" && part.textContent) window.heard.push(part.textContent);
    }).observe(part, { childList: true, characterData: true, subtree: true });
}"""
KEPT = "[data-kept]"
DRAFT = "Kept as a draft"


@pytest.fixture
def page(page_as, db) -> Page:
    named_trait("Caring")
    return page_as(UserFactory())


def heard(page: Page) -> list[str]:
    return page.evaluate("window.heard")


def test_that_words_are_kept_is_heard_once_and_not_after_each_pause(page):
    page.goto(TELL)
    expect(page.locator("#id_body")).to_be_focused()
    page.locator(KEPT).evaluate(LISTEN)
    page.keyboard.type("She kept the seat for him.")
    expect(page.locator(KEPT)).to_have_text(DRAFT)
    page.keyboard.type(" He had not asked.")
    expect(page.locator(KEPT)).to_have_text("Kept in this browser")
    expect(page.locator(KEPT)).to_have_text(DRAFT)
    assert heard(page) == ["Kept in this browser", DRAFT]


def test_room_that_gets_short_is_heard_at_every_hundred(page):
    page.goto(TELL)
    page.locator("#id_body").evaluate("field => { field.dataset.most = 110; }")
    page.locator("[data-count]").evaluate(LISTEN)
    page.locator("#id_body").press_sequentially("She kept the seat.")
    assert heard(page) == ["Room for 109 more characters.", "Room for 99 more characters."]


def test_words_that_may_tell_who_somebody_is_are_heard_once_while_one_writes_on(page):
    page.goto(TELL)
    page.locator("[data-hints-said]").evaluate(LISTEN)
    page.locator("#id_body").press_sequentially("She gave him her number, 0151 496 0123.")
    around = page.locator("[data-hints] li span").first
    expect(around).to_contain_text("0123")
    page.locator("#id_body").press_sequentially(" He rang at")
    expect(around).to_contain_text("He rang at")
    [said] = heard(page)
    assert said == "Does this tell who somebody is? Phone number: 0151 496 0123"


def test_whom_a_field_chose_is_heard_as_it_is_empty_again(page):
    EmployeeFactory(first_name="Roberta", last_name="Kline")
    page.goto(TELL)
    page.locator("[data-fold=people] > summary").press("Enter")
    status = page.locator("[data-people-status]")
    page.locator("#id_people_q").press_sequentially("Kli")
    expect(page.locator("[data-people-field] [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(status).to_have_text("Roberta Kline is chosen.")
    page.keyboard.type("Uncle Zed")
    page.keyboard.press("Enter")
    expect(status).to_have_text("Uncle Zed is not in the directory, and is kept as you wrote it.")


def test_that_nobody_is_found_is_seen_below_the_field_and_heard_once(page):
    EmployeeFactory(first_name="Roberta", last_name="Kline")
    page.goto(TELL)
    page.locator("[data-fold=people] > summary").press("Enter")
    status = page.locator("[data-people-status]")
    status.evaluate(LISTEN)
    page.locator("#id_people_q").press_sequentially("Uncle", delay=200)
    nobody = "Nobody of that name to choose here. Write it below as you know it."
    expect(status).to_have_text(nobody)
    page.wait_for_timeout(300)
    assert heard(page) == [nobody]
    field = page.locator("#id_people_q").bounding_box()
    seen = status.bounding_box()
    assert seen["height"] > 10
    assert seen["y"] >= field["y"] + field["height"]
    page.locator("#id_people_q").fill("Kli")
    expect(page.locator("[data-people-field] [role=option]")).to_have_count(1)
    expect(status).to_be_empty()
    page.keyboard.press("Enter")
    page.keyboard.type("Kli")
    page.wait_for_timeout(500)
    expect(status).to_have_text("Roberta Kline is chosen.")
    expect(status).to_have_class("vh")
    page.locator("#id_people_q").fill("Unc")
    expect(status).to_have_text(nobody)
    page.locator("#id_people_q").fill("")
    expect(status).to_be_empty()


def test_whoever_stands_on_the_poster_while_it_is_drawn_anew_stays_on_it(page):
    page.goto(TELL)
    page.locator("#id_body").press_sequentially("“The cello first,” she said.")
    change = page.locator("[data-poster] a")
    expect(change).to_be_visible()
    change.evaluate("link => { link.dataset.old = 1; }")
    page.locator("#id_body").press_sequentially(" It rained.")
    change.focus()
    until(page, "!document.querySelector('[data-poster] [data-old]')")
    expect(change).to_be_focused()


def test_a_note_that_was_sent_is_said_and_stood_upon(page):
    page.goto(PublishedStoryFactory().get_absolute_url())
    page.locator("#id_text").fill("Thank you for the seat.")
    page.locator("#send-note").press("Enter")
    expect(page.get_by_text("Your note is up.")).to_be_focused()
    assert Note.objects.count() == 1


def test_a_photo_over_the_screen_is_described_once(page):
    photo = PhotoFactory(story=PublishedStoryFactory(), alt="A mug of tea")
    page.goto(photo.story.get_absolute_url())
    page.locator(".viewer-words").evaluate(LISTEN)
    page.locator("[data-photo]").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.wait_for_timeout(200)
    assert heard(page) == ["A mug of tea"]
    assert dialog.aria_snapshot().count("A mug of tea") == 1


def test_whoever_was_not_let_in_stands_on_the_reason(page_as):
    page = page_as(None)
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill("nobody")
    page.locator("[name=password]").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_be_focused()


def test_a_field_that_was_left_empty_is_where_one_stands(page_as):
    page = page_as(None)
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill("nobody")
    page.locator("[name=password]").evaluate("field => { field.form.noValidate = true; }")
    page.locator("[name=password]").press("Enter")
    expect(page.locator("[name=password][aria-invalid=true]")).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/traits/caring/"])
def test_the_many_filters_of_a_wall_can_be_skipped(address, page):
    PublishedStoryFactory(traits=["Caring"])
    page.goto(address)
    page.locator("#main").focus()
    skip = page.get_by_role("link", name="Skip the filters")
    for _step in range(20):
        page.keyboard.press("Tab")
        if skip.evaluate("link => link === document.activeElement"):
            break
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".wall :focus")).to_have_count(1)


def test_single_keys_walk_the_stories_until_they_are_switched_off(page):
    PublishedStoryFactory.create_batch(2)
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-story]").nth(1).locator("a")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-story]").first.locator("a")).to_be_focused()
    page.locator(".search-help > summary").press("Enter")
    page.get_by_label("Single keys").press("Space")
    page.reload()
    for key in ("j", "/"):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement === document.body")
    expect(page.locator("kbd")).to_be_hidden()
    page.locator(".search-help > summary").press("Enter")
    page.get_by_label("Single keys").press("Space")
    page.locator(".search-help > summary").focus()
    page.keyboard.press("/")
    expect(page.locator("[name=q]")).to_be_focused()


def test_a_flag_without_a_reason_leads_to_the_reasons(page):
    page.goto(PublishedStoryFactory().get_absolute_url())
    page.locator("#flag a").press("Enter")
    expect(page.get_by_role("heading", name="Flag this story")).to_be_focused()
    page.get_by_role("button", name="Flag it").press("Enter")
    expect(page.get_by_label("It says too much about somebody")).to_be_focused()


@pytest.mark.parametrize("address", ["/?trait=unknown", "/stories/mine/?kept={story}"])
def test_what_a_page_brings_with_it_is_heard(address, page):
    """A status that is there from the beginning is not."""
    story = StoryFactory(teller=User.objects.get().person)
    page.goto(address.format(story=story.public_id))
    expect(page.get_by_role("alert")).to_have_count(1)


def test_what_was_decided_is_heard_on_the_next_page_of_the_queue(page_as):
    first, _second = PendingStoryFactory(title="Two sugars"), PendingStoryFactory()
    page = page_as(UserFactory(roles=["moderators"]))
    page.goto(reverse("admin:stories_story_change", args=[first.pk]))
    page.get_by_role("button", name="Approve", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Two sugars")

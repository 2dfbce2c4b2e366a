"""Telling a story in a real browser: by keyboard, over a lost connection, without JavaScript."""

import re
import time
import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from stories.models import Status, Story
from tests.browser import DESK, PHONE, sign_in, until
from tests.factories import (
    EmployeeFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
    named_trait,
)

pytestmark = pytest.mark.django_db(transaction=True)

TELL = reverse("tell")
LAMP = (
    "A guest in 118 asked whether the corridor stays lit at night. She said it lightly, but "
    "Beatriz saw her look at the switch. On her pillow was a card: “I left the light on.”"
)

LAMP_TITLE = "A guest in 118"


@pytest.fixture
def teller(db):
    for name in ("Noticed", "Sincere", "Caring"):
        named_trait(name)
    return UserFactory()


@pytest.fixture
def context_of(new_context, live_server):
    """A browser of an account where the console may complain: of a lost connection, of a 409."""

    def make(user):
        context = new_context(base_url=live_server.url, **DESK)
        sign_in(context, live_server.url, user)
        return context

    return make


def kept(page: Page):
    return page.locator("[data-kept]")


def test_a_story_is_told_in_under_a_minute_by_keyboard_alone(page_as, teller):
    page = page_as(teller)
    page.goto(TELL)
    started = time.monotonic()
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type(LAMP)
    expect(page.locator(".tell-poster .poster-line")).to_have_text("“I left the light on.”")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "send":
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sent/$"))
    assert time.monotonic() - started < 60
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    story = Story.objects.get()
    assert (story.status, story.body, story.line) == (Status.PENDING, LAMP, "I left the light on.")


def test_words_under_the_line_stay_whole_when_their_button_is_come_to(page_as, teller):
    page = page_as(teller, **PHONE)
    page.goto(TELL)
    expect(page.locator("#id_body")).to_be_focused()
    page.keyboard.type("The porter carried the cello up six floors, and went down for the stool.")
    expect(kept(page)).to_have_text("Kept as a draft")
    words = page.locator(".tell-poster .poster-foot > p").last
    expect(words).to_contain_text("becomes the line")
    words.get_by_text("Change").focus()
    assert words.evaluate("words => words.scrollTop") == 0


def test_tapping_traits_and_sentences_says_which_words_show_what(page_as, teller):
    page = page_as(teller, **PHONE)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.locator(".sentences").wait_for(state="attached")
    expect(page.locator(".tell-poster .poster-line")).to_have_text("“I left the light on.”")
    more = page.locator(".tell-more > summary")
    for slug in ("sincere", "noticed"):
        tile = page.locator(f'input[name="traits"][value="{slug}"]')
        if not tile.is_visible():
            more.tap()
        tile.check()
    expect(page.locator(".tell-poster")).to_have_attribute("data-hue", re.compile("."))
    sentences = page.locator(".sentences button")
    sentences.nth(2).tap()
    sentences.nth(1).tap()
    expect(sentences.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(sentences.nth(1)).to_contain_text("Noticed")
    page.get_by_role("button", name="Send").tap()
    page.wait_for_url(re.compile("/sent/$"))
    assert [(held.tag.slug, held.evidence) for held in Story.objects.get().story_traits.all()] == [
        ("sincere", "On her pillow was a card: “I left the light on.”"),
        ("noticed", "She said it lightly, but Beatriz saw her look at the switch."),
    ]


def test_a_colleague_is_found_by_type_ahead(page_as, teller):
    person = EmployeeFactory(first_name="Beatriz", last_name="Alves")
    EmployeeFactory(first_name="Beatrix", unnamed=True)
    page = page_as(teller)
    page.goto(TELL)
    page.fill("#id_body", "She left the lamp on for a guest.")
    page.get_by_text("Who did it").click()
    page.get_by_role("combobox", name="A colleague").press_sequentially("beatr")
    expect(page.locator("#people-list > li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Beatriz Alves")).to_be_checked()
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().credits.get().employee == person


def test_a_closed_tab_loses_nothing(page_as, teller):
    page = page_as(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    expect(kept(page)).to_have_text("Kept as a draft")
    again = page.context.new_page()
    page.close()
    again.goto(TELL)
    expect(again.locator("#id_body")).to_have_value(LAMP)
    again.get_by_role("button", name="Send").click()
    again.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().status == Status.PENDING
    again.goto(TELL)
    expect(again.locator("#id_body")).to_have_value("")


@pytest.mark.parametrize("opened", ["anew", "there"])
def test_a_closed_tab_keeps_what_reminded_of_the_story(page_as, teller, opened):
    first = PublishedStoryFactory()
    there = f"{TELL}?inspired_by={first.public_id}"
    page = page_as(teller)
    page.goto(there)
    page.fill("#id_body", LAMP)
    expect(kept(page)).to_have_text("Kept as a draft")
    again = page.context.new_page()
    page.close()
    again.goto(TELL if opened == "anew" else there)
    expect(again.locator("#id_body")).to_have_value(LAMP)
    again.get_by_role("button", name="Send").click()
    again.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get(body=LAMP).inspired_by == first


def test_a_lost_connection_loses_nothing_and_tells_nobody_else(context_of, live_server, teller):
    context = context_of(teller)
    page = context.new_page()
    page.goto(TELL)
    context.set_offline(True)
    page.fill("#id_body", LAMP)
    expect(kept(page)).to_have_text("Kept in this browser")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").filter(has_text="Not sent: there is no")).to_be_in_viewport()
    expect(page.locator("#id_body")).to_have_value(LAMP)
    page.wait_for_timeout(3000)
    page.close()
    context.set_offline(False)
    assert not Story.objects.exists()

    sign_in(context, live_server.url, UserFactory())
    page = context.new_page()
    page.goto(TELL)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#id_body")).to_have_value("")
    page.close()

    sign_in(context, live_server.url, teller)
    page = context.new_page()
    page.goto(TELL)
    expect(page.locator("#id_body")).to_have_value(LAMP)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().body == LAMP


def test_two_tabs_write_and_neither_is_lost(context_of, teller):
    page = context_of(teller).new_page()
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_role("button", name="Keep for later").click()
    page.wait_for_url(re.compile("/mine/"))
    edit = reverse("edit", args=[Story.objects.get().public_id])
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(edit)
        expect(tab.locator("#id_body")).to_have_value(LAMP)
    other.fill("#id_body", "From the other tab.")
    expect(kept(other)).to_have_text("Kept as a draft")
    page.fill("#id_body", "From this tab.")
    expect(page.locator("[data-trouble]")).to_contain_text("changed in another tab")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#stored-body")).to_have_value("From the other tab.")
    expect(page.locator("#id_body")).to_have_value("From this tab.")


def test_words_of_a_closed_tab_are_offered_though_another_wrote_since(context_of, teller):
    context = context_of(teller)
    page = context.new_page()
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_role("button", name="Keep for later").click()
    page.wait_for_url(re.compile("/mine/"))
    story = Story.objects.get()
    edit = reverse("edit", args=[story.public_id])
    page.goto(edit)
    context.set_offline(True)
    page.fill("#id_body", "Written on the way home.")
    expect(kept(page)).to_have_text("Kept in this browser")
    page.close()
    context.set_offline(False)
    story.body = "Written at the desk."
    story.save_content(by=teller, writer=uuid.uuid4())

    again = context.new_page()
    again.goto(edit)
    expect(again.locator("#id_body")).to_have_value("Written at the desk.")
    offered = again.get_by_role("status").filter(has_text="You wrote other words here")
    offered.get_by_role("button", name="Take them up").click()
    expect(again.locator("#id_body")).to_have_value("Written on the way home.")
    expect(again.locator("[data-trouble]")).to_contain_text("changed in another tab")
    again.get_by_role("button", name="Send").click()
    expect(again.locator("#stored-body")).to_have_value("Written at the desk.")
    again.get_by_role("link", name="Go on with the stored one instead").click()
    expect(again.locator("#id_body")).to_have_value("Written at the desk.")
    again.goto(edit)
    expect(again.locator("#id_body")).to_have_value("Written at the desk.")
    expect(offered).to_be_hidden()


def test_a_story_is_told_without_javascript(page_as, teller):
    page = page_as(teller, java_script_enabled=False, **PHONE)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    if not page.locator('input[value="noticed"]').is_visible():
        page.locator(".tell-more > summary").click()
    page.locator('input[value="noticed"]').check()
    page.get_by_role("button", name="Show what my words suggest").click()
    page.get_by_label("Noticed", exact=True).last.select_option(
        "She said it lightly, but Beatriz saw her look at the switch."
    )
    expect(page.locator(".tell-poster .poster-line")).to_contain_text("I left the light on.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    story = Story.objects.get()
    assert (story.status, story.line) == (Status.PENDING, "I left the light on.")
    assert story.story_traits.get().evidence.startswith("She said it lightly")


def test_what_is_wrong_is_named_without_breaking_its_name(page_as, teller):
    page = page_as(teller, **PHONE)
    page.goto(TELL)
    page.get_by_role("button", name="Send").click()
    name = page.locator(".tell-errors b")
    expect(name).to_have_text("What happened?")
    assert name.bounding_box()["height"] < 30


def test_tiles_in_a_row_are_as_high_as_the_longest_of_them(page_as, teller):
    page = page_as(teller, **PHONE)
    page.goto(TELL)
    page.locator("[data-fold=setting] > summary").click()
    tiles = page.locator(".tiles label", has=page.locator("[name=setting]")).all()
    assert len({tile.bounding_box()["height"] for tile in tiles}) == 1


def test_every_fold_fits_the_narrowest_phone_without_javascript(page_as, teller):
    page = page_as(teller, java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto(TELL)
    for fold in page.locator("[data-fold] > summary").all():
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    # The word on it stands in one row.
    assert page.locator(".find button").evaluate("button => button.offsetHeight") < 50


def test_the_line_goes_on_following_the_words_of_a_draft_that_is_opened_again(page_as, teller):
    seed = StoryFactory(teller=teller.person, body="Beatriz said: “Good night.”", line="", title="")
    page = page_as(teller)
    page.goto(reverse("edit", args=[seed.public_id]))
    line = page.locator("[name=line]")
    expect(line).to_have_value("Good night.")
    page.locator("#id_body").fill(LAMP)
    expect(line).to_have_value("I left the light on.")


def test_a_title_taken_from_half_a_sentence_follows_the_draft_that_is_finished(page_as, teller):
    for title, later in (("A guest", LAMP_TITLE), ("The lamp", "The lamp")):
        seed = StoryFactory(teller=teller.person, body="A guest", line="", title=title)
        page = page_as(teller)
        page.goto(reverse("edit", args=[seed.public_id]))
        expect(page.locator("[name=title]")).to_have_value(title)
        page.locator("#id_body").fill(LAMP)
        expect(page.locator("[name=line]")).to_have_value("I left the light on.")
        expect(page.locator("[name=title]")).to_have_value(later)


def test_a_title_taken_from_half_a_sentence_follows_what_a_closed_tab_had_kept(page_as, teller):
    page = page_as(teller)
    page.goto(TELL)
    page.locator("#id_body").fill("A guest")
    title = page.locator("[name=title]")
    expect(title).to_have_value("A guest")
    expect(kept(page)).not_to_have_text("")
    page.goto(reverse("wall"))
    page.goto(TELL)
    expect(page.locator("#id_body")).to_have_value("A guest")
    page.locator("#id_body").fill(LAMP)
    expect(title).to_have_value(LAMP_TITLE)


@pytest.mark.parametrize("button", ["Keep for later", "Send"])
def test_words_that_are_sent_at_once_take_their_own_title_along(page_as, teller, button):
    page = page_as(teller)

    # However long a busy machine takes to say what the words suggest.
    def patient(route: Route) -> None:
        script = route.fetch()
        route.fulfill(
            response=script, body=re.sub("PATIENCE = .*?;", "PATIENCE = 6e4;", script.text())
        )

    page.route("**/tell/suggest.js*", patient)
    page.goto(TELL)
    page.locator("#id_body").fill("A")
    expect(page.locator("[name=title]")).to_have_value("A")
    page.locator("#id_body").fill(LAMP)
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile("/sent/$|/mine/"))
    story = Story.objects.get()
    assert (story.title, story.line) == (LAMP_TITLE, "I left the light on.")


@pytest.mark.parametrize("scripts", [True, False], ids=["with", "without"])
def test_a_line_that_was_emptied_stays_empty_when_the_page_comes_back(page_as, teller, scripts):
    page = page_as(teller, java_script_enabled=scripts)
    page.goto(TELL)
    page.locator("#id_body").fill(f"{LAMP} Her number is 020 7946 0958.")
    if not scripts:
        page.get_by_role("button", name="Show what my words suggest").click()
    line = page.locator("[name=line]")
    expect(line).to_have_value("I left the light on.")
    page.locator("[data-fold=line] > summary").click()
    line.fill("")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Not sent yet")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(line).to_have_value("")
    page.get_by_role("button", name="Send as it is").click()
    page.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().line == ""


@pytest.mark.parametrize("scripts", [True, False], ids=["with", "without"])
def test_words_that_tell_who_somebody_is_are_looked_at_once_more(page_as, teller, scripts):
    page = page_as(teller, java_script_enabled=scripts, **PHONE)
    page.goto(TELL)
    page.locator("#id_body").press_sequentially("Ring 020 7946 0958, she said.")
    hints = page.locator("#hints")
    if scripts:
        expect(hints.locator("mark")).to_have_text("020 7946 0958")
        hints.get_by_role("link", name="Phone number").click()
        until(page, "() => getSelection().toString() === '020 7946 0958'")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Not sent yet")).to_be_visible()
    expect(hints.locator("mark")).to_have_text("020 7946 0958")
    expect(page.locator("#id_body")).to_have_value("Ring 020 7946 0958, she said.")
    page.get_by_role("button", name="Send as it is").click()
    page.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().status == Status.PENDING

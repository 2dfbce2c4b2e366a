"""A display on a wall, for days: it turns, takes up what is new, and outlasts the server."""

import pytest
from playwright.sync_api import expect

from stories.models import Screen, Story
from tests.browser import PATIENCE
from tests.factories import PhotoFactory, PublishedStoryFactory, ScreenFactory

pytestmark = pytest.mark.django_db(transaction=True)

TURN = 20_000


@pytest.fixture
def screen() -> Screen:
    for line in ("The first.", "The second.", "The third."):
        PublishedStoryFactory(line=line, title="")
    return ScreenFactory(seconds=20, clock=True)


@pytest.fixture
def display(new_context, screen, live_server):
    """A display of its own: that the server is away is no complaint here."""
    page = new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.set_default_timeout(PATIENCE)
    page.clock.install()
    page.goto(live_server.url + screen.get_absolute_url())
    page.wait_for_selector(".screen-pause:not([hidden])", state="attached")
    return page


def line(page) -> str:
    return page.locator(".slide:not([hidden]) .poster-line").inner_text()


def let_it_ask(page, steps=20) -> None:
    """Let time pass, little by little, until the display has asked and was answered."""
    answers = []

    def note(request):
        # Letters and photos of the page may be answered late as well.
        if request.url.endswith("/slides/"):
            answers.append(request)

    page.on("requestfinished", note)
    for _ in range(steps):
        page.clock.run_for(5000)
        page.wait_for_timeout(60)
        if answers:
            break
    page.remove_listener("requestfinished", note)
    assert answers
    page.wait_for_timeout(150)


def turn_until(page, words, turns=8) -> None:
    """Let story after story pass until the one with these words hangs there."""
    for _ in range(turns):
        if line(page) == words:
            return
        page.clock.run_for(TURN)
        page.wait_for_timeout(20)
    assert line(page) == words


def test_it_shows_one_story_after_the_other_and_begins_again(display):
    seen = []
    for _ in range(4):
        seen.append(line(display))
        display.clock.run_for(TURN)
    assert seen == ["“The third.”", "“The second.”", "“The first.”", "“The third.”"]


def test_it_pauses_and_walks_by_the_keyboard(display):
    display.keyboard.press("ArrowRight")
    assert line(display) == "“The second.”"
    display.keyboard.press(" ")
    display.clock.run_for(3 * TURN)
    assert line(display) == "“The second.”"
    display.keyboard.press("ArrowLeft")
    assert line(display) == "“The third.”"
    display.keyboard.press(" ")
    display.clock.run_for(TURN + 1000)
    assert line(display) == "“The second.”"


def test_a_new_story_joins_without_a_reload(display):
    display.evaluate("window.stillTheSamePage = true")
    PublishedStoryFactory(line="Brand new.", title="")
    let_it_ask(display)
    turn_until(display, "“Brand new.”")
    assert display.evaluate("window.stillTheSamePage")


def test_a_story_that_came_down_goes_with_the_next_answer(display):
    display.keyboard.press(" ")
    assert line(display) == "“The third.”"
    Story.objects.get(line="The third.").withdraw(by=None)
    let_it_ask(display)
    expect(display.locator("body")).not_to_contain_text("The third.")
    assert line(display) == "“The second.”"


def test_a_photo_that_was_taken_off_goes_with_the_next_answer(display):
    story = Story.objects.get(line="The third.")
    photo = PhotoFactory(story=story, alt="", made=True)
    let_it_ask(display)
    expect(display.locator(".slide img")).to_have_count(1)
    turn_until(display, "“The third.”")
    display.keyboard.press(" ")
    assert display.locator(".slide:not([hidden]) img").count() == 1
    story.remove_photo(photo, by=None)
    let_it_ask(display)
    expect(display.locator(".slide img")).to_have_count(0)


def test_it_goes_on_while_the_server_is_away_and_recovers_alone(display):
    display.route("**/slides/", lambda route: route.abort())
    PublishedStoryFactory(line="Brand new.", title="")
    seen = set()
    for _ in range(12):
        display.clock.run_for(TURN)
        display.wait_for_timeout(50)
        seen.add(line(display))
    assert seen == {"“The first.”", "“The second.”", "“The third.”"}
    display.unroute("**/slides/")
    let_it_ask(display, steps=150)
    turn_until(display, "“Brand new.”")


def test_a_server_in_trouble_changes_nothing(display):
    display.route("**/slides/", lambda route: route.fulfill(status=503, body="Sorry"))
    let_it_ask(display)
    display.clock.run_for(2 * TURN)
    assert line(display).startswith("“The ")


def test_an_answer_of_somebody_else_changes_nothing(display):
    page = "<!doctype html><h1>Down for maintenance</h1>"
    display.route("**/slides/", lambda route: route.fulfill(status=200, body=page))
    let_it_ask(display)
    display.clock.run_for(2 * TURN)
    assert line(display).startswith("“The ")


def test_a_network_that_comes_and_goes_is_asked_once(display):
    asked = display.evaluate(
        """() => {
            let asked = 0;
            window.fetch = () => new Promise(() => { asked += 1; });
            for (let time = 0; time < 3; time += 1) window.dispatchEvent(new Event("online"));
            return asked;
        }"""
    )
    assert asked == 1


def test_switched_off_it_shows_nothing_any_more(display, screen):
    screen.switch_off(by=None)
    let_it_ask(display)
    display.get_by_text("This screen is switched off.").wait_for()
    assert "The third." not in display.content()


def test_after_many_answers_it_holds_no_more_than_at_first(display):
    def held():
        return display.evaluate("document.querySelectorAll('*').length")

    first = held()
    for number in range(8):
        story = Story.objects.order_by("seq").first()
        Story.objects.filter(pk=story.pk).update(line=f"Line {number}.")
        let_it_ask(display)
        turn_until(display, f"“Line {number}.”")
    assert held() == first

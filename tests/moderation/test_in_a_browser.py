"""A moderator's round in a real browser, under the strict policy, with and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stories.models import Story
from tests.browser import DESK, PHONE
from tests.factories import EmployeeFactory, PendingStoryFactory, UserFactory

from .pages import LIST, change

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moderator():
    return UserFactory(roles=["moderators"])


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_read_approve_send_back_and_the_queue_is_done(page_as, moderator, size, scripts):
    first, second = PendingStoryFactory(title="One"), PendingStoryFactory(title="Two")
    page = page_as(moderator, **size, java_script_enabled=scripts)
    page.goto("/admin/")
    page.get_by_role("link", name="2 stories wait").click()
    page.locator("#result_list .field-story a").first.click()
    expect(page.locator(".poster")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("“One” is on the wall.")).to_be_visible()
    page.get_by_text("Send back…").click()
    page.get_by_label("What would make it better?").fill("Where was it?")
    page.get_by_role("button", name="Send back with this note").click()
    expect(page.get_by_text("Nothing else waits.")).to_be_visible()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("published", "sent_back")


def test_many_at_once(page_as, moderator):
    for title in ("One", "Two"):
        PendingStoryFactory(title=title)
    page = page_as(moderator)
    page.goto(LIST)
    page.get_by_label("Select all").check()
    page.locator("select[name=action]").select_option("reject")
    page.locator(".actions button").click()
    page.get_by_label("Why can it not be published?").fill("It is a joke.")
    page.get_by_role("button", name="Reject for this reason").click()
    expect(page.get_by_text("Rejected: “One” and “Two”.")).to_be_visible()
    assert Story.objects.filter(status="rejected").count() == 2


def test_the_directory_completes_a_name_and_the_edit_is_stored(page_as, moderator):
    person = EmployeeFactory(first_name="Roberta", last_name="Diaz", number="N3")
    story = PendingStoryFactory()
    page = page_as(moderator)
    page.goto(change(story))
    field = page.get_by_label("Person 1")
    with page.expect_response("**/people/?q=*"):
        field.press_sequentially("rober")
    expect(page.locator("datalist option")).to_have_attribute("value", "Roberta Diaz (N3)")
    field.fill("Roberta Diaz (N3)")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. This is how readers will see it.")).to_be_visible()
    assert story.credits.get().employee == person


def test_a_decision_does_not_lose_an_edit_unasked(page_as, moderator):
    story = PendingStoryFactory()
    page = page_as(moderator)
    page.goto(change(story))
    page.get_by_label("Title", exact=True).fill("Better")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Better")
    assert "without saving" in asked[0]
    story.refresh_from_db()
    assert story.status == "pending"
    page.get_by_role("button", name="Save and approve").click()
    expect(page.get_by_text("is saved and on the wall")).to_be_visible()


@pytest.mark.parametrize(
    "address",
    ["/admin/", LIST, LIST + "names/", "/admin/stories/trait/", "/admin/stories/trait/add/"],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_a_phone_and_complain_of_nothing(page_as, moderator, address, scheme):
    story = PendingStoryFactory(title="A long title that goes on and on " * 3)
    story.credits.create(name_text="Somebody with a rather long name as it was told by the teller")
    page = page_as(moderator, **PHONE, color_scheme=scheme)
    for goal in (address, change(story)):
        page.goto(goal)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_can_be_done_begins_at_one_edge_in_each_row_of_a_phone(page_as):
    page = page_as(UserFactory(roles=["admins"]), **PHONE)
    page.goto(reverse("admin:staff_employee_change", args=[EmployeeFactory().pk]))
    tools = page.locator(".object-tools li")
    boxes = tools.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    rows = {
        box["top"]: min(other["left"] for other in boxes if other["top"] == box["top"])
        for box in boxes
    }
    assert len(rows) > 1
    assert len(set(rows.values())) == 1


def test_a_button_says_its_words_under_the_pointer_too(page_as):
    admin = UserFactory(roles=["admins"])
    story, person = PendingStoryFactory(served="customer"), EmployeeFactory()
    page = page_as(admin)
    for address in (
        change(story),
        reverse("admin:staff_employee_change", args=[person.pk]),
        reverse("admin:staff_erasure_person", args=[person.pk]),
    ):
        page.goto(address)
        buttons = page.locator(".button:visible, .submit-row a:visible, .object-tools a:visible")
        expect(buttons.first).to_be_visible()
        for button in buttons.all():
            button.hover()
            background = button.evaluate("one => getComputedStyle(one).backgroundColor")
            expect(button).not_to_have_css("color", background)


def test_buttons_that_need_a_second_row_begin_where_the_first_does(page_as):
    person = EmployeeFactory()
    page = page_as(UserFactory(roles=["admins"]), **PHONE)
    page.goto(reverse("admin:staff_employee_change", args=[person.pk]))
    boxes = [tool.bounding_box() for tool in page.locator(".object-tools li").all()]
    lowest = max(box["y"] for box in boxes)
    assert lowest > boxes[0]["y"], "there are two rows"
    assert min(box["x"] for box in boxes if box["y"] == lowest) == boxes[0]["x"]


def test_a_link_among_what_is_only_shown_can_be_told_from_words(page_as):
    person = EmployeeFactory()
    page = page_as(UserFactory(roles=["admins"]))
    page.goto(reverse("admin:staff_employee_change", args=[person.pk]))
    link = page.get_by_role("link", name="How they are named in each")
    expect(link).to_have_css("text-decoration-line", "underline")


@pytest.mark.parametrize("width", [390, 340, 320])
def test_the_head_is_as_high_as_what_stands_in_it(page_as, moderator, width):
    page = page_as(moderator, viewport={"width": width, "height": 256})
    page.goto("/admin/")
    head = page.locator("#header").bounding_box()
    for inside in page.locator("#header a, #header button").all():
        box = inside.bounding_box()
        assert head["y"] <= box["y"]
        assert box["y"] + box["height"] <= head["y"] + head["height"]


@pytest.mark.parametrize("width", [390, 320])
def test_what_is_about_to_be_done_to_many_is_read_whole_on_a_phone(page_as, moderator, width):
    PendingStoryFactory()
    page = page_as(moderator, viewport={"width": width, "height": 640})
    page.goto(LIST)
    choice = page.locator("select[name=action]")
    room = choice.bounding_box()["width"]
    # As wide as its longest words want it.
    wanted = choice.evaluate(
        """select => {
            const alone = select.cloneNode(true);
            alone.style.cssText = "position: absolute; inline-size: max-content; max-width: none";
            select.parentNode.append(alone);
            return alone.getBoundingClientRect().width;
        }"""
    )
    assert wanted <= room
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_what_was_decided_is_said_clear_of_the_way_to_the_page(page_as, moderator):
    PendingStoryFactory()
    waiting = PendingStoryFactory()
    page = page_as(moderator)
    page.goto(reverse("admin:stories_story_change", args=[waiting.pk]))
    page.get_by_role("button", name="Approve", exact=True).click()
    said = page.locator(".messagelist").bounding_box()
    way = page.locator(".breadcrumbs").bounding_box()
    assert said["y"] - (way["y"] + way["height"]) >= 8

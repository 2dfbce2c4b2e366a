"""Photos in a real browser: chosen, dropped, ordered, cut off and tried again, moderated, seen."""

import base64
import io
import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from stories.models import Photo, Status, Story
from tests.browser import DESK, PATIENCE, PHONE, sign_in, until
from tests.factories import PhotoFactory, StoryFactory, UserFactory, named_trait
from tests.photos.corpus import heic

pytestmark = pytest.mark.django_db(transaction=True)

TELL = reverse("tell")
LAMP = "On her pillow was a card: “I left the light on.” Nobody had told her to."


def picture(number: int, size=(640, 480)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (40 * number, 90, 160)).save(buffer, "JPEG")
    return buffer.getvalue()


def files(*numbers: int) -> list[dict]:
    return [
        {"name": f"photo{number}.jpg", "mimeType": "image/jpeg", "buffer": picture(number)}
        for number in numbers
    ]


@pytest.fixture
def teller(db):
    named_trait("Sincere")
    return UserFactory()


@pytest.fixture
def moderator(db):
    return UserFactory(roles=["moderators"])


@pytest.fixture
def page_that_may_complain(new_context, live_server):
    """The console says so when a connection is cut."""

    def make(user, **options) -> Page:
        context = new_context(base_url=live_server.url, **(options or DESK))
        sign_in(context, live_server.url, user)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    return make


def items(page: Page):
    return page.locator("[data-photo-list] > li")


def choose(page: Page, *numbers: int) -> None:
    page.set_input_files("#id_photos_chosen", files(*numbers))


def drop(page: Page, number: int, kind="image/jpeg", content: bytes | None = None) -> None:
    page.evaluate(
        """([name, data, type]) => {
            const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type }));
            const part = document.querySelector("[data-photos-part] summary");
            for (const kind of ["dragover", "drop"]) {
                part.dispatchEvent(
                    new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer })
                );
            }
        }""",
        [f"photo{number}.jpg", base64.b64encode(content or picture(number)).decode(), kind],
    )


def kept(page: Page, number: int) -> None:
    expect(page.locator('[data-photo-list] > li:not([data-photo=""])')).to_have_count(number)


def test_chosen_dropped_ordered_described_sent_moderated_and_seen(page_as, teller, moderator):
    page = page_as(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).click()
    choose(page, 1)
    drop(page, 2)
    kept(page, 2)
    expect(page.locator("[data-photos-part] [data-value]")).to_have_text("2 photos")
    expect(items(page).locator("canvas")).to_have_count(2)
    items(page).nth(1).get_by_label("What is to be seen?").fill("The card on the pillow")
    items(page).nth(1).get_by_role("button", name="Earlier").focus()
    page.keyboard.press("Enter")
    expect(items(page).nth(0).get_by_label("What is to be seen?")).to_have_value(
        "The card on the pillow"
    )
    expect(items(page).nth(0).get_by_role("button", name="Later")).to_be_focused()
    expect(page.locator("[data-photo-said]")).to_have_text("Photo 1 of 2 now.")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/sent/$"))
    story = Story.objects.get()
    assert [photo.alt for photo in story.photos.all()] == ["The card on the pillow", ""]

    desk = page_as(moderator)
    desk.goto(reverse("admin:stories_story_change", args=[story.pk]))
    first, second = desk.locator(".looked-at").nth(0), desk.locator(".looked-at").nth(1)
    first.get_by_role("button", name="Turn right").click()
    expect(desk.get_by_text("The photo is turned to the right.")).to_be_visible()
    shown = first.locator("[data-focused]")
    box = shown.bounding_box()
    shown.click(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    expect(first.get_by_label("From the left")).to_have_value("25")
    expect(first.get_by_label("From the top")).to_have_value("75")
    first.get_by_role("button", name="Save the photo").click()
    expect(desk.get_by_text("cropped to where you pointed")).to_be_visible()
    second.get_by_text("Take it off…").click()
    second.get_by_label("Why? It is kept in the record.").fill("It shows a guest.")
    second.get_by_role("button", name="Take the photo off").click()
    expect(desk.locator(".looked-at")).to_have_count(1)
    desk.get_by_role("button", name="Approve", exact=True).click()
    expect(desk.get_by_text("is on the wall")).to_be_visible()
    photo = Photo.objects.get()
    assert (photo.width, photo.height, photo.focus_x, photo.focus_y) == (480, 640, 25, 75)

    page.goto("/")
    dots = page.locator(".poster-picture img")
    expect(dots).to_have_attribute("alt", "The card on the pillow")
    page.goto(story.get_absolute_url())
    expect(page.locator("[data-photo] img").last).to_have_attribute("alt", "The card on the pillow")


def test_a_cut_connection_costs_one_photo_a_second_try(page_that_may_complain, teller):
    page = page_that_may_complain(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).click()
    choose(page, 1)
    kept(page, 1)
    page.route("**/photos/", lambda route: route.abort("connectionreset"))
    choose(page, 2)
    expect(items(page).nth(1)).to_contain_text("It did not arrive. Everything else is kept.")
    # It is said before anything goes without it.
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-photo-trouble]")).to_contain_text("A photo did not arrive.")
    expect(page.locator("#id_body")).to_have_value(LAMP)
    page.unroute("**/photos/")
    items(page).nth(1).get_by_role("button", name="Try again").click()
    kept(page, 2)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/sent/$"))
    story = Story.objects.get()
    assert (story.status, story.photos.count()) == (Status.PENDING, 2)


def test_photos_wait_for_the_first_words_and_a_seventh_is_told(page_as, teller):
    page = page_as(teller, **PHONE)
    page.goto(TELL)
    page.get_by_text("Photos", exact=True).tap()
    expect(page.get_by_label("Take a photo")).to_be_visible()
    choose(page, 0, 1, 2, 3, 4, 5, 6)
    expect(items(page)).to_have_count(6)
    expect(page.locator("[data-photo-trouble]")).to_contain_text("room for six")
    expect(items(page).first).to_contain_text("It goes up with your first words.")
    page.get_by_role("button", name="Send").tap()
    expect(page.locator("[data-photo-trouble]")).to_contain_text("Write a sentence first")
    page.fill("#id_body", LAMP)
    page.get_by_role("button", name="Send").tap()
    page.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().photos.count() == 6


def test_a_bad_file_is_said_beside_it_and_the_same_one_is_not_taken_twice(
    page_that_may_complain, teller
):
    page = page_that_may_complain(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).click()
    bad = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Dear diary"}
    page.set_input_files("#id_photos_chosen", [*files(1), bad])
    kept(page, 1)
    expect(items(page).nth(1)).to_contain_text("This is no photo that we can read.")
    items(page).nth(1).get_by_role("button", name="Take it off").click()
    choose(page, 1)
    expect(page.locator("[data-photo-trouble]")).to_have_text("It is here already.")
    expect(items(page)).to_have_count(1)
    assert Photo.objects.count() == 1


def test_what_is_no_photo_is_not_tried_again_and_takes_no_place(page_that_may_complain, teller):
    page = page_that_may_complain(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).click()
    paper = {"name": "menu.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    page.set_input_files("#id_photos_chosen", [paper, *files(1, 2, 3, 4, 5)])
    kept(page, 5)
    refused = items(page).first
    expect(refused).to_contain_text("This file is PDF.")
    for name in ("Try again", "Later"):
        expect(refused.get_by_role("button", name=name)).to_be_hidden()
    expect(refused.get_by_label("What is to be seen?")).to_be_hidden()
    expect(page.locator("[data-photos-part] [data-value]")).to_have_text("5 photos")
    choose(page, 6)
    kept(page, 6)
    # That one does not come along is said once.
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-photo-trouble]")).to_contain_text("A file could not be taken")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(re.compile("/sent/$"))
    assert Story.objects.get().photos.count() == 6


def test_a_file_that_is_dropped_and_no_photo_is_answered(page_that_may_complain, teller):
    page = page_that_may_complain(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    drop(page, 1, "application/pdf", b"%PDF-1.7")
    expect(items(page)).to_have_count(1)
    expect(items(page).first).to_contain_text("This file is PDF.")


def test_a_photo_that_the_browser_cannot_read_is_seen_once_it_is_made(page_as, teller):
    page = page_as(teller)
    asked = []

    def late(route):
        asked.append(route.request.url)
        if len(asked) == 1:
            route.fulfill(status=200, content_type="image/jpeg", body=picture(1, (24, 18)))
        else:
            route.continue_()

    page.route("**/480.webp*", late)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).click()
    page.set_input_files(
        "#id_photos_chosen",
        [{"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": heic((640, 480))}],
    )
    kept(page, 1)
    until(page, "document.querySelector('[data-picture] img')?.naturalWidth === 480")


def test_a_closed_tab_brings_its_photos_back(page_as, teller):
    page = page_as(teller)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).click()
    choose(page, 1)
    kept(page, 1)
    items(page).first.get_by_label("What is to be seen?").fill("A card")
    page.wait_for_timeout(300)
    again = page.context.new_page()
    page.close()
    again.goto(TELL)
    expect(again.locator("#id_body")).to_have_value(LAMP)
    expect(items(again)).to_have_count(1)
    expect(items(again).first.get_by_label("What is to be seen?")).to_have_value("A card")
    again.get_by_role("button", name="Send").click()
    again.wait_for_url(re.compile("/sent/$"))
    assert [photo.alt for photo in Story.objects.get().photos.all()] == ["A card"]


def test_dragging_the_picture_changes_the_order(page_as, teller):
    story = StoryFactory(teller=teller.person)
    for number, alt in enumerate("abc"):
        PhotoFactory(story=story, position=number, alt=alt, made=True)
    page = page_as(teller)
    page.goto(reverse("edit", args=[story.public_id]))
    page.locator("[data-photos-part]").scroll_into_view_if_needed()
    items(page).nth(2).locator("[data-picture]").drag_to(
        items(page).nth(0).locator("[data-picture]"), target_position={"x": 20, "y": 5}
    )
    expect(items(page).nth(0).locator("[data-alt]")).to_have_value("c")
    page.get_by_role("button", name="Keep for later").click()
    page.wait_for_url(re.compile("kept="))
    assert [photo.alt for photo in story.photos.all()] == ["c", "a", "b"]


def test_photos_without_javascript(page_as, teller, moderator):
    page = page_as(teller, **PHONE, java_script_enabled=False)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).tap()
    bad = {"name": "drawing.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
    page.set_input_files("#id_photos_chosen", [*files(1, 2), bad])
    page.get_by_role("button", name="Put them in now").tap()
    expect(page.get_by_role("alert")).to_contain_text("drawing.svg")
    expect(page.locator("#id_body")).to_have_value(LAMP)
    expect(items(page)).to_have_count(2)
    items(page).nth(1).get_by_label("What is to be seen?").fill("The card")
    items(page).nth(1).get_by_label("Place").select_option("1")
    page.get_by_role("button", name="Send").tap()
    page.wait_for_url(re.compile("/sent/$"))
    story = Story.objects.get()
    assert [photo.alt for photo in story.photos.all()] == ["The card", ""]

    desk = page_as(moderator, **DESK, java_script_enabled=False)
    desk.goto(reverse("admin:stories_story_change", args=[story.pk]))
    first = desk.locator(".looked-at").first
    first.get_by_label("From the left").fill("20")
    first.get_by_role("button", name="Save the photo").click()
    expect(desk.get_by_text("cropped to where you pointed")).to_be_visible()
    first.get_by_role("button", name="Turn left").click()
    expect(desk.get_by_text("The photo is turned to the left.")).to_be_visible()
    assert story.photos.first().height == 640


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_photos_in_every_state_are_for_everyone(page_that_may_complain, teller, theme):
    page = page_that_may_complain(teller, **PHONE, color_scheme=theme)
    page.add_init_script(AXE_SCRIPT)
    page.goto(TELL)
    page.fill("#id_body", LAMP)
    page.get_by_text("Photos", exact=True).tap()
    choose(page, 1)
    kept(page, 1)
    page.route("**/photos/", lambda route: route.abort("connectionreset"))
    choose(page, 2)
    expect(items(page).nth(1)).to_contain_text("It did not arrive")
    items(page).nth(0).get_by_label("Take it off").check()
    choose(page, 1, 2, 3, 4, 5, 6)
    expect(page.locator("[data-photo-trouble]")).to_be_visible()
    found = page.evaluate(
        "async () => (await axe.run('[data-photos-part]', {preload: false})).violations"
    )
    assert not found, [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
    small = page.locator("[data-photos-part] :is(button, label, summary, select)").evaluate_all(
        "all => all.filter(one => one.checkVisibility() && !one.closest('.field:not(.tell-camera)')"
        " && one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    )
    assert not small, small
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["viewport"]["width"]

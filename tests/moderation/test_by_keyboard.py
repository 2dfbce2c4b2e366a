"""A moderator's and an admin's round without a mouse: everything in reach, and one sees where."""

import pytest
from playwright.sync_api import Page, expect

from staff.models import Employee
from stories.models import Note, Story, StoryTrait
from tests.browser import DESK, PHONE
from tests.factories import (
    EmployeeFactory,
    NoteFactory,
    PendingStoryFactory,
    TraitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TABS = 90

# What is wrong with where the focus is; nothing if it can be seen.
UNSEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const style = getComputedStyle(at), name = at.outerHTML.slice(0, 90);
  if (!box.width || !box.height) return `no size: ${name}`;
  if (box.bottom < 0 || box.top > innerHeight) return `out of sight: ${name}`;
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return ring ? "" : `no ring: ${name}`;
}"""


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def size(request) -> dict:
    # Pages that fade into each other are not what this is about, and a key comes before they have.
    return {**request.param, "reduced_motion": "reduce"}


def go_to(page: Page, wanted: str) -> None:
    """Press Tab until what is wanted has the focus, looking at every step on the way."""
    goal = page.locator(wanted)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        assert not page.evaluate(UNSEEN), page.evaluate(UNSEEN)
        if goal.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{wanted} is out of reach")


def follow(page: Page, wanted: str) -> None:
    """Go there, and on to where it leads."""
    go_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_moderator_reads_sends_back_and_approves(page_as, size):
    PendingStoryFactory(title="One"), PendingStoryFactory(title="Two")
    page = page_as(UserFactory(roles=["moderators"]), **size)
    page.goto("/admin/")
    follow(page, ".todo-queue")
    follow(page, "#result_list tr:first-child .field-story a")
    go_to(page, ".decide details >> nth=0 >> summary")
    page.keyboard.press("Enter")
    go_to(page, ".decide textarea >> nth=0")
    page.keyboard.type("Where was it?")
    follow(page, ".decide details >> nth=0 >> button")
    expect(page.get_by_text("“One” went back to its teller.")).to_be_visible()
    follow(page, ".decide form button:not([name]) >> nth=0")
    expect(page.get_by_text("“Two” is on the wall.")).to_be_visible()
    assert set(Story.objects.values_list("status", flat=True)) == {"sent_back", "published"}


def test_a_moderator_decides_on_several_and_matches_a_name(page_as, size):
    for title in ("One", "Two", "Three"):
        story = PendingStoryFactory(title=title)
    person = EmployeeFactory(first_name="Roberta", last_name="Diaz")
    story.credits.create(name_text="Roberta")
    page = page_as(UserFactory(roles=["moderators"]), **size)
    page.goto("/admin/stories/story/")
    go_to(page, "select[name=action]")
    page.keyboard.type("Reject")
    for row in (1, 2):
        go_to(page, f"#result_list tr:nth-child({row}) .action-select")
        page.keyboard.press("Space")
    while page.evaluate("document.activeElement.name") != "index":
        page.keyboard.press("Shift+Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    go_to(page, "textarea[name=note]")
    page.keyboard.type("It is a joke.")
    follow(page, ".submit-row input")
    expect(page.get_by_text("Rejected: “One” and “Two”.")).to_be_visible()
    page.goto("/admin/stories/story/names/")
    go_to(page, "input[type=radio] >> nth=2")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    follow(page, ".submit-row input")
    expect(page.get_by_text(f"“Roberta” → {person.full_name}")).to_be_visible()
    assert story.credits.get().employee == person


def test_a_moderator_leaves_a_name_as_told_and_takes_it_up_again(page_as, size):
    credit = PendingStoryFactory().credits.create(name_text="the tall one")
    page = page_as(UserFactory(roles=["moderators"]), **size)
    page.goto("/admin/stories/story/names/")
    go_to(page, "input[type=radio]:checked")
    page.keyboard.press("ArrowUp")
    follow(page, ".submit-row input")
    expect(page.get_by_text("Left as told: “the tall one”.")).to_be_visible()
    follow(page, ".which a >> nth=1")
    follow(page, f"[name=again-{credit.pk}]")
    expect(page.get_by_text("To be matched again: “the tall one”.")).to_be_visible()
    assert credit in type(credit).objects.to_be_matched()


def test_a_moderator_changes_what_is_said_about_several(page_as, size):
    caring, honest = TraitFactory(name="Caring"), TraitFactory(name="Honest")
    PendingStoryFactory(title="One", traits=[caring]), PendingStoryFactory(title="Two")
    page = page_as(UserFactory(roles=["moderators"]), **size)
    page.goto("/admin/stories/story/")
    for box in page.locator(".action-select").all():
        box.check()
    page.locator("select[name=action]").select_option("change")
    page.locator(".actions button").click()
    follow(page, ".submit-row input")
    expect(page.locator(".errornote")).to_have_text("Choose what to change.")
    expect(page.locator(".errornote")).to_be_focused()
    go_to(page, f"input[name=add][value='{honest.pk}']")
    page.keyboard.press("Space")
    go_to(page, f"input[name=take][value='{caring.pk}']")
    page.keyboard.press("Space")
    go_to(page, "select[name=served]")
    page.keyboard.type("A coll")
    follow(page, ".submit-row input")
    expect(page.get_by_text("Changed: “One” and “Two”.")).to_be_visible()
    assert {story.served for story in Story.objects.all()} == {"colleague"}
    assert [each.tag for each in StoryTrait.objects.all()] == [honest, honest]


def test_a_moderator_merges_a_trait_and_takes_a_note_off(page_as, size):
    trait, note = TraitFactory(name="Aardig", position=1), NoteFactory()
    TraitFactory(name="Caring")
    page = page_as(UserFactory(roles=["moderators"]), **size)
    page.goto(f"/admin/stories/trait/{trait.pk}/change/")
    follow(page, ".object-tools a[href$='merge/']")
    go_to(page, "select[name=into]")
    page.keyboard.type("Caring")
    follow(page, ".submit-row input")
    expect(page.get_by_text("is being merged into “Caring”")).to_be_visible()
    page.goto(f"/admin/stories/note/{note.pk}/change/")
    follow(page, ".object-tools a[href$='remove/']")
    go_to(page, "input[name=reason]")
    page.keyboard.type("It names a patient.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("1 note is off the page.")).to_be_visible()
    assert Note.objects.get().removed_for == "It names a patient."


def test_an_admin_adds_somebody_and_thinks_better_of_deleting_them(page_as, size):
    page = page_as(UserFactory(roles=["admins"]), **size)
    page.goto("/admin/")
    follow(page, ".part-of-admin a.add[href*='employee']")
    go_to(page, "input[name=first_name]")
    page.keyboard.type("Zoë")
    follow(page, "input[name=_save]")
    expect(page.get_by_text("“Zoë” is added.")).to_be_visible()
    page.goto(f"/admin/staff/employee/{Employee.objects.get(first_name='Zoë').pk}/change/")
    follow(page, ".deletelink")
    follow(page, ".closelink")
    expect(page.get_by_role("heading", name="Zoë")).to_be_visible()
    assert Employee.objects.filter(first_name="Zoë").exists()

"""The moderation page: the story as readers will see it, beside what helps to decide."""

import re

import pytest

from stories.models import StoryEvent
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    TraitFactory,
    UserFactory,
)

from .pages import asks_as_often_however_many_did_something, change

pytestmark = pytest.mark.django_db

BODY = "Roberta warmed his hands.\n\nHe left 020 7946 0958 and went."


def test_the_story_is_shown_as_readers_will_see_it(moderator_client):
    hidden = EmployeeFactory(first_name="Ottoline", last_name="Quist", unnamed=True)
    story = PendingStoryFactory(
        body="Ottoline Quist warmed his hands.", people=[hidden], title="Hands", line="Warm."
    )
    story.set_traits([(TraitFactory(name="Caring"), "warmed his hands.")])
    page = moderator_client.get(change(story))
    text = "".join(paragraph.text for paragraph in page.context["paragraphs"])
    assert text == "A colleague warmed his hands."
    html = page.content.decode()
    assert '<mark class="ev"' in html
    assert 'class="poster' in html
    assert "asked not to be named" in html, "moderators know who it is"


def test_what_to_look_at_twice_is_marked_in_the_text(moderator_client):
    story = PendingStoryFactory(body=BODY)
    page = moderator_client.get(change(story))
    assert [hint.text for hint in page.context["hints"]] == ["020 7946 0958"]
    marked = [run for p in page.context["paragraphs"] for run in p.runs if run.evidence]
    assert [(run.text, run.evidence[0].hue) for run in marked] == [("020 7946 0958", "hint")]


def test_probable_duplicates_are_linked(moderator_client):
    first, second = PublishedStoryFactory(), PendingStoryFactory()
    page = moderator_client.get(change(second))
    assert [twin.pk for twin in page.context["twins"]] == [first.pk]
    assert change(first) in page.content.decode()


def test_the_record_says_who_did_what_and_what_it_was_before(moderator_client):
    person, other = EmployeeFactory(first_name="Ada"), EmployeeFactory(first_name="Femi")
    story = PendingStoryFactory(people=[person], place="Till 6")
    story.place, story.served = "Till 7", "colleague"
    from stories.models.content import Credited

    story.save_content(by=moderator_client.user, credited=Credited(people=[other]))
    story.send_back(by=moderator_client.user, note="Which till?")
    back, edited, _sent = moderator_client.get(change(story)).context["record"]
    assert (back.what, back.why) == ("Sent back", "Which till?")
    assert back.who == moderator_client.user.employee.full_name
    changes = {each.label: tuple(piece.text for piece in each.pieces) for each in edited.changes}
    assert changes["Where"] == ("Till 6", "Till 7")
    assert changes["Served"] == ("A customer", "A colleague")
    assert changes["People"] == (person.full_name, other.full_name)


def test_the_record_calls_people_as_colleagues_do_and_an_account_of_nobody_by_its_own_name(
    moderator_client,
):
    story = PendingStoryFactory()
    asked_not_to_be = UserFactory(employee__unnamed=True)
    for account in (UserFactory(employee=None, username="night-shift"), asked_not_to_be, None):
        story.record(StoryEvent.Action.EDITED, account)
    done = moderator_client.get(change(story)).context["record"]
    assert [each.who for each in done[:3]] == ["Retold itself", "A colleague", "night-shift"]


def test_the_record_asks_as_often_however_many_did_something(moderator_client):
    story = PendingStoryFactory()
    assert asks_as_often_however_many_did_something(moderator_client, change(story), story)


def test_of_a_long_text_the_record_marks_the_words_that_changed(moderator_client):
    words = " ".join(str(number) for number in range(2000))
    story = PendingStoryFactory(body=words)
    story.body = words.replace(" 1000 ", " one thousand ")
    story.save_content(by=moderator_client.user)
    page = moderator_client.get(change(story)).content.decode()
    assert re.search(r"999\s+<del>\s*1000</del>\s*<ins>\s*one thousand</ins>\s+1001", page)


def test_markup_in_a_story_stays_text(moderator_client):
    evil = "<script>alert(1)</script>"
    story = PendingStoryFactory(
        title=evil, line=evil, body=evil, place=evil, people=[EmployeeFactory(first_name=evil)]
    )
    story.reject(by=moderator_client.user, reason=evil)
    for address in (change(story), "/admin/stories/story/?status=all", "/admin/"):
        assert evil not in moderator_client.get(address).content.decode()


@pytest.mark.parametrize("size", [1, 8])
def test_the_page_asks_the_database_twelve_times_at_most(
    moderator_client, size, django_assert_max_num_queries
):
    story = PendingStoryFactory(
        traits=[f"Trait {number}" for number in range(size)],
        people=[EmployeeFactory() for _ in range(size)],
        body="Walter Higgins came. " * size,
    )
    story.credits.create(name_text="Roberta", position=20)
    for number in range(size):
        PublishedStoryFactory(people=[EmployeeFactory()])
        story.place = f"Till {number}"
        story.save_content(by=moderator_client.user)
    moderator_client.get(change(story))
    with django_assert_max_num_queries(12):
        moderator_client.get(change(story))


def test_status_cannot_be_edited(moderator_client):
    form = moderator_client.get(change(PendingStoryFactory())).context["adminform"].form
    assert not {"status", "gold", "visibility", "teller", "seq"} & set(form.fields)


def test_nobody_adds_or_deletes_stories_in_the_admin(admin_client):
    story = PublishedStoryFactory()
    for address in ("/admin/stories/story/add/", f"/admin/stories/story/{story.pk}/delete/"):
        assert admin_client.get(address).status_code == 403
        assert admin_client.post(address, {"post": "yes"}).status_code == 403


def test_no_inline_style_or_script_on_any_page_of_the_room(moderator_client):
    story = PendingStoryFactory(body=BODY)
    story.credits.create(name_text="Roberta")
    for address in (
        "/admin/",
        "/admin/stories/story/",
        "/admin/stories/story/names/",
        change(story),
        "/admin/stories/trait/",
        "/admin/stories/trait/add/",
        "/admin/stories/note/",
    ):
        html = moderator_client.get(address).content.decode()
        for forbidden in (" style=", "<style", " onclick=", " onchange=", "<script>"):
            assert forbidden not in html, (address, forbidden)

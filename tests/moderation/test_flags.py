"""Flags in the admin: one line for each thing, and one decision."""

import re

import pytest
from django.utils.html import strip_tags

from stories.models import Flag
from tests.conftest import signed_in
from tests.factories import EmployeeFactory, NoteFactory, PublishedStoryFactory, UserFactory
from tests.telling.test_twice import at_once

from .pages import change, said

pytestmark = pytest.mark.django_db

LIST = "/admin/stories/flag/"
MESSAGE = re.compile(r'<ul class="messagelist">\s*<li[^>]*>(.*?)</li>', re.S)


def page(flag) -> str:
    return f"{LIST}{flag.pk}/change/"


def flagged(story, note=None, reader=None, **about) -> Flag:
    about = {"reason": "named", **about}
    return Flag.begin(story, note=note, by=reader or EmployeeFactory(), **about)


@pytest.fixture
def story():
    return PublishedStoryFactory(title="The seat by the door")


def words(response) -> str:
    return strip_tags(response.content.decode())


def test_the_list_shows_each_thing_once_the_longest_waiting_first(moderator_client, story):
    first = flagged(story)
    flagged(story)
    other = flagged(PublishedStoryFactory())
    shown = moderator_client.get(LIST)
    assert [flag.pk for flag in shown.context["cl"].result_list] == [first.pk, other.pk]
    assert "and 1 more flag" in words(shown)
    other.decide("kept", by=None, reason="She agreed.")
    assert [flag.pk for flag in moderator_client.get(LIST).context["cl"].result_list] == [first.pk]
    decided = moderator_client.get(LIST, {"decided": "decided"})
    assert [flag.pk for flag in decided.context["cl"].result_list] == [other.pk]


def test_the_page_shows_what_is_flagged_and_all_that_was_said(moderator_client, story):
    reader = EmployeeFactory(first_name="Wanda", last_name="Obi")
    first = flagged(story, reader=reader, words="That is my aunt.")
    flagged(story, reason="untrue", words="I was there.")
    shown = words(moderator_client.get(page(first)))
    for said_there in (story.body[:40], "That is my aunt.", "Wanda Obi", "I was there."):
        assert said_there in shown.replace("&#x27;", "’")
    note = NoteFactory(story=story, text="Typical of that ward.")
    assert "Typical of that ward." in words(moderator_client.get(page(flagged(story, note))))


def test_one_that_went_before_it_was_decided_about_is_not_found(
    moderator_client, story, monkeypatch
):
    asked = {"outcome": "kept", "because": "She agreed."}
    gone, going = flagged(story), flagged(PublishedStoryFactory())
    Flag.objects.filter(pk=gone.pk).delete()
    assert moderator_client.post(page(gone), asked).status_code == 404

    def as_it_went_meanwhile(flag, *_held):
        held(flag, [], [], [])

    held = Flag.is_held_with
    monkeypatch.setattr(Flag, "is_held_with", as_it_went_meanwhile)
    assert moderator_client.post(page(going), asked).url == page(going)


def test_one_decision_and_on_to_the_next(moderator_client, story):
    first, other = flagged(story), flagged(PublishedStoryFactory())
    answer = {"outcome": "taken_down", "because": "It names a patient."}
    response = moderator_client.post(page(first), answer, follow=True)
    assert response.redirect_chain == [(page(other), 302)]
    assert said(response) == ["Decided: Taken down."]
    story.refresh_from_db()
    assert not story.is_published
    first.refresh_from_db()
    assert (first.decided_by, first.decided_for) == (moderator_client.user, "It names a patient.")
    last = moderator_client.post(page(other), {"outcome": "kept", "because": "Fine."}, follow=True)
    assert last.redirect_chain == [(LIST, 302)]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"because": "Fine."}, "Choose what becomes of it."),
        ({"outcome": "kept"}, "Write down why"),
        ({"outcome": "changed", "because": "The name is out."}, "Change it first"),
    ],
)
def test_what_cannot_be_decided_is_said_and_kept(moderator_client, story, answer, message):
    flag = flagged(story)
    shown = moderator_client.post(page(flag), answer).content.decode()
    assert message in shown
    assert answer.get("because", "") in shown
    assert Flag.objects.open().exists()


def test_what_somebody_decided_meanwhile_stands(moderator_client, story):
    first, second = flagged(story), flagged(story)
    first.decide("kept", by=None, reason="She agreed.")
    for flag in (first, second):
        answer = {"outcome": "taken_down", "because": "No."}
        response = moderator_client.post(page(flag), answer, follow=True)
        assert said(response) == ["Somebody has decided about this meanwhile."]
        assert "She agreed." in words(response)
    story.refresh_from_db()
    assert story.is_published


def test_the_story_the_record_and_the_first_page_say_so(moderator_client, story):
    assert "flagged" not in words(moderator_client.get("/admin/"))
    flag = flagged(story)
    assert "1 thing is flagged" in " ".join(words(moderator_client.get("/admin/")).split())
    assert page(flag) in moderator_client.get(change(story)).content.decode()
    flag.decide("kept", by=moderator_client.user, reason="She agreed.")
    shown = moderator_client.get(change(story)).content.decode()
    assert page(flag) not in shown
    assert "Flags decided" in shown
    assert "Kept as it is" in shown


def test_flags_are_for_moderators_and_never_changed(staff_client, manager_client, admin_client):
    flag = flagged(PublishedStoryFactory())
    for client in (staff_client, manager_client):
        assert client.get(LIST).status_code == 403
        asked = {"outcome": "taken_down", "because": "No."}
        assert client.post(page(flag), asked).status_code == 403
    assert Flag.objects.open().exists()
    assert admin_client.post(f"{LIST}{flag.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_decides_and_the_other_is_told():
    clients = [signed_in(UserFactory(roles=["moderators"])) for _number in range(2)]
    asked = [{"outcome": way, "because": "Race."} for way in ("kept", "taken_down")]
    for _time in range(5):
        story = PublishedStoryFactory()
        flags = [flagged(story), flagged(story)]

        def decide(number: int, flags=flags) -> str:
            answer = clients[number].post(page(flags[number]), asked[number], follow=True)
            # What the client says of the context may be that of the other's page.
            return MESSAGE.search(answer.content.decode())[1]

        told = sorted(at_once(2, decide))
        assert told[0].startswith("Decided")
        assert told[1] == "Somebody has decided about this meanwhile."
        [decision] = set(Flag.objects.filter(story=story).values_list("decision", flat=True))
        story.refresh_from_db()
        assert story.is_published == (decision == "kept")

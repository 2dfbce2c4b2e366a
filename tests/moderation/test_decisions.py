"""One story, one decision, on the record; whoever comes second is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection
from django.test import Client

from staff.models import History
from stories.models import (
    Entry,
    Index,
    Notice,
    Posting,
    PublicationOrder,
    Story,
    StoryEvent,
    Visibility,
)
from stories.models.postings import BLOCK
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    UserFactory,
    named_trait,
)

from .pages import LIST, change, decision, just_before_they_are_held, said

pytestmark = pytest.mark.django_db


def test_approving_publishes_and_opens_the_next_that_waits(moderator_client):
    first, second, third = (PendingStoryFactory() for _ in range(3))
    answer = moderator_client.post(decision(second, "approve"), {"version": second.version})
    assert answer.headers["Location"] == change(third)
    second.refresh_from_db()
    assert second.is_published
    assert second.last_decision().actor == moderator_client.user
    answer = moderator_client.post(decision(third, "approve"))
    assert answer.headers["Location"] == change(first), "from the front again"
    answer = moderator_client.post(decision(first, "approve"), follow=True)
    assert answer.request["PATH_INFO"] == LIST
    assert "Nothing else waits" in said(answer)[-1]


@pytest.mark.parametrize(("name", "status"), [("send_back", "sent_back"), ("reject", "rejected")])
def test_sending_back_and_rejecting_need_a_note(moderator_client, name, status):
    story = PendingStoryFactory()
    for nothing in ("", "  \n "):
        answer = moderator_client.post(decision(story, name), {"note": nothing})
        assert answer.status_code == 200
        assert "Write the teller a sentence or two." in answer.content.decode()
    story.refresh_from_db()
    assert story.status == "pending"
    moderator_client.post(decision(story, name), {"note": "Where was it?"})
    story.refresh_from_db()
    assert story.status == status
    assert story.last_decision().reason == "Where was it?"


def test_the_second_moderator_is_told_what_the_first_did(moderator_client):
    story = PendingStoryFactory()
    other = signed_in(UserFactory(roles=["moderators"], first_name="Gwen", last_name="Ashby"))
    other.post(decision(story, "reject"), {"note": "No."})
    for name in ("approve", "send_back"):
        answer = moderator_client.post(decision(story, name), {"note": "x"}, follow=True)
        message, *more = said(answer)
        assert "Gwen Ashby got there first: rejected" in message
        kept = ["What you wrote went to nobody: “x”"] if name == "send_back" else []
        assert more == kept, "nothing typed is lost"
    story.refresh_from_db()
    assert story.status == "rejected"


@pytest.mark.django_db(transaction=True)
def test_two_moderators_at_once_make_one_decision_and_the_other_is_told():
    clients = [signed_in(UserFactory(roles=["moderators"])) for _ in range(2)]
    for _round in range(5):
        story = PendingStoryFactory()

        def act(number, story=story):
            client: Client = clients[number]
            try:
                if number:
                    return client.post(decision(story, "reject"), {"note": "No."}, follow=True)
                return client.post(decision(story, "approve"), follow=True)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(act, range(2)))
        story.refresh_from_db()
        assert story.status in ("published", "rejected")
        told = ["got there first" in answer.content.decode() for answer in answers]
        assert sorted(told) == [False, True]
        assert story.events.exclude(action="submitted").count() == 1


def test_nobody_publishes_what_they_have_not_read(moderator_client):
    story = PendingStoryFactory()
    read = story.version
    story.body += " And one more thing."
    story.save_content(by=None)
    answer = moderator_client.post(decision(story, "approve"), {"version": read}, follow=True)
    assert "changed while you were reading" in said(answer)[0]
    story.refresh_from_db()
    assert story.status == "pending"


def test_gold_is_put_on_and_taken_off_on_the_record(moderator_client):
    story = PublishedStoryFactory()
    for value, gold in (("1", True), ("", False)):
        moderator_client.post(decision(story, "gold"), {"gold": value})
        story.refresh_from_db()
        assert story.gold is gold
    assert list(story.events.values_list("changes", flat=True))[:2] == [
        {"gold": [True, False]},
        {"gold": [False, True]},
    ]


def test_a_story_that_waits_cannot_be_gold(moderator_client):
    story = PendingStoryFactory()
    answer = moderator_client.post(decision(story, "gold"), {"gold": "1"}, follow=True)
    assert said(answer)
    story.refresh_from_db()
    assert not story.gold


def test_a_story_is_shown_outside_only_if_teller_and_customer_agreed(moderator_client):
    closed = PublishedStoryFactory(may_show_outside=True)
    agreed = PublishedStoryFactory(may_show_outside=True, customer_agreed=True)
    for story in (closed, agreed):
        moderator_client.post(decision(story, "visibility"), {"visibility": "public"})
    assert list(Story.objects.filter(visibility="public")) == [agreed]
    moderator_client.post(decision(agreed, "visibility"), {"visibility": "nonsense"})
    moderator_client.post(decision(agreed, "visibility"), {"visibility": "organisation"})
    assert not Story.objects.filter(visibility="public").exists()


def test_taking_a_story_off_the_wall_needs_a_reason_and_deletes_nothing(moderator_client):
    story = PublishedStoryFactory()
    moderator_client.post(decision(story, "withdraw"), {"reason": " "})
    story.refresh_from_db()
    assert story.is_published
    moderator_client.post(decision(story, "withdraw"), {"reason": "The customer asked."})
    story.refresh_from_db()
    assert story.status == "withdrawn"
    assert story.last_decision().reason == "The customer asked."


def test_a_reason_is_stored_without_what_no_database_takes(moderator_client):
    story = PublishedStoryFactory()
    moderator_client.post(decision(story, "withdraw"), {"reason": "They\x00 asked."})
    assert story.last_decision().reason == "They asked."


def test_decisions_are_posts_with_a_token(moderator_client):
    story = PendingStoryFactory()
    assert moderator_client.get(decision(story, "approve")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(moderator_client.user)
    assert strict.post(decision(story, "approve")).status_code == 403
    story.refresh_from_db()
    assert story.status == "pending"


def test_a_draft_cannot_be_decided(moderator_client):
    assert moderator_client.post(decision(StoryFactory(), "approve")).status_code == 404


NAMES = ("approve", "send_back", "reject", "gold", "visibility", "withdraw")


@pytest.mark.parametrize("name", NAMES)
def test_only_moderators_and_admins_decide(staff_client, manager_client, name):
    story = PendingStoryFactory()
    for client in (staff_client, manager_client):
        assert client.post(decision(story, name), {"note": "x"}).status_code == 403
        assert client.get(change(story)).status_code == 403
    assert Client().post(decision(story, name)).status_code in (302, 401), "sign in first"
    story.refresh_from_db()
    assert story.status == "pending"


def test_an_admin_may_do_what_a_moderator_may(admin_client):
    story = PendingStoryFactory(people=[EmployeeFactory()])
    admin_client.post(decision(story, "approve"))
    story.refresh_from_db()
    assert story.is_published


def many(client, action, stories, **more):
    data = {"action": action, "_selected_action": [story.pk for story in stories], **more}
    return client.post(LIST, data, follow=True)


@pytest.mark.parametrize("shown", ["", "?status=all"])
def test_many_are_approved_and_the_one_decided_before_is_named(moderator_client, shown):
    stories = [PendingStoryFactory(title=title) for title in ("One", "Two", "Three")]
    # Still ticked on the page of the second moderator.
    stories[1].reject(by=UserFactory(first_name="Gwen", last_name="Ashby"), reason="No.")
    data = {"action": "approve", "_selected_action": [story.pk for story in stories]}
    answer = moderator_client.post(LIST + shown, data, follow=True)
    refused, done = said(answer)
    assert "“Two”: Gwen Ashby got there first" in refused
    assert done.startswith("On the wall: ")
    assert all(name in done for name in ("“One”", "“Three”"))
    assert "“Two”" not in done
    assert Story.objects.published().count() == 2


@pytest.mark.parametrize(
    "body", ["Ring her on 020 7946 0958.", "He paid with 4111 1111 1111 1111.", "a@example.org"]
)
def test_a_story_that_holds_a_number_of_somebody_is_not_approved_with_the_others(
    moderator_client, body
):
    plain, telling = PendingStoryFactory(title="One"), PendingStoryFactory(title="Two", body=body)
    kept, done = said(many(moderator_client, "approve", [plain, telling]))
    assert kept.startswith("“Two”: It still waits. Open it, look at this and approve it there: ")
    assert done == "On the wall: “One”."
    moderator_client.post(decision(telling, "approve"))
    assert Story.objects.published().count() == 2


def test_a_number_that_is_told_before_they_are_held_is_looked_at_too(moderator_client, monkeypatch):
    first, second = PendingStoryFactory(title="One"), PendingStoryFactory(title="Two")

    def the_second_is_changed():
        other = Story.objects.get(pk=second.pk)
        other.body = "Ring her on 020 7946 0958."
        other.save_content(by=None)

    just_before_they_are_held(monkeypatch, the_second_is_changed)
    kept, done = said(many(moderator_client, "approve", [first, second]))
    assert "“Two”: It still waits. Open it, look at this" in kept
    assert done == "On the wall: “One”."
    assert Story.objects.pending().get() == second


def test_each_of_many_goes_up_as_if_it_were_alone(moderator_client):
    """In the order in which they are listed, on the record, in the index, and told of."""
    person, teller = EmployeeFactory(), EmployeeFactory()
    stories = [
        PendingStoryFactory(title=title, people=[person, teller], teller=teller, traits=["Caring"])
        for title in ("One", "Two", "Three")
    ]
    many(moderator_client, "approve", [stories[2], stories[0], stories[1]])
    for story in stories:
        story.refresh_from_db()
    assert stories[2].seq < stories[0].seq < stories[1].seq
    for story in stories:
        event = story.events.first()
        assert (event.action, event.actor) == ("published", moderator_client.user)
        assert (event.status_before, event.status_after) == ("pending", "published")
        [change] = History.objects.of("stories.story", story.pk).filter(fields="status")[:1]
        assert change.changes == {"status": ["pending", "published"]}
        assert (change.account, change.way) == (moderator_client.user.pk, "admin")
        told = Notice.objects.filter(story=story).values_list("to", "kind", "once")
        assert set(told) == {
            (teller.pk, "published", str(event.pk)),
            (person.pk, "credited", ""),
        }
        assert set(story.credits.values_list("seq", flat=True)) == {story.seq}
        assert set(story.story_traits.values_list("seq", flat=True)) == {story.seq}
    assert Entry.objects.count() == 3
    assert Entry.objects.recount(0, mend=False) == []
    page = moderator_client.get("/?q=two&trait=caring").content.decode()
    assert stories[1].public_id in page
    assert stories[0].public_id not in page


def test_all_that_are_listed_are_decided_about_if_that_is_asked_for(moderator_client):
    first, second, up = PendingStoryFactory(), PendingStoryFactory(), PublishedStoryFactory()
    many(moderator_client, "approve", [second], select_across="1")
    for story in (first, second):
        story.refresh_from_db()
    assert up.seq < first.seq < second.seq, "in the order of the list"


def test_stories_far_apart_on_a_large_wall_are_followed_together(moderator_client):
    trait, other = named_trait("Caring"), named_trait("Honest")
    old = PublishedStoryFactory(title="Old", traits=[trait], people=[EmployeeFactory()])
    PublicationOrder.objects.update(last=BLOCK)
    new = PublishedStoryFactory(title="New", traits=[other], people=[EmployeeFactory()])
    assert new.seq // BLOCK == 1
    many(moderator_client, "mark_gold", [old, new])
    assert set(Index().under("gold")) == {old.seq, new.seq}
    for block in Entry.objects.blocks():
        assert Entry.objects.recount(block, mend=False) == []
    answer = {"decide": "1", "add": [other.pk], "take": [trait.pk]}
    many(moderator_client, "change", [old, new], **answer)
    assert set(Index().under(f"trait:{other.pk}")) == {old.seq, new.seq}
    assert not Index().under(f"trait:{trait.pk}")
    for block in Entry.objects.blocks():
        assert Entry.objects.recount(block, mend=False) == []


ALL_OF_THEM = ["approve", "send_back", "reject", "mark_gold", "show_inside", "change"]


@pytest.mark.parametrize("action", ALL_OF_THEM)
def test_a_database_that_fails_leaves_all_as_they_were_and_says_so(
    moderator_client, monkeypatch, action
):
    make = PendingStoryFactory if action in ALL_OF_THEM[:3] else PublishedStoryFactory
    stories = [make(title=title) for title in ("One", "Two")]
    if action == "show_inside":
        Story.objects.update(visibility="public", served="colleague", may_show_outside=True)
    before = list(Story.objects.order_by("pk").values())
    events = StoryEvent.objects.count()

    def fails(*_args, **_about):
        raise OperationalError("database is locked")

    # The last thing that is done to each of them.
    last = Notice.objects if action in ("approve", "send_back", "reject") else Posting.objects
    monkeypatch.setattr(type(last), "owe" if last is Notice.objects else "bulk_create", fails)
    answer = {"decide": "1", "note": "Why?", "served": "patient"}
    answer |= {"served": "colleague"} if action == "change" else {}
    told, *kept = said(many(moderator_client, action, stories, **answer))
    assert told == "Nothing was decided, as the database was busy. Try again."
    unused = ["What you wrote went to nobody: “Why?”"]
    assert kept == (unused if action in ("send_back", "reject") else [])
    assert list(Story.objects.order_by("pk").values()) == before
    assert StoryEvent.objects.count() == events


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_about_the_same_at_once_make_one_decision_about_each():
    """They tick them in opposite orders, and never wait for each other in a circle."""
    clients = [signed_in(UserFactory(roles=["moderators"])) for _ in range(2)]
    for _round in range(5):
        stories = [PendingStoryFactory() for _ in range(4)]

        def act(number, stories=stories):
            try:
                if number:
                    back = {"decide": "1", "note": "No."}
                    return many(clients[number], "reject", stories[::-1], **back)
                return many(clients[number], "approve", stories)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(act, range(2)))
        told = ["got there first" in answer.content.decode() for answer in answers]
        assert sorted(told) == [False, True]
        for story in stories:
            story.refresh_from_db()
            assert story.events.exclude(action="submitted").count() == 1
        assert {story.status for story in stories} in ({"published"}, {"rejected"})


@pytest.mark.parametrize(("action", "status"), [("send_back", "sent_back"), ("reject", "rejected")])
def test_many_are_sent_back_or_rejected_with_one_note_that_is_asked_for(
    moderator_client, action, status
):
    stories = [PendingStoryFactory(title=title) for title in ("One", "Two")]
    page = many(moderator_client, action, stories)
    assert all(title in page.content.decode() for title in ("One", "Two"))
    page = many(moderator_client, action, stories, decide="1", note=" ")
    assert "Write the teller a sentence or two." in page.content.decode()
    assert Story.objects.pending().count() == 2
    many(moderator_client, action, stories, decide="1", note="Where?")
    assert Story.objects.filter(status=status).count() == 2
    assert {story.last_decision().reason for story in Story.objects.all()} == {"Where?"}


@pytest.mark.parametrize("action", ["send_back", "reject"])
def test_what_another_decided_meanwhile_is_said_before_a_note_is_asked_for(
    moderator_client, action
):
    first, second = (PendingStoryFactory(title=title) for title in ("One", "Two"))
    first.publish(by=UserFactory(first_name="Gwen", last_name="Ashby"))
    page = many(moderator_client, action, [first, second])
    assert "“One”: Gwen Ashby got there first: published" in said(page)[0]
    assert "Two" in page.content.decode()
    second.publish(by=UserFactory(first_name="Thu", last_name="Pham"))
    told, also, kept = said(
        many(moderator_client, action, [first, second], decide="1", note="Why?")
    )
    assert "Gwen Ashby got there first" in told
    assert "Thu Pham got there first" in also
    assert kept == "What you wrote went to nobody: “Why?”"
    third = PendingStoryFactory()
    [many(moderator_client, action, [third], decide="1", note="Why?") for _once in "12"]
    [twice] = said(many(moderator_client, action, [third], decide="1", note="Why?"))
    assert "You have decided about it" in twice, "but their note was sent"
    back = many(moderator_client, action, [first])
    assert back.request["PATH_INFO"] == LIST
    assert "Gwen Ashby got there first" in said(back)[0]


@pytest.mark.parametrize("tick", ["abc", "9" * 30, ""])
def test_a_tick_that_is_no_story_is_left_out(moderator_client, tick):
    story = PendingStoryFactory()
    data = {"action": "approve", "_selected_action": [tick, story.pk]}
    assert moderator_client.post(LIST, data, follow=True).status_code == 200
    assert Story.objects.published().count() == 1
    assert moderator_client.post(LIST, data | {"_selected_action": [tick]}).status_code < 400


def test_gold_for_many(moderator_client):
    stories = [PublishedStoryFactory(), PublishedStoryFactory()]
    data = {"action": "mark_gold", "_selected_action": [story.pk for story in stories]}
    moderator_client.post(LIST + "?status=published", data)
    assert Story.objects.filter(gold=True).count() == 2
    moderator_client.post(LIST + "?status=published", data | {"action": "unmark_gold"})
    assert not Story.objects.filter(gold=True).exists()


def test_outside_for_many_of_whom_all_agreed(moderator_client):
    agreed = PublishedStoryFactory(
        title="Agreed", served="customer", may_show_outside=True, customer_agreed=True
    )
    alone = PublishedStoryFactory(title="Alone", served="customer", may_show_outside=True)
    data = {"action": "show_outside", "_selected_action": [agreed.pk, alone.pk]}
    page = moderator_client.post(LIST + "?status=published", data, follow=True)
    told = " ".join(said(page))
    assert "May be seen outside too: “Agreed”." in told
    assert "“Alone”: It may only be shown outside if teller and customer agreed." in told
    assert Story.objects.get(visibility=Visibility.PUBLIC) == agreed
    event = agreed.events.first()
    assert (event.action, event.actor) == (StoryEvent.Action.VISIBILITY, moderator_client.user)
    assert event.changes == {"visibility": ["organisation", "public"]}
    back = data | {"action": "show_inside", "_selected_action": [agreed.pk]}
    page = moderator_client.post(LIST + "?status=published", back, follow=True)
    assert said(page) == ["For everyone here only: “Agreed”."]
    assert not Story.objects.filter(visibility=Visibility.PUBLIC).exists()


def test_at_most_a_hundred_at_once(moderator_client, monkeypatch):
    from stories.moderation import bulk

    monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
    stories = [PendingStoryFactory() for _ in range(3)]
    assert "at most 2" in said(many(moderator_client, "approve", stories))[0]
    assert Story.objects.pending().count() == 3
    for action in ("send_back", "reject"):
        page = many(moderator_client, action, stories)
        assert said(page) == ["Choose at most 2 stories at once."]
        assert 'name="note"' not in page.content.decode()


def test_only_moderators_decide_many(staff_client, manager_client):
    story = PendingStoryFactory()
    for client in (staff_client, manager_client):
        data = {"action": "approve", "_selected_action": [story.pk]}
        assert client.post(LIST, data).status_code == 403

"""Drafts and one's own stories: kept, found again, finished, taken back."""

import re
import uuid

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from stories.models import Status, Story, Trait
from stories.telling.shelf import PAGE, summary
from tests.conftest import signed_in
from tests.factories import (
    EmployeeFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TraitFactory,
    UserFactory,
)

from .conftest import fresh

pytestmark = pytest.mark.django_db

TELL, MINE = reverse("tell"), reverse("mine")


def text_of(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def test_a_sentence_kept_on_shift_is_a_seed_to_finish_later(staff_client):
    with time_machine.travel("2026-03-03 21:00:00+00:00"):  # a Tuesday
        response = staff_client.post(TELL, fresh(keep=""), follow=True)
        assert "Nobody sees it but you" in text_of(response)
    story = Story.objects.get()
    assert story.status == Status.DRAFT
    with time_machine.travel("2026-03-06 09:00:00+00:00"):
        text = text_of(staff_client.get(MINE))
    assert "A seed from Tuesday." in text
    assert "She warmed his hands" in text


def test_a_draft_is_finished_and_sent(staff_client):
    staff_client.post(TELL, fresh(keep="", line="Two sugars."))
    story = Story.objects.get()
    html = staff_client.get(reverse("edit", args=[story.public_id])).content.decode()
    assert 'value="Two sugars."' in html
    data = {
        name: re.search(rf'name="{name}" value="([^"]*)"', html)[1]
        for name in ("submission", "version")
    }
    staff_client.post(TELL, fresh(**data, body="She warmed his hands. Both.", send=""))
    story.refresh_from_db()
    assert (story.status, story.body) == (Status.PENDING, "She warmed his hands. Both.")
    assert Story.objects.count() == 1


def test_every_state_is_said_in_words_and_with_what_comes_next(staff_client):
    me = staff_client.user.person
    sent_back = PendingStoryFactory(teller=me)
    sent_back.send_back(by=None, note="When was it?")
    rejected = PendingStoryFactory(teller=me)
    rejected.reject(by=None, reason="It names a patient.")
    withdrawn = PendingStoryFactory(teller=me)
    withdrawn.withdraw(by=None)
    StoryFactory(teller=me)
    PendingStoryFactory(teller=me)
    PublishedStoryFactory(teller=me).retell(by=EmployeeFactory(), told_to="team")
    StoryFactory(title="Somebody else’s")
    text = text_of(staff_client.get(MINE))
    for words in (
        "Two to finish, one being read, one up.",
        "Sent back to you",
        "“When was it?”",
        "To finish",
        "A seed from today",
        "Waiting to be read",
        "A moderator reads it next. You can still change it.",
        "Up on the wall",
        "Up since today, told on once",
        "Not published",
        "“It names a patient.”",
        "Withdrawn",
        "You can send it in again whenever you like.",
    ):
        assert words in text, words
    assert "Somebody else’s" not in text


def test_the_trait_whose_inks_a_story_wears_is_named_beside_it(staff_client):
    me = staff_client.user.person
    StoryFactory(teller=me, traits=["Caring", "Playful"])
    PublishedStoryFactory(teller=me, traits=["Personal", "Sincere"])
    text = text_of(staff_client.get(MINE))
    assert "Caring, Playful A seed from today" in text
    assert "Personal, Sincere Up since today" in text


def test_a_story_that_waits_too_long_is_said_not_to_be_forgotten(staff_client):
    with time_machine.travel("2026-03-02 09:00:00+00:00"):
        PendingStoryFactory(teller=staff_client.user.person)
    with time_machine.travel("2026-03-05 09:00:00+00:00"):
        staff_client.force_login(staff_client.user)
        assert "It is not forgotten." in text_of(staff_client.get(MINE))


def test_an_empty_shelf_invites(staff_client):
    html = staff_client.get(MINE).content.decode()
    assert "Nothing told yet" in html
    assert f'href="{TELL}"' in html


def test_the_shelf_is_paged(staff_client):
    for _ in range(PAGE + 1):
        StoryFactory(teller=staff_client.user.person)
    first, second = staff_client.get(MINE), staff_client.get(MINE, {"page": "2"})
    assert first.content.decode().count('class="draft"') == PAGE
    assert second.content.decode().count('class="draft"') == 1
    for page in ("x", "-1", "99", "9" * 40, "\x00"):
        assert staff_client.get(MINE, {"page": page}).status_code == 200


def test_the_shelf_takes_at_most_twelve_queries_however_much_stands_on_it(staff_client):
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            staff_client.get(MINE)
        return len(seen)

    def add() -> None:
        story = PendingStoryFactory(
            teller=staff_client.user.person, traits=["Personal"], people=[EmployeeFactory()]
        )
        story.send_back(by=None, note="When?")

    add()
    count()
    few = count()
    for _ in range(8):
        add()
    assert few == count() <= 12


def test_names_that_are_withheld_are_withheld_on_the_shelf(staff_client):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    StoryFactory(teller=staff_client.user.person, line="Ask Ottoline Zwart.", people=[person])
    person.ask_not_to_be_named()
    assert "Zwart" not in staff_client.get(MINE).content.decode()


def test_the_summary_leaves_out_what_there_is_none_of():
    assert summary({}) == ""
    assert summary({Status.PUBLISHED: 14}) == "14 up."
    assert summary({Status.REJECTED: 1}) == ""


def test_a_story_that_came_down_is_called_nothing_where_it_inspired_another(staff_client):
    before = PublishedStoryFactory(title="The blue umbrella", line="")
    mine = StoryFactory(teller=staff_client.user.person, inspired_by=before)
    page = reverse("edit", args=[mine.public_id])
    assert "The blue umbrella" in text_of(staff_client.get(page))
    before.withdraw(by=None)
    text = text_of(staff_client.get(page))
    assert "The blue umbrella" not in text
    assert "A story that is no longer up" in text


class TestWithdrawing:
    @pytest.mark.parametrize("factory", [PendingStoryFactory, PublishedStoryFactory])
    def test_asks_once_and_then_takes_it_off_every_page(self, staff_client, factory):
        story = factory(teller=staff_client.user.person)
        url = reverse("withdraw", args=[story.public_id])
        assert "Withdraw this story?" in text_of(staff_client.get(url))
        story.refresh_from_db()
        assert story.status != Status.WITHDRAWN
        assert staff_client.post(url).url == MINE
        story.refresh_from_db()
        assert (story.status, story.seq) == (Status.WITHDRAWN, None)

    def test_twice_is_no_harm(self, staff_client):
        story = PublishedStoryFactory(teller=staff_client.user.person)
        url = reverse("withdraw", args=[story.public_id])
        staff_client.post(url)
        assert staff_client.post(url).status_code == 302

    def test_of_what_was_turned_down_says_so_but_not_who_did_it(self, staff_client):
        story = PendingStoryFactory(teller=staff_client.user.person)
        story.reject(by=UserFactory(username="gwen"), reason="It names a patient.")
        response = staff_client.post(reverse("withdraw", args=[story.public_id]))
        said = str(next(iter(get_messages(response.wsgi_request))))
        assert "rejected" in said
        assert "gwen" not in said

    def test_of_a_draft_is_throwing_it_away(self, staff_client):
        story = StoryFactory(teller=staff_client.user.person)
        response = staff_client.post(reverse("withdraw", args=[story.public_id]))
        assert response.url == reverse("discard", args=[story.public_id])


class TestSendingInAgain:
    """A withdrawn story is its teller's to change and to send once more."""

    def edit(self, client, story, **values):
        values = {"body": story.body, "version": str(story.version)} | values
        return client.post(reverse("edit", args=[story.public_id]), fresh(**values))

    def withdrawn(self, client, factory=PublishedStoryFactory, **told) -> Story:
        story = factory(teller=client.user.person, **told)
        story.withdraw(by=client.user)
        return story

    def test_is_offered_where_it_stands(self, staff_client):
        story = self.withdrawn(staff_client)
        link = reverse("edit", args=[story.public_id])
        for page in (MINE, story.get_absolute_url()):
            html = staff_client.get(page).content.decode()
            assert re.search(rf'href="{link}">Send it in again<', html), page
        text = text_of(staff_client.get(link))
        assert "This story is withdrawn" in text
        assert "Send again" in text

    def test_puts_it_before_the_moderators_with_a_record(self, staff_client):
        story = self.withdrawn(staff_client)
        story.salute(by=EmployeeFactory())
        assert self.edit(staff_client, story, body="Told better.", send="").status_code == 302
        story.refresh_from_db()
        assert (story.status, story.body) == (Status.PENDING, "Told better.")
        assert story.salute_count == 1
        sent = story.events.get(action="submitted", status_before="withdrawn")
        assert (sent.status_after, sent.actor) == ("pending", staff_client.user)
        edited = story.events.get(action="edited").changes
        assert edited["body"][1] == "Told better."

    def test_may_wait_while_it_is_changed(self, staff_client):
        story = self.withdrawn(staff_client)
        response = self.edit(staff_client, story, body="Half of it.", keep="")
        assert response.url == f"{MINE}?kept={story.public_id}"
        story.refresh_from_db()
        assert (story.status, story.body) == (Status.WITHDRAWN, "Half of it.")

    @pytest.mark.parametrize("body", ["She warmed his hands.", "And more words."])
    def test_never_happens_from_a_page_opened_before(self, staff_client, body):
        data = fresh(send="")
        staff_client.post(TELL, data)
        story = Story.objects.get()
        opened = str(story.version)
        story.withdraw(by=staff_client.user)
        response = self.edit(staff_client, story, body=body, version=opened, send="")
        assert response.status_code == 409
        assert "It was withdrawn after this page was opened" in text_of(response)
        assert staff_client.post(TELL, data).status_code == 409
        story.refresh_from_db()
        assert (story.status, story.body) == (Status.WITHDRAWN, data["body"])
        again = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
        response = self.edit(staff_client, story, body=body, version=again, send="")
        assert response.status_code == 302
        story.refresh_from_db()
        assert (story.status, story.body) == (Status.PENDING, body)

    def test_of_one_a_moderator_took_down_shows_why_it_came_down(self, staff_client):
        story = PublishedStoryFactory(teller=staff_client.user.person)
        story.withdraw(by=UserFactory(username="gwen"), reason="The customer asked.")
        for page in (MINE, story.get_absolute_url(), reverse("edit", args=[story.public_id])):
            text = text_of(staff_client.get(page))
            assert "The customer asked." in text, page
            assert "gwen" not in text

    def test_is_not_for_what_was_turned_down(self, staff_client):
        story = PendingStoryFactory(teller=staff_client.user.person)
        story.reject(by=None, reason="It names a patient.")
        assert "Send it in again" not in text_of(staff_client.get(MINE))
        self.edit(staff_client, story, send="")
        story.refresh_from_db()
        assert story.status == Status.REJECTED


class TestThrowingAway:
    def test_asks_once_and_then_a_draft_is_gone_with_its_proposals(self, staff_client):
        me = staff_client.user.person
        word = TraitFactory(standing=Trait.Standing.PROPOSED, proposed_by=me)
        story = StoryFactory(teller=me, traits=[word], people=[EmployeeFactory()])
        url = reverse("discard", args=[story.public_id])
        assert "Throw this draft away?" in text_of(staff_client.get(url))
        assert Story.objects.exists()
        staff_client.post(url)
        assert not Story.objects.exists()
        assert not Trait.objects.filter(pk=word.pk).exists()

    def test_keeps_a_proposal_that_another_story_carries(self, staff_client):
        me = staff_client.user.person
        word = TraitFactory(standing=Trait.Standing.PROPOSED, proposed_by=me)
        StoryFactory(traits=[word])
        story = StoryFactory(teller=me, traits=[word])
        staff_client.post(reverse("discard", args=[story.public_id]))
        assert Trait.objects.filter(pk=word.pk).exists()

    def test_is_for_drafts_only(self, staff_client):
        story = PendingStoryFactory(teller=staff_client.user.person)
        response = staff_client.post(reverse("discard", args=[story.public_id]))
        assert response.url == MINE
        assert Story.objects.filter(pk=story.pk).exists()

    def test_in_another_tab_loses_nothing_here(self, staff_client):
        data = fresh(keep="")
        staff_client.post(TELL, data)
        staff_client.post(reverse("discard", args=[Story.objects.get().public_id]))
        staff_client.post(TELL, {**data, "version": "1", "send": ""})
        assert Story.objects.get().status == Status.PENDING


class TestSignedOut:
    """What was written when one had been signed out: shown at once, back after the sign-in."""

    def posted(self, user, **more) -> tuple[Client, object]:
        client = Client()
        client.force_login(user)
        html = client.get(TELL).content.decode()
        whose = re.search(r'name="whose" value="([^"]*)"', html)[1]
        client.logout()
        data = {"line": "Two sugars.", **more}
        return client, client.post(TELL, fresh(whose=whose, **data))

    def test_the_words_are_shown_and_nothing_is_stored(self):
        _client, response = self.posted(UserFactory(), send="")
        assert response.status_code == 401
        assert "She warmed his hands." in response.content.decode()
        assert f"{reverse('account_login')}?next={TELL}" in response.content.decode()
        assert not Story.objects.exists()

    def test_after_signing_in_they_are_back_in_the_form(self):
        user = UserFactory(password="correct horse")
        client, _response = self.posted(user, send="")
        signed_in = client.post(
            f"{reverse('account_login')}?next={TELL}",
            {"login": user.username, "password": "correct horse", "next": TELL},
            follow=True,
        )
        html = signed_in.content.decode()
        assert "before you were signed out" in html
        assert "She warmed his hands." in html
        assert 'value="Two sugars."' in html
        assert "She warmed his hands." not in client.get(TELL).content.decode()

    def test_what_the_page_had_saved_unanswered_is_not_taken_for_another_tabs(self):
        user = UserFactory()
        data = fresh(writer=str(uuid.uuid4()))
        signed_in(user).post(reverse("autosave"), data)
        client, _response = self.posted(user, **data, send="")
        session = dict(client.session.items())
        client.force_login(user)
        again = client.session
        again.update(session)
        again.save()
        writer = re.search(r'name="writer" value="([^"]*)"', client.get(TELL).content.decode())[1]
        client.post(TELL, {**data, "body": "Both of them.", "writer": writer, "send": ""})
        assert (Story.objects.get().body, Story.objects.get().status) == (
            "Both of them.",
            "pending",
        )

    def test_on_a_shared_computer_nobody_else_is_shown_them(self):
        client, _response = self.posted(UserFactory(), send="")
        client.force_login(UserFactory())
        assert "She warmed his hands." not in client.get(TELL).content.decode()

    def test_a_visitor_cannot_make_us_keep_anything(self):
        client = Client()
        response = client.post(TELL, fresh(whose="1:forged"))
        assert "She warmed his hands." in response.content.decode()
        assert not client.session.keys()

    def test_more_than_a_story_is_shown_but_not_kept(self):
        client, response = self.posted(UserFactory(), body="word " * 50_000)
        assert "copy them" in response.content.decode()
        assert not client.session.keys()

    def test_an_edit_comes_back_too(self):
        user = UserFactory()
        story = PendingStoryFactory(teller=user.person)
        url = reverse("edit", args=[story.public_id])
        client = Client()
        client.force_login(user)
        whose = re.search(r'name="whose" value="([^"]*)"', client.get(url).content.decode())[1]
        client.logout()
        assert client.post(url, fresh(whose=whose, body="Changed.")).status_code == 401
        session = client.session
        client.force_login(user)
        fresh_session = client.session
        fresh_session.update(dict(session.items()))
        fresh_session.save()
        assert "Changed." in client.get(url).content.decode()


def test_a_page_that_had_grown_old_gives_the_words_back():
    user = UserFactory()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    data = fresh(line="Two sugars.", traits=["a", "b"], send="")
    response = client.post(TELL, data)
    html = response.content.decode()
    assert response.status_code == 403
    assert "She warmed his hands." in html
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', html)[1]
    assert html.count('name="traits"') == 2
    again = client.post(TELL, {**data, "csrfmiddlewaretoken": token, "look": "back"})
    assert 'value="Two sugars."' in again.content.decode()
    assert not Story.objects.exists()

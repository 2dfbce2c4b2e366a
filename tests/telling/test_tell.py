"""Telling a story from an empty page to the moderators, without JavaScript."""

import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from staff.audiences import Audience, NamedAs
from stories.models import Status, Story, StoryEvent, StoryTrait, Trait
from tests.factories import (
    EmployeeFactory,
    MembershipFactory,
    PendingStoryFactory,
    PublishedStoryFactory,
    StoryFactory,
    TeamFactory,
    TraitFactory,
    dropped,
)

from .conftest import fresh

pytestmark = pytest.mark.django_db

TELL = reverse("tell")


def hidden(html: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def test_the_page_asks_one_thing(staff_client):
    html = staff_client.get(TELL).content.decode()
    assert html.count(" required") == 1
    assert "What happened?" in html
    assert uuid.UUID(hidden(html, "submission"))


def test_one_sentence_is_told_and_sent(staff_client):
    response = staff_client.post(TELL, fresh(send=""), follow=True)
    story = Story.objects.get()
    assert story.status == Status.PENDING
    assert story.teller == staff_client.user.person
    assert story.events.get().actor == staff_client.user
    assert response.redirect_chain == [(reverse("sent", args=[story.public_id]), 302)]
    html = response.content.decode()
    assert "Thank you" in html
    assert reverse("wall") in html
    assert TELL in html


@time_machine.travel("2026-03-02 09:30:00+00:00")
def test_after_sending_it_says_by_when(staff_client, settings):
    settings.MODERATION_HOURS = 48
    html = staff_client.post(TELL, fresh(send=""), follow=True).content.decode()
    assert "4 March, 10:00" in html


def test_everything_that_can_be_told_is_stored(staff_client):
    person, team = EmployeeFactory(), TeamFactory()
    MembershipFactory(employee=person, team=team)
    lead, second = TraitFactory(name="Noticed"), TraitFactory(name="Caring")
    inspired_by = PublishedStoryFactory()
    staff_client.post(
        TELL,
        fresh(
            body="She looked at the switch. The lamp was on.",
            line="“I left the light on.”",
            title="The lamp",
            happened_on="2026-03-02",
            place="Room 118",
            setting="elsewhere",
            organisation="Hotel Albert",
            served="community",
            recovery="on",
            went_wrong="It was dark.",
            initiative="own",
            took_time="minutes",
            took_money="nothing",
            took_permission="nobody",
            traits=["noticed", "caring"],
            **{"evidence-noticed": "She looked at the switch."},
            trait_proposed="Quiet",
            people=[str(person.pk)],
            people_text="Beatriz, the night porter",
            team=team.slug,
            anonymous="on",
            may_show_outside="on",
            customer_agreed="on",
            inspired_by=inspired_by.public_id,
            send="",
        ),
    )
    story = Story.objects.exclude(pk=inspired_by.pk).get()
    proposed = Trait.objects.get(name="Quiet")
    assert proposed.standing == Trait.Standing.PROPOSED
    assert proposed.proposed_by == story.teller
    assert story.content() == {
        "body": "She looked at the switch. The lamp was on.",
        "line": "I left the light on.",
        "title": "The lamp",
        "happened_on": "2026-03-02",
        "place": "Room 118",
        "setting": "elsewhere",
        "organisation": "Hotel Albert",
        "served": "community",
        "recovery": True,
        "went_wrong": "It was dark.",
        "initiative": "own",
        "took_time": "minutes",
        "took_money": "nothing",
        "took_permission": "nobody",
        "anonymous": True,
        "may_show_outside": True,
        "customer_agreed": True,
        "inspired_by": inspired_by.pk,
        "traits": [
            [lead.slug, "She looked at the switch."],
            [second.slug, ""],
            [proposed.slug, ""],
        ],
        "people": [person.pk],
        "names": ["Beatriz", "the night porter"],
        "team": team.pk,
    }
    assert story.credits.get(employee=person).team == team


def test_no_line_and_no_title_are_stored_that_the_teller_has_not_seen(staff_client):
    staff_client.post(TELL, fresh(body="She said: “I left the light on.”", send=""))
    story = Story.objects.get()
    assert (story.line, story.title) == ("", "")


def test_a_form_without_a_button_is_kept_not_sent(staff_client):
    staff_client.post(TELL, fresh())
    assert Story.objects.get().status == Status.DRAFT


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(staff_client):
    html = staff_client.post(
        TELL,
        fresh(happened_on="0001-01-01", line="Two sugars.", people_text="Roberta", send=""),
    ).content.decode()
    assert 'id="id_happened_on_error"' in html
    assert "before 1900" in html
    for kept in ("She warmed his hands.", "Two sugars.", "Roberta"):
        assert kept in html
    assert not Story.objects.exists()


class TestALineAndATitleFromTheWordsWithoutJavaScript:
    BODY = "The lamp was on: “I left the light on.”"
    FILLED = 'name="line" value="I left the light on."'
    OWN = '<input type="hidden" name="own" value="line">'

    @pytest.mark.parametrize("more", [{"look": "again"}, {"send": "", "happened_on": "0001-01-01"}])
    def test_stand_in_their_fields_when_they_stand_on_the_poster(self, staff_client, more):
        html = staff_client.post(TELL, fresh(body=self.BODY, **more)).content.decode()
        assert "The line, taken from your words." in html
        assert self.FILLED in html
        assert self.OWN in html
        assert not Story.objects.exists()

    def test_stand_in_those_of_a_draft_that_is_opened_again(self, staff_client):
        staff_client.post(TELL, fresh(body=self.BODY, keep=""))
        html = staff_client.get(reverse("edit", args=[Story.objects.get().public_id]))
        assert self.FILLED in html.content.decode()

    def test_stay_empty_once_they_were_emptied(self, staff_client):
        form = fresh(body=self.BODY, own=["line", "title"])
        html = staff_client.post(TELL, form | {"look": "people"}).content.decode()
        assert "The line, taken from your words." not in html
        assert self.FILLED not in html
        assert self.OWN in html

    def test_stay_empty_in_what_was_sent_so(self, staff_client):
        staff_client.post(TELL, fresh(body=self.BODY, own=["line", "title"], send=""))
        html = staff_client.get(reverse("edit", args=[Story.objects.get().public_id]))
        assert self.FILLED not in html.content.decode()
        assert self.OWN in html.content.decode()
        assert "The line, taken from your words." not in html.content.decode()

    def test_can_be_taken_anew_from_other_words(self, staff_client):
        form = fresh(body=self.BODY, line="Two sugars.", own=["line", "title"])
        html = staff_client.post(TELL, form | {"look": "again"}).content.decode()
        assert "From your words: “I left the light on.”" in html
        html = staff_client.post(TELL, form | {"look": "line"}).content.decode()
        assert self.FILLED in html
        assert "From your words: “I left the light on.”" not in html


def test_sentences_are_offered_for_each_chosen_trait_without_javascript(staff_client):
    TraitFactory(name="Noticed")
    html = staff_client.post(
        TELL, fresh(body="One. Two.", traits=["noticed"], look="again")
    ).content.decode()
    assert 'name="evidence-noticed"' in html
    assert '<option value="Two.">Two.</option>' in html


def test_people_are_found_without_javascript_but_for_those_not_to_be_named(staff_client):
    shown, unnamed = (
        EmployeeFactory(first_name="Bea"),
        EmployeeFactory(first_name="Beatriz", unnamed=True),
    )
    html = staff_client.post(TELL, fresh(people_q="bea", look="people")).content.decode()
    assert shown.full_name in html
    assert unnamed.full_name not in html


@pytest.mark.parametrize("asked", ["bea", "nobody", " "])
def test_looking_for_people_without_javascript_leads_to_where_they_are(staff_client, asked):
    EmployeeFactory(first_name="Bea")
    html = staff_client.post(TELL, fresh(people_q=asked, look="people")).content.decode()
    assert '<details class="fold" data-fold="people" open>' in html
    assert f'value="people" formaction="{TELL}#id_people"' in html
    assert '<div class="tell-people" id="id_people"' in html


def test_a_story_that_inspired_this_one_comes_with_the_address(staff_client):
    story = PublishedStoryFactory()
    html = staff_client.get(TELL, {"inspired_by": story.public_id}).content.decode()
    assert f'name="inspired_by" value="{story.public_id}" checked' in html
    hidden_one = PendingStoryFactory()
    html = staff_client.get(TELL, {"inspired_by": hidden_one.public_id}).content.decode()
    assert hidden_one.public_id not in html


def test_a_name_that_is_withheld_is_withheld_here_too(staff_client):
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart")
    story = PublishedStoryFactory(title="Ottoline Zwart waits", people=[person])
    mine = StoryFactory(teller=staff_client.user.person, people=[person], inspired_by=story)
    person.ask_not_to_be_named()
    html = staff_client.get(reverse("edit", args=[mine.public_id])).content.decode()
    assert "Zwart" not in html
    assert f'name="people" value="{person.pk}" checked' in html


def test_nobody_is_asked_for_a_moment_who_has_told_one_already(staff_client):
    asks = 'class="tell-prompt"'
    assert asks in staff_client.get(TELL).content.decode()
    wrong = staff_client.post(TELL, fresh(happened_on="3026-01-01", send=""))
    assert asks not in wrong.content.decode()
    draft = StoryFactory(teller=staff_client.user.person)
    assert asks not in staff_client.get(reverse("edit", args=[draft.public_id])).content.decode()


def test_a_known_word_proposed_again_is_that_trait(staff_client):
    TraitFactory(name="Caring")
    brave = TraitFactory(name="Brave", standing=Trait.Standing.PROPOSED)
    dropped(brave)
    before = Trait.objects.count()
    staff_client.post(TELL, fresh(trait_proposed="caring", send=""))
    staff_client.post(TELL, fresh(body="Another.", trait_proposed="brave", send=""))
    assert Trait.objects.count() == before
    brave.refresh_from_db()
    assert brave.standing == Trait.Standing.PROPOSED
    assert brave.proposed_by == staff_client.user.person


def test_a_trait_that_is_chosen_and_proposed_by_its_word_keeps_its_evidence(staff_client):
    caring = TraitFactory(name="Caring")
    chosen = {"traits": [caring.slug], f"evidence-{caring.slug}": "Warm hands."}
    staff_client.post(
        TELL, fresh(body="Warm hands. She smiled.", trait_proposed="caring", send="", **chosen)
    )
    told = StoryTrait.objects.get()
    assert (told.tag, told.evidence) == (caring, "Warm hands.")


def test_a_story_sent_back_shows_the_note_and_is_sent_again(staff_client):
    story = PendingStoryFactory(teller=staff_client.user.person)
    story.send_back(by=None, note="When was it?")
    edit = reverse("edit", args=[story.public_id])
    html = staff_client.get(edit).content.decode()
    assert "When was it?" in html
    assert "Send again" in html
    data = fresh(submission=hidden(html, "submission"), version=hidden(html, "version"), send="")
    staff_client.post(edit, data)
    story.refresh_from_db()
    assert (story.status, story.body) == (Status.PENDING, "She warmed his hands.")
    assert story.events.filter(action=StoryEvent.Action.EDITED).exists()


@pytest.mark.parametrize("others", [0, 1])
def test_who_is_told_of_once_more_is_named_as_they_said_before(staff_client, others):
    story, person = PendingStoryFactory(teller=staff_client.user.person), EmployeeFactory()
    named = dict.fromkeys(Audience, NamedAs.COLLEAGUE)
    story.set_credits([person])
    story.name_as(person, named, by=None, how="email")
    story.set_credits([])
    people = [person.pk, *(EmployeeFactory().pk for _number in range(others))]
    data = fresh(submission=str(story.submission), version=str(story.version), send="")
    staff_client.post(reverse("edit", args=[story.public_id]), data | {"people": people})
    assert story.credits.get(employee=person).agreed == named
    assert story.credits.count() == 1 + others


def test_a_waiting_story_can_be_changed_and_goes_on_waiting(staff_client):
    story = PendingStoryFactory(teller=staff_client.user.person)
    before = story.submitted_at
    edit = reverse("edit", args=[story.public_id])
    html = staff_client.get(edit).content.decode()
    staff_client.post(edit, fresh(submission=story.submission, version="1", send=""))
    story.refresh_from_db()
    assert "Keep for later" not in html
    assert (story.status, story.submitted_at) == (Status.PENDING, before)
    assert story.body == "She warmed his hands."


def test_a_published_story_is_no_longer_edited_by_its_teller(staff_client):
    story = PublishedStoryFactory(teller=staff_client.user.person)
    edit = reverse("edit", args=[story.public_id])
    assert staff_client.get(edit).url == reverse("mine")
    response = staff_client.post(edit, fresh(body="Another ending.", version="1", send=""))
    assert response.status_code == 409
    assert "Another ending." in response.content.decode()
    story.refresh_from_db()
    assert story.body != "Another ending."
    assert story.version == 1


def test_another_tellers_story_is_not_there(staff_client):
    for story in (StoryFactory(), PendingStoryFactory(), PublishedStoryFactory()):
        for name in ("edit", "sent", "withdraw", "discard"):
            url = reverse(name, args=[story.public_id])
            assert staff_client.get(url).status_code == 404
            if name != "sent":
                assert staff_client.post(url, fresh(send="")).status_code == 404


def test_visitors_are_led_to_the_sign_in():
    response = Client().get(TELL)
    assert response.url == f"{reverse('account_login')}?next={TELL}"


def queries(client: Client, method: str, *args) -> int:
    getattr(client, method)(*args)
    with CaptureQueriesContext(connection) as seen:
        assert getattr(client, method)(*args).status_code < 400
    return len([query for query in seen if "SAVEPOINT" not in query["sql"]])


def full_story(teller, count: int) -> Story:
    story = StoryFactory(
        teller=teller,
        traits=[TraitFactory() for _ in range(count)],
        people=EmployeeFactory.create_batch(count),
        people__team=TeamFactory(),
        inspired_by=PublishedStoryFactory(),
    )
    return story


def test_a_page_takes_at_most_twelve_queries_however_much_it_holds(staff_client):
    few = full_story(staff_client.user.person, 1)
    many = full_story(staff_client.user.person, 8)
    counts = [
        queries(staff_client, "get", reverse("edit", args=[story.public_id]))
        for story in (few, many)
    ]
    assert counts[0] == counts[1] <= 12
    assert queries(staff_client, "get", TELL) <= 12
    many.submit(by=None)
    assert queries(staff_client, "get", reverse("sent", args=[many.public_id])) <= 12


def test_sending_a_sentence_takes_at_most_twelve_queries(staff_client):
    staff_client.get(TELL)
    with CaptureQueriesContext(connection) as seen:
        staff_client.post(TELL, fresh(send=""))
    asked = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len(asked) <= 12, asked

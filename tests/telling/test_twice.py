"""However often, and from however many pages at once, a story is sent: one story, nothing lost."""

import re
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from stories.models import Status, Story, StoryEvent, Trait
from stories.telling.views import GOES_BACK
from tests.factories import (
    PendingStoryFactory,
    StoryFactory,
    TraitFactory,
    UserFactory,
    dropped,
    merged,
    named_trait,
)

from .conftest import fresh

TELL = reverse("tell")


def at_once(times: int, act) -> list:
    """Do it in so many threads that start together; what each answers."""
    ready, answers = threading.Barrier(times), []

    def run(number: int) -> None:
        ready.wait()
        try:
            answers.append(act(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.django_db
def test_a_story_sent_twice_is_one_story_and_the_same_thank_you(staff_client):
    data = fresh(send="")
    first, second = staff_client.post(TELL, data), staff_client.post(TELL, data)
    assert first.url == second.url
    story = Story.objects.get()
    assert (story.status, story.version) == (Status.PENDING, 1)
    assert story.events.count() == 1


@pytest.mark.django_db
def test_a_story_sent_again_after_it_was_published_is_still_one_story(staff_client):
    data = fresh(send="")
    staff_client.post(TELL, data)
    Story.objects.get().publish(by=None)
    assert staff_client.post(TELL, data).status_code == 302
    assert Story.objects.get().status == Status.PUBLISHED


@pytest.mark.django_db
def test_a_form_without_its_number_sent_twice_is_one_story(staff_client):
    for _ in range(2):
        staff_client.post(TELL, {"body": "She warmed his hands.", "send": ""})
    assert Story.objects.count() == 1


@pytest.mark.django_db
def test_going_back_and_sending_more_changes_the_story_that_waits(staff_client):
    data = fresh(send="", writer=str(uuid.uuid4()))
    staff_client.post(TELL, data)
    staff_client.post(TELL, {**data, "body": "She warmed his hands. Both."})
    story = Story.objects.get()
    assert story.body == "She warmed his hands. Both."
    assert story.events.filter(action=StoryEvent.Action.EDITED).count() == 1


@pytest.mark.django_db
def test_two_tabs_at_once_show_both_texts_and_lose_neither(staff_client):
    data = fresh(keep="")
    staff_client.post(TELL, data)
    here = {**data, "version": "1", "writer": str(uuid.uuid4()), "body": "From this tab."}
    there = {**data, "version": "1", "writer": str(uuid.uuid4()), "body": "From that tab."}
    assert staff_client.post(TELL, there).status_code == 302
    response = staff_client.post(TELL, here)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Two tabs wrote this story" in html
    assert "From this tab." in html
    assert "From that tab." in html
    assert Story.objects.get().body == "From that tab."
    assert 'name="version" value="2"' in html
    staff_client.post(TELL, {**here, "version": "2", "send": ""})
    story = Story.objects.get()
    assert (story.body, story.status) == ("From this tab.", Status.PENDING)


@pytest.mark.django_db
def test_a_page_that_comes_back_without_photos_does_not_open_their_fold(staff_client):
    data = fresh(keep="")
    staff_client.post(TELL, data)
    here = {**data, "version": "1", "writer": str(uuid.uuid4()), "body": "From this tab."}
    staff_client.post(TELL, {**here, "writer": str(uuid.uuid4())})
    response = staff_client.post(TELL, {**here, "body": "From that tab."})
    assert response.status_code == 409
    (fold,) = re.findall(r'<details [^>]*data-fold="photos"[^>]*>', response.content.decode())
    assert " open" not in fold


@pytest.mark.django_db
def test_a_draft_whose_trait_was_merged_meanwhile_follows_it_and_says_so(staff_client):
    kind, caring = TraitFactory(name="Kind"), TraitFactory(name="Caring")
    data = fresh(keep="", traits=["kind", "caring"], writer=str(uuid.uuid4()))
    data |= {"evidence-kind": data["body"], "evidence-caring": ""}
    staff_client.post(TELL, data)
    merged(kind, caring, by=UserFactory(roles=["moderators"]))
    again = {**data, "version": "1", "writer": str(uuid.uuid4()), "title": "Warm"}
    response = staff_client.post(TELL, again, follow=True)
    assert "“Kind” is part of “Caring” now." in response.content.decode()
    story = Story.objects.get()
    held = story.story_traits.get()
    assert (story.title, held.tag, held.evidence) == ("Warm", caring, story.body)


@pytest.mark.django_db
def test_a_form_that_comes_back_has_the_trait_that_another_was_merged_into(staff_client):
    kind, caring = TraitFactory(name="Kind"), TraitFactory(name="Caring")
    merged(kind, caring, by=UserFactory(roles=["moderators"]))
    html = staff_client.post(TELL, fresh(traits=["kind"], look="again")).content.decode()
    assert 'value="caring" data-name="Caring" checked' in html
    assert 'value="kind"' not in html


@pytest.mark.django_db
def test_a_word_that_was_dropped_meanwhile_is_put_down_to_a_moderator(staff_client):
    data = fresh(keep="", trait_proposed="Patient")
    staff_client.post(TELL, data)
    dropped(Trait.objects.get(name="Patient"), by=UserFactory(roles=["moderators"]))
    again = {**data, "version": "1", "writer": str(uuid.uuid4()), "title": "Warm"}
    response = staff_client.post(TELL, again)
    assert response.status_code == 409
    assert "Its traits were changed meanwhile" in response.content.decode()


@pytest.mark.django_db
def test_what_a_moderator_changed_meanwhile_is_not_put_down_to_another_tab(staff_client):
    story = PendingStoryFactory(teller=staff_client.user.person)
    data = fresh(send="", version=str(story.version), body="And this.")
    story.body = "Said more plainly."
    story.save_content(by=UserFactory(roles=["moderators"]))
    response = staff_client.post(f"/stories/{story.public_id}/edit/", data)
    html = response.content.decode()
    assert response.status_code == 409
    assert "It was saved by a moderator, or from another tab or phone" in html
    assert "Save yours and it takes its place." in html
    assert "And this." in html
    assert "Said more plainly." in html


@pytest.mark.django_db(transaction=True)
def test_the_same_story_sent_20_times_at_once_is_one_story():
    user = UserFactory()
    clients = [signed_in(user) for _ in range(20)]
    assert user.person
    data = fresh(send="", line="Two sugars.", traits=["personal"])
    named_trait("Personal")
    answers = at_once(20, lambda number: clients[number].post(TELL, data))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    story = Story.objects.get()
    assert story.status == Status.PENDING
    assert story.story_traits.count() == 1
    assert story.events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_drafts_and_the_story_itself_at_once_end_as_one_story_that_was_sent():
    user = UserFactory()
    clients = [signed_in(user) for _ in range(8)]
    assert user.person
    data = fresh(writer=str(uuid.uuid4()))

    def act(number: int):
        if number == 0:
            return clients[0].post(TELL, {**data, "send": ""})
        return clients[number].post(reverse("autosave"), data)

    answers = at_once(8, act)
    assert {answer.status_code for answer in answers} <= {200, 302, 409}
    story = Story.objects.get()
    assert (story.status, story.body) == (Status.PENDING, "She warmed his hands.")


@pytest.mark.django_db(transaction=True)
def test_twenty_different_stories_at_once_are_twenty():
    users = [UserFactory() for _ in range(20)]
    clients = [signed_in(user) for user in users]
    answers = at_once(20, lambda number: clients[number].post(TELL, fresh(send="")))
    assert {answer.status_code for answer in answers} == {302}
    assert Story.objects.filter(status=Status.PENDING).count() == 20


@pytest.mark.django_db
def test_the_same_words_from_a_new_page_are_the_story_that_waits(staff_client):
    staff_client.post(TELL, fresh(send=""))
    assert staff_client.post(TELL, fresh(send="", version="0")).status_code == 302
    other = staff_client.post(TELL, fresh(send="", version="0", title="Warm"))
    assert "This story was changed meanwhile" in other.content.decode()
    assert Story.objects.count() == 1


@pytest.mark.django_db
def test_a_form_sent_again_is_its_own_story_whoever_else_says_the_same_since(staff_client):
    data = fresh(send="")
    sent = staff_client.post(TELL, data)
    seed = StoryFactory(teller=staff_client.user.person, body=data["body"])
    assert staff_client.post(TELL, data).url == sent.url
    seed.refresh_from_db()
    assert seed.status == Status.DRAFT


@pytest.mark.django_db
def test_the_same_words_much_later_or_after_it_is_up_are_another_story(staff_client):
    staff_client.post(TELL, fresh(send=""))
    first = Story.objects.get()
    Story.objects.update(updated_at=first.updated_at - GOES_BACK)
    staff_client.post(TELL, fresh(send="", version="0"))
    second = Story.objects.exclude(pk=first.pk).get()
    second.publish(by=None)
    staff_client.post(TELL, fresh(send="", version="0"))
    assert Story.objects.count() == 3


@pytest.mark.django_db
def test_the_same_words_of_somebody_else_are_another_story(staff_client):
    PendingStoryFactory(body=fresh()["body"])
    staff_client.post(TELL, fresh(send="", version="0"))
    assert Story.objects.count() == 2
